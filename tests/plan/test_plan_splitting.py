"""Further shells of one task: tasks of their own where the plan says when the first is up."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse
from tmuxplan.plan.splitting import split

TEXT = """# Try it

## TASK 001: Site

{ready}

```bash
python3 -m http.server 8123
```

In another terminal:

```bash
curl -f http://localhost:8123/
```

### Success Criteria
- `$ test -d .`
- `~ html`
- `!~ Traceback`
- looks nice

## TASK 002: After

**Dependencies:** T001

```bash
echo after
```
"""


def test_the_second_shell_is_a_task_that_waits_for_the_first_to_be_up() -> None:
    plan = split(parse(TEXT.format(ready="**Ready:** port:8123").encode(), "p.md"))
    assert [task.id for task in plan.tasks] == ["T001", "T001.2", "T002"]
    first, second, _ = plan.tasks
    assert [block.text.strip() for block in first.blocks] == ["python3 -m http.server 8123"]
    assert [block.text.strip() for block in second.blocks] == ["curl -f http://localhost:8123/"]
    assert [c.text for c in first.criteria] == ["`~ html`", "`!~ Traceback`", "looks nice"]
    assert [c.text for c in second.criteria] == ["`$ test -d .`", "`~ html`", "`!~ Traceback`"]
    assert (first.shell_of, second.shell_of) == ("", "T001")
    assert {(e.task, e.on, e.kind) for e in plan.edges} == {
        ("T002", "T001", "hard"),
        ("T002", "T001.2", "hard"),
        ("T001.2", "T001", "ready"),
    }
    assert not [p for p in plan.problems if p.code == "second-shell"]


def shells(*blocks: str, before: str = "") -> Plan:
    """One task with a shell for each block; each is the commands, and lines below them."""
    text = f"# P\n\n## TASK 001: Site\n\n{before}\n"
    for number, block in enumerate(blocks, 1):
        commands, _, below = block.partition("\n")
        text += f"\nTerminal {number}:\n\n```bash\n{commands}\n```\n{below}\n"
    return split(parse(f"{text}\n## TASK 002: After\n\n```bash\ntrue\n```\n".encode(), "p.md"))


def inner(plan: Plan) -> list[str]:
    """The edges among the shells of T001."""
    return [
        f"{e.task}<{e.on}:{e.kind}"
        for e in plan.edges
        if {e.task.partition(".")[0], e.on.partition(".")[0]} == {"T001"}
    ]


def told(plan: Plan) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in plan.problems]


def test_where_nothing_says_when_it_is_up_the_second_comes_after_it_and_it_is_told() -> None:
    text = TEXT.format(ready="").replace("python3 -m http.server 8123", "./serve")
    text = text.replace("curl -f http://localhost:8123/", "./try-it")
    plan = split(parse(text.encode(), "p.md"))
    assert [task.id for task in plan.tasks] == ["T001", "T001.2", "T002"]
    assert inner(plan) == ["T001.2<T001:hard"]
    (problem,) = plan.problems
    assert (problem.code, problem.line) == ("second-shell", 14)
    assert "nothing says when those are up: they start once T001 has passed" in problem.message


@pytest.mark.parametrize(
    ("server", "ready"),
    [
        ("npm start -- --port 3000", "port 3000"),
        ("PORT=4000 npm start", "port 4000"),
        ("cd api && uvicorn main:app", "port 8000"),
        ("poetry run flask run --debug", "port 5000"),
        ("npx vite", "port 5173"),
        ("redis-server", "port 6379"),
        ("python3 -m http.server", "port 8000"),
        ("python3 -m http.server --bind 127.0.0.1 8111 >log", "port 8111"),
        ("gunicorn -b 127.0.0.1:9000 app:app", "port 9000"),
        ("./serve\nWait until you see `Listening on 8123`.", r"line Listening\ on\ 8123"),
        ('./serve\nOnce the log shows "ready (2 s)", go on.', r"line ready\ \(2\ s\)"),
        ("./serve\nWhen `Compiled` appears:", "line Compiled"),
        ("./serve\nWait for: `=== UP ===`", "line ===\\ UP\\ ==="),
        ("npm start -- --port 3000\nWait until it says `up`.", "line up"),
    ],
)
def test_when_the_first_is_up_is_said_by_the_plan_or_by_its_port(server: str, ready: str) -> None:
    if "`up`" in server:
        server = server.replace("`up`", "`it is up`")
        ready = r"line it\ is\ up"
    plan = shells(server, "./try-it")
    up = plan.task("T001").ready
    assert up is not None
    assert f"{up.kind} {up.value}" == ready
    assert inner(plan) == ["T001.2<T001:ready"]
    assert told(plan) == []


@pytest.mark.parametrize(
    "first",
    [
        "pip install uvicorn",
        "echo uvicorn",
        "uvicorn main:app --port $PORT",
        'python3 -m http.server "$(cat port)"',
        "./serve\nYou should see `a button` in the page.",
        "./serve --port 3000; ./serve --port 3001",
    ],
)
def test_what_only_looks_like_a_server_says_nothing(first: str) -> None:
    plan = shells(first, "./try-it")
    assert (plan.task("T001").ready, inner(plan)) == (None, ["T001.2<T001:hard"])


def test_a_third_shell_waits_for_all_that_say_when_they_are_up() -> None:
    plan = shells("./api --port 3000", "./web --port 3001", "./try-it")
    assert inner(plan) == ["T001.2<T001:ready", "T001.3<T001:ready", "T001.3<T001.2:ready"]
    web = plan.task("T001.2").ready
    assert web is not None
    assert (web.value, plan.task("T001.3").ready) == ("3001", None)
    # One that says nothing may never end: nobody waits for it.
    plan = shells("./api --port 3000", "./worker", "./try-it")
    assert inner(plan) == ["T001.2<T001:ready", "T001.3<T001:ready"]
    plan = shells("./a", "./b", "./c")
    assert inner(plan) == ["T001.2<T001:hard", "T001.3<T001.2:hard"]
    assert [code for code, _ in told(plan)] == ["second-shell"] * 2


def test_what_needs_the_task_needs_all_its_shells() -> None:
    plan = shells("./a", "./b", "./c")
    assert {e.on for e in plan.edges if e.task == "T002"} == {"T001", "T001.2", "T001.3"}


def test_commands_that_go_on_in_the_first_shell_keep_their_order() -> None:
    text = (
        "# P\n\n## Task 1: x\n\n```sh\n./a\n```\nIn another terminal:\n```sh\n./b\n```\n"
        "Back in the first terminal:\n```sh\n./c\n```\n"
    )
    plan = split(parse(text.encode(), "p.md"))
    assert [(task.id, len(task.blocks)) for task in plan.tasks] == [("T1", 3)]
    assert told(plan) == [("second-shell", 10)]
    plan = split(parse(text.replace("./a", "./a --port 80").encode(), "p.md"))
    assert [(task.id, len(task.blocks)) for task in plan.tasks] == [("T1", 2), ("T1.2", 1)]


def test_what_comes_before_the_tasks_is_offered_as_a_task() -> None:
    text = (
        "# P\n\n## Prerequisites\n\n```bash\nmake deps\n```\n\n## Task 1: a\n\n```bash\ntrue\n```\n"
    )
    (block,) = parse(text.encode(), "p.md").loose
    assert "make it a task: Task 0: Prerequisites" in block.reason
