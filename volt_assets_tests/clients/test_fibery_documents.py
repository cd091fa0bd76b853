"""Documents that cannot be had: found by halving, asked for alone with every try, and no reason to lose the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from volt_assets.clients.fibery import FiberyClient
from volt_assets.clients.fibery_documents import MOST_FAILED_IN_A_ROW
from volt_assets.clients.http import BREAKER_CALLS
from volt_assets.errors import RateLimitError, RequestRejectedError, ServerError, UnexpectedAnswerError
from volt_assets.resilience.circuit_breaker import CircuitReading, CircuitState
from volt_assets_tests.clients.loopback_server import Asked, Told
from volt_assets_tests.clients.samples import RETRIES
from volt_assets_tests.clients.test_fibery import _fibery

pytestmark = pytest.mark.anyio
DOWN = Told("Bad Gateway", 502)
LOGIN = Told("<html>", headers={"Content-Type": "text/html"})
HUNDRED = [f"s{number}" for number in range(100)]


def circuit_of(client: FiberyClient) -> CircuitReading:
    return client._api.breaker.reading()  # noqa: SLF001 -- the clients show their circuit to nobody else


def secrets_of(asked: Asked) -> list[str]:
    return [one["secret"] for one in asked.json["args"]]


def poisoned(*bad: str, told: Told = DOWN) -> Callable[[Asked], Told]:
    """A workspace in which whatever asks for one of these fails."""

    def script(asked: Asked) -> Told:
        secrets = secrets_of(asked)
        return told if set(bad) & set(secrets) else Told([{"secret": one, "content": one} for one in secrets])

    return script


@pytest.mark.parametrize("bad", ["s0", "s42", "s99"])
async def test_one_bad_document_costs_the_halving_and_its_own_tries_and_no_other_document(bad: str) -> None:
    lost: dict[str, Exception] = {}
    async with _fibery(poisoned(bad)) as (client, server):
        found = await client.documents(HUNDRED, on_lost=lost.__setitem__)
        assert circuit_of(client).failures == 1
    assert sorted(found) == sorted(set(HUNDRED) - {bad})
    assert [(secret, type(error)) for secret, error in lost.items()] == [(bad, ServerError)]
    asked = [secrets_of(one) for one in server.asked]
    # The batches it was in are its tries, once an answer to its neighbours has shown that the service is well.
    tries_alone = RETRIES.attempts if bad == "s0" else 1
    assert asked.count([bad]) == tries_alone
    # Twice the seven halvings of a hundred, and the further tries of the one that stands alone.
    assert len(asked) <= 1 + 2 * 7 + tries_alone - 1


async def test_a_document_of_a_small_batch_has_the_rest_of_its_tries_alone() -> None:
    async with _fibery(poisoned("s1")) as (client, server):
        await client.documents(HUNDRED[:2], on_lost=lambda _secret, _error: None)
    assert [len(secrets_of(one)) for one in server.asked] == [2, 1, 1, 1]


async def test_the_service_is_given_its_time_once_and_not_for_each_of_many_bad_documents() -> None:
    bad = HUNDRED[:8]
    async with _fibery(poisoned(*bad)) as (client, server):
        await client.documents(bad, on_lost=lambda _secret, _error: None)
    # A batch of eight has seven to halve; the first that stands alone has all tries, the others were in three batches.
    assert len(server.asked) == 7 + RETRIES.attempts + 7


async def test_batches_that_are_only_too_large_are_no_tries_of_their_documents() -> None:
    def script(asked: Asked) -> Told:
        return Told("Payload Too Large", 413) if len(secrets_of(asked)) > 1 else poisoned("s5")(asked)

    async with _fibery(script) as (client, server):
        await client.documents(HUNDRED[:8], on_lost=lambda _secret, _error: None)
    assert [secrets_of(one) for one in server.asked].count(["s5"]) == RETRIES.attempts


async def test_ten_bad_documents_among_many_open_no_circuit() -> None:
    bad, lost = [f"s{number}" for number in (0, 1, 2, 20, 21, 35, 50, 75, 76, 99)], list[str]()
    async with _fibery(poisoned(*bad), documents_per_request=40) as (client, server):
        found = await client.documents(HUNDRED, on_lost=lambda secret, _: lost.append(secret))
        assert circuit_of(client).state is CircuitState.CLOSED
    assert (sorted(lost), len(found)) == (sorted(bad), 90)
    assert len(server.asked) > BREAKER_CALLS
    assert {len(one) for one in map(secrets_of, server.asked)} > {40, 20, 1}


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (DOWN, ServerError),
        (Told("no", 400), RequestRejectedError),
        (Told("<html>", headers={"Content-Type": "text/html"}), UnexpectedAnswerError),
    ],
    ids=["502", "400", "html"],
)
async def test_a_service_that_gives_no_document_at_all_is_not_asked_for_each_of_them(told: Told, kind: type[Exception]) -> None:
    lost: dict[str, Exception] = {}
    async with _fibery(lambda _: told, max_in_flight=1) as (client, server):
        assert await client.documents(HUNDRED * 3, on_lost=lost.__setitem__) == {}
        assert await client.documents([f"t{number}" for number in range(300)], on_lost=lost.__setitem__) == {}
    assert (len(lost), {type(error) for error in lost.values()}) == (400, {kind})
    assert len(server.asked) <= 2 * (MOST_FAILED_IN_A_ROW + RETRIES.attempts - 1)


async def test_a_refused_or_unreadable_document_is_found_like_one_that_fails() -> None:
    for told in (Told("no such format", 400), Told([{"secret": 1}])):
        lost: list[str] = []
        async with _fibery(poisoned("s3", told=told)) as (client, server):
            assert len(await client.documents(HUNDRED[:8], on_lost=lambda secret, _: lost.append(secret))) == 7  # noqa: B023
        assert (lost, len(server.asked)) == (["s3"], 7)


async def test_being_asked_too_fast_for_too_long_is_not_halved() -> None:
    lost: dict[str, Exception] = {}
    async with _fibery(lambda _: Told("slow down", 429)) as (client, server):
        assert await client.documents(HUNDRED, on_lost=lost.__setitem__) == {}
    assert (len(lost), {type(error) for error in lost.values()}) == (100, {RateLimitError})
    assert len(server.asked) == RETRIES.attempts


async def test_whoever_wants_no_document_lost_ends_it_with_the_first() -> None:
    def none_may_be_lost(_: str, error: Exception) -> None:
        raise error

    for ending in (None, none_may_be_lost):
        async with _fibery(poisoned("s1", "s2")) as (client, server):
            with pytest.raises(ServerError):
                await client.documents(HUNDRED[:4], on_lost=ending)
        assert [secrets_of(one) for one in server.asked][-1] == ["s1"]
