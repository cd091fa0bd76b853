"""What one `volt-agent run` will do, validated before anything is asked or written.

Belongs here: options -> range key, people, assets, data folder. Does not: network (preflight.py), execution (execute.py).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from volt_assets.errors import UsageError
from volt_assets.settings import Settings
from volt_assets.work_reports.data_folder import DataFolder
from volt_assets.work_reports.range_key import RangeKey, make_range, named_range, parse_day, parse_key
from volt_assets.work_reports.run_selection import assets_from, assets_of_stages
from volt_assets.work_reports.stages import FIBERY_ASSETS, RANGE_ASSETS

StartFrom = Literal["toggl", "fibery"]


@dataclass(frozen=True)
class RunOptions:
    """The options as a person gave them."""

    start_date: str | None = None
    end_date: str | None = None
    named: Literal["last-week", "this-week", "last-month"] | None = None
    users: str | None = None
    team: str | None = None
    start_from: str = "toggl"
    run_id: str | None = None
    stages: tuple[str, ...] = ()
    from_stage: str | None = None
    force: bool = False

    @property
    def names_stages(self) -> bool:
        """Whether --stage or --from says what is to be made."""
        return bool(self.stages) or self.from_stage is not None


@dataclass(frozen=True)
class RunPlan:
    """What to execute: one key, its assets, and the settings of this run."""

    key: str
    data_location: str
    assets: tuple[str, ...] = RANGE_ASSETS
    """First what was asked for, then what of it is made."""
    start_from: StartFrom = "toggl"
    overrides: dict[str, Any] = field(default_factory=dict)
    use_model: bool = True
    users: tuple[str, ...] = ()
    """E-mails of an ad-hoc list, to be checked against Toggl and remembered before the run starts."""
    checks: dict[str, int] = field(default_factory=dict)
    """What the checks before the run have spent: the fields of `Usage`."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Asked for and not made: asset -> why."""
    force: bool = False
    """Make what is fresh as well."""
    run_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def to_json(self) -> str:
        """For another process."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> RunPlan:
        """The same plan again."""
        content = json.loads(text)
        return cls(**{**content, "assets": tuple(content["assets"]), "users": tuple(content["users"])})


def plan_range(options: RunOptions, settings: Settings, *, now: datetime) -> tuple[RangeKey, tuple[str, ...]]:
    """The key of a run from Toggl on, and the e-mails of `--users`. Raises UsageError naming the option."""
    today = now.astimezone(settings.zone).date()
    if options.named is not None:
        if options.start_date or options.end_date:
            raise UsageError(f"--{options.named} and dates exclude each other", hint="use one of them")
        chosen = named_range(options.named, now=now, zone=settings.zone)
    else:
        if not options.start_date or not options.end_date:
            raise UsageError("--start-date and --end-date are needed", hint="or --last-week, --this-week, --last-month")
        start, end = parse_day(options.start_date, "--start-date"), parse_day(options.end_date, "--end-date")
        chosen = make_range(start, end, today=today)
    scope, users = plan_scope(options.users, options.team, settings)
    return make_range(chosen.start, chosen.end, today=today, scope=scope), users


def plan_scope(users: str | None, team: str | None, settings: Settings) -> tuple[str | None, tuple[str, ...]]:
    """The scope of `--team` or `--users` and, for the latter, its e-mails."""
    if users is not None and team is not None:
        raise UsageError("--users and --team exclude each other", hint="use one of them")
    if team is not None:
        if team not in settings.teams:
            known = ", ".join(sorted(settings.teams)) or "none yet"
            raise UsageError(
                f"--team {team}: no such team in {settings.volt_file}", hint=_nearest(team, settings.teams) or f"teams there: {known}"
            )
        return team, ()
    if users is None:
        return None, ()
    emails = tuple(sorted({email.strip().lower() for email in users.split(",") if email.strip()}))
    if not emails:
        raise UsageError("--users names nobody", hint="for example --users john@example.com,jane@example.com")
    from volt_assets.work_reports.range_key import users_scope

    return users_scope(emails), emails


def plan_restart(options: RunOptions, settings: Settings, *, now: datetime, known_key: str, data: DataFolder) -> RangeKey:
    """The key of a run from Fibery on; its Toggl data has to be stored. Raises UsageError."""
    given = [name for name in ("start_date", "end_date", "named", "users", "team") if getattr(options, name) is not None]
    if given:
        option = f"--{(options.named or '') if given[0] == 'named' else given[0].replace('_', '-')}"
        other = "--run-id" if options.names_stages else "--start-from fibery"
        raise UsageError(f"{option} does not go with {other}", hint="the run given by --run-id fixes days and people")
    key = parse_key(known_key, today=now.astimezone(settings.zone).date())
    if not options.names_stages and not (data.of_range(str(key)) / "toggl_aggregated.json").is_file():
        raise UsageError(
            f"{key}: no Toggl data is stored in {data.location}", hint="run the range from Toggl first, or give its --output-dir"
        )
    return key


def check_start_from(options: RunOptions) -> StartFrom:
    """The stage to start from, with what it needs. Raises UsageError."""
    if options.names_stages and options.start_from != "toggl":
        raise UsageError("--start-from does not go with --stage and --from", hint="--from fibery means the same")
    if options.stages and options.from_stage is not None:
        raise UsageError("--stage and --from exclude each other", hint="use one of them")
    if options.start_from == "toggl":
        if options.run_id is not None and not options.names_stages:
            raise UsageError("--run-id goes with --start-from fibery", hint="leave it out to run from Toggl, or add --from")
        return "toggl"
    if options.start_from == "fibery":
        if options.run_id is None:
            raise UsageError("--start-from fibery needs --run-id", hint="see volt-agent list-runs")
        return "fibery"
    raise UsageError(
        f"--start-from {options.start_from[:40]}: there is no such stage",
        hint=_nearest(options.start_from, ("toggl", "fibery")) or "toggl or fibery",
    )


def chosen_assets(options: RunOptions) -> tuple[str, ...]:
    """What --stage, --from or --start-from ask for. Raises UsageError with the nearest name of a stage."""
    if options.stages:
        return assets_of_stages(options.stages)
    if options.from_stage is not None:
        return assets_from(options.from_stage)
    return FIBERY_ASSETS if options.start_from == "fibery" else RANGE_ASSETS


def _nearest(text: str, known: Sequence[str] | Mapping[str, Any]) -> str | None:
    import difflib

    near = difflib.get_close_matches(text, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else None
