"""Sentences from facts: what the sandbox's model writes is what the JSON of the question says, in its own words.

Knows no client: a record is anything with a name, a group is a record's field; which group a section is about follows from
the section's name and from the instruction that the question gives for it. Figures and names are copied, never computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NOTHING = "The question holds no facts to write about."
_MOST_NAMED, _MOST_SENTENCES, _MOST_POINTS, _MOST_VALUES = 3, 3, 4, 6
_LONGEST_NAME, _LONGEST_QUOTE = 120, 160
_NAMES = ("name", "title", "activity", "kind", "class", "label")
_NUMBERS = ("number", "id")
_DURATIONS = ("hours", "duration", "time")
_SMALL_WORDS = frozenset(
    ("one", "two", "three", "four", "sentence", "sentences", "short", "list", "time", "that", "this", "what", "where", "with")
)
_NOT_REPEATED = re.compile(r"[<>`@]|\]\(|://|\bwww\.|javascript:|\b[\w-]+\.(?:com|org|net|io|dev)\b|[\x00-\x1f\x7f]", re.IGNORECASE)
_MEASURE = re.compile(r"[-+−]?\d[\d.,]* ?(?:h|min|%)")  # noqa: RUF001 -- the sign of a change
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class FactTeller:
    """Tells the facts of one question. `guidance`: section -> what the question says about it."""

    facts: Any
    guidance: Mapping[str, str] = field(default_factory=dict)

    def about(self, section: str) -> str:
        """The text of a section: a few sentences, or the points of a list where one is asked for."""
        if (record := _record_of(section, self.facts)) is not None:
            return " ".join(_told(record)) or NOTHING
        wanted = f"{section.replace('_', ' ')} {self.guidance.get(section, '')}"
        groups = self._groups(wanted)
        if " list" in wanted:
            points = [point for name, value in groups for point in _points(name, value)]
            if points:
                return "\n".join(f"- {point}" for point in points[:_MOST_POINTS])
        sentences = [sentence for name, value in groups if (sentence := _group_sentence(name, value))]
        if not sentences or "summary" in wanted:
            sentences = [*self._totals(), *sentences]
        return " ".join(sentences[:_MOST_SENTENCES]) or NOTHING

    def everything(self) -> list[str]:
        """A sentence on each group of the facts, the totals first."""
        fields = self.facts if isinstance(self.facts, Mapping) else {"facts": self.facts}
        grouped = [_group_sentence(str(name), value) for name, value in fields.items() if isinstance(value, (Mapping, list))]
        return [*self._totals(), *(sentence for sentence in grouped if sentence)] or [NOTHING]

    def _groups(self, wanted: str) -> list[tuple[str, Any]]:
        """The fields whose names are spoken of, those spoken of most completely first."""
        if not isinstance(self.facts, Mapping):
            return []
        spoken = {_stem(word) for word in _words(wanted)}
        scored = []
        for position, (name, value) in enumerate(self.facts.items()):
            words = [_stem(word) for word in _words(str(name))]
            hits = sum(word in spoken for word in words)
            if words and hits * 2 >= len(words):
                scored.append((-hits / len(words), -hits, position, str(name), value))
        chosen = [(name, value) for *_, name, value in sorted(scored, key=lambda one: one[:3])]
        listed = [set(_words(name)) for name, value in chosen if isinstance(value, list)]
        # Hours "on items" beside the list of items say nothing more about the items.
        told = [
            (name, value) for name, value in chosen if isinstance(value, list) or not any(set(_words(name)) <= words for words in listed)
        ]
        return told[:_MOST_NAMED]

    def _totals(self) -> list[str]:
        values = [value for value in _values(self.facts) if re.search(r"\d", value)] if isinstance(self.facts, Mapping) else []
        return [_sentence(", ".join(values[:_MOST_VALUES]))] if values else []


def _record_of(section: str, value: Any) -> Mapping[str, Any] | None:
    """The record that says itself that it belongs to the section."""
    for record in _records(value):
        if any(inner == section for inner in record.values()):
            return record
    return None


def _records(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
    if isinstance(value, (Mapping, list)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _records(inner)


def _told(record: Mapping[str, Any]) -> list[str]:
    """What a record says about itself: its values, then its texts."""
    subject = _subject(record)
    if not subject:
        return []
    values = [value for value in _values(record) if not value.startswith(("section:", "status:"))]
    duration = _duration(record)
    parts = [*([f"{subject} took {duration}"] if duration else [subject]), *values]
    told = [_sentence(", ".join(parts))] if len(parts) > 1 or duration else []
    return [*told, *_texts(record.get("texts"))]


def _texts(texts: Any) -> list[str]:
    if not isinstance(texts, Mapping):
        return []
    found = [f"Its description says: “{quote}”" for quote in _quotable(texts.get("description"))[:1]]
    comments = texts.get("comments")
    for comment in reversed(comments if isinstance(comments, list) else []):
        author = _name(comment.get("author")) if isinstance(comment, Mapping) else ""
        quotes = _quotable(comment.get("text")) if isinstance(comment, Mapping) else []
        if quotes:
            found.append(f"{author or 'A comment'} {'wrote' if author else 'says'}: “{quotes[0]}”")
            break
    entries = texts.get("time entries")
    quoted = [f"“{quotes[0]}”" for entry in (entries if isinstance(entries, list) else []) if (quotes := _quotable(entry))]
    if not found and quoted:
        found.append(_sentence(f"Its time entries say: {_joined(quoted[:_MOST_NAMED])}"))
    return found


def _group_sentence(name: str, value: Any) -> str:
    """One sentence on a field of the facts; empty when it says nothing."""
    label = _name(name)
    if not label:
        return ""
    if isinstance(value, list):
        named = [short for one in value if (short := _short(one))]
        return _sentence(f"{label}: {_joined(named[:_MOST_NAMED], more=len(named) > _MOST_NAMED)}") if named else ""
    if isinstance(value, Mapping):
        values = _values(value)
        return _sentence(", ".join(values[:_MOST_VALUES])) if values else ""
    return _sentence(f"{label}: {written}") if (written := _value(value)) else ""


def _points(name: str, value: Any) -> list[str]:
    """A line for each record of a field."""
    if not isinstance(value, list):
        return [sentence] if (sentence := _group_sentence(name, value)) else []
    points = []
    for record in value if any(isinstance(one, Mapping) for one in value) else []:
        quotes = _quotable(record.get("texts")) if isinstance(record, Mapping) else []
        if quotes and (subject := _subject(record)):
            points.append(_sentence(f"{quotes[0].rstrip('.')}: {subject}"))
        elif short := _short(record):
            inside = record.values() if isinstance(record, Mapping) else ()
            names = [text for inner in inside if isinstance(inner, list) for one in inner if (text := _name(one))]
            points.append(_sentence(f"{short}: {_joined(names[:_MOST_NAMED], more=len(names) > _MOST_NAMED)}" if names else short))
    return points


def _short(record: Any) -> str:
    """`Fix login (#12, 5.7 h, 24 %)`."""
    if not isinstance(record, Mapping):
        return _value(record)
    name, number = _first(record, _NAMES), _first(record, _NUMBERS)
    measures = [value for inner in record.values() if _MEASURE.fullmatch(value := _value(inner))]
    details = [*([number] if name and number else []), *measures[:2]]
    subject = name or number
    return f"{subject} ({', '.join(details)})" if subject and details else subject


def _subject(record: Mapping[str, Any]) -> str:
    name, number = _first(record, _NAMES), _first(record, _NUMBERS)
    return f"{name} ({number})" if name and number else name or number


def _duration(record: Mapping[str, Any]) -> str:
    return next((value for key in _DURATIONS if (value := _value(record.get(key))) and value.endswith(("h", "min"))), "")


def _first(record: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((value for key in keys if (value := _name(record.get(key)))), "")


def _values(record: Mapping[str, Any]) -> list[str]:
    """`state: Done`, `tracked 39.8 h` for each plain field that is neither the record's name nor its duration."""
    said = (*_NAMES, *_NUMBERS, *(_DURATIONS if _duration(record) else ()))
    fields = [(_name(key), _value(inner)) for key, inner in record.items() if key not in said]
    return [f"{label}{' ' if _MEASURE.fullmatch(value) else ': '}{value}" for label, value in fields if label and value]


def _value(value: Any) -> str:
    """A plain value as it stands in the facts; yes and no, nothing, and what is not repeated are empty."""
    return "" if value is None or isinstance(value, (bool, Mapping, list)) else _name(str(value))


def _name(text: Any) -> str:
    cleaned = " ".join(text.split()) if isinstance(text, str) else ""
    return "" if len(cleaned) > _LONGEST_NAME or _NOT_REPEATED.search(cleaned) else cleaned


def _quotable(text: Any) -> list[str]:
    """The sentences of a text that may be repeated: its figures are somebody's words, so none with a digit."""
    if not isinstance(text, str):
        return []
    sentences = _SENTENCE_END.split(" ".join(text.split()))
    return [one for one in sentences if one and len(one) <= _LONGEST_QUOTE and not _NOT_REPEATED.search(one) and not re.search(r"\d", one)]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in _SMALL_WORDS]


def _stem(word: str) -> str:
    return word[:5].removesuffix("s")


def _joined(parts: Sequence[str], *, more: bool = False) -> str:
    if more:
        return f"{', '.join(parts)} and others"
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
