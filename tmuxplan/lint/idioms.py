"""Shell that does not do what it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.lint.commands import Command, Compound, line_of
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View
from tmuxplan.plan.patterns import lazy

_QUOTED_GLOB = lazy(r"""(?:!=|==?)\s*(?P<word>"[^"$`]*[*?][^"$`]*"|'[^']*[*?][^']*')""")
_BEFORE_FIELD = lazy(r"cut\s+-d\s*(?:=|'='|\"=\")\s+-f\s*2(?![\d,-])")
_TESTS = frozenset({"[", "test"})
_LOOP = lazy(r"for\s+(\w+)\s+in\s+([^;\n]+)")
_BASH_ONLY = lazy(
    r"(?m)(\[\[\s|^\s*\w+=\(|^\s*\w+\+=|<<<|\$\{\w+\[[@*\d]\]|\$\{\w+(?:,,|\^\^|:\d|//)|<\(|>\("
    r"|^\s*function\s+\w+|^\s*(?:source|declare|pushd|popd|shopt|mapfile)\s|&>\s*\S|\$'"
    r"|\bset\s+-o\s+pipefail|\bread\s+-[a-qs-zA-Z]|\{\d+\.\.\d+\}|\blet\s+\w+)"
)


def literal_glob(view: View) -> Iterator[Finding]:
    """`[ "$v" != "your_*" ]` compares with a star, not with what begins so."""
    for script in view.scripts:
        for command in script.commands if _TESTS & script.names else ():
            if command.kind != "test" and command.name != "test":
                continue
            found = _QUOTED_GLOB.search(command.text)
            if found is not None and "*" in found["word"].strip("\"'*?") + "*":
                yield Finding(
                    command.line,
                    f"{found['word']} is compared literally: no value is ever equal to it",
                    "write `case $value in pattern) …;; esac`, or [[ … ]] without the quotes",
                    found["word"],
                )


def cut_field(view: View) -> Iterator[Finding]:
    """`cut -d= -f2` of a KEY=VALUE line loses what is behind the value's own `=`."""
    for script in view.scripts:
        for command in script.commands if "cut" in script.names else ():
            if command.name == "cut" and _BEFORE_FIELD.match(command.text):
                yield Finding(
                    command.line,
                    "a value that holds `=` itself is cut there",
                    "take all fields from the second on: cut -d= -f2-",
                    command.text,
                )


def unmatched_glob(view: View) -> Iterator[Finding]:
    """`for d in x/*/`: where nothing matches, the loop runs once with the pattern itself."""
    for script in view.scripts:
        nullglob = any(c.name == "shopt" and "nullglob" in c.words for c in script.commands)
        for chain in script.chains:
            for member in chain.members:
                found = _open_glob(member) if isinstance(member, Compound) else None
                if found is not None and not nullglob:
                    yield Finding(
                        member.line,
                        f"where nothing matches {found}, the loop runs once, with the pattern "
                        "as the name",
                        'begin it with `[ -e "$name" ] || continue`, or use `shopt -s nullglob`',
                        found,
                    )


def bash_in_sh(view: View) -> Iterator[Finding]:
    """A block for sh with syntax that only bash has."""
    for script in view.scripts:
        shell = script.task.shell.text if script.task.shell else ""
        for block in script.task.blocks:
            if block.language != "sh" or shell not in ("", "sh", "dash"):
                continue
            found = next((m for m in _BASH_ONLY.finditer(_code(block.text))), None)
            if found is not None:
                words = found[1].strip()
                yield Finding(
                    block.line + block.text.count("\n", 0, found.start(1)),
                    f"`{words}` is bash's; in the sh of this block it is an error or means "
                    "something else",
                    "tag the block ```bash",
                    words,
                )


def elsewhere(view: View) -> Iterator[Finding]:
    """`--cov=backend` from inside backend/: nothing of that name is there to be measured."""
    for script in view.scripts:
        for command in script.commands:
            if "cov" not in command.text:
                continue
            folder = command.cwd.rstrip("/").rsplit("/", 1)[-1]
            option = f"--cov={folder}"
            if option in command.words and folder not in (".", "..", "src"):
                yield Finding(
                    line_of(command, option),
                    f"{option} from inside of {folder}/ measures {folder}/{folder}",
                    "write --cov=. there, or run it one directory higher",
                    option,
                )


def only_printed(view: View) -> Iterator[Finding]:
    """`echo "Save to: report.md"`: it is said, and nothing saves."""
    said = re.compile(
        r"^(?:save|saved|saving|write|written|writing|copied|copying|exported)\s+"
        r"(?:\w+\s+)?to:?\s+(?P<path>\S*[/.]\S+)",
        re.IGNORECASE,
    )
    for script in view.scripts:
        written: set[str] | None = None
        for command in script.commands:
            found = said.match(" ".join(command.words)) if command.name == "echo" else None
            if found is None or command.writes or command.piped:
                continue
            if written is None:
                written = _all_written(script.commands)
            path = found["path"]
            if path not in written and not any(path in words for words in written):
                yield Finding(
                    command.line,
                    f"says that {path[:60]} is written, and nothing here writes it",
                    "write the file, or say that a person has to",
                    command.text.split("\n")[0],
                )


def empty_words(view: View) -> Iterator[Finding]:
    """A comment `# Start the servers` with no command behind it that could."""
    verb = re.compile(
        r"#+\s*(start|launch|boot)\w*\s+(?!(?:of|the test|with|from|here)\b)\w", re.IGNORECASE
    )
    for script in view.scripts:
        said = [comment for comment in script.comments if verb.match(comment.text)]
        if not said or any(c.background or _starts(c) for c in script.commands):
            continue
        by_line = {comment.line for comment in script.comments}
        code = sorted(c.line for c in script.commands)
        for comment in said:
            if comment.line - 1 in by_line:
                continue
            line = comment.line
            while line in by_line:
                line += 1
            if line not in code:
                yield Finding(
                    comment.line,
                    f'"{comment.text.lstrip("# ")[:60]}": no command of {script.task.id} does that',
                    "add the command, or name it as a dependency or a prerequisite",
                    comment.text,
                )


def _starts(command: Command) -> bool:
    return bool({"start", "up", "serve", "run", "restart", "dev"} & set(command.words[:3]))


def _all_written(commands: tuple[Command, ...]) -> set[str]:
    found: set[str] = set()
    for command in commands:
        found.update(command.writes)
        if command.name in ("cp", "mv", "tee", "install", "rsync", "curl", "wget"):
            found.update(command.words)
    return found


def _open_glob(loop: Compound) -> str | None:
    if loop.kind != "for_statement":
        return None
    head = _LOOP.match(loop.text)
    if head is None or "$(" in head[2] or "`" in head[2]:
        return None
    body = loop.text[head.end() : head.end() + 200]
    guarded = re.search(r"\[\[?\s+!?\s*-[edfs]\s+\"?\$\{?" + head[1] + r"\}?\"?\s+\]", body)
    guarded = guarded or re.search(r"test\s+!?\s*-[edfs]\s+\"?\$\{?" + head[1] + r"\b", body)
    words = head[2].split()
    glob = next((w for w in words if re.search(r"(?<!\\)[*?]", w) and w[:1] not in "\"'"), None)
    return None if guarded else glob


def _code(text: str) -> str:
    """The block with comments and text in single quotes blanked, lines kept."""
    return re.sub(r"(?m)(?:^|(?<=\s))#[^\n]*|(?<!\$)'[^'\n]*'", lambda m: " " * len(m[0]), text)
