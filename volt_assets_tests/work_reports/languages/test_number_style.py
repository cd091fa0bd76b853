from __future__ import annotations

from datetime import date, datetime

import pytest

from volt_assets.work_reports.languages.number_style import number_style

SATURDAY, NEXT, NEXT_YEAR = date(2025, 9, 6), date(2025, 10, 12), date(2026, 1, 4)


@pytest.mark.parametrize(
    ("language", "name", "wanted"),
    [
        ("en", None, ["6 Sep", "6 Sep 2025", "Sat", "Sep 2025", "6 Sep 2025 07:05", "1,234.5", "0.0", "12,345", "3.25"]),
        ("en", "en_GB", ["6 Sept", "6 Sept 2025", "Sat", "Sept 2025", "6 Sept 2025, 07:05", "1,234.5", "0.0", "12,345", "3.25"]),
        ("en", "de_DE", ["6. Sept", "6. Sept. 2025", "Sa.", "Sep 2025", "6. Sept. 2025, 07:05", "1.234,5", "0,0", "12.345", "3,25"]),
        ("ru", None, ["6 сентября", "6 сентября 2025", "сб", "сент. 2025", "6 сентября 2025, 07:05", "1 234,5", "0,0", "12 345", "3,25"]),  # noqa: RUF001 -- Russian
        ("ru", "en_US", ["Sep 6", "Sep 6, 2025", "Sat", "Sep 2025", "Sep 6, 2025, 07:05", "1,234.5", "0.0", "12,345", "3.25"]),
    ],
)
def test_numbers_and_days_by_style(language: str, name: str | None, wanted: list[str]) -> None:
    style = number_style(language, name)
    shown = [
        style.day(SATURDAY, with_year=False),
        style.day(SATURDAY, with_year=True),
        style.weekday(SATURDAY),
        style.month(SATURDAY),
        style.moment(datetime(2025, 9, 6, 7, 5)),  # noqa: DTZ001 -- written as it stands
        style.fixed(12345, 10, 1),
        style.fixed(0, 10, 1),
        style.integer(12345),
        style.decimal(3.25),
    ]
    assert [text.replace("\u00a0", " ") for text in shown] == wanted
    assert style.canonical(style.fixed(12345, 10, 1)) == "1,234.5"


@pytest.mark.parametrize(
    ("language", "name", "wanted"),
    [
        ("en", None, "6-12 September 2025|6 September - 12 October 2025|6 September 2025 - 4 January 2026|6 September 2025"),
        ("ru", None, "6-12 сентября 2025|6 сентября - 12 октября 2025|6 сентября 2025 - 4 января 2026|6 сентября 2025"),
        ("de", "de_DE", "6.-12. September 2025|6. September - 12. Oktober 2025|6. September 2025 - 4. Januar 2026|6. September 2025"),
    ],
)
def test_an_interval_says_what_its_ends_share_once(language: str, name: str | None, wanted: str) -> None:
    style, ends = number_style(language, name), (date(2025, 9, 12), NEXT, NEXT_YEAR, SATURDAY)
    # The dash of ranges, between thin spaces in some locales.
    shown = "|".join(style.days(SATURDAY, end) for end in ends).replace("\u2009", " ").replace("\u2013", "-")
    assert shown == wanted
