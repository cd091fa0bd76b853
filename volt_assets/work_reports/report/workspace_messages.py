"""What the enrichment found missing in the workspace, in the language of the report.

The stored documents have these messages in English, whatever language reports are written in; here the known ones are
recognised by their own text. Any other is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache

from volt_assets.work_reports.languages.language import gettext, gettext_noop

_KNOWN = (
    gettext_noop("the workspace has no type %(type)s"),
    gettext_noop("%(type)s has no field called '%(field)s'"),
    gettext_noop("%(type)s has no readable value in the field '%(field)s'"),
    gettext_noop("%(type)s has no date called %(names)s"),
    gettext_noop("%(type)s has no relation called %(names)s"),
    gettext_noop("%(type)s has no collection called %(names)s"),
    gettext_noop(
        "items assigned in %(types)s were not asked for: more than %(number)s types have assignees; "
        "give those that matter an entry in enrichment_config.yaml"
    ),
    gettext_noop("Fibery did not give some children of %(type)s; the report does without them"),
    gettext_noop("Fibery did not give some assigned items of %(type)s; the report does without them"),
    gettext_noop("Fibery refused the query for %(what)s"),
)


def warning_line(message: str) -> str:
    """One message; still untrusted text, names of types and fields stand in it."""
    for known in _KNOWN:
        if match := _pattern(known).fullmatch(message):
            return gettext(known, **match.groupdict())
    return message


@cache
def _pattern(message: str) -> re.Pattern[str]:
    parts = re.split(r"%\((\w+)\)s", message)
    return re.compile("".join(f"(?P<{part}>.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))
