"""All rules over large and hostile plans: time grows with the plan, and nothing is raised."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linting import FACTS, found, one

from tmuxplan.lint.rules import problems
from tmuxplan.plan.model import Block, Edge, Plan, Source, Task

COMMANDS = """cd /Users/ann/shop/api
source .venv/bin/activate
pip install x
uvicorn a:b --host 0.0.0.0 --port 9000 &
sleep 5
curl -f http://x/$n || echo "FAIL: x"
git commit -qm x > /tmp/out
for d in x/*/; do echo "$d"; done
kill $!
echo done"""


def _plan(tasks: int, blocks: Callable[[int], tuple[str, ...]], chained: bool) -> Plan:
    """Values, not text: reading has tests of its own."""
    made = []
    line = 1
    for n in range(tasks):
        own = []
        for text in blocks(n):
            own.append(Block(line, text))
            line += text.count("\n") + 3
        made.append(Task(id=f"T{n}", title="x", line=line, blocks=tuple(own)))
    edges = tuple(
        Edge(f"T{n}", f"T{n - 1}", "hard", (Source("metadata", 1),)) for n in range(1, tasks)
    )
    lines = "\n" * line
    return Plan(
        path="p",
        title="x",
        sha256="",
        source="x" + lines,
        tasks=tuple(made),
        edges=edges if chained else (),
    )


SHAPES: dict[str, Callable[[int], Plan]] = {
    "beside": lambda n: _plan(n, lambda _: (COMMANDS,), chained=False),
    "chained": lambda n: _plan(n, lambda _: (COMMANDS,), chained=True),
    "each its own": lambda n: _plan(
        n,
        lambda k: (f"cd /srv/d{k}\nmake{k} > /tmp/o{k}\nmkdir /srv/e{k}\n. v{k}/bin/activate",),
        chained=True,
    ),
    "one task": lambda n: _plan(1, lambda _: ("\n".join([COMMANDS] * n),), chained=False),
    "many blocks": lambda n: _plan(
        1, lambda _: ("# Terminal 1\nls $A_B <x> y",) * n, chained=False
    ),
    "placeholders": lambda n: _plan(1, lambda _: ("ls <a-b> X.Y.Z\n" * n,), chained=False),
    "unknown": lambda n: _plan(
        1, lambda _: ("\n".join(f"prog{k} $VAR_{k}" for k in range(n * 4)),), chained=False
    ),
}


def _seconds(plan: Plan) -> float:
    start = time.process_time()
    problems(plan, FACTS)
    return time.process_time() - start


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_plan_takes_about_four_times_as_long(shape: str) -> None:
    small, large = SHAPES[shape](240), SHAPES[shape](960)
    # Processor time, and enough of it: a few milliseconds are more noise than work.
    ratio = min(_seconds(large) for _ in range(2)) / min(_seconds(small) for _ in range(3))
    assert ratio < 9, f"{ratio:.1f} times as long"  # a square would be 16


PIECES = st.sampled_from(
    [
        *("<ns>", "{{x}}", "YOUR_KEY", "&&", "||", "|", "&", "(", ")", "{", "}", "$(", "`", '"'),
        *("'", "cd /x", "curl -f x", "echo FAIL:", "<<EOF", "EOF", "\n", "\n", ";", "for a in b*;"),
        *("do", "done", "if", "then", "fi", "# Start it", "source v/bin/activate", "sleep 5", "\\"),
        *("uvicorn x --port 80 &", "[ $a = 'b*' ]", "cut -d= -f2", "exit", "é", "\t"),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_is_a_traceback(commands: str, criterion: str) -> None:
    plan = one(commands, f"- returns 401 {criterion}\n- All items marked complete\n")
    assert found(plan) == found(plan)


def test_a_list_that_lacks_a_member_is_read() -> None:
    plan = one("{{x}} & <<EOF && && do", "- returns 401\n")
    assert found(plan) == found(plan)
