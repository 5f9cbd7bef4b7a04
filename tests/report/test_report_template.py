"""Templates of many shapes: other labels, other languages, other order."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from tmuxplan.plan.model import Frozen, Plan, Task
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.report.taskline import Names
from tmuxplan.report.template import Filled, fill
from tmuxplan.schedule.state import fold

Sample = Callable[..., RunFacts]


@pytest.fixture
def filled(sample: Sample) -> Callable[..., Filled]:
    return lambda template, name="every_verdict": fill(template, sample(name))


LINES = {
    # the template's line: (what becomes of it in the run of every verdict)
    "# Report - [Date]": "# Report - 2026-11-22",
    "**Date:** $(date)": "**Date:** 2026-11-22",
    "Date: YYYY-MM-DD": "Date: 2026-11-22",
    "Ngày: {{ngày}}": "Ngày: 2026-11-22",
    "- Total Tasks: 10": "- Total Tasks: 11",
    "- Total: N": "- Total: 11",
    "- Completed: X/Y": "- Completed: 3/11",
    "| Tasks completed | [X] |": "| Tasks completed | 3 |",
    "**Failed:** [Y]": "**Failed:** 3",
    "* Số tác vụ thất bại: Y": "* Số tác vụ thất bại: 3",
    "- Fehlgeschlagen: ___": "- Fehlgeschlagen: 3",
    "- Échecs : Y": "- Échecs : 3",
    "- 完了：X": "- 完了：3",
    "- Success rate: X%": "- Success rate: 27%",
    "- Time Taken: Z minutes": "- Time Taken: 1.2 minutes",
    "- Dauer: Z Minuten": "- Dauer: 1.2 Minuten",
    "- Thời gian: Z giây": "- Thời gian: 72 giây",
    "- **Total Time:** [TIME]": "- **Total Time:** 1 min 12 s",
    "- Duration: 45 min": "- Duration: 1.2 min",
    "- Started: [..]": "- Started: 2026-11-22 10:15:30 UTC",
    "- Host: [host]": "- Host: ship",
    "Executed by: [name]": "Executed by: ada",
    "- Verdict: [GO / NO GO]": "- Verdict: NO GO",
    # several numbers in a line, understood whole
    "Total: 10 passed, 2 failed": "Total: 3 passed, 3 failed",
    "Total: 10 (8 passed, 2 failed)": "Total: 11 (3 passed, 3 failed)",
    "- Total: 9, Passed: 8, Failed: 1": "- Total: 11, Passed: 3, Failed: 3",
    "- Summary: [N] tasks, [X] completed": "- Summary: 11 tasks, 3 completed",
    "**Tasks:** X total / Y passed / Z failed": "**Tasks:** 11 total / 3 passed / 3 failed",
    "Overall: 10/10 tasks passed": "Overall: 3/11 tasks passed",
    "- Completed: __/10": "- Completed: 3/11",
    "- Passed: ___ of 10": "- Passed: 3 of 11",
    "- Passed: [COUNT] / [TOTAL]": "- Passed: 3 / 11",
    "- Passed: 8 (80%)": "- Passed: 3 (27%)",
    "- Pass rate: ___": "- Pass rate: 27%",
    "- [COUNT] tasks failed": "- 3 tasks failed",
    "- Failed: {n}": "- Failed: 3",
    "- Failed: TBD": "- Failed: 3",
    "- Date:": "- Date: 2026-11-22",
    "- Date: 2026-01-15": "- Date: 2026-11-22",
    "- Start Time: __:__": "- Start Time: 2026-11-22 10:15:30 UTC",
    "- Started: 10:30": "- Started: 2026-11-22 10:15:30 UTC",
    "- Time: 2h 30m": "- Time: 1 min 12 s",
    "- Total Time: HH:MM:SS": "- Total Time: 1 min 12 s",
    "- Total: X hours Y minutes": "- Total: X hours Y minutes",
    "- Duration: ~45 minutes": "- Duration: 1.2 minutes",
    "- Duration: X min (estimated 45 min)": "- Duration: 1.2 min (estimated 45 min)",
    "- Duration: Z hours": "- Duration: <0.1 hours",
    "- Overall Status: PASS / FAIL": "- Overall Status: NO GO",
    "- Verdict: GO": "- Verdict: NO GO",
    # nothing of ours
    "- Test Coverage: [X]%": "- Test Coverage: [X]%",
    "- Failed tests: X": "- Failed tests: X",
    "- Skills validated: [X]": "- Skills validated: [X]",
    "- Update policy: [link](https://x.example)": "- Update policy: [link](https://x.example)",
    "- [ ] Database backed up": "- [ ] Database backed up",
    "Plain words stay: yes / no": "Plain words stay: yes / no",
}


@pytest.mark.parametrize("line", LINES)
def test_a_line(line: str, filled: Callable[..., Filled]) -> None:
    assert filled(line).lines[0] == LINES[line]


LEFT = {
    # a line that is not understood whole, or is not about all tasks: what of it is listed
    "- Failed tests: X": "X",
    "- Not passed: X": "X",
    "- Partially completed: 3": "- Partially completed: 3",
    "- Critical tasks failed: 0": "- Critical tasks failed: 0",
    "- Passed on retry: [N]": "[N]",
    "- Passed: X (Y after a retry)": "X",
    "- Failed Tasks: [list]": "[list]",
    "- Completed: [Date]": "[Date]",
    "- Completed: 2026-01-15": "- Completed: 2026-01-15",
    "- Completed Tasks: 001, 002": "- Completed Tasks: 001, 002",
    "- completed / failed: 3": "- completed / failed: 3",
    "All 10 tasks passed": "All 10 tasks passed",
    "- Tests: 250/250 passed": "- Tests: 250/250 passed",
    "- Backend: [Status]": "[Status]",
    "| Backend | [Passed] |": "[Passed]",
    "- Result: [Passed tests]": "[Passed tests]",
    "- Average Time: X s": "X",
}


@pytest.mark.parametrize("line", LEFT)
def test_what_is_not_understood_stays_and_is_listed(
    line: str, filled: Callable[..., Filled]
) -> None:
    result = filled(line)
    assert result.lines == (line,)
    assert LEFT[line] in result.left


def test_a_part_has_no_number_of_the_whole(filled: Callable[..., Filled]) -> None:
    """A status, a time or a count under "Backend" or "Unit Tests" is not the run's."""
    for heading in ("## Backend", "### Unit Tests", "## Phase 1", "## Retried"):
        lines = ("- Status: [PASS/FAIL]", "- Time: X min", "- Passed: 5", "- Failed: ___")
        result = filled("\n".join(("# Report", heading, *lines)))
        assert result.lines[2:] == lines, heading
        assert {"X", "- Passed: 5", "___"} <= set(result.left)
    for heading in ("## Summary", "## 📊 Execution Summary", "## Kết quả", "## Task Results"):
        assert filled(f"# Report\n{heading}\n- Passed: 5").lines[2] == "- Passed: 3", heading


def test_a_share_is_never_rounded_to_all_or_none(sample: Sample) -> None:
    run = sample("go")
    some = [msgspec.structs.replace(run.tasks[0], id=f"T{n}") for n in range(300)]
    some[0] = msgspec.structs.replace(some[0], outcome="failed")
    lines = fill("- Success: X%\n- Failure: Y%", msgspec.structs.replace(run, tasks=tuple(some)))
    assert lines.lines[:2] == ("- Success: 99%", "- Failure: 1%")


def test_a_table_of_counts_goes_by_its_headers(filled: Callable[..., Filled]) -> None:
    table = "| Total Tasks | Completed | {} |\n|---|:-:|--:|\n| X | Y | Z |"
    assert filled(table.format("Failed")).lines[2] == "| 11 | 3 | 3 |"
    odd = filled(table.format("Coverage"))
    assert odd.lines[2] == "| X | Y | Z |"
    assert odd.left == ("X", "Y", "Z")


def test_a_table_of_tasks_goes_by_its_headers(filled: Callable[..., Filled]) -> None:
    head = "## Results\n| Task | Title | Status | Time | Coverage |\n|---|---|---|---|---|\n"
    result = filled(f"{head}| T001 | API | PASS/FAIL | X min | Y% |\n| ... |")
    assert result.lines[3].startswith("| T001 | API | PASS passed in 11 s")
    assert result.lines[3].endswith("| 0.2 min | Y% |")
    assert result.lines[4].startswith("| T002 | Build the pages | FAIL failed `step 1")
    assert "| not run | Y% |" in result.lines[6]
    assert result.left == ("Y",)


SECTION = """## Task Results

### Task 001: Backend
- **Status:** [PASS/FAIL]
- **Time:** X minutes
- **Coverage:** Y%
- **Notes:** [notes]
"""


def test_a_tasks_own_section_is_filled(filled: Callable[..., Filled]) -> None:
    result = filled(SECTION)
    assert result.lines[2:] == (
        "### Task 001: Backend",
        "- **Status:** PASS",
        "- **Time:** 0.2 minutes",
        "- **Coverage:** Y%",
        "- **Notes:** in 11 s, 1 warning",
    )
    assert result.left == ("Y",)


REPEATS = (
    "[Repeat for each task]", "...", "*(repeat for all tasks)*", "<!-- same for every task -->",
    "(continue for the other tasks)", "_[... all tasks]_", "[Other tasks]",
)  # fmt: skip


@pytest.mark.parametrize("more", REPEATS)
def test_a_section_is_repeated_for_every_task_that_has_none(
    more: str, filled: Callable[..., Filled]
) -> None:
    second = "\n### Task 002\nStatus: ✅ PASS / ❌ FAIL\nDuration: HH:MM\nErrors: ___\n\n"
    lines = filled(f"{SECTION}{second}{more}\n\n## Decision\n- [ ] GO").lines
    assert more not in lines
    assert len([line for line in lines if line.startswith("### Task ")]) == 11
    at = lines.index("### Task 002")
    assert lines[at + 1 : at + 3] == ("Status: ❌ FAIL", "Duration: 31 s")
    assert lines[at + 3].startswith("Errors: `step 1 ended with status 1")
    at = lines.index("### Task 004: Publish")
    assert lines[at + 1 : at + 3] == ("- **Status:** BLOCKED", "- **Time:** not run")
    assert lines[-2:] == ("## Decision", "- [ ] GO")


def test_a_section_for_any_task_is_written_for_each(filled: Callable[..., Filled]) -> None:
    for heading in ("### [Task Name]", "### Task N: [Title]", "### Task [ID]"):
        lines = filled(f"## Results\n{heading}\n- Status: [status]\n").lines
        assert len([line for line in lines if line.startswith("### ")]) == 11, heading
        assert sum(line.startswith("- Status: blocked (blocked by ") for line in lines) == 2


def test_a_bold_label_is_no_word_of_repetition(filled: Callable[..., Filled]) -> None:
    text = "## Results\n### Task 001\n- Status: [s]\n**Other tasks:** ___\n**All:** none"
    assert filled(text).lines[3:] == ("**Other tasks:** ___", "**All:** none")


def test_a_heading_that_only_has_a_number_is_no_task(filled: Callable[..., Filled]) -> None:
    text = "# Report\n### Phase 1: Build\n- Status: [PASS/FAIL]"
    assert filled(text).lines == tuple(text.splitlines())
    strange = filled("# Report\n### Task 099\n- Status: [PASS/FAIL]")
    assert strange.lines[2] == "- Status: [PASS/FAIL]"


RESULTS = {
    # one line under "## Results": what it becomes for T001 (passed) and for T002 (failed)
    "- Task 001: ✅ / ✗ (notes)": ("- Task 001: ✅ (", "- Task 002: ✗ (failed: `"),
    "- Task 1: PASS/FAIL": ("- Task 1: PASS (", "- Task 2: FAIL (failed: `"),
    "- Task 1: [PASS/FAIL] [notes]": ("- Task 1: PASS [", "- Task 2: FAIL [failed: `"),
    "1. T001: ✓ / ✘": ("1. T001: ✓ (", "1. T002: ✘ (failed: `"),
    "- **Task 01**: ✅ / ⚠️ / ❌": ("- **Task 01**: ✅ (", "- **Task 02**: ❌ (failed: `"),
    "- Tác vụ 1: Đạt / Không đạt": ("- Tác vụ 1: Đạt (", "- Tác vụ 2: Không đạt (failed: `"),
    "- Aufgabe 001 – ok / kaputt": ("- Aufgabe 001 – ok (", "- Aufgabe 002 – kaputt (failed: `"),
    "- Task 01 (The API): ✅ / ❌": ("- Task 01 (The API): ✅", "- Task 02 (Build the pages): ❌"),
    "- Task 001: ‚úÖ / ‚úó (notes)": ("- Task 001: ✅ (", "- Task 002: ✗ (failed: `"),
    "- Task 001: ✅": ("- Task 001: ✅ (", "- Task 002: ✗ (failed: `"),
    "- Task 001: ____": ("- Task 001: ✅ (", "- Task 002: ✗ (failed: `"),
    "- Task 001:": ("- Task 001: ✅ (", "- Task 002: ✗ (failed: `"),
    "- [ ] Task 001: notes / none": ("- [x] Task 001: ", "- [ ] Task 002: "),
    "- Task N: ✅ / ✗": ("- Task 1: ✅ (", "- Task 2: ✗ (failed: `"),
    "- [Task name]: ✅ / ✗": ("- T001: ✅ (", "- T002: ✗ (failed: `"),
    "| T001 | API | ✅ / ✗ | notes |": (
        "| T001 | API | ✅ | passed in 11 s",
        "| T002 | Build the pages | ✗ | failed `step 1",
    ),
}


@pytest.mark.parametrize("line", RESULTS)
def test_a_result_line_speaks_for_every_task(line: str, filled: Callable[..., Filled]) -> None:
    """With and without "...": the tasks that a template forgot are added."""
    first, second = RESULTS[line]
    for more in ("", "- ...", "..."):
        result = filled(f"## Results\n{line}\n{more}\n".replace("\n\n", "\n"))
        lines = result.lines[1:]
        assert lines[0].startswith(first)
        assert lines[1].startswith(second)
        assert len([text for text in lines if text]) == 11
        assert result.strange == ()


def test_a_task_that_the_plan_does_not_have_is_said(filled: Callable[..., Filled]) -> None:
    result = filled("## Results\n- Task 001: ✅ / ✗\n- Task 099: ✅ / ✗\n- ...\n")
    assert result.strange == ("Task 099",)
    assert "- Task 099: ✅ / ✗" in result.lines
    assert len(result.lines) == 1 + 12


def test_numbers_add_up_whatever_the_template_asks_for(sample: Sample) -> None:
    for name in ("every_verdict", "go", "partial", "pending", "running", "stopped"):
        run = sample(name)
        lines = fill("- Total Tasks: N\n- Completed: X\n- Failed: Y\n- Blocked: B", run).lines
        numbers = [int(line.rsplit(" ", 1)[1]) for line in lines if line[-1].isdigit()]
        assert numbers[0] == sum(numbers[1:]) == 11, lines


def test_blocked_is_said_once_where_the_template_asks_for_it(filled: Callable[..., Filled]) -> None:
    lines = filled("- Completed: X\n- Failed: Y\n- Blocked: N\n").lines
    assert [line for line in lines if "Blocked" in line] == ["- Blocked: 2"]


BOXES = "## Decision\n- [ ] NO-GO: reasons\n  - [List blockers]\n- [x] ✅ **GO**\n"


@pytest.mark.parametrize(
    ("name", "no_go", "go"),
    [
        ("every_verdict", "x", " "),
        ("go", " ", "x"),
        ("pending", " ", " "),
        ("partial", " ", " "),
        ("running", " ", " "),
    ],
)
def test_boxes_tell_the_verdict_and_nothing_else(
    name: str, no_go: str, go: str, filled: Callable[..., Filled]
) -> None:
    lines = filled(BOXES, name).lines
    assert f"- [{no_go}] NO-GO: reasons" in lines
    assert f"- [{go}] ✅ **GO**" in lines
    neither = any("Neither" in line for line in lines)
    assert neither == (name in ("pending", "partial", "running"))


IN_A_LINE = {
    "- [ ] GO   [ ] NO GO": {"GO": "- [x] GO   [ ] NO GO", "NO GO": "- [ ] GO   [x] NO GO"},
    "Decision: ☐ GO ☐ NO-GO": {"GO": "Decision: ☑ GO ☐ NO-GO", "NO GO": "Decision: ☐ GO ☑ NO-GO"},
    "[x] **GO** / [ ] **NO GO**": {
        "GO": "[x] **GO** / [ ] **NO GO**",
        "NO GO": "[ ] **GO** / [x] **NO GO**",
    },
    "- [ ] GO - no go-live blockers": {
        "GO": "- [x] GO - no go-live blockers",
        "NO GO": "- [ ] GO - no go-live blockers",
    },
    "GO / NO-GO: ___": {"GO": "GO / NO-GO: GO", "NO GO": "GO / NO-GO: NO GO"},
}


@pytest.mark.parametrize("line", IN_A_LINE)
@pytest.mark.parametrize(("name", "verdict"), [("go", "GO"), ("every_verdict", "NO GO")])
def test_of_several_boxes_in_a_line_the_right_one_is_ticked(
    line: str, name: str, verdict: str, sample: Sample
) -> None:
    assert fill(f"# Report\n{line}", sample(name)).lines[1] == IN_A_LINE[line][verdict]


@pytest.mark.parametrize("line", list(IN_A_LINE)[:3])
def test_no_box_is_ticked_while_a_person_is_needed(line: str, sample: Sample) -> None:
    found = fill(f"# Report\n{line}", sample("pending")).lines
    assert not re.search(r"\[x\]|☑", found[1])
    assert found[2].startswith("- Neither: PENDING")


def test_blockers_are_named_also_without_a_place_for_them(filled: Callable[..., Filled]) -> None:
    lines = filled("- [ ] GO\n- [ ] NO GO\n").lines
    assert lines[1] == "- [x] NO GO"
    assert [line.split(":")[0] for line in lines[2:]] == [
        "  - T002 Build the pages",
        "  - T003 Test the payments",
        "  - T004 Publish",
    ]


def test_issues_take_the_samples_shape(filled: Callable[..., Filled]) -> None:
    sample = (
        "## Vấn đề\n\n- Sự cố A\n  - Tác vụ: #X\n  - Lỗi: [..]\n  - Owner: [who]\n- Sự cố B\n\n## Z"
    )
    lines = filled(sample).lines
    assert lines[2] == "- T002 Build the pages: failed"
    assert lines[3] == "  - Tác vụ: T002 Build the pages"
    assert lines[4].startswith("  - Lỗi: `step 1 ended with status 1")
    assert lines[5] == "  - Owner: [who]"
    assert sum("Owner" in line for line in lines) == 3
    assert not any("Sự cố" in line for line in lines)
    assert lines[-1] == "## Z"


def test_issues_without_a_sample_and_without_issues(filled: Callable[..., Filled]) -> None:
    assert "1. T002 Build the pages: failed" in filled("## Issues\n[none]\n").lines
    assert filled("## Issues\n1. An issue\n", "go").lines == ("## Issues", "None.", "")


def test_next_steps_and_unknown_placeholders(filled: Callable[..., Filled]) -> None:
    result = filled("## Metrics\n- Coverage: [X]%\nSee [Owner].\n## Next Steps\n[Action items]\n")
    assert result.left == ("[X]", "[Owner]")
    at = result.lines.index("## Next Steps") + 1
    assert len(result.lines[at:]) > 3
    assert all(line.startswith("- ") for line in result.lines[at:])
    assert any("tmuxplan explain T002" in line for line in result.lines)


@pytest.mark.parametrize(
    "template", ["", "\n\n", "#", "|", "- ", "- [ ]", "...", "- ...\n- ...", "| a |"]
)
def test_a_template_of_nothing_much_is_no_error(
    template: str, filled: Callable[..., Filled]
) -> None:
    assert filled(template)


def test_a_task_is_found_by_its_other_names(sample: Sample) -> None:
    run = sample("every_verdict")
    named = tuple(
        msgspec.structs.replace(task, id=f"agent-{'ABCDEFGHIJK'[n]}", aliases=(f"Agent {n}",))
        for n, task in enumerate(run.tasks)
    )
    run = msgspec.structs.replace(run, tasks=named)
    lines = fill("## Results\n- Agent 0: ✅ / ✗\n- agent-B: ✅ / ✗\n- ...", run).lines
    assert lines[1].startswith("- Agent 0: ✅")
    assert lines[2].startswith("- agent-B: ✗")
    assert lines[3].startswith("- agent-C: ✗")


def test_a_number_is_the_task_s_own_before_that_of_another_s_second_shell() -> None:
    tasks = tuple(Task(id=name, title=name, line=1) for name in ("T002", "T006", "T006.2"))
    frozen = Frozen(Plan(path="", title="", sha256="", tasks=tasks), {})
    names = Names(facts(frozen, fold(()), 9.0, alive=True).tasks)
    found = [names.find(ref) for ref in ("Task 002", "2", "T006.2", "TASK 7")]
    assert [task and task.id for task in found] == ["T002", "T002", "T006.2", None]
