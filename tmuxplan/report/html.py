"""The report as one HTML file that opens from disk and asks nothing of anybody. Pure.

Every text is escaped by the templates (autoescape); style and script are allowed by their
hashes, so that nothing that a log printed can run or load, even if it became markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from tmuxplan.report import decision, longest
from tmuxplan.report.ansi import Colours, Piece
from tmuxplan.report.causes_told import news, telling
from tmuxplan.report.commands import acting, looking
from tmuxplan.report.drawn import drawing
from tmuxplan.report.evidence import MARKS, place, why
from tmuxplan.report.facts import AttemptFacts, TaskFacts
from tmuxplan.report.provenance import provenance
from tmuxplan.report.sheet import Log, Sheet
from tmuxplan.report.timeline import Row, timeline
from tmuxplan.report.words import STOPPED_WHY, clock, counted, listed, span

_OPEN = 5  # so many tasks that failed are open at once, or none
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]+)(?<!`)\1(?!`)")


class ShownLine(msgspec.Struct, frozen=True):
    """A line of a log on the page. `marks`: kinds of evidence that point at it."""

    n: int
    pieces: tuple[Piece, ...]
    step: int
    marks: str


class ShownLog(msgspec.Struct, frozen=True):
    """`parts` with how many lines are left out before each; `left` behind the last."""

    parts: tuple[tuple[int, tuple[ShownLine, ...]], ...]
    left: int
    lines: int
    href: str
    raw: bool


class ShownTask(msgspec.Struct, frozen=True):
    """A task with what stands beside it on the page. `index`: what a search looks through."""

    task: TaskFacts
    row: Row
    needs: tuple[tuple[str, str], ...]
    needed_by: tuple[str, ...]
    logs: dict[int, ShownLog]
    open: bool


def render(sheet: Sheet) -> str:
    """`collect -f html`."""
    env = _environment()
    style, script = (_asset(env, name) for name in ("report.css", "report.js"))
    page = env.get_template("report.html.j2")
    run = sheet.run
    rows = timeline(run, sheet.critical)
    return page.render(
        run=run,
        sheet=sheet,
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        verdict=run.verdict or ("unfinished" if run.state == "dead" else "running"),
        headline=decision.headline(run),
        tally=decision.tally(run),
        deciding=frozenset(decision.deciding(run)),
        lesser=decision.lesser(run),
        timeline=rows,
        chain=longest.name(run),
        basis=longest.basis(run),
        drawing=drawing(run, sheet.edges, sheet.critical),
        tasks=tuple(_tasks(sheet, rows.rows)),
        outcomes=tuple(dict.fromkeys(task.outcome for task in run.tasks)),
        warned=decision.warned(run),
    )


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("tmuxplan.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        MARKS=MARKS,
        STOPPED_WHY=STOPPED_WHY,
        acting=acting,
        looking=looking,
        news=news,
        place=place,
        provenance_of=provenance,
        slug=_slug,
        telling=telling,
        warnings_of=_warnings_of,
        why=why,
    )
    env.filters.update(words=_words, clock=clock, counted=counted, listed=listed, span=span)
    return env


def _asset(env: Environment, name: str) -> str:
    loader = env.loader
    return loader.get_source(env, name)[0] if loader else ""


def _policy(style: str, script: str) -> str:
    """What the page may do: its own style and script, and nothing else; no request leaves it."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)};"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _words(text: str) -> Markup:
    """Words of the plan, with their code spans."""
    found, at = Markup(), 0
    for span_ in _CODE.finditer(text):
        found += escape(text[at : span_.start()]) + Markup("<code>{}</code>").format(span_[2])
        at = span_.end()
    return found + escape(text[at:])


def _slug(outcome: str) -> str:
    """ "timed out" as a class: "timed-out"."""
    return outcome.replace(" ", "-").lower()


def _warnings_of(task: TaskFacts) -> int:
    return len(task.last.warnings) if task.last else 0


def _tasks(sheet: Sheet, rows: tuple[Row, ...]) -> Iterator[ShownTask]:
    by_id = {row.task.id: row for row in rows}
    known = {task.id for task in sheet.run.tasks}
    needs: dict[str, list[tuple[str, str]]] = {}
    needed_by: dict[str, list[str]] = {}
    for edge in sheet.edges:
        if edge.on in known and edge.task in known:
            needs.setdefault(edge.task, []).append((edge.on, edge.kind))
            needed_by.setdefault(edge.on, []).append(edge.task)
    wrong = {task.id for task in decision.failed(sheet.run)}
    for task in sheet.run.tasks:
        logs = {a.n: sheet.logs.get((task.id, a.n)) for a in task.attempts}
        yield ShownTask(
            task,
            by_id[task.id],
            tuple(needs.get(task.id, ())),
            tuple(needed_by.get(task.id, ())),
            {a.n: _log(log, a) for a in task.attempts if (log := logs[a.n]) is not None},
            len(wrong) <= _OPEN and task.id in wrong,
        )


def _log(log: Log, attempt: AttemptFacts) -> ShownLog:
    marks: dict[int, list[str]] = {}
    for evidence in attempt.evidence:
        kind = "warning" if evidence.kind == "warning" else "failure"
        if evidence.log_line and kind not in marks.setdefault(evidence.log_line, []):
            marks[evidence.log_line].append(kind)
    parts, at = [], 1
    for part in filter(None, log.parts):
        colours = Colours()  # what came before a gap is not known
        lines = tuple(
            ShownLine(
                line.n,
                tuple(colours.pieces(line.text)),
                line.step,
                " ".join(sorted(marks.get(line.n, ()))),
            )
            for line in part
        )
        parts.append((part[0].n - at, lines))
        at = part[-1].n + 1
    return ShownLog(tuple(parts), max(0, log.lines - at + 1), log.lines, quote(log.path), log.raw)
