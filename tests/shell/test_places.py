"""Literal absolute directories of `cd`, and whether something earlier may make them."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Block, Task
from tmuxplan.shell.places import literal_cds
from tmuxplan.shell.steps import Statement, steps


def _statements(text: str) -> tuple[Statement, ...]:
    return steps(Task(id="T1", title="", line=1, blocks=(Block(line=10, text=text),)), "p")[0]


def _found(text: str) -> list[tuple[int, str, bool]]:
    return [(p.line, p.directory, p.may_be_created) for p in literal_cds(_statements(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cd /a/b", [(10, "/a/b", False)]),
        ("cd /a/b/", [(10, "/a/b", False)]),
        ("cd '/a b' >/dev/null", [(10, "/a b", False)]),
        ('pushd "/a"', [(10, "/a", False)]),
        ("builtin cd -- /a", [(10, "/a", False)]),
        ("x\n(cd /a && make)", [(11, "/a", False)]),
        ("f() {\n  cd /a\n}", [(11, "/a", False)]),
        ("make && cd /a || exit 1", [(10, "/a", False)]),
        ("cd /a && make && cd /b", [(10, "/a", False), (10, "/b", False)]),
        ("cd /日本/x; cd /y", [(10, "/日本/x", False), (10, "/y", False)]),
        ("cd a; cd $X; cd ~/x; cd ..; cd; echo cd /z", []),
        ('cd "$ROOT/a"', []),
        ("if [ -d /a ]; then cd /a; fi", []),
        # The plan itself says what happens without the directory.
        ("cd /a || cd /b", [(10, "/a", True), (10, "/b", False)]),
        ("[ -d /a ] && cd /a", [(10, "/a", True)]),
        # Something earlier may make it.
        ("mkdir -p /a/b\ncd /a/b", [(11, "/a/b", True)]),
        ("mkdir -p /a/b && cd /a", [(10, "/a", True)]),
        ("sudo mkdir /a\ncd /a", [(11, "/a", True)]),
        ("git clone https://example.org/app.git\ncd /srv/app", [(11, "/srv/app", True)]),
        ("tar xf app.tgz\ncd /srv/app", [(11, "/srv/app", True)]),
        ("./workspace.sh /srv/app\ncd /srv/app", [(11, "/srv/app", True)]),
        ('mkdir -p "$X"\ncd /a', [(11, "/a", True)]),
        # It only looks, or makes something else.
        ("echo /a; ls /a\ncd /a", [(11, "/a", False)]),
        ("mkdir -p build\ncd /a", [(11, "/a", False)]),
        ("cd /a\nmkdir -p /a", [(10, "/a", False)]),
        ("pytest\ncd /a", [(11, "/a", False)]),
    ],
)
def test_places(text: str, found: list[tuple[int, str, bool]]) -> None:
    assert _found(text) == found


def test_an_earlier_task_may_create_it() -> None:
    (place,) = literal_cds(_statements("cd /srv/app"), before=_statements("mkdir /srv/app"))
    assert place.may_be_created
