"""The text of `toggl_aggregated.json`, written column by column: a million entry ids never become Python objects.

Belongs here: items, activities and findings as JSON texts per person, and the document around them. Does not: sums
(tracked_sums.py). The model `TogglAggregated` describes the document and reads it; every item stands on a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from volt_assets.work_reports.collect.tracked_sums import Groups, per_group_and_day
from volt_assets.work_reports.models import TeamStatistics, TogglAggregated, TrackedPerson, content_version
from volt_assets.work_reports.models.document import digest

_LISTS = ("items", "activities", "running", "findings")
_DAY_TEXT = pl.concat_str(pl.lit('"'), pl.col("day").cast(pl.String), pl.lit('":'), "seconds")


@dataclass(frozen=True)
class AggregatedDocument:
    """The document with its people as texts."""

    head: TogglAggregated
    """All of it but the people."""
    people: Sequence[bytes]

    @property
    def data_version(self) -> str:
        """The version of the content."""
        return self.head.data_version

    @property
    def data_as_of(self) -> datetime:
        """When the oldest of its data was taken."""
        return self.head.data_as_of

    @property
    def statistics(self) -> TeamStatistics:
        """The team's sums."""
        return self.head.statistics

    def parts(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        yield self.head.model_dump_json(indent=2, exclude={"people", "people_without_time"}).removesuffix("\n}").encode()
        yield b',\n  "people": ['
        for number, person in enumerate(self.people):
            yield b",\n    " if number else b"\n    "
            yield person
        yield b'\n  ],\n  "people_without_time": ' if self.people else b'],\n  "people_without_time": '
        yield b"[" + b",".join(b"\n    " + person.model_dump_json().encode() for person in self.head.people_without_time) + b"]\n}\n"

    def document(self) -> TogglAggregated:
        """The same as objects."""
        return TogglAggregated.model_validate_json(b"".join(self.parts()))


def aggregated_document(draft: TogglAggregated, people: Sequence[bytes]) -> AggregatedDocument:
    """The document with the version of its content; `draft` has no people yet."""
    version = digest(content_version(draft).encode(), *people)
    return AggregatedDocument(draft.model_copy(update={"data_version": version}), people)


def person_text(person: TrackedPerson, texts: Mapping[str, Mapping[int, bytes]]) -> bytes:
    """One person; `texts` holds days, items, activities and findings by name and user_id: the model itself has none of them."""

    def own(name: str) -> bytes:
        return texts.get(name, {}).get(person.user_id, b"")

    head = person.model_dump_json(exclude={"seconds_by_day", "switches", *_LISTS}).removesuffix("}").encode()
    parts = [head, b',"seconds_by_day":{', own("seconds_by_day"), b'},"switches":%d' % person.switches]
    running = b",\n".join(one.model_dump_json().encode() for one in person.running)
    for name in _LISTS:
        text = running if name == "running" else own(name)
        parts += [b',"%b":[' % name.encode(), *((b"\n", text, b"\n") if text else ()), b"]"]
    return b"".join([*parts, b"}"])


def day_texts(days: pl.DataFrame) -> dict[int, bytes]:
    """user_id -> the texts of its days and their seconds, in order."""
    return _per_person(days.select("user_id", text=_DAY_TEXT), ",")


def item_texts(items: Groups) -> dict[int, bytes]:
    """user_id -> the texts of its items."""
    texts = pl.struct(
        "type",
        pl.col("public_id").cast(pl.String),
        "label",
        "resolution",
        pl.col("item_project").alias("project"),
        pl.col("names").fill_null([]),
        pl.col("seconds").alias("duration_seconds"),
    )
    return _per_person(_with_entries(items, texts))


def activity_texts(activities: Groups) -> dict[int, bytes]:
    """user_id -> the texts of its activities."""
    texts = pl.struct(
        pl.col("text").alias("description"),
        "reason",
        pl.col("public_id").cast(pl.String),
        pl.col("toggl_project").alias("project"),
        pl.col("seconds").alias("duration_seconds"),
    )
    return _per_person(_with_entries(activities, texts))


def finding_texts(findings: pl.DataFrame) -> dict[int, bytes]:
    """user_id -> the texts of its findings, in their order."""
    texts = pl.struct(
        "kind", "entry_id", "user_id", pl.col("day").cast(pl.String), pl.col("seconds").alias("duration_seconds"), "overlaps_entry_id"
    )
    return _per_person(findings.select("user_id", text=texts.struct.json_encode()))


def _with_entries(groups: Groups, fields: pl.Expr) -> pl.DataFrame:
    """`user_id` and the whole text of each group, in order."""
    ids = _joined(groups.entries.select("group", text=pl.col("entry_id").cast(pl.String)), "group", ",")
    days = _joined(per_group_and_day(groups).select("group", text=_DAY_TEXT), "group", ",")
    # Every group has entries, and all three tables are in the order of the groups.
    whole = groups.rows.select("user_id", fields=fields.struct.json_encode().str.head(-1)).with_columns(
        ids=ids.get_column("text"), days=days.get_column("text")
    )
    parts = (pl.col("fields"), pl.lit(',"seconds_by_day":{'), pl.col("days"), pl.lit('},"entries":['), pl.col("ids"), pl.lit("]}"))
    return whole.select("user_id", text=pl.concat_str(*parts))


def _per_person(rows: pl.DataFrame, separator: str = ",\n") -> dict[int, bytes]:
    texts = _joined(rows, "user_id", separator)
    # Bytes at once: as Python text one emoji makes all of it four times as large.
    return dict(texts.select("user_id", pl.col("text").cast(pl.Binary)).iter_rows())


def _joined(rows: pl.DataFrame, key: str, separator: str) -> pl.DataFrame:
    """`key` and the joined `text` of its rows, in order. Joining lists is faster than joining inside the group-by."""
    return rows.group_by(key, maintain_order=True).agg("text").with_columns(pl.col("text").list.join(separator))
