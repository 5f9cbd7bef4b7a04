"""The ledger leaves a script's behaviour unchanged, and its records are right: real shells."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from running import LINE, instrumented, plain

from tmuxplan.plan.model import Block, Task
from tmuxplan.shell.script import script
from tmuxplan.shell.steps import steps

# Each runs plain and instrumented; the list has the steps' statuses as the ledger must have them.
CASES: dict[str, tuple[str, list[int]]] = {
    "status read": ("false\necho $?\n(exit 7)\nx=$?; echo $x", [1, 0, 7, 0, 0]),
    "function": ("f() { echo in; return 3; }\nf\necho $?", [0, 3, 0]),
    "heredoc": ("cat <<END\na $HOME\nEND\ncat <<'END'\n$(no)\nEND\necho z", [0, 0, 0]),
    "loops": ("for i in 1 2; do echo $i; done\nwhile false; do :; done\necho $?", [0, 0, 0]),
    "and list": ("true && false && true\ntrue || false\nfalse || false", [1, 0, 1]),
    "background": ("sleep 0 & echo $?\nwait $!\necho $?; false & wait %1", [0, 0, 0, 0, 0, 1]),
    "background missing": ("nosuchcommand & wait\necho done", [0, 0, 0]),
    "exec": ("echo a\nexec sh -c 'exit 5'\necho no", [0]),
    "exec missing": ("exec /no/such/program\necho no", []),
    "exit": ("false\nexit", [1]),
    "exit status": ("exit 9", []),
    "set -e": ("set -e\necho a\nfalse\necho no", [0, 0]),
    "set -e list": (
        "set -e\nfalse && true\n! true\nif false; then :; fi\necho b\n(exit 4)\necho no",
        [0, 1, 1, 0, 0],
    ),
    "set -e pipefail": ("set -euo pipefail\necho a | cat\nfalse | cat\necho no", [0, 0]),
    "EXIT trap": ("trap 'echo bye $?' EXIT\nfalse", [0, 1]),
    "EXIT trap stderr": ("trap 'echo bye >&2' EXIT\ncd /no/such", [0, 1]),
    "ERR trap": (
        "trap 'echo err $? $LINENO' ERR\nfalse\nfalse || true\ntrue && false\n(exit 2)",
        [0, 1, 0, 1, 2],
    ),
    "ERR trap inherited": (
        "set -E\ntrap 'echo err $?' ERR\nf() { false; true; }\nf\nfalse\ncd /no",
        [0, 0, 0, 0, 1, 1],
    ),
    "DEBUG trap": ("echo a\ntrap 'echo debug $BASH_COMMAND' DEBUG\necho b\necho c", [0]),
    "RETURN trap": ("set -T\ntrap 'echo return' RETURN\nf() { :; }\nf\necho c", [0]),
    "set -u": ("set -u\necho ${x-unset}\necho $nosuch\necho no", [0, 0]),
    "set -u source": ('set -u\nfalse && source "$nosuch/x"\necho yes', [0, 1]),
    "set -x": ("set -x\ncd a\nfalse\nset +x\necho b", [0, 0, 1, 0, 0]),
    "set -f": ("set -f\necho *\nset +f\necho *", [0, 0, 0, 0]),
    "set -a": ("set -a\nX=1\nset +a\nenv | grep -v '^_=' | sort", [0, 0, 0, 0]),
    "set -C": ("set -C\necho a > f\necho b > f", [0, 0, 1]),
    "IFS": ("IFS=0,:\nx=a,b\necho $x\nfalse | true\nunset IFS\necho $x", [0, 0, 0, 0, 0, 0]),
    "exec >file": ("exec >f\necho a\necho b >&2\nfalse", [0, 0, 0, 1]),
    "exec 2>&-": ("exec 2>&-\necho a\nls /no/such\necho b", [0, 0, 2, 0]),
    "exec >&-": ("exec >&-\n: x\nfalse", [0, 0, 1]),
    "one line": ("cd a; pwd | sed 's,.*/,,'", [0, 0]),
    "builtins shadowed": (
        "printf() { echo shadowed; }\ncd() { echo cd $1; }\nfunction : { return 1; }\n"
        "return() { echo r; }\nfunction export { echo e; }\ntest() { echo t; }\nfalse\n"
        "cd x; printf y",
        [0, 0, 0, 0, 0, 0, 1, 0, 0],
    ),
    "alias": (
        "shopt -s expand_aliases\nalias ll='echo aliased'\nalias builtin=echo printf=echo\n"
        "ll x\nfalse",
        [0, 0, 0, 0, 1],
    ),
    "return": ("echo a\nreturn 3\necho b", [0, 2, 0]),
    "closes 61": ("exec 61>&-\necho a\nfalse\necho $?", []),
    "PIPESTATUS": ("false | tee f\necho ${PIPESTATUS[0]}\necho b", [0, 0]),
    "PIPESTATUS exit": ("false | tee f\nexit ${PIPESTATUS[0]}", []),
    "last argument": ("mkdir d; cd $_\npwd | sed 's,.*/,,'", [0, 0, 0]),
    "last argument kept": (
        "echo a b\n(exit 3)\ncd a && false && cd ..\necho $_; x=1; echo $_",
        [0, 3, 1, 0, 0, 0],
    ),
    "kill -9": ("echo a\nkill -9 $$\necho no", [0]),
    "kill -TERM": ("echo a\nkill $$\nsleep 5", [0]),
    "TERM trap": ("trap 'echo term; exit 3' TERM\nkill $$\necho no", [0]),
    "comments": ("# one\necho a # two\n\n# three\necho $LINENO # four", [0, 0]),
    "continuation": ("echo a \\\n  b\ntrue &&\n  # why\n  echo $LINENO", [0, 0]),
    "line numbers": ("\n\nnosuchcommand\n\nif true; then\n  nosuchtoo\nfi", [127, 127]),
    "arrays": ("a=(\n  one\n  'two 2'\n)\necho \"${#a[@]}\"", [0, 0]),
    "time": ("TIMEFORMAT=\ntime { echo a; false; }\necho $?", [1]),
    "coproc": ("coproc { cat; }\necho x >&${COPROC[1]}\nread y <&${COPROC[0]}; echo $y", [0]),
    "negated": ("! false\n! true | false\necho $?", [0, 0, 0]),
    "umask": ("umask 077\ntouch f\nls -l f | cut -c1-10", [0, 0, 0]),
    "positional": ("set -- one two\nshift\necho $1 $#", [0, 0, 0]),
    "stdin": ("read x\necho $?\ncat", [1, 0, 0]),
    "japanese": ("echo 日本; echo 語 # ✓\nfalse && echo 日", [0, 0, 1]),
    "case": ("case a in\n  (a) echo x ;;\n  *) false ;;\nesac\necho b", [0, 0]),
    "posix mode": ("set -o posix\nfalse\necho $?", [0, 1, 0]),
    "readonly IFS": ("readonly IFS\nfalse | true\necho a", [0, 0, 0]),
    "syntax in eval": ("eval 'if'\necho a", [2, 0]),
    "nocasematch": ("shopt -s nocasematch\nfalse\ncd A\necho z", [0, 1, 1]),
    "semicolons": ("echo a;\necho b ;\n", [0, 0]),
    "ampersand last": ("echo a &", [0]),
    "trailing backslash comment": ("echo a # \\\necho b", [0, 0]),
    "heredoc and list": (
        "cat <<END && echo yes\nx\nEND\ncat <<END | tr a-z A-Z\nx\nEND\necho $?",
        [0, 0, 0],
    ),
    "two heredocs": ("cat <<A <<B\n1\nA\n2\nB\necho c", [0]),
    "read and write": ("echo x > f\nexec 3<>f\nread y <&3\necho $y", [0]),
    "nested shell": ("bash -c 'exit 3'\nsh -c 'kill -9 $$'\necho $?", [3, 137, 0]),
    "errexit in subshell": ("(set -e; false; echo no)\necho $?", [1, 0]),
    "trap reset": ("trap 'echo x' EXIT\ntrap - EXIT\nfalse", [0, 0, 1]),
    "local PWD": ("PWD=/nowhere\nfalse\nunset PWD\nfalse\necho b", [0, 1, 0, 1, 0]),
}
# Where the task is stopped on purpose, and so behaves otherwise than a paste.
STOPS = frozenset({"EXIT trap stderr", "nocasematch", "set -u source"})


@pytest.mark.parametrize("name", CASES)
def test_behaves_as_without_the_ledger(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    ran = instrumented(text, tmp_path)
    if name not in STOPS:
        assert ran.behaviour == plain(text, tmp_path).behaviour
    assert ran.statuses == list(enumerate(expected, 1))


POSIX = [
    "status read", "function", "heredoc", "loops", "and list", "exec", "exit", "exit status",
    "set -e", "set -e list", "EXIT trap", "set -u", "set -f", "IFS", "exec >file", "exec 2>&-",
    "one line", "comments", "continuation", "line numbers", "negated", "positional", "case",
    "set -C", "umask",
    "kill -TERM", "TERM trap", "japanese", "heredoc and list", "nested shell", "return",
]  # fmt: skip
DIFFERENT_IN_DASH = {"set -C": [0, 0, 2], "return": [0], "set -u": [0, 0]}


@pytest.mark.parametrize("name", POSIX)
def test_behaves_in_a_posix_shell(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    ran = instrumented(text, tmp_path, shell="dash")
    assert ran.behaviour == plain(text, tmp_path, shell="dash").behaviour
    assert ran.statuses == list(enumerate(DIFFERENT_IN_DASH.get(name, expected), 1))


def test_a_closed_descriptor_61_only_ends_the_records(tmp_path: Path) -> None:
    ran = instrumented("echo a\nexec 61>&-\necho b\nfalse", tmp_path)
    assert ran.statuses == [(1, 0)]
    assert (ran.out, ran.err, ran.status) == (b"a\nb\n", b"", 1)


def test_pipe_statuses_before_a_check(tmp_path: Path) -> None:
    ran = instrumented("false | tee f", tmp_path, "true")
    assert ran.records[0].pipe == (1, 0)


def test_pipe_statuses(tmp_path: Path) -> None:
    ran = instrumented("false | true\ntrue && (exit 3) | cat\ntrue", tmp_path)
    assert [record.pipe for record in ran.records] == [(1, 0), (3, 0), (0,)]


def test_every_step_begins_and_ends(tmp_path: Path) -> None:
    ran = instrumented("echo a; false\nif true; then echo b; fi", tmp_path)
    assert ran.begun == (1, 2, 3)
    assert ran.statuses == [(1, 0), (2, 1), (3, 0)]


@pytest.mark.parametrize("shell", ["bash", "sh"])
@pytest.mark.parametrize("line", [999, 1000, 1001, 1002, 40_000])
def test_a_message_names_the_line_of_a_long_plan(shell: str, line: int, tmp_path: Path) -> None:
    text = "nosuch\necho 'two\nlines' >/dev/null; nosuch\n\n# why\nif true; then\n nosuch; fi"
    one = Task(id="T1", title="", line=1, blocks=(Block(line=line, text=text),))
    made = script(steps(one, "plan.md")[0], "ab12", shell)
    path = tmp_path / "script.sh"
    path.write_text(made)
    done = subprocess.run([shell, str(path)], capture_output=True, text=True, check=False)
    told = [int(n) for n in re.findall(r"script\.sh:(?: line )?\s*(\d+): ", done.stderr)]
    assert told == [line, line + 2, line + 6]


def test_messages_name_the_plans_line(tmp_path: Path) -> None:
    ran = instrumented("echo a\n\nnosuchcommand", tmp_path)
    assert b"line %d: nosuchcommand" % (LINE + 2) in ran.err


CHECKS = [
    ("true", ["test -e a", "test -e nope"], [(1, 0), (2, 0), (3, 1)], 0),
    ("false", ["test -e a"], [(1, 1), (2, 0)], 1),
    ("set -e", ["false", "true"], [(1, 0), (2, 1), (3, 0)], 0),
    ("x=1", ["[ $x = 1 ] # set here"], [(1, 0), (2, 0)], 0),
    ("exit 0", ["true"], [], 0),
    ("trap 'echo err' ERR", ["false"], [(1, 0), (2, 1)], 0),
    ("(exit 5)", ["[ $? = 5 ]"], [(1, 5), (2, 0)], 5),
    ("true", ["false || echo x"], [(1, 0), (2, 0)], 0),
    ("true", ["if", "true"], [(1, 0), (2, 2), (3, 0)], 0),
    ("true", ["echo 'a", "}", "a)"], [(1, 0), (2, 2), (3, 2), (4, 2)], 0),
]


@pytest.mark.parametrize(("text", "checks", "statuses", "status"), CHECKS)
def test_checks_never_end_the_script(
    text: str, checks: list[str], statuses: list[tuple[int, int]], status: int, tmp_path: Path
) -> None:
    ran = instrumented(text, tmp_path, *checks)
    assert (ran.statuses, ran.status) == (statuses, status)
    assert b"err" not in ran.out


def test_a_check_without_commands(tmp_path: Path) -> None:
    ran = instrumented("", tmp_path, "false", "true")
    assert (ran.statuses, ran.status) == ([(1, 1), (2, 0)], 0)
