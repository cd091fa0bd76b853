"""What every report says about its data: period, zone, completeness, proof against Toggl's total, what limits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from volt_assets.work_reports.languages.language import gettext
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Reconciliation, RunningEntry, TogglAggregated
from volt_assets.work_reports.report.data_models import RunningFacts, Scene
from volt_assets.work_reports.report.figures import counted, nearest
from volt_assets.work_reports.report.periods import Period, moment
from volt_assets.work_reports.report.phases import is_long_after

# How the scope of an ad-hoc list of people begins; the name of a team cannot.
AD_HOC = "users-"
_DAYS_NAMED = 5
_MINUTE = 60


def scene_of(
    data: TogglAggregated | EnrichedData,
    called: Mapping[int, str],
    *,
    enriched: EnrichedEntities | None = None,
    user_id: int | None = None,
    entries: int | None = None,
) -> Scene:
    """The scene of a report about everybody in `data`, or about one person. `called`: user id -> name, told apart."""
    period = Period(start=data.start_date, end=data.end_date)
    people = [person for person in data.people if user_id is None or person.user_id == user_id]
    return Scene(
        period=period,
        timezone=data.timezone,
        scope=data.scope,
        people=_listed(data, called),
        in_progress=data.in_progress,
        data_as_of=moment(data.data_as_of),
        reconciliation=reconciliation_line(data.reconciliation, period),
        notices=tuple(_notices(data, enriched, period)),
        toggl_workspace_id=data.toggl_workspace_id,
        entries_url=period.toggl_url(data.toggl_workspace_id, user_id),
        entries=data.statistics.total_entries if entries is None else entries,
        running=tuple(fact for person in people for fact in running_facts(called[person.user_id], person.running, period)),
        fibery_workspace=enriched.fibery_workspace if enriched else "",
        fetched_at=enriched.fetched_at if enriched else None,
        roster=tuple(dict.fromkeys(person.name for person in (*data.people, *data.people_without_time))),
    )


def _listed(data: TogglAggregated | EnrichedData, called: Mapping[int, str]) -> tuple[str, ...]:
    """The people of an ad-hoc list: its scope is a digest that says nothing to a reader."""
    if data.scope is None or not data.scope.startswith(AD_HOC):
        return ()
    return tuple(sorted((called[person.user_id] for person in (*data.people, *data.people_without_time)), key=str.casefold))


def running_facts(name: str, running: Iterable[RunningEntry], period: Period) -> list[RunningFacts]:
    """Entries that still run, with their start as the person's clock showed it."""
    return [
        RunningFacts(
            person=name,
            text=entry.description or gettext("without description"),
            since=f"{period.day(entry.started_at)} {entry.started_at:%H:%M}",
        )
        for entry in running
    ]


def reconciliation_line(proof: Reconciliation, period: Period) -> str:
    """`reconciled with Toggl to the second`, or by how much not, or for which days there is no proof."""
    if proof.is_reconciled:
        return gettext("reconciled with Toggl to the second")
    if proof.unproven_days:
        days = _day_list(proof.unproven_days, period)
        return gettext("not proven against Toggl's total for %(days)s", days=days)
    if proof.toggl_seconds is None:
        return gettext("not proven: Toggl gave no total for this period")
    difference = proof.our_seconds - proof.toggl_seconds
    apart, total = _duration(abs(difference)), nearest(proof.toggl_seconds).text
    if difference > 0:
        return gettext("NOT reconciled: %(time)s more than Toggl's own total of %(total)s", time=apart, total=total)
    return gettext("NOT reconciled: %(time)s less than Toggl's own total of %(total)s", time=apart, total=total)


def _notices(data: TogglAggregated | EnrichedData, enriched: EnrichedEntities | None, period: Period) -> Iterable[str]:
    if data.in_progress:
        yield _capitalized(gettext("%(period)s was not over when this was written: later entries are not in it.", period=period.whole))
    if data.sees_only_own_entries:
        yield gettext("The Toggl token may see only its owner's entries: other people's time is missing here, not absent.")
    if not data.reconciliation.is_reconciled:
        proof = _capitalized(reconciliation_line(data.reconciliation, period))
        yield gettext("%(proof)s. Take the figures as provisional.", proof=proof)
    if enriched and is_long_after(enriched.fetched_at, period):
        yield gettext(
            "States, assignees and progress are those of %(moment)s, long after %(period)s; "
            "whether time and state agree is therefore judged by dates only.",
            moment=moment(enriched.fetched_at),
            period=period.whole,
        )


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day_list(days: tuple[date, ...], period: Period) -> str:
    named = ", ".join(period.day(day) for day in days[:_DAYS_NAMED])
    more = len(days) - _DAYS_NAMED
    further = counted(more, "further day", "further days")
    return gettext("%(first)s and %(last)s", first=named, last=further) if more > 0 else named


def _duration(seconds: int) -> str:
    if seconds < _MINUTE:
        return gettext("%(seconds)s s", seconds=seconds)
    if seconds < _MINUTE * _MINUTE:
        return gettext("%(minutes)s min %(seconds)s s", minutes=seconds // _MINUTE, seconds=seconds % _MINUTE)
    return nearest(seconds).text
