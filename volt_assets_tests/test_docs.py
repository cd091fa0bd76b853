"""The pages people read say what is true: links, commands, variables, examples, quoted messages."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from volt_assets import errors
from volt_assets.clients.network import proxy_for, ssl_context_for
from volt_assets.components import VoltReports
from volt_assets.config_files import PACKAGE_DIR, config_folders
from volt_assets.environment import data_dir, fibery_access, llm_access, log_level, mail_login, toggl_access, webhook_url
from volt_assets.errors import EnvironmentVariableError
from volt_assets.settings import EnrichmentSettings, VoltKeys, load_settings
from volt_assets.work_reports.automation import JOB_NAME
from volt_assets.work_reports.stages import RANGE_ASSETS
from volt_assets_tests.generated_docs import ROOT, visible_commands

PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
SECRETS = ("TOGGL_API_TOKEN", "FIBERY_API_TOKEN", "OPENAI_API_KEY")
# Set by a desktop or by volt-agent itself, or with nothing to decide: no line for them in .env.
NOT_IN_ENV_FILE = {"NO_COLOR", "TERM", "DISPLAY", "XDG_DATA_HOME", "DAGSTER_DISABLE_TELEMETRY"}
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    return _FENCE.sub("", text)


def code_pieces(text: str) -> Iterator[str]:
    """Lines of code blocks without their comments, and inline code."""
    for match in _FENCE.finditer(text):
        yield from (re.sub(r"\s+#.*", "", line) for line in match[2].splitlines())
    yield from re.findall(r"`([^`\n]+)`", prose(text))


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_inside_the_project_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(TEXTS[page])):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (ROOT / page).parent / file if file else ROOT / page
        assert path.exists(), f"{page} links to {target}"
        assert not anchor or anchor in anchors(path.read_text(encoding="utf-8")), f"{page} links to {target}"


def test_every_guide_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[\w/]+\.md)", TEXTS["README.md"]))
    assert linked == {page for page in TEXTS if re.fullmatch(r"docs/\w+\.md", page)}


@pytest.mark.parametrize("page", TEXTS)
def test_every_command_and_option_of_volt_agent_exists(page: str) -> None:
    known = {words: {option for parameter in command.params for option in parameter.opts} for words, command in visible_commands()}
    for piece in code_pieces(TEXTS[page]):
        for call in re.findall(r"volt-agent ([^|>&;\n]+)", piece):
            words = shlex.split(call, comments=True)
            found = next((name for name in (tuple(words[:2]), tuple(words[:1])) if name in known), None)
            groups = {name[:1] for name in known if len(name) > 1}
            assert found or tuple(words) in groups or words[0].startswith("-"), f"{page}: volt-agent {call}"
            allowed = known[found] | {"--help"} if found else {"--help", "--version"}
            given = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert given <= allowed, f"{page}: volt-agent {call}"


@pytest.mark.parametrize("page", TEXTS)
def test_every_make_target_exists(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for piece in code_pieces(TEXTS[page]):
        for target in re.findall(r"^make (\w+)", piece):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page}: make {target}"


@pytest.mark.parametrize("page", TEXTS)
def test_every_asset_job_and_schedule_named_to_dagster_exists(page: str) -> None:
    for piece in code_pieces(TEXTS[page]):
        assets = re.findall(r"work_reports/(\w+)\b(?![/.])", piece) if "--select" in piece or "--assets" in piece else []
        assert set(assets) <= {*RANGE_ASSETS, "toggl_days"}, f"{page}: {piece}"
        assert set(re.findall(r"(?:--job|-j) (\S+)", piece)) <= {JOB_NAME}, f"{page}: {piece}"
        assert set(re.findall(r"schedule (?:start|stop) (\S+)", piece)) <= {"weekly_report", "monthly_report"}, f"{page}: {piece}"


class Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def variables_of_the_code() -> set[str]:
    """Names asked for by the functions that read the environment, and names written beside an `environ` in the source."""
    complete = dict.fromkeys(SECRETS, "token") | {"TOGGL_WORKSPACE_ID": "1", "FIBERY_WORKSPACE_NAME": "acme"}
    readers: list[Callable[[Mapping[str, str]], object]] = [toggl_access, fibery_access, partial(llm_access, default_model="m")]
    readers += [data_dir, config_folders, log_level, webhook_url, mail_login]
    names = set(re.findall(r'environ(?:\.get\(|\[)"(\w+)"', "\n".join(sources().values())))
    for environ in (Asked(complete), Asked({"OPENAI_API_KEY_FILE": "/nowhere"}), Asked({"VOLT_SMTP_USER": "volt"})):
        for read in readers:
            with suppress(EnvironmentVariableError):  # the names asked for on the way are what is looked at
                read(environ)
        names |= environ.names
    for url in ("https://api.example.com", "http://api.example.com"):
        network = Asked({})
        proxy_for(url, network)
        ssl_context_for(url, network)
        names |= network.names
    return names


def sources() -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE_DIR.rglob("*.py"))}


def documented_variables() -> set[str]:
    section = TEXTS["docs/configuration.md"].partition("## Environment")[2]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Za-z_]{4,})`", row.split(" | ")[0])} | set(
        re.findall(r"`(\w+_proxy)`", section)
    )


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert documented_variables() == variables_of_the_code()


@pytest.mark.parametrize("page", TEXTS)
def test_no_page_names_a_variable_that_nothing_reads(page: str) -> None:
    named = {piece for piece in re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`", TEXTS[page]) if "/" not in piece}
    assert named <= variables_of_the_code() | {"ENRICHER"}


def test_the_example_of_an_env_file_lists_every_variable() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = {match[1] for line in lines if (match := re.match(r"#?([A-Z_]+)=", line))}
    assert listed == {name for name in documented_variables() if name.isupper()} - NOT_IN_ENV_FILE


def test_the_example_of_an_env_file_decides_nothing_by_itself() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#") and not line.endswith("=")] == []


@pytest.mark.parametrize("page", TEXTS)
def test_every_yaml_example_is_read_by_the_settings(page: str, tmp_path: Path) -> None:
    for kind, example in _FENCE.findall(TEXTS[page]):
        if kind != "yaml" or example.startswith("# dagster.yaml"):
            continue
        if example.startswith("type: "):
            # A component: the folder it names is the reader's own.
            attributes = {key: value for key, value in yaml.safe_load(example)["attributes"].items() if key != "config_dir"}
            load_settings({}, VoltReports.resolve_from_dict(attributes).overrides())
            continue
        keys = set(yaml.safe_load(example))
        names: dict[str, type[BaseModel]] = {"volt.yaml": VoltKeys, "enrichment_config.yaml": EnrichmentSettings}
        name = next((name for name, model in names.items() if keys <= set(model.model_fields)), None)
        assert name, f"{page}: {sorted(keys)} stand together in no file"
        (tmp_path / name).write_text(example, encoding="utf-8")
        load_settings({"VOLT_CONFIG": str(tmp_path)})


def templates_of_messages() -> list[str]:
    """Every text of the source; what an f-string fills in is a line feed."""
    found: list[str] = []
    for source in sources().values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.JoinedStr):
                found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "\n" for part in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


def quoted_messages() -> list[str]:
    """What the first column of the tables of troubleshooting quotes of the program; some cells quote several."""
    page = TEXTS["docs/troubleshooting.md"].partition("## In Dagster")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
    return [message for row in rows for message in re.findall(r"`([^`]+)`", row)]


def pattern_of(message: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, message.split("…"))), re.DOTALL)


def test_every_message_in_troubleshooting_is_one_the_program_says() -> None:
    # The operating system says this one.
    known = [*templates_of_messages(), "No space left on device"]
    quoted = quoted_messages()
    for message in quoted:
        assert len(re.findall(r"[A-Za-z]", message)) > 2, f"{message} could be anything"
        assert any(pattern_of(message).search(template) for template in known), message
    assert len(quoted) > len(TEXTS) // 2


def raised_messages() -> dict[str, str]:
    """Message of every error that the source raises in its own words -> where; what an f-string fills in is a line feed."""
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.VoltError)}
    found = {}
    for path, source in sources().items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
                parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
                texts = [part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "\n" for part in parts]
                found["".join(texts)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def test_every_message_of_an_error_is_found_in_troubleshooting() -> None:
    patterns = [pattern_of(message) for message in quoted_messages()]
    # A message without a word of its own passes on what another one says.
    said = {message: place for message, place in raised_messages().items() if re.search(r"\w", message)}
    assert {place: message for message, place in said.items() if not any(each.search(message) for each in patterns)} == {}


def test_the_status_of_a_run_is_spelt_in_one_way() -> None:
    """The status is `canceled`, as in Dagster; people who search for it find every mention. asyncio's own word is in no message."""
    said = [*TEXTS.values(), *(text for text in templates_of_messages() if "\n\n" not in text)]
    assert [text for text in said if re.search(r"cancell(ed|ing)\b(?!Error)", text, re.IGNORECASE)] == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    hosts = [
        f"{name}.{end}" for name, end in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("anaconda", "org"))
    ]
    folders = ("docs", "config", "volt_assets", "volt_assets_tests", "benchmarks", ".ci")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in [*files, *(path for path in ROOT.iterdir() if path.is_file())]:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(host in text for host in hosts), path
