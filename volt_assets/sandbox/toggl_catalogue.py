"""What Toggl's workspace holds besides time: projects, clients, tags, tasks, groups, and its identity."""

from __future__ import annotations

from dataclasses import dataclass

WORKSPACE_ID = 123456
ORGANIZATION_ID = 654321
WORKSPACE_NAME = "Acme"
CURRENCY = "EUR"
TOGGL_TOKEN = "sandbox-toggl-token"  # noqa: S105 -- opens nothing but the sandbox
# The owner of the token rounds up to quarter hours: who does not send rounding 0 gets rounded seconds.
OWNER_ROUNDING, OWNER_ROUNDING_MINUTES = 1, 15


@dataclass(frozen=True)
class TogglClient:
    """A customer."""

    id: int
    name: str
    is_archived: bool = False


@dataclass(frozen=True)
class TogglProject:
    """A project; its name is also what stands last in the descriptions."""

    id: int
    name: str
    client_id: int | None
    hex: str
    is_billable: bool
    is_active: bool = True

    @property
    def color(self) -> str:
        """Toggl writes the palette number as text; here it follows from the id."""
        return str(self.id % 14)


CLIENTS = (
    TogglClient(63_000_001, "Harbor Logistics"),
    TogglClient(63_000_002, "Moneyball Sports & Co"),
    TogglClient(63_000_003, "Ångström Labs"),
    TogglClient(63_000_004, "Former Client", is_archived=True),
)
PROJECTS = (
    TogglProject(201_990_001, "Harbor", 63_000_001, "#0b83d9", is_billable=True),
    TogglProject(201_990_002, "Moneyball", 63_000_002, "#9e5bd9", is_billable=True),
    TogglProject(201_990_003, "Internal", None, "#525266", is_billable=False),
    TogglProject(201_990_004, "Atlas", 63_000_003, "#2da608", is_billable=True),
    TogglProject(201_990_005, "R&D", None, "#e36a00", is_billable=False),
    TogglProject(201_990_006, "Ångström [beta]", 63_000_003, "#c9806b", is_billable=True),
    TogglProject(201_990_007, "Old Portal", 63_000_004, "#991102", is_billable=True, is_active=False),
)
PROJECT_POSITION = {project.name: position for position, project in enumerate(PROJECTS)}
TAGS: tuple[tuple[int, str], ...] = ((15_986_619, "meeting"), (15_986_620, "review"), (15_986_621, "deep work"), (15_986_622, "on-call"))
TASKS: tuple[tuple[int, str, int], ...] = ((98_000_001, "Support hours", 201_990_001), (98_000_002, "Release train", 201_990_002))
"""(task id, name, project id)"""
TAG_SETS: tuple[tuple[int, ...], ...] = ((), (15_986_619,), (15_986_620,), (15_986_621,), (15_986_622,), (15_986_619, 15_986_620))
"""What entries may carry; an entry holds the position in here."""
GROUPS: dict[int, tuple[int, ...]] = {900_001: (0, 1, 4, 6, 7, 8), 900_002: (2, 3, 9)}
"""Group id -> positions of its people: the platform team and the product team."""
