"""What the steps of this stage take from the run that they are part of: its writer, its kept revisions, the workspace it has seen.

Does not belong here: assets (assets.py), and anything that can do without a run.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from volt_assets.resilience.result_cache import ResultCache
from volt_assets.work_reports.data_folder import DOMAIN
from volt_assets.work_reports.enrich.schema_cache import SchemaCache
from volt_assets.work_reports.enrich.schema_history import last_change, remembered, snapshot
from volt_assets.work_reports.models.run_metadata import Usage
from volt_assets.work_reports.report.model_prose import make_writer, unproven_note
from volt_assets.work_reports.report.model_spending import Spending
from volt_assets.work_reports.report.prose import Writer
from volt_assets.work_reports.report.revisions import Revisions
from volt_assets.work_reports.report.stored_answers import StoredAnswers
from volt_assets.work_reports.report.workspace_view import WorkspaceView
from volt_assets.work_reports.steps import Step

_MOST_BYTES_OF_ANSWERS = 256 * 1024 * 1024


@asynccontextmanager
async def writer_of(run: Step) -> AsyncIterator[Writer]:
    """The writer of this run: a model when one is configured, else the deterministic one. Counts what the model cost."""
    access = run.volt.llm_access(run.settings)
    if access is None:
        note = unproven_note(run.settings) if run.volt.configured_llm(run.settings) is not None else ""
        yield make_writer(None, run.settings, run.volt.environ, note=note)
        return
    answers = StoredAnswers(
        ResultCache(run.data.local_cache("results"), "answers", most_bytes=_MOST_BYTES_OF_ANSWERS, now=run.volt.now),
        model=access.model,
        max_output_tokens=run.settings.llm.max_output_tokens,
    )
    ledger = run.data.local_cache("llm_calls") / f"{run.context.run.run_id}.jsonl"
    spending = Spending(run.settings.llm, run.volt.now, ledger, run.asset)
    async with run.volt.llm(access, run.settings) as client:

        def spent() -> Usage:
            total = spending.total(run.asset)
            return Usage(
                llm_requests=client.requests_made,
                input_tokens=total.input_tokens,
                output_tokens=total.output_tokens,
                cost_usd=total.cost_usd,
            )

        with run.counting(spent):
            yield make_writer(client, run.settings, run.volt.environ, answers, spending)


def revisions_of(run: Step, data_version: str) -> Revisions:
    """The kept revisions of the run's range, to which this step adds."""
    return Revisions(run.data.of_range(str(run.key)), run.origin, data_version=data_version, now=run.volt.now)


def workspace_seen_by(run: Step) -> WorkspaceView:
    """The schema that the enrichment has just looked at, and what changed since earlier runs."""
    known = SchemaCache(run.data.cache("fibery_schema.json")).known()
    if known is None:
        return WorkspaceView()
    history, warning = remembered(run.data.root / DOMAIN, snapshot(*known))
    if warning is not None:
        run.warn(warning)
    return WorkspaceView(known[0], history.current.first_seen, last_change(history))
