"""Reports: the plan's own template and ours, Markdown and JSON, and the other JSON shapes."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
from e2e import Site, by_id, line_of, once, plan, task

TEMPLATE = """
## REPORT TEMPLATE

```markdown
# How it went - [Date]

## Summary
- Total Tasks: X
- Completed: X
- Failed: X
- Blocked: X

## Results

- Task 001: ✅ / ❌ (what was seen)
- Task 002: ✅ / ❌ (what was seen)
- ...

## Critical Issues
1. **Issue:** [Description]
   - **Task:** [Task number]
   - **Error:** [Error message]
   - **Resolution:** [How it was resolved]

## Decision
- [ ] **GO** - everything passed
- [ ] **NO GO** - something blocks

## Next Steps
1. [Action item 1]
```
"""
TASKS = (
    task(1, "true", title="Compile", criteria=("`$ true`", "The output looks right")),
    task(
        2,
        "echo before\nnosuchtool --fast\necho after",
        title="Link",
        impact="High (blocks the release)",
        recovery=("Install nosuchtool", "Then link again"),
    ),
    task(3, "true", title="Ship", needs="T002"),
    task(4, "false | sort", title="Sort"),
)


def _make(folder: Path) -> None:
    site = Site(folder)
    try:
        site.go(plan(*TASKS, title="With a template", tail=TEMPLATE), code=1)
        (folder / "report.md").write_text(site.run("collect").out)
        (folder / "report.json").write_text(site.run("collect", "-f", "json").out)
        written = site.run("collect", "-o", "out.md")
        assert (written.code, written.out) == (1, "")
        site.go(plan(*TASKS, title="Without a template"), code=1)
        (folder / "plain.md").write_text(site.run("collect").out)
    finally:
        site.end()


@pytest.fixture
def reports(shared: Path) -> Path:
    """The folder of two runs, with and without a template, and their reports."""
    return once(shared, "reports", _make)


def test_the_plans_own_template_is_filled_in(reports: Path) -> None:
    text = (reports / "report.md").read_text()
    today = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    assert f"# How it went - {today}" in text
    for total in ("Total Tasks: 4", "Completed: 2", "Failed: 1", "Blocked: 1"):
        assert total in text
    results = [line for line in text.splitlines() if re.match(r"- Task \d+: ", line)]
    assert [re.sub(r" \(.*", "", result) for result in results] == [
        "- Task 001: ✅",
        "- Task 002: ❌",
        "- Task 003: ❌",
        "- Task 004: ✅",
    ]
    assert "nosuchtool" in results[1]
    assert "blocked by T002" in results[2]
    assert "[x] **NO GO**" in text
    assert "[ ] **GO**" in text
    for left in ("[Date]", "[Description]", "[Task number]", "[Action item 1]", "...", ": X"):
        assert left not in text


def test_issues_have_error_and_resolution_and_next_steps_come_from_recovery(reports: Path) -> None:
    for name in ("report.md", "plain.md"):
        text = (reports / name).read_text()
        assert "nosuchtool" in text
        assert "command not found" in text
        assert "Install nosuchtool" in text
        assert "Then link again" in text


def test_the_report_names_the_line_of_the_plan(reports: Path) -> None:
    line = line_of((reports / "plan.md").read_text(), "nosuchtool --fast")
    evidence = by_id(json.loads((reports / "report.json").read_text()))["T002"]["attempts"][0]
    assert {one["line"] for one in evidence["evidence"]} == {
        line_of(plan(*TASKS, title="With a template", tail=TEMPLATE), "nosuchtool --fast")
    }
    assert f"plan.md:{line}" in (reports / "plain.md").read_text()


def test_criteria_for_a_person_are_listed_as_such(reports: Path) -> None:
    for name in ("report.md", "plain.md"):
        text = (reports / name).read_text()
        at = next(line for line in text.splitlines() if "The output looks right" in line)
        assert "## Success Criteria Not Machine-Checked" in text
        assert "- [ ]" in at


def test_a_plan_without_a_template_gets_a_whole_report(reports: Path) -> None:
    text = (reports / "plain.md").read_text()
    for part in ("NO GO", "T001", "Compile", "T002", "T003", "T004", "blocked", "pipeline"):
        assert part in text


def test_the_report_can_be_written_to_a_file(reports: Path) -> None:
    written, printed = (
        (reports / name).read_text().splitlines()[:-1] for name in ("out.md", "report.md")
    )  # the last line says when the report was made
    assert written == printed


def test_json_has_the_documented_shape(reports: Path) -> None:
    report = json.loads((reports / "report.json").read_text())
    assert report["schema"] == 1
    assert {"id", "plan", "state", "verdict"} <= report["run"].keys()
    one = by_id(report)["T002"]
    wanted = {"id", "title", "state", "verdict", "blocked_by", "attempts"}
    assert wanted <= one.keys()
    attempt = one["attempts"][0]
    wanted = {"n", "host", "started", "ended", "status", "steps", "evidence"}
    assert wanted <= attempt.keys()
    assert [step["status"] for step in attempt["steps"]] == [0, 127, 0]
    assert all({"n", "line", "command", "status", "seconds"} <= s.keys() for s in attempt["steps"])
    assert all({"kind", "line", "log_line", "text"} <= e.keys() for e in attempt["evidence"])
    assert by_id(report)["T003"]["blocked_by"] == ["T002"]


def test_show_says_what_was_understood_and_where_it_stands(site: Site) -> None:
    text = plan(
        task(1, "echo one; echo two\necho three", meta=("**Time:** 10-15 minutes",)),
        task(2, "true", needs="Task 001", meta=("**Estimated Time:** 1h",)),
        task(3, "true", needs="Backend running"),
    )
    site.write(text)
    shown = json.loads(site.run("show", "--json", "plan.md").out)
    one, two, three = shown["tasks"]
    assert (one["steps"], one["line"]) == (3, line_of(text, "## TASK 001"))
    assert one["estimate"] == {"low_s": 600, "high_s": 900}
    (edge,) = two["dependencies"]
    assert (edge["on"], edge["kind"]) == ("T001", "hard")
    assert edge["sources"][0]["line"] == line_of(text, "Task 001")
    assert three["preconditions"] == ["Backend running"]
    assert shown["critical_path"]["tasks"] == ["T001", "T002"]
    human = site.run("show", "plan.md").out
    assert "T002" in human
    assert not (site.folder / ".tmuxplan").exists()


def test_check_prints_problems_with_place_and_remedy(site: Site) -> None:
    text = plan(task(1, "cd /Users/ann/shop"), task(2, "true", needs="T009"))
    site.write(text)
    ran = site.run("check", "--json", "plan.md")
    assert ran.code == 2
    problems = json.loads(ran.out)["problems"]
    assert {p["severity"] for p in problems} == {"error", "warning"}
    for problem in problems:
        assert problem["file"] == "plan.md"
        assert problem["line"] in (line_of(text, "cd /Users"), line_of(text, "T009"))
        assert all(problem[part] for part in ("code", "message", "remedy"))
    plain = site.run("check", "plan.md")
    assert f"plan.md:{line_of(text, 'T009')}: error:" in plain.out
    rooted = site.run("check", "plan.md", "--root", f"/Users/ann/shop={site.folder}")
    assert "missing-directory" not in rooted.out


def test_logs_can_show_a_step_and_a_tail(site: Site) -> None:
    site.go(plan(task(1, "seq 1 3\nseq 11 13\nseq 21 23")), code=0)
    assert site.run("logs", "T001", "--step", "2").out.split()[-3:] == ["11", "12", "13"]
    assert site.run("logs", "T001", "--tail", "2").out.split() == ["22", "23"]
    assert "\x1b" not in site.run("logs", "T001").out


def test_logs_of_a_step_that_is_not_there_or_did_not_run_says_so(site: Site) -> None:
    site.go(plan(task(1, "echo one\nexit 1\necho never")), code=0)
    asked = site.run("logs", "T001", "--step", "99")
    assert (asked.code, asked.out, "T001 has no step 99; it has 3 steps" in asked.err) == (
        2,
        "",
        True,
    )
    asked = site.run("logs", "T001", "--step", "3")
    assert (asked.code, asked.out, "step 3 of T001 has not run in attempt 1" in asked.err) == (
        2,
        "",
        True,
    )


def test_a_mistyped_command_names_the_nearest(site: Site) -> None:
    assert "did you mean 'collect'?" in site.run("colect").err
    assert "there are init, check" in site.run("qqqq").err


def test_a_run_is_compared_with_another_and_not_with_itself(site: Site) -> None:
    site.go(plan(task(1, "true")), code=0)
    earlier = site.status()["run"]["id"]
    site.go(plan(task(1, "true")), code=0)
    run = site.status()["run"]["id"]
    assert "Nothing else is different" in site.run("collect", "--compare", earlier).out
    for words in (("--compare", run), ("--compare", run[-4:], "--run", run)):
        ran = site.run("collect", *words)
        said = f"--compare: {run} is the run itself"
        assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran


def test_a_bundle_is_made_instead_of_a_report_in_a_file(site: Site) -> None:
    site.go(plan(task(1, "true")), code=0)
    ran = site.run("collect", "--bundle", "x.tgz", "-o", "y.md")
    said = "--bundle and --output exclude each other"
    assert (ran.code, ran.out, said in ran.err) == (2, "", True), ran
    assert not (site.folder / "x.tgz").exists()
    assert not (site.folder / "y.md").exists()
