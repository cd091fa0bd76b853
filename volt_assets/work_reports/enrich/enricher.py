"""What one kind of work item is made of: its dates, what it is part of and what is part of it.

Belongs here: the form of such a declaration. Does not: the declarations, one module each in enrichers/.
"""

from __future__ import annotations

from dataclasses import dataclass

Names = tuple[str, ...]


@dataclass(frozen=True)
class Enricher:
    """Field names as people see them in Fibery; where several stand for one thing, the first that is set counts.

    A name that the live schema lacks is dropped. When none of the names for one thing exists, that is a warning, except
    under `planned_start` and `linked`, which many workspaces lack, and for `names_are_guesses`.
    """

    started: Names = ()
    completed: Names = ()
    planned_end: Names = ()
    """A date, or a range whose start is the planned start."""
    planned_start: Names = ("Planned Start", "Planned Start Date")
    parents: Names = ()
    """To-one relations upwards; the first that is set is the parent."""
    children: Names = ()
    """Collections whose finished members are the item's progress; all of them count."""
    linked: Names = ()
    """Relations worth showing, such as requests of customers."""
    names_are_guesses: bool = False
    """The names are only tried: this enricher serves types nobody has described."""
