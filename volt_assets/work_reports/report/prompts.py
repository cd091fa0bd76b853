"""The prompt files of config/prompts/: one per kind of report, with placeholders that are checked when they are loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from volt_assets.config_files import find_config_file
from volt_assets.errors import SettingsError

PROMPT_NAMES = ("toggl_summary", "individual", "team_summary")
PLACEHOLDERS = frozenset(("period", "sections"))
_PLACEHOLDER = re.compile(r"\{\{\s*(.*?)\s*\}\}")


@dataclass(frozen=True)
class Prompt:
    """The instructions for one kind of report."""

    name: str
    text: str

    def filled(self, *, period: str, sections: str) -> str:
        """The instructions with their placeholders replaced."""
        values = {"period": period, "sections": sections}
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)


def load_prompts(environ: Mapping[str, str]) -> dict[str, Prompt]:
    """All prompts by name. Raises SettingsError (file, line, placeholder) for what cannot be filled."""
    return {name: _load(name, environ) for name in PROMPT_NAMES}


def _load(name: str, environ: Mapping[str, str]) -> Prompt:
    path = find_config_file(f"prompts/{name}.md", environ)
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as UTF-8 text") from error
    if not text:
        raise SettingsError(f"{path}:1: the prompt is empty", hint="restore the shipped file")
    for number, line in enumerate(text.splitlines(), start=1):
        for placeholder in _PLACEHOLDER.findall(line):
            if placeholder not in PLACEHOLDERS:
                known = ", ".join(f"{{{{ {each} }}}}" for each in sorted(PLACEHOLDERS))
                raise SettingsError(f"{path}:{number}: unknown placeholder '{placeholder}'", hint=f"known: {known}")
        if "{{" in _PLACEHOLDER.sub("", line) or "}}" in _PLACEHOLDER.sub("", line):
            raise SettingsError(f"{path}:{number}: a placeholder is not closed on its line", hint="write it as {{ period }}")
    return Prompt(name, text)
