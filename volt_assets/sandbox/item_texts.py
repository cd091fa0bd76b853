"""Names, descriptions and comments of work items: plain, plausible sentences drawn by chance, Markdown as Fibery writes it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_VERBS = (
    "Provision",
    "Move",
    "Simplify",
    "Document",
    "Speed up",
    "Replace",
    "Validate",
    "Monitor",
    "Translate",
    "Clean up",
    "Automate",
    "Split",
)
_THINGS = (
    "the cloud account", "invoice export", "alert routing", "user import", "the sign-in form", "nightly backups", "the search index",
    "shipment tracking", "report filters", "the price list", "webhook delivery", "odds calculation", "the audit log", "time zone handling",
    "the data warehouse load", "mobile navigation",
)  # fmt: skip
_ENDINGS = ("", "", "", " for the first release", " (second part)", " on staging", ", step by step", " & its tests", " with C++", " for QA")
_FAULTS = (
    "fires twice",
    "times out",
    "shows a blank page",
    "loses the last row",
    "ignores the time zone",
    "fails for empty input",
    "is slow on Mondays",
)
_AREAS = ("Alert", "Import", "Export", "Search", "Login", "Checkout", "Sync job", "Dashboard", "E-mail", "Report & print")
_WHYS = (
    "Customers wait too long for this today.",
    "The present solution needs manual work every week.",
    "Two teams depend on it before the next release.",
    "Support answers several questions about it every day.",
    "The last audit asked for it.",
    "It fails without a word when the network is slow.",
    "Nobody but one person knows how it works now.",
    "The monthly bill for it has doubled since spring.",
    "New colleagues stumble over it in their first week.",
    "It blocks the switch to the new price list.",
)
_HOWS = (
    "* keep the old path until the new one is proven<br>\n* add a test for every case found",
    "* one pull request per step\n* measure before and after",
    "1. agree on the format\n2. write the migration\n3. switch over on a quiet day",
    "Reuse what the import does already; only the mapping is new.",
    "* write down what it does today\n* ask two customers\n* then change it",
    "Start with the largest account, the others follow the week after.",
    "1. reproduce it on staging\n2. find the first release that has it\n3. fix it there too",
)
_NEWS = (
    "First half is merged, the rest waits for review.",
    "Tested on staging, looks good.",
    "Blocked by access rights; asked for them.",
    "Found the cause: the cache kept an old value.",
    "Moved the rest into a follow-up.",
    "Deployed, no errors so far.",
    "Please look at the edge cases again.",
    "The numbers agree with the old report now.",
    "Split it: the second half is an item of its own.",
    "Waiting for an answer from the customer.",
    "Two of three cases work, the third needs a new field.",
    "Rolled back, it slowed the import down.",
    "Showed it to support, they are happy with it.",
)
_ANSWERS = (
    "Thanks, merged.",
    "Done, see the last commit.",
    "Agreed.",
    "I will check tomorrow morning.",
    "Access granted.",
    "Good find.",
    "Same here.",
    "Let us talk about it.",
)


def _one(rng: Random, choices: Sequence[str]) -> str:
    return choices[int(rng.random() * len(choices))]


def item_name(type_name: str, rng: Random) -> str:
    """A name in the manner of the type; some carry the `&` and `+` that a timer's URL damages."""
    if type_name in ("Scrum/Bug", "Scrum/Sub-bug", "Scrum/Hotfix", "Ops/Incident"):
        return f"{_one(rng, _AREAS)} {_one(rng, _FAULTS)}"
    if type_name in ("QA/Test report", "Scrum/Test coverage"):
        return f"{_one(rng, _AREAS)} checks{_one(rng, _ENDINGS)}"
    return f"{_one(rng, _VERBS)} {_one(rng, _THINGS)}{_one(rng, _ENDINGS)}"


def description(rng: Random) -> str:
    """Two short paragraphs of Markdown; one in eight is empty."""
    if rng.random() < 1 / 8:
        return ""
    return f"{_one(rng, _WHYS)}\n\n{_one(rng, _HOWS)}\n"


def criteria(rng: Random) -> str:
    """Acceptance criteria."""
    return f"* {_one(rng, _THINGS)} works as before\n* {_one(rng, _AREAS)} has a test\n"


def news(rng: Random) -> str:
    """A comment."""
    return _one(rng, _NEWS)


def answer(rng: Random) -> str:
    """An answer to a comment."""
    return _one(rng, _ANSWERS)


def severity(rng: Random) -> str:
    """An option of the severity fields."""
    return _one(rng, ("Low", "Medium", "Medium", "High", "Critical"))
