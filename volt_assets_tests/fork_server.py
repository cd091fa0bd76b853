"""Runs of Volt in processes of their own that start at once: one process imports everything, and each run is a fork of it.

`python -m volt_assets_tests.fork_server` reads one JSON request per line and answers each with one line. Used by forked_runs.py.

    {"do": "start", "environ": {…}, "cwd": "…", "output": "…", "plan": "<RunPlan as JSON>" | "arguments": ["run", …]} -> pid
    {"do": "wait", "pid": 1} -> exit code, negative for a signal
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NoReturn


def warm_up() -> None:
    """Import what every run needs, without a thread or an open file that a fork would break."""
    import openai  # noqa: F401, PLC0415 -- imported for the forks
    import rich.live  # noqa: F401, PLC0415 -- the same

    import volt_assets.cli.execute  # noqa: PLC0415 -- the same
    import volt_assets.cli.main  # noqa: F401, PLC0415 -- the same
    from volt_assets.definitions import defs  # noqa: PLC0415 -- the same
    from volt_assets.work_reports.automation import JOB_NAME  # noqa: PLC0415 -- the same

    defs.resolve_job_def(JOB_NAME)


def start(request: dict[str, Any]) -> int:
    """Fork, and become the run in the child."""
    pid = os.fork()
    if pid == 0:
        _become(request)
    return pid


def _become(request: dict[str, Any]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, source in ((0, nothing), (1, output), (2, output)):
            os.dup2(source, descriptor)
        os.environ.clear()
        os.environ.update(request["environ"])
        os.chdir(request["cwd"])
        code = _run(request)
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:  # noqa: BLE001 -- told in the output of the run, as an interpreter would
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(request: dict[str, Any]) -> int:
    from volt_assets.cli.outcome import CODES  # noqa: PLC0415 -- after the fork

    if "plan" in request:
        from volt_assets.cli.execute import execute  # noqa: PLC0415 -- the same
        from volt_assets.cli.run_plan import RunPlan  # noqa: PLC0415 -- the same

        return int(CODES[execute(RunPlan.from_json(request["plan"])).status])
    from volt_assets.cli.main import main  # noqa: PLC0415 -- the same

    sys.argv = ["volt-agent", *request["arguments"]]
    main()
    return 0


def serve() -> None:
    """Answer requests until standard input ends."""
    warm_up()
    print(json.dumps("ready"), flush=True)  # noqa: T201 -- the protocol
    for line in sys.stdin:
        request = json.loads(line)
        answer = start(request) if request["do"] == "start" else os.waitstatus_to_exitcode(os.waitpid(request["pid"], 0)[1])
        print(json.dumps(answer), flush=True)  # noqa: T201 -- the same


if __name__ == "__main__":
    serve()
