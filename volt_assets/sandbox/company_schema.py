"""The types of the company's Fibery workspace, with all the unevenness a grown workspace has.

Notation of a field: `Name!` is the title; `Name: kind` a value (`doc` is rich text, `enum(a|b)` a select);
`Name -> Type . Other` belongs to one, `Name <> Type . Other` to many, `Other` being the collection at the far end;
`state`, `assignees`, `comments` are Fibery's extensions (a name after the colon where it is spelled otherwise);
a leading `-` is a deleted field. Names are in the type's own space unless they carry one.
"""

from __future__ import annotations

from volt_assets.sandbox.schema import COMMENT, DOCUMENT, STATES_UNLESS_NAMED, USER, TypeSpec, read_types

_USUAL = ("Name!", "Description: doc", "state", "assignees", "comments")
_DATES = ("Planned Start: date", "Planned End: date")
_LIFE = ("Started Date: date-time", "Completion Date: date-time", *_DATES)
_PROJECT = "Project management/Project"
_FEATURE_STATES = "Backlog:Not started|In Development:Started|Ready for release:Started|Released:Finished:final"
_NOTES: dict[str, tuple[str, ...]] = {
    USER: ("user/name!", "user/email: email", "user/role: text"),
    COMMENT: (
        "comment/author -> fibery/user . comments",
        "comment/document-secret: text",
        "comments/parent -> comments/comment . replies",
    ),
    DOCUMENT: ("Collaboration~Documents/secret: text", "Collaboration~Documents/modification-date: date-time"),
    _PROJECT: ("name!", "Toggl Project Id: int", "Health 🚦: text"),
    "Scrum/Epic": (
        *_USUAL,
        "Planned dates: date-range",
        f"Project -> {_PROJECT} . Epics",
    ),
    "Scrum/Release": (
        "Name!",
        "state",
        "assignees",
        "Planned Release Date: date",
        "Actual Release Date: date",
        f"Project -> {_PROJECT} . Releases",
    ),
    "Scrum/Sprint": ("Name!", "Planned dates: date-range", "Goal ?: text"),
    "Scrum/Feature": (
        "name!",
        "description: doc",
        f"state: workflow/state = {_FEATURE_STATES}",
        "assignees",
        "comments",
        "Dev Planned Start Date: date",
        "Dev Actual Start Date: date-time",
        "Dev Actual End Date: date-time",
        "Actual Release Date: date",
        "Dev Planned End Date: date",
        "Planned Release Date: date",
        "Epic -> Scrum/Epic . Features",
        "Release -> Scrum/Release . Features",
        f"Project -> {_PROJECT} . Features",
        "Linked Requests <> Product Management/Request . Linked Features",
    ),
    "Scrum/Task": (
        *_USUAL,
        *_LIFE,
        "Story Points: decimal",
        "Acceptance Criteria: doc",
        "Time Spent: decimal",
        "Q&A done?: bool",
        "# of reviews: int",
        "-Old Estimate: int",
        "Feature -> Scrum/Feature . Tasks",
        "Sprint -> Scrum/Sprint . Tasks",
        "Epic -> Scrum/Epic . Tasks",
        f"Project -> {_PROJECT} . Tasks",
    ),
    "Scrum/Bug": (
        "name!",
        "description: doc",
        "state",
        "assignees",
        "comments",
        *_LIFE,
        "Severity: enum(Low|Medium|High|Critical)",
        "Steps to Reproduce: doc",
        "Root Cause: text",
        "Time Spent: decimal",
        "Environment & version: text",
        "Feature -> Scrum/Feature . Bugs",
        "Sprint -> Scrum/Sprint . Bugs",
        f"Project -> {_PROJECT} . Bugs",
    ),
    "Scrum/Sub-task": (
        "name!",
        "description: doc",
        "state",
        "Started Date: date-time",
        "Completed Date: date-time",
        "Time Spent: decimal",
        "Project : text",
        "Task -> Scrum/Task . Sub-tasks",
        "Bug -> Scrum/Bug . Sub-tasks",
    ),
    "Scrum/Sub-bug": (
        "Name!",
        "Description: doc",
        "state",
        "comments",
        "Severity: enum(Low|Medium|High|Critical)",
        "Next action: text",
        "Bug -> Scrum/Bug . Sub-bugs",
        "Task -> Scrum/Task . Sub-bugs",
        f"Project -> {_PROJECT} . Sub-bugs",
    ),
    "Scrum/Build": (
        *_USUAL,
        "Completion Date: date-time",
        "Planned End: date",
        "Release -> Scrum/Release . Builds",
        f"Project -> {_PROJECT} . Builds",
    ),
    "Scrum/Hotfix": (
        *_USUAL,
        "Completion Date: date-time",
        "Planned End: date",
        "Severity: enum(Low|Medium|High|Critical)",
        "Bug -> Scrum/Bug . Hotfixes",
        "Feature -> Scrum/Feature . Hotfixes",
        f"Project -> {_PROJECT} . Hotfixes",
    ),
    "Scrum/Chore": ("Name!", "Description: doc", "state", "assignees", "Started Date: date-time", "Completion Date: date-time"),
    "Scrum/Test coverage": (
        *_USUAL,
        *_LIFE,
        "Feature -> Scrum/Feature . Test coverages",
        f"Project -> {_PROJECT} . Test coverages",
    ),
    "Design/Design Feature": (
        *_USUAL,
        "Actual Start Date: date",
        "Actual Ready for Dev Date: date",
        *_DATES,
        "Epic -> Scrum/Epic . Design Features",
        f"Project -> {_PROJECT} . Design Features",
    ),
    "Design/Work Version": (
        "Name!",
        "Description: doc",
        f"state: Design/State = {STATES_UNLESS_NAMED}",
        "assignees: assignments/Assignees",
        "comments",
        "Sent for Review: date-time",
        "Review Completion Date: date-time",
        "Planned End Date: date",
        "Design Feature -> Design/Design Feature . Work Versions",
        f"Project -> {_PROJECT} . Work Versions",
    ),
    "Design/Old Work Version": (
        "Name!",
        "state",
        "assignees",
        "comments",
        "Planned End Date: date",
        "Design Feature -> Design/Design Feature . Old Work Versions",
    ),
    "Product/Product Area": ("Name!", "Owner 👤: text"),
    "Product/Feature": (
        *_USUAL,
        *_LIFE,
        "Product Area -> Product/Product Area . Features",
        "Customer Requests: int",
        "Revenue Impact: decimal",
        "Launch Date: date",
    ),
    "Product Management/Request": (
        *_USUAL,
        "Dev Actual Start: date-time",
        "Actual Release Date: date",
        "Planned Release Date: date",
        "Priority: enum(Could|Should|Must)",
        "Customer Requests: int",
        f"Project -> {_PROJECT} . Requests",
    ),
    "QA/Test report": (
        *_USUAL,
        "Started Date: date-time",
        "Completion Date: date-time",
        "Passed #: int",
        "Failed #: int",
        f"Project -> {_PROJECT} . Test reports",
    ),
    "To-dos/To-do": (*_USUAL, "Due: date", f"Project -> {_PROJECT} . To-dos"),
    "Ops/Incident": (
        *_USUAL,
        "Severity: enum(Low|Medium|High|Critical)",
        "Window: date-time-range",
    ),
    "Marketing/Campaign": ("Name!", "Brief: doc", "state", "assignees", "Planned dates: date-range", "Budget €: decimal"),
    "Scrum/Old Task": ("Name!", "Description: doc", "state", "assignees"),
}  # fmt: skip -- one type per paragraph reads better than one string per line


def company_types() -> dict[str, TypeSpec]:
    """All types by name: databases, enums, workflows, users, comments, documents. `Scrum/Old Task` is deleted."""
    return read_types(_NOTES, deleted=frozenset({"Scrum/Old Task"}))
