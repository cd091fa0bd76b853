"""The one Dagster instance that `volt-agent`, `dagster dev` in a checkout, schedules and backfills share.

DAGSTER_HOME wins. Without it a checkout keeps its instance under its own .dagster/ (where a plain `dagster dev` there
finds it too), and an installed wheel under ~/.local/share/volt-agent.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from volt_assets.config_files import checkout_dir, shipped_file
from volt_assets.errors import EnvironmentVariableError

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    import dagster as dg

# Paths of dagster.yaml that are relative to the checkout; under DAGSTER_HOME Dagster's own defaults do.
_LOCATED_KEYS = ("storage", "local_artifact_storage", "compute_logs")

_CAPTURES_NOTHING: dict[str, Any] = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Read .env of the working directory (variables already set win) and switch Dagster's telemetry off.

    Raises EnvironmentVariableError, naming file and line, for a .env that cannot be understood.
    """
    for name, value in _variables_of(Path(".env")):
        environ.setdefault(name, value)
    environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


def dagster_home(environ: MutableMapping[str, str]) -> Path | None:
    """The folder of DAGSTER_HOME, made when absent; None when a checkout's own instance is used."""
    chosen = environ.get("DAGSTER_HOME", "").strip()
    if not chosen and checkout_dir() is not None:
        return None
    try:
        home = Path(chosen).expanduser().resolve() if chosen else _own_home(environ)
    except RuntimeError as error:  # ~somebody without a home
        raise EnvironmentVariableError(f"DAGSTER_HOME: {chosen[:80]}: {error}", hint="write the whole path") from error
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not chosen and not (home / "dagster.yaml").exists():
            (home / "dagster.yaml").write_text(yaml.safe_dump(_portable_config()), encoding="utf-8")
    except OSError as error:
        raise EnvironmentVariableError(
            f"DAGSTER_HOME: {home} cannot be used: {error.strerror}", hint="name a folder that can be written to"
        ) from error
    environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(environ: MutableMapping[str, str] | None = None, *, captures_output: bool = True) -> dg.DagsterInstance:
    """Open the shared instance; whoever executes a run says whether what its steps print is captured.

    Raises EnvironmentVariableError when its dagster.yaml is wrong.
    """
    import dagster as dg
    from dagster._check import CheckError
    from dagster._core.instance.ref import InstanceRef

    environ = os.environ if environ is None else environ
    home = dagster_home(environ)
    if home is not None:
        has_config = (home / "dagster.yaml").exists()
        try:
            with _without_advice():
                ours = {} if has_config else _portable_config()
                ref = InstanceRef.from_dir(str(home), overrides={**ours, **({} if captures_output else _CAPTURES_NOTHING)})
        except (yaml.YAMLError, dg.DagsterInvalidConfigError, CheckError) as error:
            problem = str(error).partition(". Expected")[0][:300]
            raise EnvironmentVariableError(f"{home}/dagster.yaml: {problem}", hint="correct it, or choose another DAGSTER_HOME") from error
        return dg.DagsterInstance.from_ref(ref)
    checkout = checkout_dir()
    if checkout is None:
        raise EnvironmentVariableError("DAGSTER_HOME is not set", hint="name a folder that can be written to")
    (checkout / ".dagster").mkdir(exist_ok=True)
    located: Any = {**_located_config(checkout), **({} if captures_output else _CAPTURES_NOTHING)}
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(checkout / ".dagster"), config_dir=str(checkout), overrides=located))


def host_name() -> str:
    """This machine's name, as runs are tagged with it."""
    return socket.gethostname()


def _variables_of(path: Path) -> Iterator[tuple[str, str]]:
    """The variables of a .env file; none when there is no such file."""
    from dotenv.parser import parse_stream

    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        return
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentVariableError(f"{path}: cannot be read as text in UTF-8", hint="correct or remove the file") from error
    for binding in parse_stream(StringIO(text)):
        if binding.error or "\0" in (binding.value or ""):
            blank_lines = len(binding.original.string) - len(binding.original.string.lstrip("\n"))
            line = binding.original.line + blank_lines
            raise EnvironmentVariableError(f"{path}:{line}: is not of the form NAME=value", hint="check the name and the quotes there")
        if binding.key is not None and binding.value is not None:
            yield binding.key, binding.value


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep Dagster's advice to write a dagster.yaml off the terminal: a folder without one is fine here."""
    logger = logging.getLogger("dagster")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _own_home(environ: MutableMapping[str, str]) -> Path:
    base = environ.get("XDG_DATA_HOME", "").strip()
    return (Path(base) if base else Path.home() / ".local" / "share") / "volt-agent"


def _portable_config() -> dict[str, Any]:
    config = _shipped_config()
    return {key: value for key, value in config.items() if key not in _LOCATED_KEYS}


def _located_config(checkout: Path) -> dict[str, Any]:
    """The same paths as in dagster.yaml, but absolute, so that any working directory finds them."""
    config = _shipped_config()
    located: dict[str, Any] = {key: config[key] for key in _LOCATED_KEYS}
    for section in (located["storage"]["sqlite"], located["local_artifact_storage"]["config"], located["compute_logs"]["config"]):
        section["base_dir"] = str(checkout / section["base_dir"])
    return located


def _shipped_config() -> dict[str, Any]:
    content = yaml.safe_load(shipped_file("dagster.yaml").read_text(encoding="utf-8"))
    return dict(content)
