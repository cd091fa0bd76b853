"""What a page may load and run: its own style sheet, known by its hash, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

_RULE = re.compile(r"([^{}@(]+)\{[^{}]*\}")


def style_source(style: str) -> str:
    """The CSP source of an inline style sheet: the hash of exactly the characters between its tags."""
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def content_security_policy(style: str) -> str:
    """The policy of a page with this style sheet: no script, image, font, frame, form or request of any kind."""
    return f"default-src 'none'; style-src {style_source(style)}; img-src 'none'; base-uri 'none'; form-action 'none'"


def style_of_page(style: str, page: str) -> str:
    """The style sheet without the rules, of one line each, that nothing in the page can match: no script adds an element or a class."""
    classes = {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}
    there = {f".{name}" for name in classes} | set(re.findall(r"<([a-z][a-z0-9]*)", page))

    def can_match(selector: str) -> bool:
        plain = re.sub(r"::?[\w-]+|\[[^\]]*\]", "", selector)
        return set(re.findall(r"\.[A-Za-z][\w-]*|(?<![\w.#-])[a-z][\w-]*", plain)) <= there

    lines = style.splitlines()
    rules = [_RULE.fullmatch(line) for line in lines]
    kept = [line for line, rule in zip(lines, rules, strict=True) if rule is None or any(map(can_match, rule[1].split(",")))]
    return re.sub(r"([{};])\n", r"\1", "\n".join(kept))
