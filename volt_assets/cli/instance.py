"""The one Dagster instance that `volt-agent`, `dagster dev` in a checkout, schedules and backfills share.

DAGSTER_HOME wins. Without it a checkout keeps its instance under its own .dagster/ (where a plain `dagster dev` there
finds it too), and an installed wheel under ~/.local/share/volt-agent.
"""

from __future__ import annotations

import os
import socket
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


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Read .env of the working directory (variables already set win) and switch Dagster's telemetry off."""
    from dotenv import dotenv_values

    for name, value in dotenv_values(Path.cwd() / ".env", interpolate=False).items():
        if value is not None:
            environ.setdefault(name, value)
    environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


def dagster_home(environ: MutableMapping[str, str]) -> Path | None:
    """The folder of DAGSTER_HOME, made when absent; None when a checkout's own instance is used."""
    chosen = environ.get("DAGSTER_HOME", "").strip()
    if not chosen and checkout_dir() is not None:
        return None
    home = Path(chosen).expanduser().resolve() if chosen else _own_home(environ)
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


def open_instance(environ: MutableMapping[str, str] | None = None) -> dg.DagsterInstance:
    """Open the shared instance."""
    import dagster as dg
    from dagster._core.instance.ref import InstanceRef

    environ = os.environ if environ is None else environ
    home = dagster_home(environ)
    if home is not None:
        overrides: Any = {} if (home / "dagster.yaml").exists() else _portable_config()
        return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(home), overrides=overrides))
    checkout = checkout_dir()
    if checkout is None:
        raise EnvironmentVariableError("DAGSTER_HOME is not set", hint="name a folder that can be written to")
    (checkout / ".dagster").mkdir(exist_ok=True)
    located: Any = _located_config(checkout)
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(checkout / ".dagster"), config_dir=str(checkout), overrides=located))


def host_name() -> str:
    """This machine's name, as runs are tagged with it."""
    return socket.gethostname()


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
