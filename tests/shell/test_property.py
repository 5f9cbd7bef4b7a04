"""Any sequence of awkward statements behaves the same with and without the ledger."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from running import instrumented, plain

# None of them stops a task by a rule of ours, and none depends on the time.
POOL = [
    "echo $?",
    "false",
    "! true",
    "(exit 3)",
    "true && false && true",
    "false || echo or",
    "false | true",
    "echo ${PIPESTATUS[@]}",
    'echo "$_"',
    "set -e",
    "set +e",
    "set -u",
    "set -f",
    "set -x",
    "set +x",
    "set -o pipefail",
    "set -E",
    "set -a",
    "trap 'echo ERR $?' ERR",
    "trap 'echo EXIT $?' EXIT",
    "trap - ERR",
    "IFS=:0",
    "unset IFS",
    "x=1 y=2",
    "echo $nosuch",
    "f() { echo f; return 4; }",
    "f",
    "f || true",
    "cat <<END\n$x * `echo b`\nEND",
    "cat <<'END' | tr a-z A-Z\nbody\nEND",
    "for i in 1 2; do echo $i; (exit $i); done",
    "while read l; do echo $l; done <<< a",
    "if false; then echo; elif true; then (exit 2); fi",
    "case $x in 1) echo one ;; *) echo other ;; esac",
    "cd a && cd ..",
    "(cd a; pwd >/dev/null; false)",
    "pushd a >/dev/null; popd >/dev/null",
    "exec 3>f; echo x >&3; exec 3>&-",
    "exec 2>err",
    "echo *",
    "echo $LINENO",
    "wait; echo $?",
    "set -- a b; shift; echo $#",
    "[[ a == b ]]",
    "(( 0 ))",
    "a=(1 2); echo ${a[@]:1}",
    "echo 日本 | cat # ✓",
    "printf 'no newline'",
    "nosuchcommand",
    "printf() { command printf \"P%s\" x; }",
    "shopt -s expand_aliases\nalias true=false",
    "eval 'false'",
    "exit 6",
    "umask 077; touch g",
    "trap 'echo DEBUG' DEBUG",
]  # fmt: skip
JOINTS = ["\n", "; ", "\n\n# comment\n", " # comment\n"]


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """Statements in a row; one with a heredoc, a comment or a newline ends its line."""
    text = "true\n"  # nothing reads what there was before the script
    for statement in draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=8)):
        joint = draw(st.sampled_from(JOINTS))
        ends_line = "\n" in statement or "#" in statement
        text += statement + ("\n" if ends_line else joint)
    return text


@settings(max_examples=150, deadline=None)
@given(text=scripts())
def test_any_sequence_behaves_the_same(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        where = Path(name)
        ran = instrumented(text, where)
        bare = plain(text, where)
        assert (ran.out, ran.status, ran.files) == (bare.out, bare.status, bare.files)
        # `set -x` traces the members of a pipeline in any order.
        assert sorted(ran.err.split(b"\n")) == sorted(bare.err.split(b"\n"))
        assert [record.step for record in ran.records] == list(range(1, len(ran.records) + 1))
