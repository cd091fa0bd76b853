"""A YAML file read so that every later complaint can name file, line and key.

Belongs here: reading, line numbers, turning pydantic's errors into one line. Does not: what the keys mean (settings.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from volt_assets.errors import SettingsError

KeyPath = tuple[str | int, ...]


# The C parser where the library was built with it: ten times as fast, same nodes.
_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class YamlSource:
    """The content of one YAML file and the line on which each key path stands (lines count from 1)."""

    path: Path
    content: dict[str, Any]
    lines: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    def place(self, key_path: KeyPath) -> str:
        """`file:line` of the key, or of its nearest parent that is in the file."""
        written = tuple(map(str, key_path))
        for length in range(len(written), 0, -1):
            if line := self.lines.get(written[:length]):
                return f"{self.path}:{line}"
        return str(self.path)


def read_yaml(path: Path) -> YamlSource:
    """Read one mapping. Raises SettingsError for a file that cannot be read, is not YAML, or repeats a key."""
    try:
        return _source(path, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise SettingsError(f"{path}{line}: is not valid YAML: {problem}", hint="check indentation and quotes there") from error
    except (ValueError, RecursionError) as error:
        # The YAML library's own conversions: 2025-13-45 (a date that does not exist), a number of 5000 digits, endless nesting.
        raise SettingsError(
            f"{path}: is not valid YAML: {error}", hint="put quotes around text that looks like a date or a number"
        ) from error


@lru_cache(maxsize=8)
def _source(path: Path, text: str) -> YamlSource:
    """Parsed once as long as the text stays: every step of a run reads the files. Nobody changes the content."""
    node, content = _parsed(text)
    if content is None:
        return YamlSource(path, {})
    if not isinstance(content, dict) or node is None:
        raise SettingsError(f"{path}:1: must be a mapping of keys to values")
    return YamlSource(path, content, dict(_key_lines(path, node, (), frozenset())))


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes, which know their lines, and the content made of them.

    Every step reads the files, so the fast parser goes first; the slow one says more precisely where a mistake is.
    """
    try:
        return _parsed_by(_FastLoader(text))
    except yaml.YAMLError:
        return _parsed_by(yaml.SafeLoader(text))


def _parsed_by(loader: Any) -> tuple[yaml.Node | None, Any]:
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _key_lines(path: Path, node: yaml.Node, parent: tuple[str, ...], above: frozenset[int]) -> Iterator[tuple[tuple[str, ...], int]]:
    if id(node) in above:
        line = node.start_mark.line + 1
        raise SettingsError(f"{path}:{line}: the value contains itself by an alias (*)", hint="write the value out")
    above |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            name = str(key_node.value)
            line = key_node.start_mark.line + 1
            if name in seen:
                raise SettingsError(f"{path}:{line}: key '{name}' stands twice", hint="keep one of them")
            seen.add(name)
            yield (*parent, name), line
            yield from _key_lines(path, value_node, (*parent, name), above)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*parent, str(index)), item.start_mark.line + 1
            yield from _key_lines(path, item, (*parent, str(index)), above)


def settings_error(error: ValidationError, source: YamlSource, model: type[BaseModel]) -> SettingsError:
    """The first complaint of pydantic as one line with file, line, key and, for a misspelt key, the nearest one."""
    found = error.errors(include_url=False)
    # A required key that is misspelt is both missing and unknown: the second says more.
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    key_path = tuple(part for part in first["loc"] if part != "[key]")
    key = ".".join(map(str, key_path)) if key_path else "(the whole file)"
    if first["type"] == "extra_forbidden":
        known = _known_keys(model, key_path[:-1])
        near = difflib.get_close_matches(str(key_path[-1]), known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known keys here: {', '.join(sorted(known))}"
        return SettingsError(f"{source.place(key_path)}: unknown key '{key}'", hint=hint)
    message = first["msg"].removeprefix("Value error, ")
    return SettingsError(f"{source.place(key_path)}: key '{key}': {message}", hint="see docs/configuration.md for every key")


def _known_keys(model: type[BaseModel], parents: KeyPath) -> list[str]:
    """The keys that may stand at `parents`: through mappings and lists to what they hold."""
    kind: Any = model
    for parent in parents:
        kind = next((found for option in _options(kind) if (found := _held(option, str(parent))) is not None), None)
    models = [option for option in _options(kind) if isinstance(option, type) and issubclass(option, BaseModel)]
    return [info.alias or name for found in models for name, info in found.model_fields.items()]


def _options(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _held(kind: Any, part: str) -> Any:
    """What stands at one key or number of a model, mapping or list; None where there is none."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[part].annotation if part in kind.model_fields else None
    places = {dict: 1, tuple: 0, list: 0}
    return get_args(kind)[places[get_origin(kind)]] if get_origin(kind) in places else None
