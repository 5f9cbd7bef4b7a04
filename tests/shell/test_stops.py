"""What follows a failure must not act in the wrong place: the rules, on real shells."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import instrumented

# In a directory that holds a/ and b/c/. Each ends in `echo after; pwd`.
GOES_ON = [
    "cd a",
    "false",
    "cd a && false && cd ..",
    "cd nope && make && cd ..",
    "cd b/c && false && cd ../..",
    "cd nope/c && false && cd ../..",
    "cd nope && false && cd -",
    'cd nope && false && cd "$OLDPWD"',
    "pushd nope && false && popd",
    'cd nope && false && cd "$HOME"',
    "(cd nope && make)",
    "( cd a; false )",
    "cd nope || true",
    "if cd nope; then :; fi",
    "cd nope & wait $!",
    "cd nope | cat",
    "false | cd nope",
    "! cd nope",
    "source ./there",
    "source there",
    ". ./there",
    "false && source ./there",
    "source nope || true",
    "[ -f nope ] && source nope",
    "test -f nope && source nope",
    "source ./there || source nope && false",
    "! source nope",
    "f() { cd nope; }; f || false",
    "for d in a b; do cd $d; false; done",
]
STOPS = [
    "cd nope",
    "cd nope 2>/dev/null",
    "cd -- nope",
    "builtin cd nope",
    "command cd nope",
    "\\cd nope",
    "pushd nope",
    'cd "$HOME/nope"',
    "cd nope && make",
    "false && cd a",
    "true && false && cd a && make",
    "false && pushd a",
    "false && cd a && cd b && cd ..",
    "cd nope && make && cd /",
    "cd nope || cd nope2",
    "source nope",
    "source ./nope arg",
    ". ./nope",
    "source nope 2>/dev/null",
    'source "$HOME/nope"',
    "source ~/nope",
    "source $(echo nope)",
    "source a",
    "source nope && make",
    "false && source ./nope",
    "false || source nope",
    "source nope 2>/dev/null || false && source nope",
    'X=nope; source "./$X"',
]


@pytest.mark.parametrize("text", GOES_ON)
def test_goes_on(text: str, tmp_path: Path) -> None:
    ran = instrumented(f"echo 'false' > there\n{text}\necho after", tmp_path)
    assert ran.out.endswith(b"after\n")
    assert all(record.how != "stop" for record in ran.records)


@pytest.mark.parametrize("text", STOPS)
def test_stops(text: str, tmp_path: Path) -> None:
    ran = instrumented(f"{text}\necho after", tmp_path)
    assert b"after" not in ran.out
    assert ran.records[-1].how == "stop"
    assert ran.status == ran.records[-1].status != 0


@pytest.mark.parametrize(
    "text", ["cd a && false && cd ..", "cd b/c && false && cd ../..", "pushd a && false && popd",
             "for d in a b; do cd $d; false; done", "f() { cd a; return 3; }; f"]
)  # fmt: skip
def test_a_failed_step_is_put_back(text: str, tmp_path: Path) -> None:
    ran = instrumented(f"{text}\npwd", tmp_path)
    assert ran.out.endswith(b"/work\n")
    (back,) = (record for record in ran.records if record.how == "back")
    assert back.place == str(tmp_path / "work")
    assert back.status != 0


def test_a_place_that_is_gone_stops(tmp_path: Path) -> None:
    ran = instrumented("mkdir d; cd d\ncd .. && rmdir d && false\necho after", tmp_path)
    assert b"after" not in ran.out
    assert ran.records[-1].how == "stop"


def test_a_place_with_control_characters_is_printable(tmp_path: Path) -> None:
    ran = instrumented('d=$\'x\\ay;日\'; mkdir "$d"; cd "$d"\ncd / && false\npwd', tmp_path)
    (back,) = (record for record in ran.records if record.how == "back")
    assert back.place == f"{tmp_path}/work/x?y;日"


def test_a_passed_step_stays_where_it_went(tmp_path: Path) -> None:
    ran = instrumented("cd a && true\npwd", tmp_path)
    assert ran.out.endswith(b"/work/a\n")


@pytest.mark.parametrize(
    ("text", "goes_on"),
    [
        ("cd nope", False),
        ("cd nope && make", False),
        ("cd nope && make && cd ..", True),
        ("cd a && false && cd ..", True),
        ("false && . ./nope", False),
        ("cd nope || true", True),
    ],
)
def test_in_a_posix_shell(text: str, goes_on: bool, tmp_path: Path) -> None:
    ran = instrumented(f"{text}\necho after; pwd", tmp_path, shell="dash")
    assert ran.out.startswith(b"after\n") is goes_on
    assert ran.out.endswith(b"/work\n") is goes_on


def test_the_traps_of_a_stopped_script_have_its_stderr(tmp_path: Path) -> None:
    ran = instrumented("trap 'echo bye >&2' EXIT\ncd /no/such\necho after", tmp_path)
    assert ran.err.endswith(b"bye\n")


def test_under_set_e_the_script_itself_stops(tmp_path: Path) -> None:
    ran = instrumented("set -e\ncd nope\necho after", tmp_path)
    assert (ran.out, ran.statuses) == (b"", [(1, 0)])


def test_set_u_survives_a_retest(tmp_path: Path) -> None:
    text = 'echo false > there\nset -u\nfalse && source "$PWD/there"\necho $nosuch\necho after'
    ran = instrumented(text, tmp_path)
    assert b"unbound" in ran.err
    assert b"after" not in ran.out
