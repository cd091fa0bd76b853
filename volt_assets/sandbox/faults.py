"""Which requests go wrong, and how: fault switches that count requests, so that the same requests fail in every run.

Belongs here: the kinds, their notation, the counters. What a kind sends is in faulty_app.py, fault_answers.py
and model_faults.py.

Notation: `api:kind[=value]:when[:path]`, for example `toggl:429=2:every-3`, `fibery:reset:2..4:/api/commands` or
`toggl:500:1:*/totals`. `when` counts the requests that match api and path, from 1 on; a path may hold `*`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import Lock

from volt_assets.errors import UsageError

APIS = ("toggl", "fibery", "openai")
_SEARCH = "*/search/time_entries"
_CHAT = "*/chat/completions"
_COMMANDS, _DOCUMENTS = "*/api/commands", "*/documents/commands"
_WHEN = re.compile(r"every-(?P<every>[0-9]{1,9})|(?P<first>[0-9]{1,9})(?P<span>\.\.(?P<last>[0-9]{1,9})?)?")


@dataclass(frozen=True)
class FaultKind:
    """What a kind does. `value` says what its number means, None when it takes none; `default` None: without the number."""

    meaning: str
    value: str | None = None
    default: float | None = None
    apis: tuple[str, ...] = APIS
    path: str = "*"


KINDS: dict[str, FaultKind] = {
    "429": FaultKind("too many requests, in the words of the API", "seconds of Retry-After, left out by default"),
    "402-quota": FaultKind("the hourly quota is used up", "seconds until it resets", 60.0, ("toggl",)),
    "402-plan": FaultKind("the plan lacks the feature"),
    "500": FaultKind("internal error"),
    "503": FaultKind("unavailable, as a proxy says it", "seconds of Retry-After, left out by default"),
    "reset": FaultKind("the connection is reset before any answer"),
    "reset-in-body": FaultKind("the connection is reset after the headers and half of the body"),
    "cut-body": FaultKind("Content-Length promises more than is sent before the connection closes"),
    "cut-json": FaultKind("a complete HTTP answer whose JSON ends in the middle"),
    "slow": FaultKind("the right answer, late", "seconds", 1.0),
    "html": FaultKind("a login page with status 200"),
    "oversized": FaultKind("JSON without end", "MiB", 80.0),
    "redirect": FaultKind("a redirect to another host"),
    "wrong-type": FaultKind("the right body, called application/octet-stream"),
    "invalid-utf8": FaultKind("the right body with a byte inside a text that is not UTF-8"),
    "page-shift-insert": FaultKind("after a page that has a next one, somebody adds an entry to it", None, None, ("toggl",), _SEARCH),
    "page-shift-delete": FaultKind("after a page that has a next one, somebody deletes its first entry", None, None, ("toggl",), _SEARCH),
    "query-timeout": FaultKind("every command of a request ends in a timeout, with status 200", None, None, ("fibery",), _COMMANDS),
    "413": FaultKind("the batch of documents is too large, as a proxy says it", None, None, ("fibery",), _DOCUMENTS),
    "model-free-text": FaultKind("true sentences, without the JSON that was asked for", None, None, ("openai",), _CHAT),
    "model-garbage": FaultKind("characters without a meaning", None, None, ("openai",), _CHAT),
    "model-refusal": FaultKind("the model refuses", None, None, ("openai",), _CHAT),
    "model-empty": FaultKind("an answer without a character", None, None, ("openai",), _CHAT),
    "model-cut": FaultKind("the answer ends in the middle, as at a limit of tokens", None, None, ("openai",), _CHAT),
    "model-lying": FaultKind("true placeholders, said of the wrong things, and claims that no fact shows", None, None, ("openai",), _CHAT),
    "model-untrue": FaultKind("every figure is another one, and things are invented", None, None, ("openai",), _CHAT),
    "model-unmetered": FaultKind("the right answer, its tokens not counted", None, None, ("openai",), _CHAT),
}


@dataclass(frozen=True)
class Fault:
    """One kind of trouble for some requests of one API.

    It strikes every `every`-th matching request, or those from number `first` to `last` (None: for ever). `path` is the path
    of the URL, `*` standing for anything in it; None is every path that makes sense for the kind. Raises
    UsageError for what makes no sense.
    """

    api: str
    kind: str
    every: int = 1
    first: int = 1
    last: int | None = None
    path: str | None = None
    value: float | None = None

    def __post_init__(self) -> None:
        """Refuse unknown names and impossible numbers."""
        if self.api not in APIS:
            raise UsageError(f"fault: there is no API '{self.api[:40]}'", hint=f"one of {', '.join(APIS)}")
        if (kind := KINDS.get(self.kind)) is None:
            raise UsageError(f"fault: there is no kind '{self.kind[:40]}'", hint=f"one of {', '.join(KINDS)}")
        if self.api not in kind.apis:
            raise UsageError(f"fault: {self.api} never answers {self.kind}", hint=f"only {', '.join(kind.apis)} does")
        if self.every > 1 and (self.first, self.last) != (1, None):
            raise UsageError("fault: every nth request and a range of requests exclude each other", hint="for example every-3 or 2..4")
        if self.every < 1 or self.first < 1 or (self.last is not None and self.last < self.first):
            raise UsageError("fault: requests are counted from 1 on, and a range is not reversed", hint="for example every-3 or 2..4")
        if self.value is not None and (kind.value is None or not math.isfinite(self.value) or self.value < 0):
            takes = f"a number that is not negative: {kind.value}" if kind.value else "no value"
            raise UsageError(f"fault: {self.kind} takes {takes}", hint=f"leave out ={self.value:g}" if kind.value is None else None)

    def __str__(self) -> str:
        """The notation that `read_fault` reads."""
        value = "" if self.value is None else f"={self.value:g}"
        when = f"every-{self.every}" if (self.first, self.last) == (1, None) else f"{self.first}..{self.last or ''}"
        return ":".join([self.api, f"{self.kind}{value}", when, *([self.path] if self.path else [])])

    @property
    def amount(self) -> float | None:
        """The value, or the default of the kind."""
        return KINDS[self.kind].default if self.value is None else self.value

    def matches(self, api: str, path: str) -> bool:
        """Whether a request is counted for this fault."""
        return api == self.api and fnmatchcase(path, self.path or KINDS[self.kind].path)

    def strikes(self, number: int) -> bool:
        """Whether the `number`-th matching request goes wrong."""
        return self.first <= number <= (self.last or number) and number % self.every == 0


def read_fault(text: str) -> Fault:
    """A fault from its notation. Raises UsageError that shows the notation."""
    parts = text.split(":", 3)
    if len(parts) < 3:  # noqa: PLR2004 -- api, kind and when are needed
        raise UsageError(f"fault '{text[:80]}' is not written as api:kind:when", hint="for example toggl:429:every-3")
    api, (kind, equals, value), when = parts[0], parts[1].partition("="), _WHEN.fullmatch(parts[2])
    if when is None:
        raise UsageError(
            f"fault '{text[:80]}': '{parts[2][:40]}' does not say which requests",
            hint="every-3, or 2..4, or 5 for the fifth alone, or 5.. from then on",
        )
    try:
        number = float(value) if equals else None
    except ValueError:
        raise UsageError(f"fault '{text[:80]}': '{value[:40]}' is not a number", hint="for example slow=2.5") from None
    path = parts[3] if len(parts) == 4 and parts[3] else None  # noqa: PLR2004 -- the path comes fourth
    if when["every"] is not None:
        return Fault(api, kind, every=int(when["every"]), path=path, value=number)
    first = int(when["first"])
    last = int(when["last"]) if when["last"] else None if when["span"] else first
    return Fault(api, kind, first=first, last=last, path=path, value=number)


@dataclass
class _Switch:
    fault: Fault
    matched: int = field(default=0)


class FaultSwitches:
    """The faults that are on. Thread-safe: tests switch while servers run."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Switch `faults` on."""
        self._lock = Lock()
        self._switches = [_Switch(fault) for fault in faults]
        self._struck: Counter[Fault] = Counter()

    def add(self, fault: Fault | str) -> Fault:
        """Switch on one more, its counter at zero; text is read as by `read_fault`."""
        chosen = read_fault(fault) if isinstance(fault, str) else fault
        with self._lock:
            self._switches.append(_Switch(chosen))
        return chosen

    def remove(self, fault: Fault) -> None:
        """Switch off."""
        with self._lock:
            self._switches = [switch for switch in self._switches if switch.fault != fault]

    def clear(self) -> None:
        """Switch off all of them and forget how often they struck."""
        with self._lock:
            self._switches.clear()
            self._struck.clear()

    @contextmanager
    def during(self, *faults: Fault | str) -> Iterator[tuple[Fault, ...]]:
        """Switch on for the block."""
        added = tuple(self.add(fault) for fault in faults)
        try:
            yield added
        finally:
            for fault in added:
                self.remove(fault)

    def struck(self, fault: Fault | None = None) -> int:
        """How many requests went wrong, by one fault or by any, also by those switched off since."""
        with self._lock:
            return self._struck[fault] if fault is not None else self._struck.total()

    def next_fault(self, api: str, path: str) -> Fault | None:
        """Count a request; the fault that strikes it. When several would, the one switched on first does."""
        with self._lock:
            chosen: Fault | None = None
            for switch in self._switches:
                if switch.fault.matches(api, path):
                    switch.matched += 1
                    if chosen is None and switch.fault.strikes(switch.matched):
                        chosen = switch.fault
            if chosen is not None:
                self._struck[chosen] += 1
            return chosen
