"""What a report says is left to do, and what it counts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import msgspec
import pytest

from tmuxplan.library.again import again
from tmuxplan.library.options import Options
from tmuxplan.plan.model import Plan
from tmuxplan.report.commands import whole
from tmuxplan.report.decision import tally
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.issues import issue_lines
from tmuxplan.report.json import run_json
from tmuxplan.report.steps import next_steps
from tmuxplan.report.words import one_line

Sample = Callable[..., RunFacts]


@pytest.fixture
def skipped(sample: Sample) -> RunFacts:
    """All passed, but a person skipped T002, which blocks."""
    run = sample("go")
    tasks = tuple(
        msgspec.structs.replace(
            t, outcome="skipped", verdict="skipped", skipped_by="ann", skip_reason="no time"
        )
        if t.id == "T002"
        else t
        for t in run.tasks
    )
    return msgspec.structs.replace(run, tasks=tasks, verdict="NO GO", deciding=("T002",))


def test_a_part_of_a_plan_leaves_the_rest_to_do(sample: Sample) -> None:
    said = "\n".join(next_steps(sample("partial")))
    assert "the rest of the plan was not run (T001, T002" in said
    assert "`tmuxplan launch plans/SHOP.md`" in said


def test_a_skipped_task_that_blocks_is_an_issue_and_is_left_to_do(skipped: RunFacts) -> None:
    said = "\n".join(next_steps(skipped))
    why = "T002 Build the pages blocks, and was skipped by ann (no time)"
    assert f"{why}: let it run with `tmuxplan retry T002 --run {skipped.id}`" in said
    assert "run it again: `tmuxplan launch" in said
    issues = issue_lines((), skipped)
    assert "1. T002 Build the pages: skipped" in issues
    assert not any("None" in line for line in issues)


def test_a_go_with_warnings_asks_to_look_at_them(sample: Sample) -> None:
    warned = sample("every_verdict")
    run = msgspec.structs.replace(warned, tasks=warned.tasks[:1], verdict="GO", deciding=())
    assert tally(run) == "1 task: 1 passed, 1 warning"
    assert "look at 1 warning, see below" in next_steps(run)
    assert "warning" not in tally(sample("go"))


def test_a_go_has_lesser_failures_and_no_deciding_task_in_json_too(sample: Sample) -> None:
    run = msgspec.structs.replace(sample("every_verdict"), verdict="GO", deciding=("T010",))
    told = json.loads(run_json(run))["run"]
    assert told["deciding"] == []
    assert "T010" in told["lesser"]
    open_ = json.loads(run_json(msgspec.structs.replace(run, verdict=None)))["run"]
    assert open_["lesser"] == []


COMMANDS = {
    "tmuxplan launch p.md --only=T001 --jobs=2": "tmuxplan launch p.md --jobs=2",
    "tmuxplan launch 'a b.md' --root=/a=/b --from=T2 '--set=X=a --only=b'": (
        "tmuxplan launch 'a b.md' --root=/a=/b '--set=X=a --only=b'"
    ),
    "tmuxplan launch p.md '--skip=step 1' --set=Y='\"'\"'\"'z'": (
        "tmuxplan launch p.md --set=Y='\"'\"'\"'z'"
    ),
    r"tmuxplan launch p.md $'--set=X=a\x20\x20b\'' --skip=T1": (
        r"tmuxplan launch p.md $'--set=X=a\x20\x20b\''"
    ),
}


@pytest.mark.parametrize("again", COMMANDS)
def test_the_whole_plan_keeps_every_other_option(again: str, sample: Sample) -> None:
    assert whole(msgspec.structs.replace(sample("partial"), again=again)) == COMMANDS[again]


def test_a_long_command_is_never_cut(sample: Sample) -> None:
    again = "tmuxplan launch p.md " + " ".join(f"--set=NAME{n}=value" for n in range(50))
    said = "\n".join(next_steps(msgspec.structs.replace(sample("every_verdict"), again=again)))
    assert f"`{again}`" in said


@pytest.mark.parametrize("value", ["a  b", "a\nb", " a", "it's\t", "a\\ \\b", "é  ü", "plain"])
def test_a_value_comes_through_reports_and_shells(value: str, sample: Sample) -> None:
    plan = Plan(path="p.md", title="", sha256="")
    command = again(plan, Options(sets={"X": value}, only=("T1",)), ())
    shown = whole(msgspec.structs.replace(sample("go"), again=one_line(command, 1000)))
    assert shown == command.replace(" --only=T1", "")
    argv = ["bash", "-c", f"printf '%s' {shown.split(' ', 3)[3]}"]
    assert (
        subprocess.run(argv, capture_output=True, check=True).stdout.decode() == f"--set=X={value}"
    )


def test_every_option_that_a_flag_gives_is_said_again() -> None:
    """A new option has to be spelled here, or the command launches something else."""
    given = Options(
        task_cwd="w", roots={"/a": "/b"}, sets={"X": "1"}, env_files=("f",), secrets=("S",),
        only=("T1",), skip=("T2",), start_from="T3", jobs=2, retries=1, retry_delay_s=0.5,
        max_failures=3, keep_going=True, halt="drain", backend="pty", allow=("c",),
        deps_from="mermaid", sections=True, infer_locks=False,
    )  # fmt: skip
    untold = {"cwd", "env", "grace_s", "stdin_empty"}  # of the library, or in other words
    names = set(Options.__struct_fields__) - untold
    assert all(getattr(given, name) != getattr(Options(), name) for name in names)
    told = again(Plan(path="p.md", title="", sha256=""), given, ()).split()
    assert len(told) == 3 + len(names)
    assert {"--retry-delay=0.5", "--keep-going", "--halt=drain", "--max-failures=3"} <= set(told)
