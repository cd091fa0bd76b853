"""The metrics of `volt-agent metrics` in Prometheus' form: names, types, labels. No label names a person, a range or an item.

Belongs here: names and the server. The figures are run_metrics.py's. Sums are over the runs that ended within a window before the
scrape, as gauges: a counter of this process would know nothing of the runs before its start.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from volt_assets.cli.run_metrics import APIS, QUANTILES, WINDOWS, MetricsReader, Reading
from volt_assets.errors import UsageError
from volt_assets.work_reports.run_state import STATUSES

if TYPE_CHECKING:
    from volt_assets.cli.console import Console

_BREAKER = {"half_open": 1, "open": 2}
_log = logging.getLogger("volt.metrics")


class VoltCollector(Collector):
    """Reads at every scrape, one scrape at a time."""

    def __init__(self, reader: MetricsReader) -> None:
        """Nothing is read before the first scrape."""
        self._reader = reader
        self._one_at_a_time = threading.Lock()

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: registering must not read."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every metric; when the figures cannot be read, only that they cannot."""
        began, reading = time.perf_counter(), None
        try:
            with self._one_at_a_time:
                reading = self._reader.read()
        except Exception:  # noqa: BLE001 -- as said below
            # Whatever the storage says: the next scrape asks again.
            _log.exception("the metrics cannot be read")
        if reading is not None:
            yield from metrics_of(reading)
        yield _gauge("volt_scrape_failed", "1 when the figures could not be read", float(reading is None))
        yield _gauge("volt_scrape_seconds", "How long reading the figures took", time.perf_counter() - began)


def metrics_of(reading: Reading) -> Iterator[GaugeMetricFamily]:
    """The families of one reading."""
    yield _labelled("volt_runs", "Runs that the history knows, by status", "status", reading.runs)
    yield from _recent(reading)
    durations = {str(share): seconds for share in QUANTILES if (seconds := reading.duration_quantile(share)) is not None}
    yield _labelled("volt_run_duration_seconds", "How long the finished runs of 7 days took, by quantile", "quantile", durations)
    yield _gauge("volt_longest_under_way_seconds", "How long the oldest run under way has gone on", reading.longest_under_way_seconds)
    yield from _outside(reading)
    yield _gauge("volt_dead_letters", "Work items that failed and wait to be tried again", reading.dead_letters)
    yield _gauge("volt_dead_letter_oldest_age_seconds", "How long the oldest of them has waited", reading.oldest_letter_age_seconds)
    if reading.newest_range_age_seconds is not None:
        yield _gauge("volt_newest_range_age_seconds", "Since the last day of the newest finished range", reading.newest_range_age_seconds)
    if reading.last_completed_age_seconds is not None:
        yield _gauge("volt_last_finished_age_seconds", "Since a run last finished", reading.last_completed_age_seconds)


def registry_of(reader: MetricsReader) -> CollectorRegistry:
    """A registry with our metrics alone."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(VoltCollector(reader))
    return registry


def exposition(reader: MetricsReader) -> str:
    """One scrape as text."""
    return generate_latest(registry_of(reader)).decode()


def serve_metrics(
    reader: MetricsReader,
    host: str,
    port: int,
    console: Console,
    *,
    wait: Callable[[threading.Thread], None] = threading.Thread.join,
) -> None:
    """Serve until Ctrl-C. Raises UsageError when nothing can listen there."""
    try:
        server, thread = start_http_server(port, addr=host, registry=registry_of(reader))
    except OSError as error:
        problem = f"--host {host} --port {port}: {error.strerror or error}"
        raise UsageError(problem, hint="choose another port, or end what listens there") from error
    console.say(f"http://{host}:{server.server_port}/metrics · Ctrl-C ends it")
    try:
        wait(thread)
    except KeyboardInterrupt:
        console.say("ended")
    finally:
        server.shutdown()
        server.server_close()


def _recent(reading: Reading) -> Iterator[GaugeMetricFamily]:
    runs = GaugeMetricFamily("volt_recent_runs", "Runs that ended within the window, by status", labels=("status", "window"))
    requests = GaugeMetricFamily("volt_recent_requests", "Requests of those runs", labels=("api", "window"))
    tokens = GaugeMetricFamily("volt_recent_tokens", "Model tokens of those runs", labels=("direction", "window"))
    cost = GaugeMetricFamily("volt_recent_cost_usd", "Money those runs spent on a model, at the configured prices", labels=("window",))
    for window, span in WINDOWS.items():
        ended = reading.within(span)
        spent = [run.record.usage for run in ended if run.record is not None]
        for status in STATUSES:
            if status != "in_progress":
                runs.add_metric((status, window), sum(run.status == status for run in ended))
        for api in APIS:
            requests.add_metric((api, window), sum(getattr(usage, f"{api}_requests") for usage in spent))
        tokens.add_metric(("input", window), sum(usage.input_tokens for usage in spent))
        tokens.add_metric(("output", window), sum(usage.output_tokens for usage in spent))
        cost.add_metric((window,), sum(usage.cost_usd for usage in spent))
    yield from (runs, requests, tokens, cost)


def _outside(reading: Reading) -> Iterator[GaugeMetricFamily]:
    quotas = reading.quotas
    resets = {api: quota.resets_in_seconds for api, quota in quotas.items() if quota.resets_in_seconds is not None}
    remaining = {api: quota.remaining for api, quota in quotas.items()}
    ages = {api: quota.seen_age_seconds for api, quota in quotas.items()}
    yield _labelled("volt_quota_remaining", "Requests left of the quota, as a run last saw it", "api", remaining)
    yield _labelled("volt_quota_seen_age_seconds", "How long ago it saw that", "api", ages)
    yield _labelled("volt_quota_resets_in_seconds", "Until the used-up quota is back that a run waits for", "api", resets)
    states = {api: _BREAKER.get(reading.circuits.get(api, ""), 0) for api in APIS}
    yield _labelled("volt_breaker_state", "Circuit of the API on this machine: 0 closed, 1 half open, 2 open", "api", states)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _labelled(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
