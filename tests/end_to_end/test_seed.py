"""The plan that this program was made for, on a checkout where everything is broken.

Run as pasted, nine of its ten tasks end in an `echo` and exit 0. A smaller plan of our own with
the same habits is run always; the real one where it lies beside the repository.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e import BACKENDS, ROOT, Site, by_id, line_of, plan, task, verdicts

SEED = ROOT.parent / "shared" / "seed" / "TERMINAL_EXECUTION_PLAN.md"
FOREIGN = "/Users/macbookprom1/mekong-cli"


def _checkout(site: Site) -> Path:
    """Three skills without scripts, an empty backend, and nothing that anybody needs."""
    here = site.folder / "a checkout"
    (here / "backend").mkdir(parents=True)
    for name in ("one", "two", "three"):
        (here / ".claude-skills" / name).mkdir(parents=True)
        (here / ".claude-skills" / name / "SKILL.md").touch()
    tools = site.folder / "tools"
    tools.mkdir()
    for name, text in (
        ("cc", '[ "$1" = --help ] || { echo "cc: error: no input files" >&2; exit 1; }'),
        ("pnpm", "echo no lockfile >&2; exit 1"),
        ("curl", "exit 7"),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    site.env["PATH"] = f"{tools}:{site.env['PATH']}"
    return here


def _evidence(report: dict[str, Any], task_id: str, kind: str) -> list[dict[str, Any]]:
    (attempt,) = by_id(report)[task_id]["attempts"]
    return [one for one in attempt["evidence"] if one["kind"] == kind]


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """On each backend."""
    one = Site(tmp_path / "site", request.param)
    yield one
    one.end()


OURS = plan(
    task(
        1,
        "cd /Users/ann/shop\n\npnpm install\ncd apps/web && pnpm build && cd ../..\n"
        'echo "All builds complete. Check above for FAIL messages."',
        title="Builds",
        impact="High (blocks deployment)",
        needs=None,
    ),
    task(
        2,
        "cd /Users/ann/shop\ncc --help || echo 'FAIL: no cc'\n"
        "cc sales list || echo 'FAIL: Sales'\ncc stock list || echo 'FAIL: Stock'\necho done",
        title="Commands",
        impact="Medium (experience)",
        needs=None,
    ),
    task(
        3,
        "cd /Users/ann/shop\nfor port in 1 2 3; do\n  curl -f http://localhost:$port/ && \\\n"
        '    echo "‚úì port $port OK" || \\\n    echo "‚úó port $port FAIL"\ndone\necho done',
        title="Servers",
        impact="High (agents)",
        needs=None,
    ),
    task(
        4,
        "cd /Users/ann/shop\nfor dir in .claude-skills/*/; do\n"
        '  [ -d "$dir/scripts" ] || echo "  ‚ö† Missing scripts/: $dir"\ndone\necho done',
        title="Skills",
        impact="Low (documentation)",
        needs=None,
    ),
    task(
        5,
        "cd /Users/ann/shop/backend\nsource .venv/bin/activate\ntouch went-on\necho done",
        title="Tests",
        impact="High (quality)",
        needs=None,
    ),
    task(6, "touch shipped", title="Ship", impact="Critical", needs="All previous tasks completed"),
    tail="""
```mermaid
graph TD
    T001[Builds] --> T006
    T002[Commands] -->|Optional| T006
```
""",
)


def test_a_plan_of_the_same_habits_on_a_broken_checkout(site: Site) -> None:
    here = _checkout(site)
    site.write(OURS)
    ran = site.launch("plan.md", "--wait", "--root", f"/Users/ann/shop={here}")
    assert ran.code == 1, ran
    report = site.collected()
    assert verdicts(report) == {
        "T001": "failed",
        "T002": "failed",
        "T003": "failed",
        "T004": "passed",
        "T005": "failed",
        "T006": "blocked",
    }
    (attempt,) = by_id(report)["T001"]["attempts"]
    assert attempt["status"] == 0  # as pasted, it says nothing
    assert [one["line"] for one in _evidence(report, "T001", "step")] == [
        line_of(OURS, "pnpm install"),
        line_of(OURS, "cd apps/web"),
    ]
    assert len(_evidence(report, "T002", "marker")) == 2
    assert len(_evidence(report, "T003", "marker")) == 3
    assert len(_evidence(report, "T004", "warning")) == 3
    assert [one["line"] for one in _evidence(report, "T005", "step")] == [
        line_of(OURS, "source .venv")
    ]
    assert not list(site.folder.rglob("went-on"))
    assert not list(site.folder.rglob("shipped"))
    assert "T002" not in by_id(report)["T006"]["blocked_by"]


needs_seed = pytest.mark.skipif(not SEED.exists(), reason="the real plan is not beside us")


@needs_seed
def test_the_real_plan_is_refused_without_its_root(site: Site) -> None:
    ran = site.launch(str(SEED))
    assert ran.code == 2
    assert f"--root {FOREIGN}=DIRECTORY" in ran.err
    assert site.runs == []


@needs_seed
def test_the_real_plan_on_a_broken_checkout(site: Site) -> None:
    here = _checkout(site)
    whole = ("--retries", "0", "--keep-going")  # all that is wrong, once
    ran = site.launch(str(SEED), "--wait", "--root", f"{FOREIGN}={here}", *whole)
    assert ran.code == 1, ran
    report = site.collected()
    assert report["run"]["verdict"] == "NO GO"
    assert verdicts(report) == {
        "T001": "blocked",
        "T002": "failed",
        "T003": "failed",
        "T004": "blocked",
        "T005": "failed",
        "T006": "failed",
        "T007": "passed",
        "T008": "failed",
        "T009": "failed",
        "T010": "blocked",
    }
    assert (by_id(report)["T001"]["root"], by_id(report)["T004"]["root"]) == (["T008"], ["T008"])
    for task_id in ("T002", "T005", "T006", "T007", "T008"):
        assert by_id(report)[task_id]["attempts"][0]["status"] == 0  # as pasted
    assert [one["text"] for one in _evidence(report, "T005", "marker")] == [
        f"FAIL: {what}"
        for what in (
            "Revenue dashboard",
            "Revenue forecast",
            "Products list",
            "Deploy health check",
            "Invoice list",
            "Content generation",
        )
    ]
    servers = [
        re.findall(r"port (\d+)", one["text"]) for one in _evidence(report, "T006", "marker")
    ]
    assert servers == [[str(port)] for port in range(8081, 8095)]
    assert len(_evidence(report, "T007", "warning")) >= 3
    assert len(_evidence(report, "T008", "marker")) == 2
    assert [one["line"] for one in _evidence(report, "T002", "step")] == [86, 90, 93, 96]
    assert [one["line"] for one in _evidence(report, "T003", "step")] == [128]
    assert [one["line"] for one in _evidence(report, "T009", "step")] == [484]
    _reports(site, report)


@needs_seed
def test_the_real_plans_own_failure_protocol_is_obeyed(site: Site) -> None:
    here = _checkout(site)
    root = ("--root", f"{FOREIGN}={here}")
    ran = site.launch(str(SEED), "--wait", "--retry-delay", "0.1", *root, timeout_s=120)
    assert ran.code == 1, ran
    (stopping,) = site.events("run_stopping")
    assert stopping["halt"] is True
    assert "failed, and max_failures is 3" in stopping["why"]
    failed = [one for one in site.collected()["tasks"] if one["verdict"] == "failed"]
    assert len([one for one in failed if len(one["attempts"]) == 4]) >= 3
    for one in failed:
        assert one["id"] in stopping["why"] or one["halted"] == stopping["why"]


def _reports(site: Site, report: dict[str, Any]) -> None:
    """The plan's own template, filled in."""
    collected = site.run("collect")
    assert collected.code == 1
    text = collected.out
    for part in ("- Total Tasks: 10", "- Completed: 1", "- Failed: 6", "- [x] NO GO", "- [ ] GO"):
        assert part in text
    marks = re.findall(r"^- Task (\d+): (\S)", text, re.MULTILINE)
    assert marks == [
        (f"{n:03d}", "✅" if n == 7 else "✗") for n in range(1, len(report["tasks"]) + 1)
    ]
    explained = site.run("explain", "task 2").out
    assert f"{SEED.name}:90" in explained
    assert "apps/dashboard" in explained


@needs_seed
def test_show_says_what_is_in_the_real_plan(site: Site) -> None:
    shown = json.loads(site.run("show", "--json", str(SEED)).out)
    assert [one["id"] for one in shown["tasks"]] == [f"T{n:03d}" for n in range(1, 11)]
    assert shown["critical_path"]["low_s"] == 70 * 60
    assert shown["critical_path"]["high_s"] == 95 * 60
    edges = {(one["id"], d["on"]): d["kind"] for one in shown["tasks"] for d in one["dependencies"]}
    assert edges["T003", "T001"] == "soft"
    assert edges["T010", "T007"] == "soft"
    assert edges["T004", "T008"] == "hard"
