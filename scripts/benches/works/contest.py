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
    """What everybody is given. `at_once` None: no limit. Figures are in units of `unit_s`."""

    graph: Graph
    at_once: int | None
    unit_s: float


class Found(NamedTuple):
    """A row's figures."""

    ours: Series
    others: tuple[Series, ...]
    missing: tuple[str, ...] = ()


def contest(
    place: Place,
    load: Load,
    backends: Sequence[ours.BackendName],
    peers: Sequence[Peer],
    rounds: int,
) -> dict[ours.BackendName, Found]:
    """Each runs the graph once a round: tmuxplan on each of these backends, then the peers."""
    graph, at_once, unit_s = load
    runs: dict[str, Callable[[], float]] = {
        backend: partial(ours.run_graph, place, graph, backend, at_once) for backend in backends
    }
    for peer in peers:
        if peer.installed():
            runs[peer.name] = partial(peer.run, place, graph, at_once)
    found = alternate(rounds, runs, unit_s, {peer.name for peer in peers})
    others = tuple(found[peer.name] for peer in peers if peer.name in found)
    missing = tuple(peer.name for peer in peers if peer.name not in found)
    return {
        backend: Found(Series(OURS, found[backend].values), others, missing) for backend in backends
    }


def beside(
    run: Callable[[], float],
    others: Mapping[str, Callable[[], float]],
    rounds: int,
    unit_s: float = 1.0,
) -> Found:
    """Ours first in each round."""
    found = alternate(rounds, {OURS: run, **others}, unit_s, others.keys())
    return Found(found.pop(OURS), tuple(found.values()))
