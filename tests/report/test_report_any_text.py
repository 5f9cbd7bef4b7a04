"""Whatever a template or a program says: no renderer raises, and no number is another's."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_report_hostile import hostile_run

from tmuxplan.report import github, html, junit, text, trace
from tmuxplan.report.causes import causes
from tmuxplan.report.compare import markdown as compared
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.likeness import reason_of
from tmuxplan.report.sheet import Log, LogLine, Sheet
from tmuxplan.report.template import fill

QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = st.sampled_from(
    [
        "Total", "Tasks", "Completed", "passed", "Failed", "skipped", "Time", "Date", "Status", "X",
        "Y", "N", "10", "2/10", "80%", "[X]", "[COUNT]", "___", "__", "{{n}}", "<n>", "of", "and",
        "out of", ":", "-", "|", "**", "/", ",", "(", ")", "[ ]", "✅", "✗", "Task 001", "T002",
        "Task N", "[Task Name]", "...", "# R", "## Summary", "## Backend", "### Task 001", "\n",
        "\n- ", "\n| ", "|---|---|", "[Repeat for each task]", "GO", "NO GO", "minutes", "HH:MM",
        "Unit Tests", "critical", "not", "[Date]", "`", "```", "1.", "TBD", "N/A", "#", "?", "%d",
        "Notes", "Error",
    ]
)  # fmt: skip
TEMPLATES = st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200)


@QUICK
@given(template=TEMPLATES)
def test_any_template(template: str, sample: Callable[..., RunFacts]) -> None:
    assert fill(template, sample("every_verdict"))


COUNTS = st.sampled_from(["passed", "failed", "skipped", "blocked", "completed"])
SLOTS = st.sampled_from(["X", "7", "[N]", "___", "[COUNT]", "99"])
ITEMS = st.tuples(SLOTS, COUNTS).map(" ".join) | st.tuples(COUNTS, SLOTS).map(": ".join)
EXTRA = st.sampled_from(
    ["", "critical", "tests", "on retry", "(see below)", "after 4 tries", "tasks"]
)
LINES = st.tuples(
    st.sampled_from(["", "- ", "**Total:** ", "Total: 42, ", "Summary: "]),
    st.lists(ITEMS, min_size=1, max_size=4),
    st.sampled_from([", ", " / ", " and ", "; "]),
    EXTRA,
).map(lambda parts: f"{parts[0]}{parts[2].join(parts[1])} {parts[3]}".strip())


@QUICK
@given(line=LINES)
def test_a_line_of_counts_is_right_or_left(line: str, sample: Callable[..., RunFacts]) -> None:
    run = sample("every_verdict")
    filled = fill(line, run)
    if filled.lines[0] == line:
        assert filled.left, "a number that is not ours is listed"
        return
    want = {"passed": 3, "completed": 3, "failed": 3, "skipped": 1, "blocked": 2}
    pairs = re.findall(
        r"(?<![/\d] )(?<!\d)(\d+) (passed|failed|skipped|blocked|completed)\b", filled.lines[0]
    )
    pairs += [
        (number, word)
        for word, number in re.findall(
            r"(passed|failed|skipped|blocked|completed): (\d+)(?! \w)", filled.lines[0]
        )
    ]
    assert all(int(number) == want[word] for number, word in pairs), filled.lines[0]
    assert set(re.findall(r"\d+", filled.lines[0])) <= {"1", "2", "3", "11"}


@QUICK
@given(said=st.text(max_size=80))
def test_any_words_in_every_format(said: str) -> None:
    run = hostile_run(said)
    lines = (LogLine(1, said.replace("\n", " ").encode("utf-8", "replace").decode(), 1),)
    sheet = Sheet(run=run, causes=causes(run), logs={("T001", 1): Log((lines,), 1)})
    for module in (html, junit, github, trace, text):
        module.render(sheet).encode()
    assert github.commands(sheet)
    assert compared(run, run)
    assert reason_of(said).key == reason_of(said).key
