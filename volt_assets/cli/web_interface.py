"""Start Dagster's webserver and daemon over the shared instance, and tell whether they are up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import MutableMapping
from typing import TYPE_CHECKING

from volt_assets.cli.instance import dagster_home
from volt_assets.config_files import checkout_dir
from volt_assets.environment import data_dir
from volt_assets.errors import UsageError

if TYPE_CHECKING:
    from volt_assets.cli.console import Console


def serve_ui(host: str, port: int, console: Console, *, environ: MutableMapping[str, str]) -> int:
    """Run `dagster dev` until it ends and return its exit code. Raises UsageError when the port is taken."""
    if is_ui_up(host, port):
        raise UsageError(f"--port {port}: something listens there already", hint="open it, or choose another port")
    # Everything relative is resolved here: the servers run in the folder whose dagster.yaml they must find.
    environ["VOLT_DATA_DIR"] = data_dir(environ)
    home = dagster_home(environ)
    checkout = checkout_dir()
    folder = home or checkout
    # A checkout names its code location in workspace.yaml: queued runs and switched-on schedules belong to that name.
    target = ["-m", "volt_assets.definitions"] if checkout is None else ["-w", str(checkout / "workspace.yaml")]
    console.say(f"http://{host}:{port} · Ctrl-C ends it")
    command = [sys.executable, "-W", "ignore", "-m", "dagster", "dev", *target, "-h", host, "-p", str(port)]
    server = subprocess.Popen(command, cwd=folder, env=dict(environ))  # noqa: S603 -- our own interpreter, no shell
    # Whatever ends this command ends the servers: a service manager sends SIGTERM to this process only.
    signal.signal(signal.SIGTERM, lambda _number, _frame: server.terminate())
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            # The terminal sent Ctrl-C to the servers as well; they need a moment to stop their children.
            continue


def is_ui_up(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def open_in_browser(address: str) -> None:
    """Open the address where a browser is at hand; without one nothing happens, and the address is shown anyway."""
    if os.environ.get("DISPLAY") or sys.platform in ("darwin", "win32"):
        webbrowser.open(address)
