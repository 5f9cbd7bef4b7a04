"""The text around the commands: cut short, only an index, or commands where no task is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tmuxplan.lint.finding import Finding, listed, numbered
from tmuxplan.lint.view import View
from tmuxplan.plan import families
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.roles import role

_CUT = lazy(
    r"\bcontinuing (?:with|in) (?:all |the )*(?:remaining|next|following|rest|another)"
    r"|\bcontinued in (?:the )?(?:next|following|another)"
    r"|\bwould you like me to\b|\blet me know if you(?:'d| would) like\b"
    r"|\bshall i (?:continue|go on)"
    r"|\[?\.{3}\s*\(?(?:truncated|remaining .{0,40}omitted|rest of)|\bomitted for brevity\b"
    r"|\bi(?:'ll| will) (?:now )?continue (?:with|in)\b|\[(?:truncated|output truncated|cut off)\]"
    r"|\b(?:output|response|message) (?:was )?(?:truncated|cut off)\b|\(due to length\b",
    re.IGNORECASE,
)
# One of them is in whatever the pattern finds: a look that costs nothing.
_CUT_WORDS = (
    *("continu", "would you like me", "let me know if you", "shall i ", "truncated", "omitted"),
    *("... rest of", "...rest of", "...(rest", "cut off", "due to length"),
)
_FILE = lazy(r"(?<![\w/.-])((?:[\w.-]+/){0,6}[\w.-]+\.md)\b")
_LOOKS_LIKE_A_TASK = lazy(r"\d{1,3}[-_.]|task[-_ ]?\d|t\d|step[-_ ]?\d|agent[-_ ]?\w", re.I)


def _with_any(view: View, words: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The lines of prose that have one of these words in small letters."""
    hits: set[int] = set()
    for word in words:
        at = view.lowered.find(word)
        while at >= 0:
            end = view.lowered.find("\n", at)
            hits.add(end)
            at = view.lowered.find(word, end) if end >= 0 else -1
    line = at = 0
    for end in sorted(hits):
        line += view.lowered.count("\n", at, end)
        at = end
        yield view.prose[line]


def cut_short(view: View) -> Iterator[Finding]:
    """The end of an assistant's answer, in the place of the tasks that it left out."""
    for number, line in _with_any(view, _CUT_WORDS):
        found = _CUT.search(line)
        if found is not None:
            yield Finding(
                number,
                f'"{line.strip(" *_()")[:70]}": the text was cut short here, tasks may be missing',
                "have the rest written, then take this line out",
                found[0],
            )


_APPROVAL = lazy(
    r"\b(?:get|obtain|wait(?:ing)? for|await|ask for|needs?|requires?)\s+(?:\w+\s+){0,3}?"
    r"(?:approval|sign-?off|go-?ahead|permission)\b"
    r"|\b(?:manual|human) (?:approval|sign-?off)\b"
    r"|\bdo not (?:proceed|continue|go on) (?:until|without|before)\b[^.\n]{0,60}"
    r"\b(?:approv\w+|sign\w*|confirm\w*|review\w*)\b"
    r"|\bSTOP\b[^.\n]{0,40}\b(?:approval|confirm\w*|review)\b"
    r"|(?:人工|手动)(?:审批|确认)|Freigabe (?:einholen|abwarten)",
    re.IGNORECASE,
)
_APPROVAL_WORDS = (
    "approv",
    "sign",
    "go-ahead",
    "goahead",
    "permission",
    "confirm",
    "review",
    "审批",
    "确认",
    "freigabe",
)


def unheld(view: View) -> Iterator[Finding]:
    """A line that asks for somebody's approval, in a task that nobody has to sign."""
    starts = [task.line for task in view.plan.tasks]
    for number, line in _with_any(view, _APPROVAL_WORDS):
        found = _APPROVAL.search(line)
        at = bisect_right(starts, number) - 1
        if found is None or at < 0:
            continue
        task = view.plan.tasks[at]
        meant = {each.line for each in task.criteria} | {each.line for each in task.recovery}
        if task.blocks and task.gate is None and number not in meant:
            yield Finding(
                number,
                f'"{line.strip(" *_#")[:60]}": {task.id} asks for a person\'s word, and nothing '
                "waits for it",
                f"add **Gate:** manual to {task.id}: what depends on it then waits to be signed",
                found[0],
            )


_INLINE = lazy(
    r"^[\s>]*(?:[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s*)?[*_]{0,2}"
    r"(?:run|execute|command|verify|test|check)(?: (?:it|this|the tests?|command))?"
    r"[*_]{0,2}[:：][*_]{0,2}\s*`(?P<code>[^`\n]+)`\s*[.;]?\s*$",
    re.IGNORECASE,
)


def inline(view: View) -> Iterator[Finding]:
    """`Run: \\`npm test\\``: a command in a sentence does not run."""
    starts = [task.line for task in view.plan.tasks]
    found: dict[int, list[tuple[int, str]]] = {}
    for number, line in view.prose:
        said = _INLINE.match(line) if "`" in line else None
        at = bisect_right(starts, number) - 1
        if said and at >= 0 and " " in said["code"].strip():
            found.setdefault(at, []).append((number, said["code"]))
    for at, places in found.items():
        task = view.plan.tasks[at]
        meant = {each.line for each in task.criteria} | {each.line for each in task.recovery}
        left = [place for place in places if place[0] not in meant]
        if left and not any(code in block.text for block in task.blocks for _, code in left[:1]):
            more = f" ({numbered([line for line, _ in left])})" if left[1:] else ""
            yield Finding(
                left[0][0],
                f"{task.id}: `{left[0][1][:60]}` stands in a sentence and does not run{more}",
                "put it into a ```bash block, or make it a criterion: - `$ command`",
                left[0][1],
            )


_INDENTED = lazy(r"(?P<blanks>[ \t]+)#{1,6}[ \t]+(?P<title>\S.*)")


def indented(view: View) -> Iterator[Finding]:
    """A task's heading behind blanks: what stands under it would run in the task before."""
    tasks = view.plan.tasks
    known = {alias for task in tasks for alias in task.aliases}
    starts = [task.line for task in tasks]
    for number, line in view.prose:
        found = _INDENTED.match(line) if line[:1] in (" ", "\t") else None
        named = families.name(found["title"]) if found else None
        if found is None or named is None or named.family != view.plan.family:
            continue
        at = bisect_right(starts, number) - 1
        if f"{named.family} {named.key}" not in known and at >= 0:
            yield Finding(
                number,
                f'"{line.strip()[:60]}" is no heading, for it is indented: what stands under it '
                f"belongs to {tasks[at].id}",
                "take the blanks before the # away",
                line.strip(),
            )


def container(view: View) -> Iterator[Finding]:
    """A file that lists the files of tasks and has no commands of its own."""
    if any(task.blocks for task in view.plan.tasks) or view.plan.files:
        return
    own = view.plan.path.rsplit("/", 1)[-1]
    found: dict[str, int] = {}
    for number, line in view.prose:
        for path in _FILE.findall(line):
            if _LOOKS_LIKE_A_TASK.match(path.rsplit("/", 1)[-1]) and not path.endswith(own):
                found.setdefault(path, number)
    if len(found) > 2:
        yield Finding(
            min(found.values()),
            f"this file lists {len(found)} other plan files ({listed(list(found), 3)}) and has no "
            "commands of its own",
            "launch the directory that holds them",
            next(iter(found)),
        )


def outside(view: View) -> Iterator[Finding]:
    """Shell blocks that stand outside every task, and are no recovery or example: not run."""
    if not view.plan.tasks:
        return
    lines = [
        block.line
        for block in view.plan.loose
        if block.reason.startswith("outside every task")
        and role(block.reason.partition('in "')[2].rstrip('"')) not in ("recovery", "never")
    ]
    if lines:
        what = "1 shell block stands" if len(lines) == 1 else f"{len(lines)} shell blocks stand"
        yield Finding(
            lines[0],
            f"{what} outside every task and will not run ({numbered(lines)})",
            "move into a task what has to run; `tmuxplan show` lists what runs",
        )
