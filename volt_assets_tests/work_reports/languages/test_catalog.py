from __future__ import annotations

from pathlib import Path

import pytest

from volt_assets.errors import SettingsError
from volt_assets.settings import ReportSettings
from volt_assets.work_reports.languages.catalog import language_of
from volt_assets.work_reports.languages.language import ENGLISH, Language, gettext, ngettext, speaking

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
THREE = '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\n'


def language(folder: Path, code: str = "ru", *messages: str, head: str = HEAD, **more: str) -> Language:
    (folder / "languages").mkdir(exist_ok=True)
    (folder / "languages" / f"{code}.po").write_text(head + "\n".join(messages), encoding="utf-8")
    return language_of(ReportSettings(language=code, **more), {"VOLT_CONFIG": str(folder)})


def test_english_needs_no_catalog_and_is_the_shipped_one() -> None:
    assert language_of(ReportSettings(), {}) is ENGLISH
    assert language_of(ReportSettings(number_style="en_GB"), {}).version != ENGLISH.version


def test_a_catalog_of_the_user_goes_before_the_shipped_one_message_by_message(tmp_path: Path) -> None:
    own = language(tmp_path, "ru", 'msgid "Needs attention"\nmsgstr "Важное"\n', 'msgid "People"\nmsgstr ""\n')
    with speaking(own):
        assert [gettext("Needs attention"), gettext("People"), gettext("Trend")] == ["Важное", "Люди", "Динамика"]
    assert own.version != language_of(ReportSettings(language="ru"), {}).version


def test_a_plural_of_the_user_replaces_all_forms(tmp_path: Path) -> None:
    forms = 'msgid "item"\nmsgid_plural "items"\nmsgstr[0] "тикет"\nmsgstr[1] "тикета"\nmsgstr[2] "тикетов"\n'
    with speaking(language(tmp_path, "ru", forms, head=HEAD.rstrip("\n") + "\n" + THREE)):
        assert [ngettext("item", "items", number) for number in (1, 3, 7)] == ["тикет", "тикета", "тикетов"]


def test_another_language_is_a_file_and_what_it_lacks_is_said_in_english(tmp_path: Path) -> None:
    with speaking(language(tmp_path, "de", 'msgid "Trend"\nmsgstr "Verlauf"\n')):
        assert [gettext("Trend"), gettext("People")] == ["Verlauf", "People"]


def test_english_texts_can_be_replaced_too(tmp_path: Path) -> None:
    with speaking(language(tmp_path, "en", 'msgid "Team"\nmsgstr "Crew"\n')):
        assert gettext("Team") == "Crew"


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ('msgid "%(hours)s h"\nmsgstr "%(hour)s ч"\n', ":5: unknown placeholder '%(hour)s' in '%(hour)s ч'"),
        ('msgid "%(done)s %%"\nmsgstr "%(done)s % готово"\n', ":5: a percent sign alone in '%(done)s % готово'"),
        ("no catalog at all\n", ":5: is no message catalog: "),
        ('msgid "day"\nmsgid_plural "days"\nmsgstr[0] "день"\n', ":5: a plural form of 'day' is missing"),
    ],
)
def test_a_broken_catalog_names_file_and_line(tmp_path: Path, message: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        language(tmp_path, "ru", message)
    assert f"{tmp_path / 'languages' / 'ru.po'}" in str(caught.value)
    assert complaint in str(caught.value)
    assert caught.value.hint
