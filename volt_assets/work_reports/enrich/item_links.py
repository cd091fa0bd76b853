"""Where a person opens a work item: https://{workspace}.fibery.io/{Space}/{Type}/{slug}-{public id}."""

from __future__ import annotations

import re
from urllib.parse import quote

_LONGEST_SLUG = 60


def item_url(link_base_url: str, type_name: str, public_id: str, name: str) -> str:
    """A link made of safe characters only, whatever the item is called; Fibery ignores the slug."""
    space, _, kind = type_name.partition("/")
    parts = [quote(part.replace(" ", "_"), safe="") for part in (space, kind) if part]
    number = quote(public_id, safe="")
    slug = "-".join(re.findall(r"[A-Za-z0-9]+", name))[:_LONGEST_SLUG].strip("-")
    return "/".join([link_base_url.rstrip("/"), *parts, f"{slug}-{number}" if slug else number])
