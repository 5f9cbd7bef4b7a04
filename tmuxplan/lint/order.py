"""Which tasks can run at the same time, by the plan's dependencies.

Sets of tasks are bits of integers: 5,000 tasks compare in microseconds, and nothing here looks
at every pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tmuxplan.plan.model import Plan
from tmuxplan.schedule.graph import graph_of, sorted_by_need


class Order(msgspec.Struct, frozen=True):
    """Bits by position of a task in the plan.

    `needed`: those that must have passed before it starts. `ended`: those that have ended,
    however, before it starts. `needing`: those that it must have passed for. `waiting`: those
    that start after it has ended.
    """

    at: Mapping[str, int]
    needed: tuple[int, ...]
    ended: tuple[int, ...]
    needing: tuple[int, ...]
    waiting: tuple[int, ...]

    def surely_before(self, earlier: int, later: int) -> bool:
        """Whether the one has passed whenever the other starts."""
        return bool(self.needed[later] >> earlier & 1)

    def before(self, earlier: int, later: int) -> bool:
        """Whether the one has ended, however, whenever the other starts."""
        return bool(self.ended[later] >> earlier & 1)

    def beside(self, users: Iterable[int]) -> Iterator[tuple[int, int, bool]]:
        """(task, one before it in the plan that may run beside it, only a soft edge parts them).

        Each task comes up once at most.
        """
        so_far = 0
        for user in sorted(set(users)):
            near = so_far & ~(self.needed[user] | self.needing[user])
            free = near & ~(self.ended[user] | self.waiting[user])
            if near:
                yield user, _lowest(free or near), not free
            so_far |= 1 << user


def order_of(plan: Plan) -> Order:
    """The order that the plan's dependencies impose. Tasks of a cycle are before nothing."""
    graph = graph_of(plan)
    at = {task: n for n, task in enumerate(graph.order)}
    needed, ended = [0] * len(at), [0] * len(at)
    needing, waiting = [0] * len(at), [0] * len(at)
    order = [at[task] for task in sorted_by_need(graph)]
    edges = {
        at[task]: [(at[need.on], need.kind) for need in graph.needs[task]] for task in graph.order
    }
    for task in order:
        for on, kind in edges[task]:
            if kind == "hard":
                needed[task] |= needed[on] | 1 << on
            if kind != "ready":  # a server that is up still runs
                ended[task] |= ended[on] | 1 << on
    for task in reversed(order):
        for on, kind in edges[task]:
            if kind == "hard":
                needing[on] |= needing[task] | 1 << task
            if kind != "ready":
                waiting[on] |= waiting[task] | 1 << task
    return Order(at, tuple(needed), tuple(ended), tuple(needing), tuple(waiting))


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
