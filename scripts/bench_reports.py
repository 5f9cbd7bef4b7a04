"""What each form of report costs, of real runs; see scripts/bench_reports."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tmuxplan.library.collecting import FORMATS

TMUXPLAN = (sys.executable, "-m", "tmuxplan")
FAILING = 50  # every 50th task fails
KB = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit of `ru_maxrss`: Linux counts kilobytes, macOS bytes."""


class Cost(NamedTuple):
    """Of one report: seconds of processor time (what else the machine does counts for nothing),
    bytes of memory at the most, bytes written."""

    seconds: float
    memory: int
    size: int


def main() -> None:
    asked = arguments()
    with place(asked.at) as at:
        runs = [(f"{n:,} tasks", at / f"tasks-{n}", tasks(n)) for n in asked.tasks]
        if asked.log:
            runs.append((f"a log of {asked.log:,} MB", at / f"log-{asked.log}", one_log(asked.log)))
        for _, folder, plan in runs:
            launched(folder, plan)
        table([(name, measured(folder)) for name, folder, _ in runs])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench_reports")
    parser.add_argument("--tasks", type=numbers, default=(10, 1000, 10_000), metavar="N,N")
    parser.add_argument("--log", type=int, default=1000, metavar="MB")
    parser.add_argument("--at", type=Path, metavar="DIR")
    return parser.parse_args()


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(",") if number)


@contextlib.contextmanager
def place(kept: Path | None) -> Iterator[Path]:
    """Where the runs are: kept there for the next time, or gone afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="bench-reports-") as found:
        yield Path(found)


def tasks(count: int) -> str:
    """A plan of so many tasks: a tree of needs, most pass, some fail and say why."""
    return "# MANY TASKS\n" + "".join(task(n, count) for n in range(1, count + 1))


def task(n: int, count: int) -> str:
    fails = n % FAILING == 0
    # Nothing waits for a task that fails: all are to run.
    needs = [on for on in (n // 10,) if on and on % FAILING]
    command = f'echo "FAIL: part {n} of {count}"' if fails else "true"
    return (
        f"\n## TASK {n:05}: PART {n}\n\n**Time:** 1 minute\n"
        f"**Dependencies:** {', '.join(f'T{on:05}' for on in needs) or 'None'}\n"
        f"**Failure Impact:** Medium\n\n```bash\n{command}\n```\n"
    )


def one_log(megabytes: int) -> str:
    """A plan of one task with a log of this size that fails at its end."""
    line = "a line of a long log as a build or a test prints it, with nothing in it that says much"
    return (
        "# ONE LONG LOG\n\n## TASK 1: PRINT MUCH\n\n```bash\n"
        f"yes '{line}' | head -c {megabytes * 1_000_000}\necho\necho 'FAIL: at its very end'\n```\n"
    )


def launched(folder: Path, plan: str) -> None:
    """A run of the plan in this folder, unless there is one from before."""
    if (folder / "done").exists():
        return
    folder.mkdir(exist_ok=True)
    (folder / "plan.md").write_text(plan, "utf-8")
    began = time.monotonic()
    command = [*TMUXPLAN, "launch", "plan.md", "--wait", "--yes", "--backend", "pty"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 1) or not (folder / ".tmuxplan/runs").is_dir():
        sys.exit(
            f"{folder.name}: the run did not end\n{done.stdout.decode()}{done.stderr.decode()}"
        )
    print(f"{folder.name}: ran in {time.monotonic() - began:.0f} s", file=sys.stderr)
    (folder / "done").touch()


def measured(folder: Path) -> dict[str, Cost]:
    return {form: cost(folder, form) for form in FORMATS}


def cost(folder: Path, form: str) -> Cost:
    """What one `collect` costs, as a process of its own."""
    report = folder / f"report.{form}"
    command = [*TMUXPLAN, "collect", "-f", form, "-o", str(report)]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        said = process.stderr.read().decode() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"collect -f {form} in {folder}: {said}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss * KB, report.stat().st_size)


def environment() -> dict[str, str]:
    """As on a terminal: in a step of GitHub Actions `-f github` writes elsewhere."""
    return {name: value for name, value in os.environ.items() if name != "GITHUB_STEP_SUMMARY"}


def table(found: list[tuple[str, dict[str, Cost]]]) -> None:
    print("| `-f` |" + "".join(f" {name} |" for name, _ in found))
    print("|---|" + "---|" * len(found))
    for form in FORMATS:
        print(f"| `{form}` |" + "".join(f" {cell(costs[form])} |" for _, costs in found))


def cell(cost: Cost) -> str:
    return f"{cost.seconds:.1f} s, {cost.memory / 1e6:.0f} MB, writes {written(cost.size)}"


def written(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


if __name__ == "__main__":
    main()
