"""The HTML of the demo's week (eleven people): how large it is, how long it takes to make, how soon a browser shows it.

Making is measured in this process over the stored documents, templates compiled. Showing is measured in Chromium by Chromium
itself: from the start of the navigation until the second frame after the load event, laid out and painted, on a desk and on a
phone. It needs `make test-browser` once (Chromium and Playwright); without them only sizes and making are printed.

    html_report.py [RUNS]      default 7
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from measuring import VOLT_AGENT, WEEK, print_table, run_command, scratch_folder, volt_environ

from volt_assets.settings import Settings
from volt_assets.work_reports.models import EnrichedData, EnrichedEntities, Origin, TogglAggregated
from volt_assets.work_reports.report.html.html_set import ReportData, current_revisions, write_html
from volt_assets.work_reports.report.html.templates import load_html_templates

RUNS = 7
RANGE = f"{WEEK[1]}_{WEEK[3]}"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SCREENS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SHOWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def stored(folder: Path) -> ReportData:
    """The documents that the pages of a range are made from."""
    return ReportData(
        TogglAggregated.model_validate_json((folder / "toggl_aggregated.json").read_bytes()),
        EnrichedEntities.model_validate_json((folder / "enriched_entities.json").read_bytes()),
        EnrichedData.model_validate_json((folder / "enriched_data.json").read_bytes()),
        current_revisions(folder),
    )


def seconds_to_make(data: ReportData, runs: int) -> float:
    """Median seconds for all pages of the set."""
    origin, templates = Origin(key=RANGE, run_id="benchmark", code_version="0"), load_html_templates({})
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        write_html(data, settings=Settings(), templates=templates, origin=origin)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def shown(pages: list[Path], runs: int) -> Iterator[tuple[str, float, float]]:
    """Page and screen, median and longest milliseconds until it is painted."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- an extra

    with sync_playwright() as playwright, ExitStack() as stack:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        stack.callback(browser.close)
        for path in pages:
            for name, screen in SCREENS.items():
                taken = []
                for _ in range(runs):
                    viewport: Any = screen
                    page = browser.new_page(viewport=viewport)
                    page.goto(path.as_uri())
                    taken.append(float(page.evaluate(SHOWN)))
                    page.close()
                yield f"{path.name}, {name}", statistics.median(taken), max(taken)


def main() -> None:
    """One demo, then the figures."""
    runs = int(sys.argv[1]) if sys.argv[1:] else RUNS
    with scratch_folder() as folder:
        run_command((VOLT_AGENT, "demo", "--output-dir", folder / "data"), environ=volt_environ(folder), folder=folder)
        of_range = folder / "data" / "work_reports" / RANGE
        pages = sorted((of_range / "reports").rglob("*.html"))
        sizes = {path: path.stat().st_size for path in pages}
        report, largest = of_range / "reports" / "report.html", max(pages, key=lambda path: (path.name != "report.html", sizes[path]))
        print(f"HTML of the demo's week: {len(pages)} pages, {sum(sizes.values()) / 1000:.0f} kB together (goal: less than 500)")
        print_table(("", "kB"), [(path.name, f"{sizes[path] / 1000:.0f}") for path in (report, largest)])
        print(f"making all of them: {seconds_to_make(stored(of_range), runs) * 1000:.0f} ms, median of {runs}")
        if not Path(CHROMIUM).exists() or find_spec("playwright") is None:
            print(f"not shown: no {CHROMIUM} or no Playwright; make test-browser installs both")
            return
        print(f"until painted in Chromium, {runs} times (goal: less than 1,000 ms)")
        print_table(
            ("", "median ms", "longest ms"), [(name, f"{mid:.0f}", f"{most:.0f}") for name, mid, most in shown([report, largest], runs)]
        )


if __name__ == "__main__":
    main()
