"""Commands -> steps: what is one step, and where it stands."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from running import LINE, task

from tmuxplan.plan.model import Block, Criterion, Task, Text
from tmuxplan.shell.script import script, shell_argv, shell_name
from tmuxplan.shell.steps import public, steps, suspects

SEED = Path(__file__).parents[3] / "shared" / "seed" / "TERMINAL_EXECUTION_PLAN.md"


def _texts(text: str) -> list[tuple[int, str]]:
    return [(step.line - LINE, step.text) for step in public(steps(task(text), "p")[0])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("a\nb", [(0, "a"), (1, "b")]),
        ("a; b", [(0, "a"), (0, "b")]),
        ("a & b &", [(0, "a &"), (0, "b &")]),
        ("# why\na # what\n\n# more\nb", [(1, "a"), (4, "b")]),
        ("a \\\n  b\nc", [(0, "a \\\n  b"), (2, "c")]),
        ("if a; then\n b\nfi; c", [(0, "if a; then\n b\nfi"), (2, "c")]),
        ("cat <<END\n# x\nEND\nb", [(0, "cat <<END\n# x\nEND"), (3, "b")]),
        ("日本; 語 # ✓\nb", [(0, "日本"), (0, "語"), (1, "b")]),
        ("a | tee x\nexit ${PIPESTATUS[0]}", [(0, "a | tee x\nexit ${PIPESTATUS[0]}")]),
        ("mkdir x; cd $_; a", [(0, "mkdir x"), (0, "cd $_"), (0, "a")]),
        ("a\nf() { b | c; return ${PIPESTATUS[0]}; }",
         [(0, "a"), (1, "f() { b | c; return ${PIPESTATUS[0]}; }")]),
        ("a\nif b | c; [ $PIPESTATUS = 0 ]; then d; fi",
         [(0, "a"), (1, "if b | c; [ $PIPESTATUS = 0 ]; then d; fi")]),
        ("a\ntrap b DEBUG\nc\nd", [(0, "a"), (1, "trap b DEBUG\nc\nd")]),
    ],
)  # fmt: skip
def test_what_is_a_step(text: str, found: list[tuple[int, str]]) -> None:
    assert _texts(text) == found


@pytest.mark.parametrize(
    "text", ["time { a; b; }\nc", "coproc { a; b; }", "cat <<A <<B\n1\nA\n2\nB", "if a\nthen b"]
)
def test_a_block_that_can_not_be_read_is_one_step(text: str) -> None:
    (one,), problems = steps(task(text), "p")
    assert (one.unparsed, one.text, one.line) == (True, text, LINE)
    assert problems == ()
    assert suspects(task(text)) == task(text).blocks


def test_a_caller_can_ask_for_one_step() -> None:
    (one,), _ = steps(task("a\nb"), "p", whole=(LINE,))
    assert one.text == "a\nb"
    assert suspects(task("a\nb")) == ()


def test_blocks_run_in_order_then_verify_blocks_then_checks() -> None:
    blocks = (
        Block(line=20, text="verify", role="verify"),
        Block(line=10, text="first"),
        Block(line=30, text="second"),
    )
    criteria = (
        Criterion("person", 40, "person"),
        Criterion("check", 41, "command", "check"),
        Criterion("regex", 42, "regex", "x"),
    )
    found, _ = steps(Task(id="T", title="", line=1, blocks=blocks, criteria=criteria), "p")
    assert [(s.n, s.line, s.text, s.criterion) for s in found] == [
        (1, 10, "first", None),
        (2, 30, "second", None),
        (3, 20, "verify", None),
        (4, 41, "check", 1),
    ]


def test_statements_stand_at_the_plans_lines() -> None:
    blocks = (Block(line=12, text="a; b\n\nc"), Block(line=40, text="# x\nd"))
    found, _ = steps(Task(id="T", title="", line=1, blocks=blocks), "p")
    lines = script(found, "ab", "bash").split("\n")
    assert [lines[step.line - 1].endswith(step.text) for step in found] == [False, True, True, True]
    assert lines[11].startswith("a; ")


def test_a_check_that_does_not_parse_is_a_problem() -> None:
    plan = task("true", "if", "true")
    found, (problem,) = steps(plan, "plan.md")
    assert str(problem).startswith(f"plan.md:{LINE + 100}: error: the check `if`")
    assert [step.broken for step in found] == [False, True, False]
    assert [block.text for block in suspects(plan)] == ["if"]


@pytest.mark.parametrize(
    ("text", "members", "passes_on"),
    [
        ("a", 1, 0),
        ("a | b", 2, 0),
        ("a | tee log", 2, 1),
        ("a 2>&1 | tee -a log | cat", 3, 2),
        ("a | cat file", 2, 0),
        ("a | tee x | grep y", 3, 0),
        ("a |& tee log", 2, 1),
        ("a && b | tee log", 2, 1),
        ("a || b 2>&1 | tee log", 1, 0),
        ("! a | tee log", 1, 0),
        ("a | tee log && b", 1, 0),
        ("if a | b; then c; fi", 1, 0),
        ("if a; then b; fi | tee log", 2, 1),
        ("cat <<X | tee log\nx\nX", 2, 1),
        ("a | tee log > /dev/null", 2, 1),
        ("a | b &", 1, 0),
        ("(a | b)", 1, 0),
    ],
)
def test_members_of_a_pipeline(text: str, members: int, passes_on: int) -> None:
    (step,) = public(steps(task(text), "p")[0])
    assert (step.members, step.passes_on) == (members, passes_on)


@pytest.mark.parametrize(
    ("said", "argv", "name"),
    [
        (None, ("/bin/bash",), "bash"),
        ("bash", ("/bin/bash",), "bash"),
        ("zsh", ("zsh",), "zsh"),
        ("/bin/zsh -f", ("/bin/zsh", "-f"), "zsh"),
        ("dash", ("dash",), "sh"),
        ("sh", ("sh",), "sh"),
    ],
)
def test_the_shell(said: str | None, argv: tuple[str, ...], name: str) -> None:
    shell = Text(said, 3) if said else None
    plan = Task(id="T", title="", line=1, shell=shell, blocks=(Block(5, "a", language="sh"),))
    assert (shell_argv(plan, "/bin/bash"), shell_name(plan)) == (argv, name)


@pytest.mark.parametrize("shell", ["bash", "sh", "zsh"])
def test_a_script_is_valid_and_its_first_line_is_the_prelude(shell: str) -> None:
    text = script(steps(task("cd x && 'y z'\nsource \"it's\"", "true"), "p")[0], "ab", shell)
    checker = "dash" if shell == "sh" else "bash"
    subprocess.run([checker, "-n"], input=text.encode(), check=True)
    assert "\ncd x" in text
    assert text.index("\n") < text.index("cd x && 'y z'\n")


def test_hostile_text_is_only_shown(tmp_path: Path) -> None:
    text = "echo '\x1b]0;x\x07' \"$(echo 'it'\\''s')\" # '; touch bad; '\nfalse 'a\nb'"
    found, _ = steps(task(text), "p")
    shown = script(found, "ab", "bash").split("\n", 1)[0]
    assert "\x1b" not in shown
    done = subprocess.run(
        ["bash", "-c", script(found, "ab", "bash")], cwd=tmp_path, capture_output=True, check=False
    )
    assert list(tmp_path.iterdir()) == []
    assert done.returncode == 1


def test_a_nonce_is_hexadecimal() -> None:
    with pytest.raises(ValueError, match="nonce"):
        script((), "x'y", "bash")


@pytest.mark.skipif(not SEED.exists(), reason="only where the seed plan lies beside the project")
def test_the_seed_plans_blocks() -> None:
    lines = SEED.read_text().split("\n")
    starts = [n for n, line in enumerate(lines) if line == "```bash"][:10]
    counts = []
    for start in starts:
        end = lines.index("```", start)
        block = Block(line=start + 2, text="\n".join(lines[start + 1 : end]))
        plan = Task(id="T", title="", line=1, blocks=(block,))
        found, problems = steps(plan, "p")
        assert not problems
        assert not any(step.unparsed for step in found)
        counts.append(len(found))
    assert counts == [11, 9, 9, 4, 9, 4, 11, 8, 13, 6]
