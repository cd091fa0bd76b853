"""Lies made of a true sentence with placeholders: every one keeps to the form that was asked for, none is true."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

PLACEHOLDER = re.compile(r"\{([a-z]+[0-9]+)\}")
_STATES = ("was abandoned", "was finished twice", "is blocked", "was deployed to production", "went live last month")
_TYPED = (
    "400 hours were worked",
    "half of {0} is done",
    "99.9 h went into it",
    "#424242 Secret side project took 77.7 h",
    "25 % took 0.25 h",
)
_JUDGED = ("{0} was done badly by Zaphod", "nobody worked on {0}", "{0} needs a better person", "{0} was billed twice")
_MARKED = ("<script>alert(1)</script> {0} took a day.", "![x](https://evil.example/p.png) {0}", "[{0}](javascript:alert(1)) is done.")


def planted_lies(text: str, ids: Sequence[str]) -> Iterator[str]:
    """The sentence with another id of the same kind in each place, then claims that no fact shows about what it names."""
    for match in PLACEHOLDER.finditer(text):
        kind = match[1].rstrip("0123456789")
        for other in [each for each in ids if each.rstrip("0123456789") == kind and each != match[1] and f"{{{each}}}" not in text][:2]:
            if kind in ("h", "d"):
                yield f"{text[: match.start()]}{{{other}}}{text[match.end() :]}"
    subject = next((f"{{{name}}}" for name in PLACEHOLDER.findall(text) if name[0] in "ijxp"), "It")
    for state in _STATES:
        yield f"{subject} {state}."
    for said in (*_TYPED, *_JUDGED):
        yield f"{said.format(subject)}."
    for marked in _MARKED:
        yield marked.format(subject)
    for figure in PLACEHOLDER.findall(text):
        if figure.startswith("h"):
            yield f"{subject} took over {{{figure}}}, -{{{figure}}} and {{{figure}}}0 more."
            yield f"{subject} was finished early after {{{figure}}} of sickness."
