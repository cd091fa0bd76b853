"""What a run may never do, whatever its services say: leave a token behind, follow a stranger, or let a text from outside act."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

from volt_assets.cli.exit_codes import ExitCode
from volt_assets.cli.run_plan import RunPlan
from volt_assets.sandbox import people
from volt_assets.sandbox.server import RunningSandbox, SandboxOptions, running_sandbox
from volt_assets.sandbox.world import WorldOptions
from volt_assets.work_reports.stamp import read_stamp
from volt_assets_tests.cli.command_line import Ended
from volt_assets_tests.cli.terminal import Terminal
from volt_assets_tests.forked_runs import Machine, machine
from volt_assets_tests.pipeline import WEEK, document, files_of, folder_of, record_of
from volt_assets_tests.work_reports.report.html.page_reader import TAGS as PAGE_TAGS
from volt_assets_tests.work_reports.report.html.page_reader import Page
from volt_assets_tests.work_reports.report.injections import INJECTIONS
from volt_assets_tests.work_reports.report.rendered import rendered
from volt_assets_tests.work_reports.report.test_team_reports import OUR_LINKS, TAGS

DATES = ("--start-date", "2025-10-06", "--end-date", "2025-10-12")
HUGE = "x" * 100_000
NAMES = (
    "../../escaped",
    "\x1b]0;pwned\x07\x1b[31mred\x1b[0m\x9b2J\u202eesrever",
    "<img src=x onerror=alert(1)> [click](https://evil.example) ![p](https://evil.example/p.png)",
    "%s %(x)s {0} {x.__class__} {{ 7 * 7 }}",
    "line\r\n# Heading\n| a | b |\n|---|---|\x00",
    HUGE,
)
EMAILS = ("../../e@evil.example", "\x1b[31m@evil.example", "<script>@evil.example", "%s{0}@evil.example", None, f"{HUGE}@evil.example")
SERVICES = {
    "toggl": ("TOGGL_BASE_URL", ("raw_toggl_data",)),
    "fibery": ("FIBERY_BASE_URL", ("enriched_entities",)),
    "openai": ("OPENAI_BASE_URL", ("toggl_summary",)),
}
"""Whose address it is, and an asset that asks it."""


PAGE_LINKS = re.compile(r"(?:\.\./)?(?:individual/|views/)?[a-z0-9_]+\.(?:html|md)")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


# What the terminal of the run showed: its progress, then its outcome.
SHOW_AGAIN = """
import sys
from datetime import UTC, datetime
from volt_assets.cli.console import Console
from volt_assets.cli.execute import RunEnd
from volt_assets.cli.outcome import report_outcome
from volt_assets.cli.run_plan import RunPlan
from volt_assets.cli.terminal_keys import NoKeys
from volt_assets.cli.watch import watch
from volt_assets.work_reports.data_folder import DataFolder
key, run_id, location = sys.argv[1:]
data = DataFolder(location)
watch(
    data.progress_file(run_id), is_alive=lambda: False, console=Console(), now=lambda: datetime.now(UTC),
    sleep=lambda _: None, on_quit=print, on_open_ui=print, keys=NoKeys(),
)
sys.exit(report_outcome(RunPlan(key, location, run_id=run_id), RunEnd("completed"), data, Console(), as_json=False))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("home")) as started:
        yield started


# --- texts from outside -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile_company() -> Iterator[RunningSandbox]:
    """Everybody and everything in it has a name that wants to be more than a name."""
    storied = [
        (name, zone, role, email, email)
        for (_, zone, role, _, _), name, email in zip(people._STORIED, NAMES, EMAILS, strict=False)  # noqa: SLF001 -- its data, not its code
    ]
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(people, "_STORIED", tuple(storied))
            options = SandboxOptions(world=WorldOptions(people=len(NAMES), weeks=1), pace=0)
            running = stack.enter_context(running_sandbox(options))
        running.edit.between_answers(lambda: make_hostile(running))
        yield running


def make_hostile(company: RunningSandbox) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in (*INJECTIONS, *NAMES[:-1], "../" * 40)]
    descriptions = company.world.entries.descriptions
    for position, before in enumerate(descriptions):
        text = texts[position % len(texts)]
        # Every label that looks like a type is a step of the run: a dozen hostile ones are enough.
        label = f"[{text}] [{text}]" if position % 16 == 1 else f"[Scrum] [Task] [{text}]"
        kept = before if "#" in before else f"{text} #{position} {label}"
        descriptions[position] = f"{text} {kept}" if position % 3 else text
    descriptions[0] = f"{HUGE} #12 [Scrum] [Task] [{HUGE}]"
    store, count = company.world.fibery, 0
    for spec in store.types.values():
        title = next((own.name for own in spec.fields.values() if own.is_title), None)
        for row in store.rows[spec.name].values() if title is not None and not spec.name.startswith("fibery/") else ():
            count += 1
            row[str(title)] = texts[count % len(texts)]
    for position, secret in enumerate(store.documents):
        store.documents[secret] = "\n\n".join(texts[position % len(texts) :][:5]) if position % 20 else HUGE
    company.edit.toggl.forget()


@dataclass(frozen=True)
class HostileWeek:
    data: Path
    ended: Ended
    outside_before: set[str]


@pytest.fixture(scope="module")
def hostile_week(place: Machine, hostile_company: RunningSandbox) -> HostileWeek:
    data = place.home / "nested" / "deeply" / "data"
    outside = set(files_of(place.home))
    ended = place.command("run", *DATES, "--output-dir", str(data), company=hostile_company)
    assert ended.code == 0, ended.err[:2000]
    return HostileWeek(data, ended, outside)


def test_no_text_from_outside_becomes_a_path(hostile_week: HostileWeek, place: Machine) -> None:
    folder = folder_of(hostile_week.data)
    assert {path.parent for path in place.home.parent.rglob("*escaped*")} == {
        folder / "reports" / "individual",
        folder / "revisions" / "individual",
    }
    slugs = {person["slug"] for person in document(hostile_week.data, "individual_reports")["reports"]}
    assert {path.name for path in (folder / "reports" / "individual").iterdir()} == {
        f"{slug}.{kind}" for slug in slugs for kind in ("md", "json", "html")
    }
    assert len(slugs) >= 5
    assert all(re.fullmatch(r"[a-z0-9_]{1,80}", slug) for slug in slugs), slugs
    new = {name for name in set(files_of(place.home)) - hostile_week.outside_before if not name.startswith("nested/deeply/data/")}
    assert {name.partition("/")[0].partition("_")[0] for name in new} <= {"dagster", "output"}
    for name in files_of(hostile_week.data):
        assert re.fullmatch(r"[A-Za-z0-9._/-]{1,200}", name), name


def test_no_text_from_outside_is_live_in_a_report(hostile_week: HostileWeek) -> None:
    for path in (folder_of(hostile_week.data) / "reports").rglob("*.md"):
        text = path.read_bytes().decode()
        page = rendered(text)
        # To be copied in one report; one level deeper in the file with all of them.
        assert page.tags <= TAGS | {"pre", "h4"}, (path, page.tags - TAGS)
        assert all(OUR_LINKS.fullmatch(link) for link in page.links), (path, page.links)
        assert page.autolinks == [], path
        # Isolates are ours: they keep the direction of a text to itself.
        assert not CONTROLS.search(re.sub("\u2068([^\u2066-\u2069]*)\u2069", r"\1", text)), path
        assert read_stamp(text) is not None
        assert len(text) < 400_000, path


def test_no_text_from_outside_is_live_in_a_page(hostile_week: HostileWeek) -> None:
    pages = [Page(path.read_bytes().decode()) for path in (folder_of(hostile_week.data) / "reports").rglob("*.html")]
    assert len(pages) >= 6
    for page in pages:
        assert page.tags <= PAGE_TAGS, page.tags - PAGE_TAGS
        assert page.badly_nested == []
        assert not {name for each in page.elements for name in each.attributes if name.startswith("on") or name in ("style", "src")}
        outside = [link["href"] for link in page.links if not link["href"].startswith("#")]
        assert all(PAGE_LINKS.fullmatch(address) or OUR_LINKS.fullmatch(address) for address in outside), outside
        assert page.source.count("<!--") == 1


def test_no_text_from_outside_steers_the_terminal(hostile_week: HostileWeek, place: Machine, hostile_company: RunningSandbox) -> None:
    asked = [
        place.command(*arguments, company=hostile_company, VOLT_DATA_DIR=str(hostile_week.data)).err
        for arguments in (("show-run", "--run-id", WEEK), ("show-run", "--run-id", WEEK, "--json"), ("list-runs",), ("doctor",))
    ]
    for said in (hostile_week.ended.err, *asked):
        assert said
        assert not CONTROLS.search(said), CONTROLS.findall(said)
    assert "escaped" in hostile_week.ended.err
    # The same on a terminal, where our own colours are all there is.
    arguments = (WEEK, record_of(hostile_week.data).run_id, str(hostile_week.data))
    with Terminal(SHOW_AGAIN, *arguments, columns=200) as terminal:
        assert terminal.wait_for_exit() == 0, terminal.shown[-2000:]
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.shown)
    assert "escaped" in shown
    assert not CONTROLS.search(shown), CONTROLS.findall(shown)
    assert "\x1b[31mred" not in terminal.shown
    assert "\x1b[2J" not in terminal.shown


# --- tokens -------------------------------------------------------------------------------------------------------------


@dataclass
class Stranger:
    """A server that gives back what it is told, or sends to another one, and remembers who asked."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def stranger(status: int, to: str = "") -> Iterator[Stranger]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            server.asked.append(self.path)
            authorization = self.headers.get("Authorization", "")
            scheme, _, given = authorization.partition(" ")
            decoded = base64.b64decode(given).decode() if scheme == "Basic" else given
            body = json.dumps({"message": f"denied {authorization} {decoded}", "token": decoded, "error": {"message": decoded}}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Echo", decoded)
            if to:
                self.send_header("Location", f"{to}{self.path}?token={decoded}")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 -- the names http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its signature
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server = Stranger(f"http://127.0.0.1:{listening.server_address[1]}")
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            listening.shutdown()


@pytest.fixture(scope="module")
def company() -> Iterator[RunningSandbox]:
    with running_sandbox(SandboxOptions(world=WorldOptions(people=2, weeks=1), pace=0)) as running:
        yield running


@pytest.fixture(scope="module")
def whole_week(place: Machine, company: RunningSandbox) -> Path:
    """What a run without trouble leaves; the runs in trouble begin from its days."""
    data = place.home / "whole"
    assert place.command("run", *DATES, "--output-dir", str(data), company=company).code == 0
    return data


def secrets_of(company: RunningSandbox) -> list[bytes]:
    tokens = [value for name, value in company.environ(with_model=True).items() if name.endswith(("TOKEN", "KEY"))]
    basic = base64.b64encode(f"{company.environ()['TOGGL_API_TOKEN']}:api_token".encode()).decode()
    assert len(tokens) == 3
    return [value.encode() for value in (*tokens, basic)]


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what packed ones hold: values in SQLite, packed or not, and the columns of days."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        yield str(path), path.read_bytes()
        if path.suffix == ".db":
            yield from _values_of(path)
        elif path.suffix == ".columns":
            yield f"{path} unpacked", str(pl.read_parquet(path.read_bytes().split(b"\n", 2)[2]).to_dicts()).encode()


def _values_of(path: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(path)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 -- a name the database itself gave
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    with suppress(zlib.error):  # most values are not packed
                        raw = zlib.decompress(raw)
                    yield f"{path} {table}", raw


@contextmanager
def answering(status: int) -> Iterator[tuple[Stranger, Stranger]]:
    """A service in the wrong hands, and the other host that it may send to."""
    with stranger(200) as elsewhere:
        to = elsewhere.url.replace("127.0.0.1", "localhost") if status in (302, 307) else ""
        with stranger(status, to) as server:
            yield server, elsewhere


def assert_no_token_in(
    place: Machine, company: RunningSandbox, *, kept: frozenset[str] = frozenset(("event_logs", "runs", "snapshots", "unpacked"))
) -> None:
    """`kept`: what has to be among it, so that something was looked at."""
    secrets, packed = secrets_of(company), set()
    for name, content in everything_in(place.home):
        assert not any(secret in content for secret in secrets), name
        packed |= {name.rpartition(" ")[2]} if " " in name else set()
    assert kept <= packed


@pytest.mark.parametrize("status", [401, 500, 307, 200])
def test_a_run_gives_no_token_away_when_a_service_turns_against_it(
    place: Machine, company: RunningSandbox, whole_week: Path, status: int
) -> None:
    with answering(status) as (server, elsewhere):
        for service, (variable, assets) in SERVICES.items():
            data = place.home / f"{service}_{status}"
            shutil.copytree(whole_week / "work_reports", data / "work_reports", ignore=shutil.ignore_patterns("toggl_days"))
            plan = RunPlan(WEEK, str(data), assets=assets, overrides={"retries.attempts": 1})
            asked = len(server.asked)
            run = place.execute(plan, company, **{variable: f"{server.url}/v1" if service == "openai" else server.url})
            code = run.wait()
            assert len(server.asked) > asked, (service, run.told())
            # Without the model the report is written all the same, unless its key is wrong.
            assert code == (ExitCode.OK if service == "openai" and status != 401 else ExitCode.FAILED), run.told()
    assert elsewhere.asked == []
    assert_no_token_in(place, company)


@pytest.mark.parametrize("status", [403, 302])
def test_the_checks_before_a_run_give_no_token_away(place: Machine, company: RunningSandbox, status: int) -> None:
    with answering(status) as (server, elsewhere):
        for service, (variable, _) in SERVICES.items():
            url = {variable: f"{server.url}/v1" if service == "openai" else server.url}
            ended = place.command("run", *DATES, "--output-dir", str(place.home / "refused"), company=company, **url)
            assert ended.code in (ExitCode.USAGE, ExitCode.FAILED), ended.err
            assert ended.err.startswith("error: ")
            assert "Traceback" not in ended.err
    assert elsewhere.asked == []
    assert not (place.home / "refused").exists()
    assert_no_token_in(place, company, kept=frozenset())
