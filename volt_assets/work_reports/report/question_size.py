"""About how many items one question to a model is, so that its answer has room for all of them."""

from __future__ import annotations

MOST_ITEMS_ASKED = 20
# What a section takes in an answer, generously; a longer answer would be cut off in the middle.
_TOKENS_OF_GENERAL_SECTIONS, _TOKENS_PER_ITEM = 350, 60


def items_per_question(max_output_tokens: int) -> int:
    """At least one, at most 20. `max_output_tokens` is the limit of one answer."""
    return max(1, min(MOST_ITEMS_ASKED, (max_output_tokens - _TOKENS_OF_GENERAL_SECTIONS) // _TOKENS_PER_ITEM))
