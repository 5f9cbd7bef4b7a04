"""Exit statuses that tell nothing: swallowed, masked, or always 0."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.judge.markers import find
from tmuxplan.lint.commands import (
    HARMLESS,
    Chain,
    Command,
    Compound,
    Member,
    always_zero,
    called,
    harmless,
    name_of,
    passes,
)
from tmuxplan.lint.finding import Finding, numbered
from tmuxplan.lint.lists import kind_of_text, matters, mixed
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View

_TESTS = frozenset({"pytest", "jest", "vitest", "mocha", "tox", "nox", "mypy", "ruff", "eslint"})


def masked(view: View) -> Iterator[Finding]:
    """`cmd || echo "FAIL: …"`: the status becomes 0, and only the text tells."""
    for script in view.scripts:
        for chain in script.lists:
            command = _swallowed(chain)
            if command is not None and not (_goes_on_in_a_loop(chain) or mixed(chain)):
                said = chain.members[-1]
                yield Finding(
                    chain.line,
                    f"a failure of {called(command)} becomes exit status 0; "
                    f"only the text of the echo tells of it",
                    "write `|| { echo …; false; }`, or make it a criterion that a command checks",
                    said.text.split("\n")[0] if said.line == chain.line else "",
                )


def unmarked(view: View) -> Iterator[Finding]:
    """`cmd || echo "text"` where the text is no failure marker either: nobody will know."""
    for script in view.scripts:
        for chain in script.lists:
            command, last = _left_of_echo(chain), chain.members[-1]
            if command is None or not isinstance(last, Command):
                continue
            if last.writes or kind_of_text(last) or not matters(command):
                continue
            yield Finding(
                last.line,
                f"a failure of {called(command)} ends 0 and prints {_quoted(last)}, "
                "which is no failure marker: the task passes",
                'begin the text with "FAIL: ", or end with `|| { echo …; false; }`',
                last.text.split("\n")[0],
            )


def ignored(view: View) -> Iterator[Finding]:
    """`pytest || true`: a test whose result counts for nothing."""
    for script in view.scripts:
        for chain in script.lists:
            last = chain.members[-1]
            if chain.operators[-1:] != ("||",) or name_of(last) not in ("true", ":"):
                continue
            command = chain.members[-2]
            if isinstance(command, Command) and _is_a_test(command):
                yield Finding(
                    chain.line,
                    f"the result of {called(command)} is thrown away by `|| {last.text}`",
                    "take it away: a failed step does not stop the task",
                    command.text.split("\n")[0],
                )


def exits_zero(view: View) -> Iterator[Finding]:
    """A task whose script ends 0 whatever failed in it: its last command knows nothing of that."""
    for script in view.scripts:
        last = _last(script)
        if last is None or not always_zero(last) or _checked(script):
            continue
        lost = tuple(dict.fromkeys(_fallible(script, last)))
        if lost:
            how = " in the background" if last.background else ""
            yield Finding(
                last.line,
                f"{script.task.id} ends with {called(last)}{how}: run as one script, it exits 0 "
                f"even where {numbered(lost)} failed",
                "tmuxplan judges every step all the same; end with the command that decides, or "
                "add a criterion `$ command` that tells the result",
                last.text.split("\n")[0],
            )


def silent_python(view: View) -> Iterator[Finding]:
    """A Python here-document that prints what is missing and ends 0."""
    for script in view.scripts:
        for command in script.commands:
            body = command.heredoc
            if body is None or not command.name.startswith("python"):
                continue
            if any(word in body.text for word in ("sys.exit", "raise", "assert", "SystemExit")):
                continue
            for number, line in enumerate(body.text.split("\n"), body.line):
                said = _printed(line)
                if said and find(said.encode()) is None:
                    yield Finding(
                        number,
                        f'prints "{said[:60]}" and ends 0: neither status nor marker says that '
                        "it failed",
                        "use `sys.exit(…)` with the text, or begin the text with FAIL:",
                        line.strip(),
                    )


def _printed(line: str) -> str:
    text = line.strip()
    if not text.startswith(("print(", "print (")):
        return ""
    inner = text[text.index("(") + 1 :].lstrip("fF").strip("\"')")
    words = ("missing", "failed", "cannot", "can't", "could not", "unable", "not found", "invalid")
    return inner if inner.lower().startswith(words) else ""


def _swallowed(chain: Chain) -> Member | None:
    """The command whose failure ends in an echo that at least prints a failure marker."""
    command, last = _left_of_echo(chain), chain.members[-1]
    if command is None or not isinstance(last, Command) or last.writes:
        return None
    return command if kind_of_text(last) == "marker" else None


def _left_of_echo(chain: Chain) -> Member | None:
    if not chain.operators or chain.operators[-1] != "||":
        return None
    if "function" in chain.inside or "substitution" in chain.inside:
        return None
    last, left = chain.members[-1], chain.members[-2]
    if name_of(last) not in ("echo", "printf"):
        return None
    if len(chain.operators) > 1 and chain.operators[-2] == "&&" and harmless(left):
        left = chain.members[-3]
    return None if harmless(left) or passes(left) else left


def _goes_on_in_a_loop(chain: Chain) -> bool:
    """`grep … || echo "FAIL: $file"` in a loop: the way to go on to the next item."""
    return "loop" in chain.inside and chain.operators == ("||",)


def _quoted(echo: Command) -> str:
    return '"' + " ".join(echo.words)[:60] + '"'


def _last(script: Script) -> Chain | None:
    top = [c for c in script.chains if not c.inside and c.window == 0 and c.role == "run"]
    return top[-1] if top else None


def _checked(script: Script) -> bool:
    """Whether the plan has other means: checks by machine, `set -e`, verification blocks."""
    if any(criterion.kind != "person" for criterion in script.task.criteria):
        return True
    if any(block.role == "verify" for block in script.task.blocks):
        return True
    return any(c.name == "set" and c.words[:1] and "e" in c.words[0] for c in script.commands)


def _fallible(script: Script, last: Chain) -> Iterator[int]:
    for chain in script.chains:
        if chain is last or chain.window != last.window or chain.inside or chain.background:
            continue
        names = {name_of(member) for member in chain.members}
        setting = all(not isinstance(m, Compound) and m.kind != "command" for m in chain.members)
        if not names <= HARMLESS | {"cd", "sleep", "kill", "source", ".", "export"} and not setting:
            yield chain.line


def _is_a_test(command: Command) -> bool:
    if command.name in _TESTS:
        return True
    if command.name in ("python", "python3") and command.words[:2] == ("-m", "pytest"):
        return True
    runners = ("npm", "pnpm", "yarn", "make", "cargo", "go", "bun", "gradle", "./gradlew", "mvn")
    return command.name in runners and "test" in command.words[:2]
