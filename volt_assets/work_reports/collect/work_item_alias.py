"""From the labels people write in Toggl to the type in Fibery ("Space/Type"), by the alias table of the configuration.

Belongs here: the order in which a label is looked up, and how sure the answer is. Does not: the syntax (description.py), nor
whether Fibery has the type (the enrich stage asks the schema). The order, for the labels `[a] [b]`:

1. `alias`: the pair `[a] [b]`; with exactly two groups also `[a]` alone, the second group being the project. Case matters.
2. `as written`: the configuration has an entry for the type `a/b`.
3. `guess`: the same again without regard to case, spaces, hyphens and underscores, the aliases first. Labels that lead to two
   types this way (`[design] [work version]`) are not guessed: a wrong type would silently name another item.
4. `as written`: `a/b`, though nobody configured it.

A single label `[b]` (the other is missing or blank) is looked up as an alias `[b]`, then guessed as the type label of a pair when
only one type fits, else taken as a type of the same name as its space: `b/b`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from volt_assets.settings import DEFAULT_TYPE, EnrichmentSettings
from volt_assets.work_reports.collect.description import MOST_GROUPS, ParsedDescription
from volt_assets.work_reports.models import Resolution

# Spaces, hyphens of every kind and underscores.
_SEPARATORS = re.compile(r"[\s\-_\u2010\u2011]+")
_PAIR = 2


@dataclass(frozen=True)
class ResolvedType:
    """The type that a reference means, how it was found, and which groups were labels and which the project."""

    type: str
    """Fibery's "Space/Type"."""
    label: str
    """The labels as written, without the project: `[Scrum] [Release]`; '' for a bare id."""
    project: str | None
    resolution: Resolution


class TypeResolver:
    """Looks up the types of many descriptions; made once per configuration."""

    def __init__(self, enrichment: EnrichmentSettings) -> None:
        """Prepare the tables of normalised labels."""
        self._aliases: Mapping[str, str] = enrichment.aliases
        self._configured = frozenset(enrichment.enrichment_activities) - {DEFAULT_TYPE}
        self._default_database = enrichment.default_database
        self._alias_guesses = _unambiguous((_normalised(label), database) for label, database in self._aliases.items())
        self._configured_guesses = _unambiguous((_normalised(name), name) for name in self._configured)
        self._type_label_guesses = _unambiguous(self._type_labels())

    def of_description(self, parsed: ParsedDescription) -> ResolvedType | None:
        """The type of the item that a description names; None when it names none."""
        if parsed.reason == "reference":
            return self.of_groups(parsed.groups)
        if parsed.reason == "bare id" and self._default_database is not None:
            return ResolvedType(self._default_database, "", None, "default database")
        return None

    def of_groups(self, groups: tuple[str, ...]) -> ResolvedType:
        """The type that one to three groups (the first not blank) mean."""
        labels = [label for label in groups[:_PAIR] if label]
        project = (groups[_PAIR] or None) if len(groups) == MOST_GROUPS else None
        if len(labels) == _PAIR:
            return self._of_pair(labels[0], labels[1], project, second_may_be_project=len(groups) == _PAIR)
        return self._of_single(labels[0], project)

    def _of_pair(self, space: str, type_label: str, project: str | None, *, second_may_be_project: bool) -> ResolvedType:
        pair, first, written = f"[{space}] [{type_label}]", f"[{space}]", f"{space}/{type_label}"
        if pair in self._aliases:
            return ResolvedType(self._aliases[pair], pair, project, "alias")
        if second_may_be_project and first in self._aliases:
            return ResolvedType(self._aliases[first], first, type_label, "alias")
        if written in self._configured:
            return ResolvedType(written, pair, project, "as written")
        if (guess := self._alias_guesses.get(_normalised(pair))) is not None:
            return _guessed(guess, written, pair, project)
        if second_may_be_project and (guess := self._alias_guesses.get(_normalised(first))):
            return _guessed(guess, written, first, type_label)
        return _guessed(self._configured_guesses.get(_normalised(written), ""), written, pair, project)

    def _of_single(self, label: str, project: str | None) -> ResolvedType:
        group, written = f"[{label}]", label if "/" in label.strip("/") else f"{label}/{label}"
        if group in self._aliases:
            return ResolvedType(self._aliases[group], group, project, "alias")
        if written in self._configured:
            return ResolvedType(written, group, project, "as written")
        guess = self._alias_guesses.get(_normalised(group))
        if guess is None:
            guess = self._type_label_guesses.get(_normalised(label)) or self._configured_guesses.get(_normalised(written), "")
        return _guessed(guess, written, group, project)

    def _type_labels(self) -> Iterable[tuple[str, str]]:
        for label, database in self._aliases.items():
            _, is_pair, type_label = label.partition("] [")
            if is_pair:
                yield _normalised(type_label.rstrip("]")), database
        aliased = set(self._aliases.values())
        yield from ((_normalised(name.partition("/")[2]), name) for name in self._configured - aliased)


def _guessed(guess: str, written: str, label: str, project: str | None) -> ResolvedType:
    """The guess, or what is written when there is none ('' stands for an ambiguous one)."""
    return ResolvedType(guess, label, project, "guess") if guess else ResolvedType(written, label, project, "as written")


def _normalised(label: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", label).casefold())


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Normalised label -> the one type it leads to, or '' when it leads to several."""
    targets: dict[str, set[str]] = defaultdict(set)
    for label, database in pairs:
        targets[label].add(database)
    return {label: databases.pop() if len(databases) == 1 else "" for label, databases in targets.items()}
