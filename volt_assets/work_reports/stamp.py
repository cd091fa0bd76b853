"""The last line of every report: an invisible comment that names the run and the data it was made from.

The JSON document beside a report says the same in its first lines.

A set of reports is half remade when its stamps differ; `read_stamp` is how that is recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from volt_assets.work_reports.models import Origin

_STAMP = re.compile(r"<!-- volt key=(\S+) run=(\S+) data=(\S+) code=(\S+) -->\s*\Z")

_HEAD = re.compile(
    r'\{\s*"schema_version": \d+,\s*"key": "(?P<key>[^"\\]*)",\s*"data_as_of": "[^"\\]*",\s*"code_version": "(?P<code>[^"\\]*)",'
    r'\s*"run_id": "(?P<run>[^"\\]*)",\s*"data_version": "[^"\\]*",\s*"made_from": "(?P<data>[^"\\]*)"'
)


@dataclass(frozen=True)
class Stamp:
    """Which range, run, data and code made a file."""

    key: str
    run_id: str
    data_version: str
    code_version: str


def footer_stamp(origin: Origin, data_version: str) -> str:
    """The comment line; values keep letters, digits and `._+-` only, so nothing can end the comment early."""
    key, run, data, code = (_plain(value) for value in (origin.key, origin.run_id, data_version, origin.code_version))
    return f"<!-- volt key={key} run={run} data={data} code={code} -->"


def read_stamp(text: str) -> Stamp | None:
    """The stamp at the end of a report, or None when it has none."""
    match = _STAMP.search(text[-2_000:])
    return Stamp(*match.groups()) if match else None


def read_document_stamp(head: str) -> Stamp | None:
    """The same of the JSON document beside a report, from its first lines; None when these are not its head."""
    match = _HEAD.match(head)
    return Stamp(match["key"], match["run"], match["data"], match["code"]) if match else None


def data_version_of(text: str) -> bytes:
    """The data version in the stamp of a report; nothing when it has none."""
    stamp = read_stamp(text)
    return stamp.data_version.encode() if stamp else b""


def _plain(value: str) -> str:
    single = re.sub(r"[^A-Za-z0-9._+-]+", "_", value)
    return re.sub(r"-{2,}", "-", single) or "none"
