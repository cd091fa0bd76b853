"""What `volt-agent explain` prints: the sentences of a stored report, and the facts behind one of them.

Belongs here: finding the report's JSON document and laying it out. Nothing is computed: the document says it all.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import ValidationError

from volt_assets.cli.console import Console
from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.terminal_text import one_line
from volt_assets.environment import data_dir
from volt_assets.errors import StoredDataError, UsageError
from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.data_folder import DOMAIN, DataFolder
from volt_assets.work_reports.models import Fact, ReportDocument, Sentence

_PEOPLE = "individual"
_ENTRIES_NAMED = 12


def explain_report(report: str, sentence: str | None, range_key: str | None, console: Console, *, as_json: bool) -> int:
    """List the sentences of a report, or tell what one rests on. Raises UsageError with the nearest match."""
    document = _document(report, range_key)
    if sentence is None:
        _list(document, console, as_json=as_json)
        return ExitCode.OK
    found = next((each for each in document.sentences if each.id == sentence), None)
    if found is None:
        ids = [each.id for each in document.sentences]
        raise UsageError(f"{document.report} of {document.key} has no sentence '{sentence[:40]}'", hint=_nearest(sentence, ids, ids))
    facts = {fact.id: fact for fact in document.facts}
    used = [facts[each] for each in found.facts if each in facts]
    if as_json:
        said, rests_on = found.model_dump(mode="json"), [fact.model_dump(mode="json") for fact in used]
        console.json({"key": document.key, "report": document.report, "sentence": said, "facts": rests_on})
    else:
        console.data("\n".join(_told(document, found, used)))
    return ExitCode.OK


def _list(document: ReportDocument, console: Console, *, as_json: bool) -> None:
    if as_json:
        console.json(
            {"key": document.key, "report": document.report, "sentences": [each.model_dump(mode="json") for each in document.sentences]}
        )
        return
    rows = [[each.id, each.section, len(each.facts), "model" if each.by_model else "Volt", each.text] for each in document.sentences]
    console.table(f"{document.report} of {document.key}", ["Id", "Section", "Facts", "Written by", "Sentence"], rows)


def _told(document: ReportDocument, sentence: Sentence, facts: Sequence[Fact]) -> list[str]:
    by = document.written_by if sentence.by_model and document.written_by else "Volt itself"
    lines = [
        one_line(sentence.text),
        "",
        f"{document.report} of {document.key}, sentence {sentence.id}, section {one_line(sentence.section)}, by {by}",
    ]
    for fact in facts:
        lines += ["", f"{fact.id}  {one_line(fact.text)}: {one_line(fact.label)}"]
        if fact.value is not None and str(fact.value) != fact.text:
            lines.append(f"    value    {one_line(str(fact.value))} {fact.unit}".rstrip())
        if fact.item is not None:
            lines.append(f"    item     {one_line(' #'.join(fact.item))}")
        if fact.url:
            lines.append(f"    open     {one_line(fact.url)}")
        if fact.entries:
            named = ", ".join(str(entry) for entry in fact.entries[:_ENTRIES_NAMED])
            more = len(fact.entries) - _ENTRIES_NAMED + fact.more_entries
            lines.append(f"    entries  {named}{f' and {more} more' if more > 0 else ''}")
    if not facts:
        lines += ["", "It says no figure and no name."]
    if document.entries_url:
        lines += ["", f"All entries in Toggl: {one_line(document.entries_url)}"]
    return lines


def _document(report: str, range_key: str | None) -> ReportDocument:
    folder = DataFolder(data_dir(os.environ))
    wanted = report.removesuffix(".md").removesuffix(".json").removeprefix("reports/")
    keys = [range_key] if range_key is not None else _keys(folder)
    if not keys:
        raise UsageError(f"{folder.location}: there are no reports yet", hint="volt-agent run makes them")
    for key in keys:
        found = _reports(folder.of_range(key))
        path = found.get(wanted) or found.get(f"{_PEOPLE}/{wanted}")
        if path is not None:
            return _read(path)
    known = [name.removeprefix(f"{_PEOPLE}/") for name in _reports(folder.of_range(keys[0]))]
    where = f"{keys[0]} has" if len(keys) == 1 else "no range has"
    missing = "no report" if len(keys) == 1 else "a report"
    raise UsageError(f"{where} {missing} '{report[:80]}'", hint=_nearest(wanted, known, known))


def _keys(folder: DataFolder) -> list[str]:
    """The range keys with reports, the one that ends last first; of equal ranges the one about everybody first."""
    ranges = folder.root / DOMAIN
    keys = [path.name for path in ranges.glob("*_*") if (path / "reports").is_dir()] if ranges.is_dir() else []
    return sorted(sorted(keys), key=lambda key: key.split("_")[1::-1], reverse=True)


def _reports(folder: AnyPath) -> dict[str, AnyPath]:
    """Name of the report -> its document."""
    people = {f"{_PEOPLE}/{path.stem}": path for path in folder.glob(f"reports/{_PEOPLE}/*.json")}
    return {**{path.stem: path for path in folder.glob("reports/*.json")}, **people}


def _read(path: AnyPath) -> ReportDocument:
    try:
        return ReportDocument.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise StoredDataError(f"{path}: is not the document of a report", hint="make the reports of this range again") from error


def _nearest(wanted: str, names: Sequence[str], known: Sequence[str]) -> str:
    close = get_close_matches(wanted, names, n=1, cutoff=0.4)
    if close:
        return f"did you mean {close[0]}?"
    return f"there are: {', '.join([*known[:8], '…'] if len(known) > 8 else known) or 'none'}"  # noqa: PLR2004 -- as many as fit on a line
