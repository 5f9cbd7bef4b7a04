"""The same graph for tmuxplan and for its peers, in alternation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from benches import ours
from benches.graphs import Graph
from benches.measure import OURS, Series, alternate
from benches.peers import Peer
from benches.place import Place


class Load(NamedTuple):
    """What everybody is given; `at_once` None: no limit."""

    graph: Graph
    backend: ours.BackendName
    at_once: int | None


class Found(NamedTuple):
    """A row's figures."""

    ours: Series
    others: tuple[Series, ...]
    missing: tuple[str, ...] = ()


def contest(place: Place, load: Load, peers: Sequence[Peer], rounds: int, unit_s: float) -> Found:
    """Each runs the graph once a round; figures are in units of so many seconds."""
    runs: dict[str, Callable[[], float]] = {
        peer.name: partial(peer.run, place, load.graph, load.at_once)
        for peer in peers
        if peer.installed()
    }
    missing = tuple(peer.name for peer in peers if peer.name not in runs)
    found = beside(partial(ours.run_graph, place, *load), runs, rounds, unit_s)
    return found._replace(missing=missing)


def beside(
    run: Callable[[], float],
    others: Mapping[str, Callable[[], float]],
    rounds: int,
    unit_s: float = 1.0,
) -> Found:
    """Ours first in each round."""
    found = [
        Series(name, tuple(value / unit_s for value in series.values))
        for name, series in alternate(rounds, {OURS: run, **others}).items()
    ]
    return Found(found[0], tuple(found[1:]))
