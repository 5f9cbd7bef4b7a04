"""scripts/demo, healthy and with each thing broken, on both backends: real servers, real builds.

`slow` are those that CI leaves out; scripts/test-agency runs all.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from conftest import ROOT, Example

TASKS = (*(f"T{n:03d}" for n in range(1, 7)), "T006.2", *(f"T{n:03d}" for n in range(7, 11)))
BACKENDS = ("tmux", "pty")
SEED = ROOT.parent / "shared" / "seed" / "TERMINAL_EXECUTION_PLAN.md"


class Broken(NamedTuple):
    """What is not passed when something is broken, and what the evidence has to say."""

    verdicts: Mapping[str, str]
    evidence: Mapping[str, tuple[str, ...]]
    verdict: str = "NO GO"


_ENVIRONMENT = {
    "T008": "failed",
    "T004": "blocked",
    "T001": "blocked",
    "T003": "blocked",
    "T010": "blocked",
}
_BACKEND = ("FAIL: the server for http://127.0.0.1:8000/health ended before it answered",)
BREAKS = {
    "backend-down": Broken(
        {"T001": "failed", "T003": "failed", "T010": "blocked"},
        {"T001": _BACKEND, "T003": _BACKEND},
    ),
    "dashboard-error": Broken(
        {"T001": "failed", "T010": "blocked"},
        {"T001": ("FAIL: GET /api/revenue/dashboard answers 200", "EUR")},
    ),
    "frontend": Broken(
        {"T002": "failed", "T010": "blocked"},
        {"T002": ("pnpm --filter ./apps/dashboard build", "error TS")},
    ),
    "webhooks": Broken(
        {"T003": "failed", "T010": "blocked"},
        {"T003": ("FAIL: PayPal: no signature", "FAIL: Stripe: the forged event is not recorded")},
    ),
    "database": Broken(
        {"T004": "failed", "T001": "blocked", "T003": "blocked", "T010": "blocked"},
        {"T004": (".venv/bin/alembic check", "add_table coupons")},
    ),
    "cc": Broken({"T005": "failed", "T010": "blocked"}, {"T005": ("cc content generate",)}),
    "mcp": Broken(
        {"T006": "failed", "T006.2": "failed", "T010": "blocked"},
        {
            "T006": ("FAIL: quota_server", "FAIL: sync_server", "FAIL: workflow_server"),
            "T006.2": ("FAIL: quota_server", "FAIL: sync_server", "FAIL: workflow_server"),
        },
    ),
    "skills": Broken(
        {"T007": "failed"},
        {"T007": ("backup-and-restore", "changelog", "tax-filing")},
        verdict="GO",
    ),
    "env-placeholder": Broken(
        _ENVIRONMENT, {"T008": ("FAIL: .env: STRIPE_SECRET_KEY is set (it is a placeholder)",)}
    ),
    "env-missing": Broken(_ENVIRONMENT, {"T008": ("FAIL: .env: PAYPAL_CLIENT_SECRET is set",)}),
    "tests": Broken(
        {"T009": "failed", "T010": "blocked"}, {"T009": (".venv/bin/pytest tests/unit",)}
    ),
    "coverage": Broken(
        {"T009": "failed", "T010": "blocked"}, {"T009": (".venv/bin/coverage report",)}
    ),
}
# Three that fail in three ways: a build, a server that is up to others, and the first of a chain.
IN_CI = {("frontend", "tmux"), ("mcp", "pty"), ("env-missing", "pty")}
CASES = [
    pytest.param(
        name,
        backend,
        marks=[
            *([pytest.mark.tmux] if backend == "tmux" else []),
            *([] if (name, backend) in IN_CI else [pytest.mark.slow]),
        ],
    )
    for name in BREAKS
    for backend in BACKENDS
]
BOTH = (pytest.param("tmux", marks=pytest.mark.tmux), "pty")


def test_every_switch_has_a_case() -> None:
    assert sorted(BREAKS) == sorted(p.name for p in (ROOT / "examples/agency/breaks").iterdir())


@pytest.mark.parametrize("backend", BOTH)
def test_all_is_healthy_and_the_gate_is_signed(example: Example, backend: str) -> None:
    ran = example.demo("--backend", backend)
    assert (ran.code, ran.verdicts) == (0, dict.fromkeys(TASKS, "passed")), ran
    assert ran.run["run"]["verdict"] == "GO"
    assert ran.out.endswith("report:  build/demo-report.md\nverdict: GO\n")
    report = (ROOT / "build/demo-report.md").read_text(encoding="utf-8")
    assert "- [x] GO" in report
    assert "signed by demo" in ran.out


@pytest.mark.parametrize(("name", "backend"), CASES)
def test_what_is_broken_is_found_and_nothing_else(
    example: Example, name: str, backend: str
) -> None:
    broken = BREAKS[name]
    ran = example.demo("--break", name, "--backend", backend)
    assert ran.verdicts == {**dict.fromkeys(TASKS, "passed"), **broken.verdicts}, ran
    assert ran.run["run"]["verdict"] == broken.verdict
    assert ran.code == (0 if broken.verdict == "GO" else 1)
    for task_id, texts in broken.evidence.items():
        for text in texts:
            assert text in ran.evidence(task_id)
    report = (ROOT / "build/demo-report.md").read_text(encoding="utf-8")
    assert f"- [x] {broken.verdict}" in report


@pytest.mark.slow
def test_an_unsigned_gate_is_pending(example: Example) -> None:
    ran = example.demo("--unsigned", "--backend", "pty")
    assert (ran.code, ran.verdicts) == (4, {**dict.fromkeys(TASKS, "passed"), "T010": "waiting"})
    assert ran.out.endswith("verdict: PENDING\n")


def test_a_port_that_is_taken_is_named_and_nothing_is_started(example: Example) -> None:
    with socket.create_server(("127.0.0.1", 8085)):
        done = example.call(ROOT / "scripts/demo", "--backend", "pty")
    assert done.returncode == 2
    assert "FAIL: port 8085 is taken by process" in done.stderr
    assert "pytest" in done.stderr
    assert done.stdout == ""


def test_what_can_be_broken_is_said_when_a_name_is_wrong(example: Example) -> None:
    done = example.setup("--break", "frontend,backnd")
    assert done.returncode == 1
    assert "nothing is called backnd; what can be broken: backend-down cc coverage" in done.stderr


def test_a_broken_copy_is_healthy_after_the_next_set_up(example: Example) -> None:
    copy = ROOT / ".workspace/agency"
    sources = ROOT / "examples/agency"
    example.setup("--break", ",".join(BREAKS))
    changed = copy / "apps/dashboard/src/money.ts"
    assert changed.read_bytes() != (sources / "apps/dashboard/src/money.ts").read_bytes()
    assert (copy / "backend/models/coupon.py").exists()
    assert example.setup().returncode == 0
    assert changed.read_bytes() == (sources / "apps/dashboard/src/money.ts").read_bytes()
    assert not (copy / "backend/models/coupon.py").exists()
    assert (copy / ".env").read_text(encoding="utf-8").count("=") > 4


def test_a_second_demo_says_so_and_an_interrupted_one_leaves_nothing(example: Example) -> None:
    pipe = subprocess.PIPE
    first = subprocess.Popen(
        [ROOT / "scripts/demo", "--backend", "pty"], cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    )
    assert first.stdout is not None
    while "T009 running" not in first.stdout.readline():
        assert first.poll() is None
    second = example.call(ROOT / "scripts/demo")
    assert (second.returncode, second.stdout) == (2, "")
    assert f"another demo runs here (process {first.pid})" in second.stderr
    meddling = example.setup()
    assert meddling.returncode == 1
    assert f"a demo runs on this workspace (process {first.pid})" in meddling.stderr
    first.terminate()
    first.communicate()
    assert first.returncode == 130
    assert not (ROOT / ".workspace/demo.pid").exists()


@pytest.mark.slow
@pytest.mark.skipif(not SEED.exists(), reason="the plan that this was made for is not beside us")
@pytest.mark.parametrize(
    ("broken", "failed"), [("", set()), ("frontend,cc,mcp", {"T002", "T005", "T006"})]
)
def test_the_seed_plan_runs_against_the_workspace(
    example: Example, broken: str, failed: set[str]
) -> None:
    """Its T004 looks for Supabase, and what it calls a dry run writes a migration: so it fails,
    and so may T009, whose tests know the newest one."""
    breaks = ("--break", broken) if broken else ()
    options = ("--backend", "pty", "--retries", "0", "--keep-going", *breaks)
    ran = example.demo("--seed", str(SEED), *options)
    assert ran.code == 1, ran
    assert ran.run["run"]["verdict"] == "NO GO"
    expected = {
        **dict.fromkeys(("T002", "T003", "T005", "T006", "T007", "T008"), "passed"),
        **dict.fromkeys(failed, "failed"),
        "T001": "blocked",
        "T004": "failed",
        "T010": "blocked",
    }
    assert {task: verdict for task, verdict in ran.verdicts.items() if task != "T009"} == expected
