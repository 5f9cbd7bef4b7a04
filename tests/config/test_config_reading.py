"""Settings from YAML: what each key takes, and every fault with its line and its remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmuxplan.config.places import Kind, Reading
from tmuxplan.config.read import read, read_task
from tmuxplan.config.schema import Answer, Markers, Settings, TaskSettings


def faults(text: str, kind: Kind = "file", first_line: int = 1) -> list[tuple[str, int, str]]:
    problems = read(text, "x.yaml", kind, first_line).problems
    return [(p.code, p.line, p.severity) for p in problems]


def clean(text: str) -> Settings:
    reading = read(text, "x.yaml")
    assert reading.problems == ()
    return reading.layer.settings


ONE_KEY = [
    ("jobs: 4", "jobs", 4),
    ("retries: 2", "retries", 2),
    ("retries: none", "retries", None),
    ("retry_delay: 10s", "retry_delay", 10.0),
    ("max_failures: 3", "max_failures", 3),
    ("halt: drain", "halt", "drain"),
    ("timeout: 10 min", "timeout", 600.0),
    ("timeout: 2h", "timeout", 7200.0),
    ("timeout: 1h 30m", "timeout", 5400.0),
    ("timeout: 1.5 hours", "timeout", 5400.0),
    ("timeout: '30s'", "timeout", 30.0),
    ("timeout: 90", "timeout", 90.0),
    ("timeout: ~", "timeout", None),
    ("ready_timeout: 30s", "ready_timeout", 30.0),
    ("ready_timeout: none", "ready_timeout", None),
    ("on_error: stop", "on_error", "stop"),
    ("reap: all", "reap", "all"),
    ("env: {PORT: 8000, ON: yes, V: 1.10, E: ''}", "env",
     {"PORT": "8000", "ON": "yes", "V": "1.10", "E": ""}),
    ("shell_init: . ~/.nvm/nvm.sh", "shell_init", (". ~/.nvm/nvm.sh",)),
    ("shell_init:\n  - a\n  - b c", "shell_init", ("a", "b c")),
    ("root:\n  /Users/ann/shop: .", "root", {"/Users/ann/shop": "."}),
    ("cwd: backend", "cwd", "backend"),
    ("backend: pty", "backend", "pty"),
    ("backend: none", "backend", None),
    ("grace: 3s", "grace", 3.0),
    ("markers: {failure: ['^BAD'], replace: true}", "markers", Markers(("^BAD",), replace=True)),
    ("respond: [{prompt: 'Go on.', answer: yes}]", "respond", (Answer("Go on.", "yes"),)),
    ("stalled: 20 min", "stalled", 1200.0),
    ("stalled: none", "stalled", None),
    ("locks: {T1: ['port:80']}", "locks", {"T1": ("port:80",)}),
    ("infer_locks: no", "infer_locks", False),
    ("allow: [placeholder]", "allow", ("placeholder",)),
    ("deps_from: none", "deps_from", "none"),
    ("deps_from: front matter", "deps_from", "front matter"),
    ("secrets: [PIN]", "secrets", ("PIN",)),
    ("issues_dir: plans/issues", "issues_dir", "plans/issues"),
    ("notify: ['mailto://x']", "notify", ("mailto://x",)),
    ("notify_on: [failure, prompt]", "notify_on", ("failure", "prompt")),
    ("notify_on: []", "notify_on", ()),
    ("rule: blocking", "rule", "blocking"),
    ("tasks: {2.1: {timeout: none, locks: [], keep: on}}", "tasks",
     {"2.1": TaskSettings(timeout=None, locks=(), keep=True)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "value"), ONE_KEY, ids=[one[0] for one in ONE_KEY])
def test_a_key_takes(text: str, name: str, value: object) -> None:
    assert getattr(clean(text), name) == value


def test_every_setting_is_in_the_table() -> None:
    assert {name for _, name, _ in ONE_KEY} == set(Settings.__struct_fields__)


def test_what_was_given_is_known_with_its_line() -> None:
    layer = read("jobs: 2\nenv:\n  A: b\ntasks:\n  T1:\n    retries: 1\n", "x.yaml").layer
    assert {path: place.line for path, place in layer.given.items()} == {
        ("jobs",): 1,
        ("env", "A"): 3,
        ("tasks", "T1", "retries"): 6,
    }


WRONG = [
    ("jbos: 3", "unknown-key", 1),
    ("max-failures: 3", "unknown-key", 1),
    ("tasks:\n  T1:\n    timout: 1h", "unknown-key", 3),
    ("jobs: many", "wrong-type", 1),
    ("jobs: '4'", "wrong-type", 1),
    ("jobs:", "wrong-type", 1),
    ("jobs: [4]", "wrong-type", 1),
    ("jobs: 0x10", "wrong-type", 1),
    ("jobs: 1_000", "wrong-type", 1),
    ("jobs: 0", "bad-setting", 1),
    ("retries: -1", "bad-setting", 1),
    ("halt: quit", "wrong-type", 1),
    ("timeout: soon", "wrong-type", 1),
    ("timeout: 1:30", "wrong-type", 1),
    ("timeout: in 5 min", "wrong-type", 1),
    ("timeout: 0", "wrong-type", 1),
    ("env: [A]", "wrong-type", 1),
    ("env:\n  A:", "wrong-type", 2),
    ("env:\n  A: {b: c}", "wrong-type", 2),
    ("env: {1A: x}", "bad-setting", 1),
    ("root: {shop: x}", "bad-setting", 1),
    ("cwd: 5", "wrong-type", 1),
    ("allow: placeholder", "wrong-type", 1),
    ("markers: {failure: ['[']}", "bad-setting", 1),
    ("markers: {failure: ['']}", "bad-setting", 1),
    ("markers: {failure: ['(?a)(?u)x']}", "bad-setting", 1),
    ("respond: [{prompt: '', answer: y}]", "bad-setting", 1),
    ("markers: {replace: 1}", "wrong-type", 1),
    ("respond:\n  - prompt: x", "bad-setting", 2),
    ("respond: [x]", "wrong-type", 1),
    ("rule: all", "wrong-type", 1),
    ("jobs: 1\njobs: 2", "duplicate-key", 2),
    ("env:\n  A: 1\n  B: 2\n  A: 3", "duplicate-key", 4),
    ("? [a]\n: b", "bad-setting", 1),
    ("- jobs", "wrong-type", 1),
    ("jobs", "wrong-type", 1),
    ("env:\n\tA: b", "bad-yaml", 2),
    ("a: &x [b]\nb: *x", "bad-yaml", 1),
    ("b: *x", "bad-yaml", 1),
    ("env: {<<: {A: b}}", "bad-setting", 1),
    ("cwd: !!python/object:os.system x", "bad-yaml", 1),
    ("jobs: 1\n---\njobs: 2", "bad-yaml", 2),
    ("cwd: a: b", "bad-yaml", 1),
    ("jobs: 1\ncwd: 'x", "bad-yaml", 2),
    ("cwd: \x07", "bad-yaml", 1),
    ("env: " + "[" * 5000, "bad-yaml", 1),
    ("allow: [" + "a," * 30_000 + "]", "bad-yaml", 1),
]


@pytest.mark.parametrize(("text", "code", "line"), WRONG, ids=[one[0][:40] for one in WRONG])
def test_a_fault_has_its_line(text: str, code: str, line: int) -> None:
    assert faults(text) == [(code, line, "error")]
    (problem,) = read(text, "x.yaml").problems
    assert problem.remedy


def test_every_fault_is_said_and_the_rest_is_read() -> None:
    reading = read("jobs: x\nhalt: y\nretries: 2\nwhat: z\n", "x.yaml")
    assert [p.line for p in reading.problems] == [1, 2, 4]
    assert reading.layer.settings.retries == 2
    assert set(reading.layer.given) == {("retries",)}


@pytest.mark.parametrize(
    ("text", "near"),
    [("jbos: 3", "jobs"), ("time_out: 3", "timeout"), ("tasks: {T1: {lock: []}}", "locks")],
)
def test_the_nearest_name_is_said(text: str, near: str) -> None:
    (problem,) = read(text, "x.yaml").problems
    assert near in problem.remedy


def test_lines_are_those_of_the_file_that_holds_the_text() -> None:
    assert faults("jobs: x\nhalt: y", first_line=2) == [
        ("wrong-type", 2, "error"),
        ("wrong-type", 3, "error"),
    ]
    assert faults("jobs: 1\n\tx: 2", first_line=2) == [("bad-yaml", 3, "error")]


FRONT_MATTER = [
    ("title: A plan\ndepends_on: [T1]\nestimated_duration: 2h", []),
    ("runme:\n  id: 1\n  version: v3", []),
    ("status: draft\ntags: [a]\njobs: 2", []),
    ("zebra: 1", [("unknown-key", 1, "warning")]),
    ("zebra: 1\njobs: 2", [("unknown-key", 1, "error")]),
    ("jbos: 2", [("unknown-key", 1, "error")]),
    ("max-failures: 2", [("unknown-key", 1, "error")]),
    ("summary: Use it: when needed", [("bad-yaml", 1, "warning")]),
    ("jobs: 2\nsummary: Use it: when needed", [("bad-yaml", 2, "error")]),
    ("title: x\ntasks: {T1: {title: y}}", [("unknown-key", 2, "error")]),
]


@pytest.mark.parametrize(("text", "found"), FRONT_MATTER, ids=[one[0] for one in FRONT_MATTER])
def test_front_matter_may_hold_what_is_not_ours(
    text: str, found: list[tuple[str, int, str]]
) -> None:
    assert faults(text, "plan") == found


OF_A_TASK = [
    # text; faults in a file among others, faults alone
    ("task_id: 2\ntitle: x\ntimeout: 5 min\nlocks: [a]", [], []),
    ("gate: manual\nready: port:80\nhost: gpu\nkeep: true\nno_retry: yes", [], []),
    ("jobs: 2", [("bad-setting", 1)], []),
    ("gate: manual\nallow: [x]\nroot: {/a: b}", [("bad-setting", 2), ("bad-setting", 3)], []),
    ("tasks: {T2: {timeout: 1}}", [("bad-setting", 1)], []),
    ("gaet: manual", [("unknown-key", 1)], [("unknown-key", 1)]),
    ("gate: manual\nzebra: 1", [("unknown-key", 2)], [("unknown-key", 2)]),
    ("zebra: 1\nowner: me", [("unknown-key", 1)], [("unknown-key", 1)]),
    ("keep: 7\nlocks: {T1: [a]}", [("wrong-type", 1), ("wrong-type", 2)], [("wrong-type", 1)]),
    (
        "timeout: x\ngate: [a]",
        [("wrong-type", 1), ("wrong-type", 2)],
        [("wrong-type", 1), ("wrong-type", 2)],
    ),
    ("gate: a\ngate: b", [("duplicate-key", 2)], [("duplicate-key", 2)]),
    ("- a", [("wrong-type", 1)], [("wrong-type", 1)]),
    ("gate: : x", [("bad-yaml", 1)], [("bad-yaml", 1)]),
    ("", [], []),
]


@pytest.mark.parametrize(("text", "among", "alone"), OF_A_TASK, ids=[one[0] for one in OF_A_TASK])
def test_front_matter_of_one_task(
    text: str, among: list[tuple[str, int]], alone: list[tuple[str, int]]
) -> None:
    for wanted, is_alone in ((among, False), (alone, True)):
        found = read_task(text, "x.md", "T02", alone=is_alone).problems
        assert [(p.code, p.line) for p in found] == wanted


def test_what_it_gives_is_the_tasks_and_alone_also_the_plans() -> None:
    text = "timeout: 5 min\nlocks: [a]\ngate: manual\nenv: {A: 1}"
    layer = read_task(text, "x.md", "T02", 3).layer
    assert layer.settings == Settings(
        tasks={"T02": TaskSettings(timeout=300.0, locks=("a",), gate="manual", env={"A": "1"})}
    )
    assert layer.given["tasks", "T02", "locks"].line == 4
    layer = read_task(f"{text}\njobs: 2", "x.md", "T02", alone=True).layer
    assert (layer.settings.timeout, layer.settings.env, layer.settings.jobs) == (
        300.0,
        {"A": "1"},
        2,
    )
    assert layer.settings.tasks == {"T02": TaskSettings(locks=("a",), gate="manual")}
    assert ("locks",) not in layer.given
    layer = read_task("locks: {T02: [b]}", "x.md", "T02", alone=True).layer
    assert layer.settings.locks == {"T02": ("b",)}


def test_a_setting_of_the_plan_in_a_tasks_file_says_where_it_belongs() -> None:
    (problem,) = read_task("jobs: 2", "x.md", "T02").problems
    assert "whole plan" in problem.message
    assert "file that lists the tasks" in problem.remedy
    (problem,) = read_task("lcoks: [a]", "x.md", "T02").problems
    assert "'locks'" in problem.remedy


@given(st.text(alphabet=" \t\n:-[]{}&*!|>'\"#~,abjobstakenv01", max_size=80))
def test_any_text_is_read_or_refused_and_always_alike(text: str) -> None:
    first: Reading = read(text, "x.yaml", "plan")
    assert first == read(text, "x.yaml", "plan")
    for alone in (True, False):
        one = read_task(text, "x.yaml", "T1", alone=alone)
        assert one == read_task(text, "x.yaml", "T1", alone=alone)
    assert all(p.line >= 1 and p.remedy for p in first.problems)
