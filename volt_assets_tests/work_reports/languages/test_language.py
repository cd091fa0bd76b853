from __future__ import annotations

import asyncio

import pytest

from volt_assets.work_reports.languages.language import ENGLISH, gettext, ngettext, pgettext, speaking, spoken
from volt_assets.work_reports.report.figures import Hours, counted
from volt_assets_tests.work_reports.languages.russian import RUSSIAN


def test_without_a_catalog_a_text_is_its_own_words() -> None:
    assert gettext("%(percent)s %% of %(whole)s", percent=40, whole="all") == "40 % of all"
    assert pgettext("state", "in progress") == "in progress"
    assert [ngettext("%(number)s item", "%(number)s items", number, number=number) for number in (1, 2)] == ["1 item", "2 items"]


@pytest.mark.parametrize(
    ("number", "items", "more"),
    [
        (0, "0 задач", "ещё 0 дней"),
        (1, "1 задача", "ещё 1 день"),
        (2, "2 задачи", "ещё 2 дня"),
        (5, "5 задач", "ещё 5 дней"),
        (11, "11 задач", "ещё 11 дней"),
        (14, "14 задач", "ещё 14 дней"),
        (21, "21 задача", "ещё 21 день"),
        (22, "22 задачи", "ещё 22 дня"),
        (111, "111 задач", "ещё 111 дней"),
        (1001, "1\u00a0001 задача", "ещё 1\u00a0001 день"),
    ],
)
def test_russian_has_three_forms_of_a_noun_and_puts_more_in_front(number: int, items: str, more: str) -> None:
    with speaking(RUSSIAN):
        assert (counted(number, "item", "items"), counted(number, "further day", "further days")) == (items, more)


def test_a_language_ends_with_its_block_also_after_an_error() -> None:
    def broken() -> None:
        with speaking(RUSSIAN):
            raise RuntimeError(str(Hours(seconds=0, tenths=12345)))

    with pytest.raises(RuntimeError, match="1\u00a0234,5"):
        broken()
    assert spoken() is ENGLISH
    assert str(Hours(seconds=0, tenths=12345)) == "1,234.5"


def test_tasks_speak_the_language_they_were_started_in() -> None:
    async def said() -> str:
        await asyncio.sleep(0)
        return counted(3, "item", "items")

    async def both() -> list[str]:
        with speaking(RUSSIAN):
            russian = asyncio.create_task(said())
        return [await asyncio.create_task(said()), await russian]

    assert asyncio.run(both()) == ["3 items", "3 задачи"]
