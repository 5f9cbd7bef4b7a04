"""The library, as another program uses it: typed, documented, and with the program's verdicts."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e import ROOT, Site, plan, task, until

import tmuxplan

TEXT = plan(
    task(1, "echo one; touch one"),
    task(2, "false", impact="High"),
    task(3, "touch three", needs="T002"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that is also this process's directory."""
    site = Site(tmp_path / "site")
    monkeypatch.chdir(site.folder)
    for name in ("TMUX_TMPDIR", "TMUXPLAN_SOCKET"):
        monkeypatch.setenv(name, site.env[name])
    yield site
    site.end()


def test_a_plan_is_loaded_checked_launched_and_collected(here: Site) -> None:
    here.write(TEXT)
    loaded = tmuxplan.load("plan.md")
    assert [one.id for one in loaded.tasks] == ["T001", "T002", "T003"]
    assert tmuxplan.check(loaded) == ()
    assert not (here.folder / ".tmuxplan").exists()
    run = tmuxplan.launch(loaded, backend="pty", jobs=2)
    assert run.wait(30) == "NO GO"
    facts = run.status()
    assert [one.outcome for one in facts.tasks] == ["passed", "failed", "blocked"]
    assert json.loads(tmuxplan.collect(run, "json"))["run"]["verdict"] == "NO GO"
    assert "NO GO" in tmuxplan.collect(run)
    assert tmuxplan.collect(here.folder, "json") == tmuxplan.collect(run, "json")
    assert here.run("collect").code == 1  # the program sees the same run


def test_problems_are_values_and_errors_are_exceptions(here: Site) -> None:
    here.write(plan(task(1, "cd /Users/ann/shop"), task(2, "touch two")))
    loaded = tmuxplan.load("plan.md")
    (problem,) = (p for p in tmuxplan.check(loaded) if p.code == "missing-directory")
    assert (problem.severity, problem.file) == ("warning", "plan.md")
    with pytest.raises(tmuxplan.PlanError) as refused:
        tmuxplan.launch(loaded, backend="pty")
    assert "missing-directory" in {p.code for p in refused.value.problems}
    assert (here.runs, (here.folder / "two").exists()) == ([], False)
    with pytest.raises(tmuxplan.UsageError, match="no option"):
        tmuxplan.launch(loaded, nosuch=1)
    with pytest.raises(tmuxplan.UsageError, match="no such file"):
        tmuxplan.load("nowhere.md")
    here.write(TEXT)
    run = tmuxplan.launch(tmuxplan.load("plan.md"), backend="pty")
    with pytest.raises(tmuxplan.UsageError, match="pdf"):
        tmuxplan.collect(run, "pdf")


def test_a_path_is_as_good_as_a_plan_and_anything_else_is_told(here: Site) -> None:
    path = here.write(plan(task(1, "cd /Users/ann/shop")))
    loaded = tmuxplan.check(tmuxplan.load("plan.md"))
    assert [p.code for p in tmuxplan.check("plan.md")] == [p.code for p in loaded] != []
    assert {p.line for p in tmuxplan.check(Path(path))} == {p.line for p in loaded}
    here.write(TEXT)
    assert tmuxplan.launch("plan.md", backend="pty", only=("T001",)).wait(30) == "PENDING"
    for wrong in (None, b"plan.md", ["plan.md"]):
        with pytest.raises(tmuxplan.UsageError, match="is no plan"):
            tmuxplan.check(wrong)  # type: ignore[arg-type]
        with pytest.raises(tmuxplan.UsageError, match="is no plan"):
            tmuxplan.launch(wrong)  # type: ignore[arg-type]


def test_waiting_can_end_before_the_run_does(here: Site) -> None:
    here.write(plan(task(1, "until [ -e go ]; do sleep 0.02; done")))
    run = tmuxplan.launch(tmuxplan.load("plan.md"), backend="pty")
    assert run.wait(0.1) is None
    assert run.status().state == "running"
    (here.folder / "go").touch()
    assert run.wait(30) == "GO"


def test_the_run_outlives_the_program_that_launched_it(here: Site) -> None:
    here.write(plan(task(1, "until [ -e go ]; do sleep 0.02; done; touch done")))
    code = "import tmuxplan; print(tmuxplan.launch(tmuxplan.load('plan.md'), backend='pty').id)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=here.env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == here.runs[-1].name
    (here.folder / "go").touch()
    until(lambda: here.status()["run"]["verdict"] == "GO")
    assert (here.folder / "done").exists()


def test_every_public_name_is_there_and_documented() -> None:
    assert {"load", "check", "launch", "collect", "Run", "Plan"} <= set(tmuxplan.__all__)
    for name in tmuxplan.__all__:
        one = getattr(tmuxplan, name)
        assert name == "__version__" or inspect.getdoc(one), name
    assert (Path(tmuxplan.__file__).parent / "py.typed").exists()
    with pytest.raises(AttributeError):
        tmuxplan.nosuch  # noqa: B018


def test_importing_does_nothing(tmp_path: Path) -> None:
    code = "import sys, tmuxplan; print([m for m in sys.modules if m.startswith('tmuxplan')])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['tmuxplan.version', 'tmuxplan']"
    assert list(tmp_path.iterdir()) == []


def test_a_user_of_the_library_is_checked_by_mypy_strict(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import tmuxplan\n\n\n"
        "def main() -> str:\n"
        "    plan: tmuxplan.Plan = tmuxplan.load('plan.md')\n"
        "    run = tmuxplan.launch(plan, jobs=4)\n"
        "    if run.wait() != 'GO':\n"
        "        return tmuxplan.collect(run, 'json')\n"
        "    wrong: int = tmuxplan.check(plan)\n"
        "    return str(wrong)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, done.stdout + done.stderr
    assert "program.py:9" in errors[0]
