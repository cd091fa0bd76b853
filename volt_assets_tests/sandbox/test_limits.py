from volt_assets.sandbox.limits import HourlyQuota, RateLimit


class HandClock:
    """A clock that a test turns by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_rate_lets_a_burst_through_and_then_one_at_a_time() -> None:
    clock = HandClock()
    rate = RateLimit(3, 3, pace=1, clock=clock)
    assert [rate.allows("a") for _ in range(4)] == [True, True, True, False]
    clock.now += 1 / 3
    assert [rate.allows("a"), rate.allows("a")] == [True, False]
    assert rate.allows("b"), "every token has its own"


def test_pace_shortens_the_wait_and_zero_ends_it() -> None:
    clock = HandClock()
    rate = RateLimit(1, 1, pace=0.1, clock=clock)
    assert [rate.allows("a"), rate.allows("a")] == [True, False]
    clock.now += 0.1
    assert rate.allows("a")
    assert all(RateLimit(1, 1, pace=0, clock=clock).allows("a") for _ in range(50))


def test_a_quota_is_full_again_after_an_hour() -> None:
    clock = HandClock()
    quota = HourlyQuota(2, pace=1, clock=clock)
    assert quota.remaining == 2
    assert [quota.allows() for _ in range(3)] == [True, True, False]
    clock.now += 3000
    assert (quota.remaining, quota.resets_in_seconds) == (0, 600)
    clock.now += 600
    assert quota.remaining == 2
    assert quota.allows()


def test_a_quota_that_is_not_enforced_never_sinks() -> None:
    quota = HourlyQuota(2, pace=0, clock=HandClock(), is_enforced=False)
    assert all(quota.allows() for _ in range(5))
    assert quota.remaining == 2
