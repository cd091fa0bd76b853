"""The prompt files of config/prompts/: one per kind of report, and one per type of items, checked when they are loaded.

`item_default.md` says what to write of an item; `item_scrum_bug.md` replaces it for the type `Scrum/Bug`. A file of the
user's own folder replaces the shipped one of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from volt_assets.config_files import config_folders, find_config_file
from volt_assets.errors import SettingsError

PROMPT_NAMES = ("toggl_summary", "individual", "team_summary")
ITEM_PREFIX, DEFAULT_ITEM = "item_", "item_default"
PLACEHOLDERS = frozenset(("period", "sections"))
_ITEM_PLACEHOLDERS = frozenset(("period",))
_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_ITEM_NAME = re.compile(r"item_[a-z0-9]+(?:_[a-z0-9]+)*")


@dataclass(frozen=True)
class Prompt:
    """The instructions for one kind of report, or for one type of items."""

    name: str
    text: str

    def filled(self, **values: str) -> str:
        """The instructions with their placeholders replaced."""
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)


@dataclass(frozen=True)
class Prompts:
    """All prompts by name."""

    by_name: Mapping[str, Prompt]

    def guides(self, types: Iterable[str]) -> dict[str, str]:
        """Type of items -> the name under which its guidance stands in the instructions."""
        return {each: self._guide(each).removeprefix(ITEM_PREFIX) for each in types}

    def filled(self, name: str, *, period: str, sections: str, types: Iterable[str] = ()) -> str:
        """The instructions for a report, with the guidance for the types of items that are asked about."""
        guides = dict.fromkeys(self._guide(each) for each in types)
        parts = [f'Items with "guide": "{each.removeprefix(ITEM_PREFIX)}":\n{self.by_name[each].filled(period=period)}' for each in guides]
        return "\n\n".join([self.by_name[name].filled(period=period, sections=sections), *parts])

    def _guide(self, type_name: str) -> str:
        own = ITEM_PREFIX + re.sub(r"[^a-z0-9]+", "_", type_name.lower()).strip("_")
        return own if own in self.by_name else DEFAULT_ITEM


def load_prompts(environ: Mapping[str, str]) -> Prompts:
    """All prompts. Raises SettingsError (file, line, placeholder) for what cannot be filled."""
    found = {name: _load(name, find_config_file(f"prompts/{name}.md", environ)) for name in (*PROMPT_NAMES, DEFAULT_ITEM)}
    for folder in reversed(config_folders(environ)):
        for path in sorted((folder / "prompts").glob(f"{ITEM_PREFIX}*.md")):
            if not _ITEM_NAME.fullmatch(path.stem):
                hint = "name it after the type in small letters, e.g. item_scrum_sub_task.md for Scrum/Sub-task"
                raise SettingsError(f"{path}: no type of items has this name", hint=hint)
            found[path.stem] = _load(path.stem, path)
    return Prompts(found)


def _load(name: str, path: Path) -> Prompt:
    known = _ITEM_PLACEHOLDERS if name.startswith(ITEM_PREFIX) else PLACEHOLDERS
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as UTF-8 text") from error
    if not text:
        raise SettingsError(f"{path}:1: the prompt is empty", hint="restore the shipped file")
    for number, line in enumerate(text.splitlines(), start=1):
        for placeholder in _PLACEHOLDER.findall(line):
            if placeholder not in known:
                listed = ", ".join(f"{{{{ {each} }}}}" for each in sorted(known))
                raise SettingsError(f"{path}:{number}: unknown placeholder '{placeholder}'", hint=f"known: {listed}")
        if "{{" in _PLACEHOLDER.sub("", line) or "}}" in _PLACEHOLDER.sub("", line):
            raise SettingsError(f"{path}:{number}: a placeholder is not closed on its line", hint="write it as {{ period }}")
    return Prompt(name, text)
