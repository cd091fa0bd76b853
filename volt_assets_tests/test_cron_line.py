"""A cron line that Dagster would refuse is refused before, by its field; one that is taken, Dagster takes as well."""

from __future__ import annotations

import pytest
from dagster._utils.schedules import is_valid_cron_string
from hypothesis import example, given
from hypothesis import strategies as st

from volt_assets.cron_line import check_cron_line

REFUSED = {
    "0 6 * *": "is not a cron line of five fields",
    "@weekly": "is not a cron line of five fields",
    "99 6 * * 1": "the minute '99' is not within 0 to 59",
    "0 24 * * 1": "the hour '24' is not within 0 to 23",
    "0 6 0 * 1": "the day of the month '0' is not within 1 to 31",
    "0 6 * 13 1": "the month '13' is not within 1 to 12",
    "0 6 * * 8": "the day of the week '8' is not within 0 to 7",
    "0-75 6 * * 1": "the minute '0-75' is not within 0 to 59",
    "0 6 * * MOM": "the day of the week 'MOM' is neither a number from 0 to 7 nor a name such as SUN",
    "0 6 * JNE *": "the month 'JNE' is neither a number from 1 to 12 nor a name such as JAN",
    "0 6 * * MON-FRY": "the day of the week 'MON-FRY'",
    "noon * * * *": "the minute 'noon' is not a number from 0 to 59",
    "0 6 MON * *": "the day of the month 'MON' is not a number from 1 to 31",
    "0 6 * * 1,,2": "the day of the week '1,,2'",
    "0 6 1- * *": "the day of the month '1-'",
    "*/0 6 * * *": "the minute '*/0' has a step of 0",
    "0 6 30 2 *": "30 February never comes",
    "0 6 31/2 FEB/12 *": "31/2 February never comes",
    "0 6 * * MON#1,3": "the day of the week 'MON#1,3' names a day of one week in the month",
    "0 6 * * MON#6": "the day of the week 'MON#6'",
    "٣ 6 * * *": "the minute '٣'",
}
TAKEN = (
    *("0 6 * * 1", "*/15 0-23/2 1,15 1-12 0-7", "0 6 * JAN MON-FRI", "0 6 L * *", "0 6 * * mon#1", "0 6 ? * L5"),
    *("0/5 6 * feb-Jan *", "0 6 29 2 *"),
)


@pytest.mark.parametrize("line", REFUSED)
def test_what_is_wrong_is_named_by_its_field(line: str) -> None:
    with pytest.raises(ValueError, match="is not a cron line") as refusal:
        check_cron_line(line)
    assert REFUSED[line] in str(refusal.value)


@pytest.mark.parametrize("line", TAKEN)
def test_a_possible_line_is_taken_as_it_is(line: str) -> None:
    assert check_cron_line(line) == line


FIELDS = st.lists(
    st.sampled_from(["*", "?", "L", "0", "1", "2", "7", "30", "59", "JAN", "MON", "xyz", "-", "/", ",", "#"]), min_size=1, max_size=4
)


@given(st.lists(FIELDS.map("".join), min_size=5, max_size=5).map(" ".join))
@example("0 6 31 FEB *")
@example("0 6 L,1 * *")
@example("0 6 * * *#2")
def test_dagster_takes_every_line_that_is_taken_here(line: str) -> None:
    try:
        check_cron_line(line)
    except ValueError:
        return
    assert is_valid_cron_string(line)
