"""Where a configuration file is found: VOLT_CONFIG, else the checkout's config/, else the copy in the wheel.

The first folder that has the file wins, file by file: a folder with only volt.yaml keeps the shipped prompts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from volt_assets.errors import SettingsError

PACKAGE_DIR = Path(__file__).resolve().parent
SHIPPED_DIR = PACKAGE_DIR / "_config"


def checkout_dir() -> Path | None:
    """The checkout this package runs from (an editable install), or None when it is an installed wheel."""
    parent = PACKAGE_DIR.parent
    return parent if (parent / "workspace.yaml").is_file() and (parent / "config" / "volt.yaml").is_file() else None


def config_folders(environ: Mapping[str, str]) -> list[Path]:
    """The folders searched for configuration, first wins. Raises SettingsError when VOLT_CONFIG names nothing."""
    folders = []
    if chosen := environ.get("VOLT_CONFIG"):
        path = _chosen_path(chosen)
        if path.is_file():
            path = path.parent
        if not path.is_dir():
            raise SettingsError(f"VOLT_CONFIG: {chosen} is neither a folder nor a file", hint="name the folder that holds volt.yaml")
        folders.append(path)
    checkout = checkout_dir()
    folders.append(checkout / "config" if checkout else SHIPPED_DIR)
    return folders


def find_config_file(relative: str, environ: Mapping[str, str]) -> Path:
    """The file to use for e.g. `volt.yaml` or `prompts/team_summary.md`. Raises SettingsError when none exists."""
    chosen = environ.get("VOLT_CONFIG")
    if relative == "volt.yaml" and chosen and _chosen_path(chosen).is_file():
        return _chosen_path(chosen)
    folders = config_folders(environ)
    for folder in folders:
        if (folder / relative).is_file():
            return folder / relative
    raise SettingsError(
        f"{relative}: not found in {', '.join(str(folder) for folder in folders)}", hint="reinstall volt, or restore the file"
    )


def _chosen_path(chosen: str) -> Path:
    try:
        return Path(chosen).expanduser().resolve()
    except RuntimeError as error:  # ~somebody without a home
        raise SettingsError(f"VOLT_CONFIG: {chosen}: {error}", hint="write the whole path") from error


def shipped_file(name: str) -> Path:
    """A file that lives at the checkout's top level and inside the wheel, e.g. dagster.yaml."""
    checkout = checkout_dir()
    return checkout / name if checkout else SHIPPED_DIR / name
