"""Whether the report files of a range form one set, and of which run: judged from the stamp that each of them carries.

Belongs here: the judgement. Does not: the stamp (stamp.py), keeping the judgement (run_record.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from volt_assets.resilience.atomic_file import AnyPath
from volt_assets.work_reports.models.run_metadata import ReportFile, ReportSet, RunMetadata, RunStatus
from volt_assets.work_reports.own_files import listed_tables, stamp_of
from volt_assets.work_reports.revision_store import REVISIONS, read_index
from volt_assets.work_reports.stages import STAGE_OF

Makers = Literal["nobody", "this run", "an earlier run", "both"]
_PATTERNS = tuple(f"reports/{below}*{suffix}" for below in ("", "individual/", "views/") for suffix in (".md", ".json", ".html"))
_ENDS: dict[RunStatus, str] = {"in_progress": "a run is under way", "waiting": "the latest run waits for its quota"}


def judge_report_set(folder: AnyPath, record: RunMetadata) -> ReportSet:
    """Read the stamps of the report files below `folder`: whether they belong together, and to the run of `record`."""
    files, foreign = _sorted_out(folder)
    tables = [path for path in folder.glob("reports/*/*.csv") if path.is_file()]
    listed = {place: listed_tables(place.with_suffix(".json")) for place in {path.parent for path in tables}}
    own = {path for path in tables if f"{path.parent.name}/{path.name}" in listed[path.parent]}
    return _judged(files, record).model_copy(
        update={
            "data_files": tuple(sorted(_relative(path, folder) for path in own)),
            "foreign_files": tuple(sorted((*foreign, *(_relative(path, folder) for path in tables if path not in own)))),
        }
    )


def _relative(path: AnyPath, folder: AnyPath) -> str:
    return "/".join(path.parts[len(folder.parts) :])


def _judged(files: tuple[ReportFile, ...], record: RunMetadata) -> ReportSet:
    if not files:
        return ReportSet()
    time_versions = {file.data_version.partition(".")[0] for file in files}
    item_versions = {item for file in files if (item := file.data_version.partition(".")[2])}
    if len(time_versions) > 1 or len(item_versions) > 1:
        return ReportSet(state="half remade", reason="the files were made from different data; run the range again", files=files)
    # What was fresh and left as it was is as finished as what was made.
    finished = {step.asset for step in record.steps if step.status == "completed"} | set(record.parameters.skipped)
    if record.status in ("completed", "incomplete") and finished & {"team_summary", "toggl_summary", "individual_reports"}:
        return ReportSet(state="complete", files=files)
    reason = _ENDS.get(record.status, f"the latest run ended {record.status}")
    made_by = makers(files, record.run_id)
    if made_by == "this run":
        rest = "are not written yet" if record.status == "in_progress" else "are missing"
        return ReportSet(state="unfinished", reason=f"{reason}; these reports are its own, the others {rest}", files=files)
    whose = "some of these reports are its own, the others" if made_by == "both" else "these reports are"
    return ReportSet(state="outdated", reason=f"{reason}; {whose} of an earlier one", files=files)


def report_files(folder: AnyPath) -> tuple[ReportFile, ...]:
    """The reports below the folder of a range, with what their stamps say; nothing for a damaged one that has none."""
    return _sorted_out(folder)[0]


def _sorted_out(folder: AnyPath) -> tuple[tuple[ReportFile, ...], tuple[str, ...]]:
    """The reports, and the paths of what lies among them and is none."""
    files, foreign, revisions = [], [], read_index(folder / REVISIONS).reports
    for path in sorted((path for pattern in _PATTERNS for path in folder.glob(pattern)), key=str):
        if not path.is_file():
            continue
        stamp = stamp_of(path)
        relative = _relative(path, folder)
        run_id, data_version = (stamp.run_id, stamp.data_version) if stamp else ("", "")
        name = relative.removeprefix("reports/").rpartition(".")[0]
        if (stamp is None or stamp.key != folder.name) and name not in STAGE_OF and name not in revisions:
            foreign.append(relative)
            continue
        # The page of the set is of the revision of the team's report.
        current = revisions.get("team_summary" if name == "report" else name)
        if current is not None and current.data_version == data_version:
            # Written by an earlier run, and found by a later one to say of the later data just the same.
            run_id, data_version = current.confirmed_run_id, current.confirmed_data
        files.append(ReportFile(path=relative, run_id=run_id, data_version=data_version))
    return tuple(files), tuple(foreign)


def makers(files: Sequence[ReportFile], run_id: str) -> Makers:
    """Who made the files: the run with this id, one before it, or both."""
    own = sum(file.run_id == run_id for file in files)
    if not files:
        return "nobody"
    return "this run" if own == len(files) else "both" if own else "an earlier run"
