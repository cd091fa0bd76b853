"""Durations as people read them."""

from __future__ import annotations

import pytest

from volt_assets.cli.durations import human_duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (-5, "0s"),
        (0, "0s"),
        (0.4, "<1s"),
        (59.99, "59s"),
        (60, "1m 00s"),
        (222, "3m 42s"),
        (3599, "59m 59s"),
        (3720, "1h 02m"),
        (86_399, "23h 59m"),
        (97_200, "1d 03h"),
    ],
)
def test_the_two_largest_units(seconds: float | None, text: str) -> None:
    assert human_duration(seconds) == text
