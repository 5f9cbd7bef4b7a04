"""scripts/bench: the graphs, who is asked to run them, and what is said of the figures."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from benches import __main__ as program  # noqa: E402 (found by the line above)
from benches import ours, pages, peers, plots, raw_tmux, show  # noqa: E402
from benches.graphs import Graph, Job, chain, layered, ten_tasks, trues  # noqa: E402
from benches.machine import Machine  # noqa: E402
from benches.measure import Series, alternate, ratio  # noqa: E402
from benches.place import Place, WrongRun, place  # noqa: E402
from benches.row import Row, ahead_of, at_most, every, ratio_at_least  # noqa: E402
from benches.works import Bench  # noqa: E402
from benches.works.floods import ours_flooded, write_lines  # noqa: E402
from benches.works.telling import between_ms  # noqa: E402

DIAMOND = Graph(
    (
        Job("j00001", 0.02),
        Job("j00002", 0.03, ("j00001",)),
        Job("j00003", 0.01, ("j00001",)),
        Job("j00004", 0.01, ("j00002", "j00003")),
    )
)
ON = Machine(
    "Linux", "a processor", 2, 8, "3.11", 0.5, "abc1234", {"tmuxplan": "0.1.0", "make": "4.3"}
)


@pytest.fixture
def own() -> Iterator[Place]:
    with place() as made:
        yield made


def row(mine: float, **theirs: float) -> Row:
    others = tuple(Series(name, (value,)) for name, value in theirs.items())
    return Row("slug", "a work", "ms", Series("tmuxplan", (mine,)), others)


def test_bounds() -> None:
    assert DIAMOND.critical_s() == pytest.approx(0.06)
    assert DIAMOND.bound_s(None) == pytest.approx(0.06)
    assert DIAMOND.bound_s(1) == pytest.approx(0.07)
    assert ten_tasks(0.1).critical_s() == pytest.approx(7.0)
    assert layered() == layered()
    assert len(layered().jobs) == 200
    assert {job.seconds for job in layered().jobs} <= {n / 1000 for n in range(10, 201)}


@pytest.mark.parametrize(
    ("ran", "said"),
    [
        ("j00001 j00003 j00002 j00004", ""),
        ("j00001 j00002 j00003", "3 of 4 jobs ran, 3 times in all"),
        ("j00001 j00002 j00003 j00004 j00004", "4 of 4 jobs ran, 5 times in all"),
        ("j00001 j00002 j00004 j00003", "j00004 ran before what they need"),
    ],
)
def test_what_ran_is_looked_at(ran: str, said: str) -> None:
    assert DIAMOND.wrong(ran.split()) == said


def test_rounds_alternate_and_ratios_are_those_of_rounds() -> None:
    ran: list[str] = []

    def runner(name: str, values: list[float]) -> float:
        ran.append(name)
        return values.pop(0)

    ones, others = [2.0, 40.0, 3.0], [1.0, 10.0, 3.0]
    found = alternate(3, {"a": lambda: runner("a", ones), "b": lambda: runner("b", others)})
    assert ran == ["a", "b"] * 3
    assert found["a"].median == 3.0
    assert ratio(found["a"], found["b"]) == 2.0


def test_a_peer_that_goes_wrong_is_left_out_and_ours_never(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def wrong() -> float:
        raise WrongRun("make: 0 of 3 jobs ran")

    found = alternate(2, {"ours": lambda: 1.0, "make": wrong}, peers={"make"})
    assert set(found) == {"ours"}
    assert "not measured: make: 0 of 3 jobs ran" in capsys.readouterr().err
    with pytest.raises(WrongRun):
        alternate(2, {"ours": wrong, "make": lambda: 1.0}, peers={"make"})


def test_goals() -> None:
    assert at_most(5, " s").reached(row(5))
    assert not at_most(5, " s").reached(row(5.1))
    assert ahead_of("make", "doit").reached(row(1, make=2, doit=3))
    assert ahead_of("make", "doit").reached(row(2.5, make=2, doit=3)) is False
    assert ahead_of("make", "doit").reached(row(1, make=2)) is None, "not measured is not reached"
    assert ahead_of("make", "doit").reached(row(3, make=2)) is False
    assert ratio_at_least(0.6, "pane").reached(row(6, pane=10))
    assert ratio_at_least(0.6, "pane").reached(row(5, pane=10)) is False
    assert every([]) is True


def test_the_table_names_who_was_not_measured() -> None:
    one = row(12, make=3)._replace(missing=("Dask",), wanted=(ahead_of("Dask"),), notes=("small",))
    said = show.table([one])
    assert any(line.split() == ["Dask", "not", "measured"] for line in said.splitlines())
    assert "ahead of Dask: not measured" in said
    assert "4.00 ×" in said
    assert "(small)" in said
    assert all(line.count("|") == 9 for line in show.markdown([one]).splitlines())


def test_plots_are_svg() -> None:
    drawn = plots.bars([row(12, **{"<make> & co": 3}), row(0)])
    texts = [element.text for element in ET.fromstring(drawn).iter() if element.text]
    assert "<make> & co" in texts


def test_pages_keep_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    page = tmp_path / "performance.md"
    block = "<!-- measured: {} -->\nold\n<!-- end -->\n"
    page.write_text(f"# Words\n{block.format('machine')}why\n{block.format('slug')}more\n")
    pages.write(page, [row(12, make=3)], ON, "2026-01-01", whole=False)
    text = page.read_text()
    assert text.count("old") == 1, "the machine's part stays when only some works were measured"
    assert "why\n<!-- measured: slug -->\n\n| work |" in text
    assert "| make | 3.00 |" in text
    assert text.endswith("<!-- end -->\nmore\n")
    assert (tmp_path / "images" / "performance-slug.svg").exists()
    pages.write(page, [], ON, "2026-01-01", whole=True)
    assert "make 4.3" in page.read_text()
    with pytest.raises(WrongRun, match="0 places for 'another'"):
        pages.filled(text, "another", "said")


def test_the_page_has_a_place_for_every_work() -> None:
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")
    for slug in ("machine", *program.WORKS):
        assert pages.filled(text, slug, "said") != text


@pytest.mark.parametrize("peer", peers.ALL, ids=lambda peer: peer.name)
def test_peers_that_are_here_run_the_graphs(own: Place, peer: peers.Peer) -> None:
    """Those that are not are named in the table; make, ninja or xargs is on every machine."""
    if not peer.installed():
        assert peer.program not in ("make", "xargs")
        return
    assert peer.run(own, trues(3), 2) > 0
    if peer not in (peers.XARGS, peers.PARALLEL):
        assert peer.run(own, DIAMOND, 2) > 0


def test_a_peer_that_did_not_run_everything_is_wrong(own: Place) -> None:
    def forgets(folder: Path, graph: Graph, at_once: int | None) -> tuple[str, ...]:
        argv = peers.MAKE.write(folder, Graph(graph.jobs[:2]), at_once)
        return tuple(argv)

    forgetful = peers.MAKE._replace(write=forgets)
    with pytest.raises(WrongRun, match="make: 2 of 3 jobs ran"):
        forgetful.run(own, trues(3), 2)
    with pytest.raises(WrongRun, match="make: 2 of 4 jobs ran"):
        forgetful.run(own, DIAMOND, 2)


def test_ours_has_to_pass(own: Place) -> None:
    assert ours.run_graph(own, DIAMOND, "pty", 2) > 0
    folder = own.fresh()
    (folder / ours.PLAN).write_text(ours.graph_plan(trues(2)))
    own.run(ours.launch_argv("pty", "--wait"), folder)
    ours.require_passed(folder, 2)
    with pytest.raises(WrongRun, match="GO, 2 of 3 tasks passed"):
        ours.require_passed(folder, 3)
    failing = Graph((Job("j00001", body="false"),))
    with pytest.raises(WrongRun, match="ended with 1"):
        ours.run_graph(own, failing, "pty", None)


def test_a_handover_is_told_by_the_tasks(own: Place) -> None:
    folder = own.fresh()
    (folder / "ran").write_text("1.0\n2.0\n2.005\n3.0\n3.001\n4.0\n")
    assert between_ms(folder, 3) == pytest.approx(3.0)
    with pytest.raises(WrongRun, match="6 moments of 4 tasks"):
        between_ms(folder, 4)
    assert [job.after for job in chain(3, "true").jobs] == [(), ("j00001",), ("j00002",)]


def test_what_a_wrong_run_left_is_ended() -> None:
    with place() as made:
        left = subprocess.Popen(["sleep", "300"], env=made.environment())
        folder = made.folder
    assert left.wait(10) < 0
    assert not folder.exists()


def test_a_flood_is_measured_whole(own: Place) -> None:
    flood = own.fresh() / "flood"
    write_lines(flood, 200_000)
    speed, peak = ours_flooded(own, f"sleep 0.5; cat {flood}", flood.stat().st_size, "pty")
    assert speed > 0
    assert 5 < peak < 200
    with pytest.raises(WrongRun, match="are in the log"):
        ours_flooded(own, f"sleep 0.5; cat {flood}", 10 * flood.stat().st_size, "pty")


@pytest.mark.tmux
def test_raw_tmux_opens_every_window(own: Place) -> None:
    assert raw_tmux.windows(own, 5, 2) > 0


def test_what_is_wrong_is_told_and_the_rest_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def works(_bench: Bench) -> Iterator[Row]:
        yield row(12, make=3)
        raise WrongRun("a run was not GO")

    monkeypatch.setitem(program.WORKS, "broken", works)
    told = tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", ["bench", "broken", "--json", str(told)])
    assert program.main() == 1
    said = capsys.readouterr()
    assert "WRONG: broken: a run was not GO" in said.err
    assert "4.00 ×" in said.out
    assert json.loads(told.read_text())["rows"][0]["figures"] == {"tmuxplan": [12], "make": [3]}


def test_an_unknown_work_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benches", "nothing"],
        cwd=ROOT / "scripts",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no work 'nothing'; there are windows" in done.stderr
