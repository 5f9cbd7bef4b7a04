"""Further shells of one task: tasks of their own where the plan says when the first is up."""

from __future__ import annotations

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
- `~ Serving`
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
    assert [c.kind for c in first.criteria] == ["regex", "person"]
    assert [c.kind for c in second.criteria] == ["command"]
    assert {(e.task, e.on, e.kind) for e in plan.edges} == {
        ("T002", "T001", "hard"),
        ("T002", "T001.2", "hard"),
        ("T001.2", "T001", "ready"),
    }
    assert not [p for p in plan.problems if p.code == "second-shell"]


def test_where_nothing_says_when_it_is_up_they_stay_together_and_it_is_told() -> None:
    text = TEXT.format(ready="").replace("python3 -m http.server 8123", "./serve")
    text = text.replace("curl -f http://localhost:8123/", "./try-it")
    plan = split(parse(text.encode(), "p.md"))
    assert [task.id for task in plan.tasks] == ["T001", "T002"]
    assert [p.line for p in plan.problems if p.code == "second-shell"] == [14]


def test_what_comes_before_the_tasks_is_offered_as_a_task() -> None:
    text = (
        "# P\n\n## Prerequisites\n\n```bash\nmake deps\n```\n\n## Task 1: a\n\n```bash\ntrue\n```\n"
    )
    (block,) = parse(text.encode(), "p.md").loose
    assert "make it a task: Task 0: Prerequisites" in block.reason
