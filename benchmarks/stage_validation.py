"""What planning costs: the checks before a run that ask nobody, and what keeping track adds to a stage.

A week of the sandbox's company is run once, then judged again and again in a process that has loaded everything: settings, prompts and
templates are read, the version of every stored document is looked at, and every asset is judged. Goal: below 100 ms. Then the stages of
a run: what lies between the bodies of their steps, which is Dagster's part, reading and writing files, and keeping track. Goal: below 1 s a
stage.

    stage_validation.py [ROUNDS]        default 20
"""

from __future__ import annotations

import sys

from measuring import call_apart, print_table, scratch_folder, volt_environ

from volt_assets.sandbox.server import SandboxOptions, running_sandbox

ROUNDS, GOAL_MS, GOAL_SECONDS = 20, 100, 1.0


def main() -> None:
    """Two tables."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else ROUNDS
    with scratch_folder() as folder, running_sandbox(SandboxOptions(pace=0)) as sandbox:
        environ = volt_environ(folder, {**sandbox.environ(with_model=True), "VOLT_DATA_DIR": str(folder / "data")})
        told = call_apart("judged_week", "measure", rounds, environ=environ).result
    print(f"checks before a run that ask nobody, median of {rounds} (goal: all of them below {GOAL_MS} ms)")
    print_table(("", "ms"), [(name, f"{1000 * seconds:.1f}") for name, seconds in told["validation"].items()])
    print(f"\nstages of one run (goal: overhead below {GOAL_SECONDS:.0f} s each)")
    rows = [
        (stage, steps, f"{whole:.2f}", f"{work:.2f}", f"{whole - work:.2f}", f"{1000 * (whole - work) / steps:.0f}")
        for stage, (steps, whole, work) in told["stages"].items()
    ]
    print_table(("stage", "steps", "s", "inside its steps", "overhead s", "ms per step"), rows)
    kept = told["kept"]
    print(f"of it, keeping what each asset was made from: {1000 * kept['seconds']:.0f} ms for {kept['assets']} assets")


if __name__ == "__main__":
    main()
