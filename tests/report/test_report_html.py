"""The HTML report as text: nothing in it is markup but ours; colours, timeline, graph, logs."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Callable
from html.parser import HTMLParser

import msgspec
import pytest
from test_report_hostile import HOSTILE, hostile_run

from tmuxplan.plan.model import Edge, Estimate
from tmuxplan.report.ansi import Colours, Piece, plain
from tmuxplan.report.causes import causes
from tmuxplan.report.drawn import drawing
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.html import render
from tmuxplan.report.sheet import Log, LogLine, Sheet
from tmuxplan.report.timeline import timeline

Sample = Callable[..., RunFacts]
VOID = {"meta", "br", "input", "link", "img", "hr"}


class Page(HTMLParser):
    """Every tag and attribute of a page, and the text that it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> out of place"

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.shown.append(data)


def sheet_of(run: RunFacts, *lines: str, edges: tuple[Edge, ...] = ()) -> Sheet:
    shown = tuple(LogLine(n, line, n % 3) for n, line in enumerate(lines, 1))
    logs = {(t.id, a.n): Log((shown,), len(shown), "x/log") for t in run.tasks for a in t.attempts}
    critical = tuple(t.id for t in run.tasks[:2])
    return Sheet(run=run, causes=causes(run), logs=logs, edges=edges, critical=critical)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_printed_is_text(text: str) -> None:
    run = hostile_run(text)
    edges = (Edge("T002", "T001", "soft"),)
    quiet = Page(render(sheet_of(hostile_run("x"), "x", edges=edges)))
    page = Page(
        render(
            sheet_of(run, text.replace("\n", " ").encode("utf-8", "replace").decode(), edges=edges)
        )
    )
    assert page.open == []
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == tags.count("style") == 1
    assert set(tags) <= {tag for tag, _ in quiet.tags} | {"i", "br"}
    for _, attributes in page.tags:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        assert (attributes.get("href") or "#").startswith(("#", "x/log"))
    kept = re.sub(r"\s+", "", " ".join(page.shown))
    assert "\x1b" not in kept
    if text.startswith("<script>"):
        assert "<script>alert(1)</script>" in kept


def test_the_page_allows_its_own_script_and_style_and_nothing_else(sample: Sample) -> None:
    page = Page(render(sheet_of(sample("go"))))
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    "name", ["every_verdict", "go", "partial", "pending", "running", "retried"]
)
def test_every_task_is_on_it_with_its_verdict(name: str, sample: Sample) -> None:
    run = sample(name)
    page = Page(render(sheet_of(run, "one")))
    assert page.open == []
    found = {a["id"]: a["data-outcome"] for t, a in page.tags if a.get("data-outcome")}
    assert found == {task.id: task.outcome for task in run.tasks}
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    links = {a["href"] for t, a in page.tags if t == "a" and (a["href"] or "").startswith("#")}
    dead = {link for link in links if link and link[1:] not in ids and "-L" not in link}
    assert dead == set()


def test_the_same_journal_gives_the_same_page(sample: Sample) -> None:
    assert render(sheet_of(sample("every_verdict"))) == render(sheet_of(sample("every_verdict")))


COLOURS = {
    "plain": [("plain", "")],
    "\x1b[32mgreen\x1b[0m and \x1b[1;31mred\x1b[m": [
        ("green", "fg2"), (" and ", ""), ("red", "fg1 b"),
    ],
    "\x1b[38;5;196mx\x1b[39my": [("x", "fg9"), ("y", "")],
    "\x1b[38;2;0;0;255mx": [("x", "fg12")],
    "\x1b[48;5;15m\x1b[7mx\x1b[27m\x1b[49my": [("x", "bg15 inv"), ("y", "")],
    "\x1b[4;38mx": [("x", "u")],
    "\x1b[999;;38;5mx": [("x", "")],
    "\x1b[97;100m<b>": [("<b>", "fg15 bg8")],
}  # fmt: skip


@pytest.mark.parametrize("line", COLOURS)
def test_colours_of_a_line(line: str) -> None:
    assert list(Colours().pieces(line)) == [Piece(text, look) for text, look in COLOURS[line]]
    assert plain(line) == "".join(text for text, _ in COLOURS[line])


def test_colours_go_on_in_the_next_line() -> None:
    colours = Colours()
    assert list(colours.pieces("\x1b[31m")) == []
    assert list(colours.pieces("red")) == [Piece("red", "fg1")]


def test_the_timeline_has_attempts_waits_and_what_never_ran(sample: Sample) -> None:
    run = sample("every_verdict")
    tasks = tuple(
        msgspec.structs.replace(t, estimate=Estimate(1.0, 5.0, "", 1)) if t.id == "T001" else t
        for t in run.tasks
    )
    rows = timeline(msgspec.structs.replace(run, tasks=tasks), ("T001",)).rows
    by_id = {row.task.id: row for row in rows}
    assert len(rows) == len(run.tasks)
    assert [bar.kind for bar in by_id["T002"].bars] == ["failed"]
    assert by_id["T001"].over
    assert by_id["T001"].critical
    assert by_id["T004"].bars == ()
    assert rows[-1].bars == ()
    bars = [bar for row in rows for bar in row.bars]
    assert all(0 <= bar.at <= 100 and 0 < bar.width <= 100 for bar in bars)


def test_attempts_are_shown_as_attempts(sample: Sample) -> None:
    run = sample("retried")
    task = next(task for task in run.tasks if len(task.attempts) > 1)
    kinds = [bar.kind for row in timeline(run).rows if row.task.id == task.id for bar in row.bars]
    assert len([kind for kind in kinds if kind != "wait"]) == len(task.attempts)


def test_the_graph_goes_from_left_to_right(sample: Sample) -> None:
    run = sample("go")
    a, b, c, d = (task.id for task in run.tasks[:4])
    edges = (Edge(b, a, "hard"), Edge(c, b, "soft"), Edge(d, a, "ready"), Edge(a, "gone", "hard"))
    drawn = drawing(run, edges, (a, b))
    assert drawn is not None
    x = {node.task.id: node.x for node in drawn.nodes}
    assert x[a] < x[b] < x[c]
    assert x[b] == x[d]
    assert len({(node.x, node.y) for node in drawn.nodes}) == len(run.tasks)
    assert [line.critical for line in drawn.lines] == [True, False, False]
    against = drawing(run, (Edge(a, d, "hard"), Edge(d, c, "hard")), ())
    assert against is not None
    x = {node.task.id: node.x for node in against.nodes}
    assert x[c] < x[d] < x[a]
    assert drawn.whole
    assert drawing(run, (), ()) is None
    circle = (Edge(a, b, "hard"), Edge(b, a, "hard"))
    assert drawing(run, circle, ()) is not None


def test_what_is_left_out_of_a_log_is_said(sample: Sample) -> None:
    run = sample("every_verdict")
    parts = ((LogLine(1, "a"),), (LogLine(40, "b"), LogLine(41, "c")))
    sheet = Sheet(run=run, logs={("T002", 1): Log(parts, 100, "runs/a b/log")})
    text = render(sheet)
    assert "38 lines left out" in text
    assert "59 lines left out" in text
    assert 'href="runs/a%20b/log"' in text
    assert re.search(r'm-failure" id="T002-1-L40"', text)


def many(run: RunFacts, count: int) -> RunFacts:
    """So many tasks, every 50th failed, all others passed."""
    passed = next(task for task in run.tasks if task.outcome == "passed")
    failed = next(task for task in run.tasks if task.outcome == "failed")
    tasks = tuple(
        msgspec.structs.replace(failed if n % 50 == 0 else passed, id=f"X{n}", number=n)
        for n in range(count)
    )
    return msgspec.structs.replace(run, tasks=tasks)


def test_a_graph_of_many_tasks_shows_what_is_looked_for(sample: Sample) -> None:
    run = many(sample("every_verdict"), 1000)
    edges = tuple(Edge(f"X{n}", f"X{n // 10}", "hard") for n in range(1, 1000))
    drawn = drawing(run, edges, ("X1", "X10", "X101"))
    assert drawn is not None
    assert not drawn.whole
    assert len(drawn.nodes) < 40
    alone = {node.head for node in drawn.nodes}
    assert alone >= {"X1", "X10", "X101", *(f"X{n}" for n in range(0, 1000, 50))}
    together = [node for node in drawn.nodes if node.head.endswith("tasks")]
    assert sum(int(node.head.split()[0]) for node in together) == 1000 - (
        len(drawn.nodes) - len(together)
    )
    assert {node.task.outcome for node in together} == {"passed"}
    assert len({(node.x, node.y) for node in drawn.nodes}) == len(drawn.nodes)


def test_a_long_chain_is_drawn_soon_and_in_a_width_to_look_at(sample: Sample) -> None:
    run = many(sample("every_verdict"), 10_000)
    edges = tuple(Edge(f"X{n}", f"X{n - 1}", "hard") for n in range(1, 10_000))
    drawn = drawing(run, edges, tuple(task.id for task in run.tasks))
    assert drawn is not None
    assert drawn.width < 100 * 200
    assert len(drawn.nodes) <= 320


def test_a_wide_graph_takes_little_memory(sample: Sample) -> None:
    """A box holds its tasks once, however many they are."""
    run = many(sample("every_verdict"), 10_000)
    edges = tuple(Edge(f"X{n}", "X0", "hard") for n in range(1, 10_000))
    tracemalloc.start()
    drawing(run, edges, ())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
