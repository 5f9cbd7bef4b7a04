"""What somebody was meant to fill in: `<ns>`, YOUR_KEY, X.Y.Z, {{name}}, and unset variables."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tmuxplan.lint.finding import Finding, listed, numbered
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.model import Block
from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.quoting import Piece, pieces
from tmuxplan.shell.syntax import parse, source, walk

# `sort <in > out` reads one file and writes another: a blank before the `>` is no placeholder's.
_ANGLES = rb"(?<![\w<&])<(?P<angle>[A-Za-z](?:[\w .:|/-]{0,40}[\w.:|/-])?)>(?![\w.$&])"
_REST = (
    rb"\{\{ ?(?P<curly>[A-Za-z_]\w*) ?\}\}"
    rb"|(?<![\w$/])(?:YOUR|MY)[_-][A-Z][A-Z0-9_-]*\b"
    rb"|(?<![\w$])your[_-][a-z0-9][\w-]*"
    rb"|\bv?X\.Y\.Z\b|\bvX\.Y\b|\bYYYY-?MM-?DD\b|\bCHANGE[_-]?ME\b|\bREPLACE[_-](?:ME|WITH)\w*"
    rb"|\bxxx[x-]{3,}\b|/path/to/[\w./-]+"
)
_ANY = lazy(_ANGLES + rb"|" + _REST)
_QUICK = lazy(r"(?<!<)<[A-Za-z]|\{\{ ?[A-Za-z_]")
_QUICK_WORDS = (
    *("YOUR", "MY_", "MY-", "your_", "your-", "X.Y", "YYYY", "CHANGE", "REPLACE", "xxx"),
    "/path/to",
)
_IN_QUOTES = lazy(r"[A-Z]{2}|[a-z][_-][a-z]|your|name|token|user|password|host|url|key|id\b")
_TAGS = frozenset("a b p i br hr div span html body head title li ul h1 void int string".split())  # noqa: SIM905
_WORDS_OF_TEMPLATES = frozenset({"end", "else", "range", "if", "with", "define", "block"})
# Lines whose command looks for placeholders, or only talks of them.
_TALKS = lazy(r"^\s*(?:(?:if|while|elif|!|&&|\|\|)\s+)*!?\s*(?:e?grep|rg|ag|ack|sed|awk)\b")
_SAYS = lazy(r"^\s*(?:echo|printf)\b[^>|]*$")
_NAME = lazy(r"\$(?:\{(?P<braced>[A-Z][A-Z0-9_]{2,})\}|(?P<plain>[A-Z][A-Z0-9_]{2,}))")
_SET = lazy(
    r"(?<![\w$])([A-Z][A-Z0-9_]+)\+?=|\b(?:read|for|mapfile|readarray|getopts|select)\b([^;\n|]*)"
)
_KNOWN = frozenset(
    """HOME PATH PWD OLDPWD USER LOGNAME SHELL HOSTNAME LANG TERM TMPDIR EDITOR RANDOM SECONDS
    LINENO BASH BASH_SOURCE BASH_VERSION BASH_REMATCH BASHPID PIPESTATUS REPLY OPTARG OPTIND
    PPID UID EUID GROUPS IFS FUNCNAME COLUMNS LINES EPOCHSECONDS EPOCHREALTIME OSTYPE HOSTTYPE
    MACHTYPE VIRTUAL_ENV PYTHONPATH LD_LIBRARY_PATH DISPLAY XDG_RUNTIME_DIR XDG_CONFIG_HOME
    MAPFILE COPROC DIRSTACK CONDA_PREFIX""".split()  # noqa: SIM905
)
_FILLS = frozenset({"source", ".", "eval", "declare", "export", "set", "printf"})


def placeholders(view: View) -> Iterator[Finding]:
    """Placeholders in commands: `<ns>` is even a redirection, and would read and write files.
    Of each one fault, since one `--set` fills it everywhere."""
    found: dict[str, tuple[str, dict[int, None]]] = {}
    for script in view.scripts:
        for block in script.task.blocks:
            if _may_have_one(block.text):
                for match, line in _of_block(block):
                    said = match[0].decode("utf-8", "replace")
                    found.setdefault(said, (_remedy(match), {}))[1][line] = None
    for said, (remedy, lines) in found.items():
        first, *others = lines
        what = ", and for the shell a redirection" if said[0] == "<" else ""
        also = f"; so it is in {numbered(others)}" if others else ""
        yield Finding(first, f"{said} is a placeholder{what}{also}", remedy, said)


def filled(block: Block) -> str:
    """The block with a word of the same length in the place of each placeholder in it."""
    raw = bytearray(block.text.encode("utf-8", "surrogateescape"))
    for match, _ in _of_block(block):
        raw[match.start() : match.end()] = b"_" * len(match[0])
    return raw.decode("utf-8", "surrogateescape")


def _may_have_one(text: str) -> bool:
    """A quick look."""
    if ("<" in text or "{{" in text) and _QUICK.search(text):
        return True
    return any(word in text for word in _QUICK_WORDS)


def _of_block(block: Block) -> Iterator[tuple[re.Match[bytes], int]]:
    """Each placeholder, and its line in the plan."""
    raw = block.text.encode("utf-8", "surrogateescape")
    matches = [m for m in _ANY.finditer(raw) if (m["curly"] or b"") not in _TEMPLATE_BYTES]
    if not matches:
        return
    # A placeholder in angles reads as redirections: parsed with a word in its place.
    inert = _ANY.sub(lambda match: b"_" * len(match[0]), raw)
    places = sorted(
        pieces(parse(inert.decode("utf-8", "surrogateescape"))), key=lambda each: each.start
    )
    starts = [piece.start for piece in places]
    number, counted = block.line, 0
    for match in matches:
        number, counted = number + raw.count(b"\n", counted, match.start()), match.start()
        at = bisect_right(starts, match.start()) - 1
        inside = places[at] if at >= 0 and match.end() <= places[at].end else None
        line_start = raw.rfind(b"\n", 0, match.start()) + 1
        line_end = raw.find(b"\n", match.end())
        line = raw[line_start : line_end if line_end >= 0 else len(raw)].decode("utf-8", "replace")
        if inside is not None and _meant(match, inside, line):
            yield match, number


_TEMPLATE_BYTES = frozenset(word.encode() for word in _WORDS_OF_TEMPLATES)


def _meant(match: re.Match[bytes], inside: Piece, line: str) -> bool:
    if _TALKS.match(line) or _SAYS.match(line):
        return False
    angle = (match["angle"] or b"").decode("utf-8", "replace")
    if not angle or inside.quotes == "none":
        return True
    return angle.lower() not in _TAGS and bool(_IN_QUOTES.search(angle)) and " " not in angle


def _remedy(match: re.Match[bytes]) -> str:
    name = (match["angle"] or match["curly"] or b"").decode("utf-8", "replace")
    if name and re.fullmatch(r"[\w-]+", name):
        return f"give its value with --set {name}=VALUE, or write it into the plan"
    return "write the real value into the plan, or use a variable and --set it"


def unset(view: View) -> Iterator[Finding]:
    """Variables that nothing sets: neither the task, nor the plan, nor this environment."""
    for script in view.scripts:
        text = "\n".join(block.text for block in script.task.blocks)
        used = {m["braced"] or m["plain"]: None for m in _NAME.finditer(text)}
        asked = [name for name in used if not _is_set(view, name)]
        if not asked or any(c.name in ("source", ".", "eval") for c in script.commands):
            continue
        inner = _assigned(text)
        missing = tuple(name for name in asked if name not in inner)
        first = _first_use(script, frozenset(missing)) if missing else None
        if first is not None:
            names, line = first
            yield Finding(
                line,
                f"{script.task.id} uses {listed(['$' + name for name in names])}, which nothing "
                "sets",
                f"set it: --set {names[0]}=VALUE, --env-file FILE, or `env:` in the plan",
                "$" + names[0],
            )


def _is_set(view: View, name: str) -> bool:
    return name in _KNOWN or name in view.plan.env or view.facts.is_set(name)


def _assigned(text: str) -> set[str]:
    found: set[str] = set()
    for match in _SET.finditer(text):
        if match[1]:
            found.add(match[1])
        else:
            found.update(match[2].split())
    return found


def _first_use(script: Script, names: frozenset[str]) -> tuple[tuple[str, ...], int] | None:
    """Those of the names that commands expand, and the first line; text in quotes does not."""
    found: dict[str, int] = {}
    for block in script.task.blocks:
        if not any(name in block.text for name in names):
            continue
        for node in walk(parse(block.text)):
            if node.type != "variable_name" or source(node) not in names:
                continue
            parent = node.parent
            plain = parent is not None and source(parent) in (
                f"${source(node)}",
                "${" + source(node) + "}",
            )
            if plain:
                found.setdefault(source(node), block.line + node.start_point[0])
    return (tuple(found), min(found.values())) if found else None
