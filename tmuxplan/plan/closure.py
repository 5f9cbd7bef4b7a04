"""Reachability over task numbers as bit masks; cycles. No recursion: plans have 5,000 tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Before = Mapping[int, set[int]]


def order(count: int, before: Before) -> list[int]:
    """The numbers below `count`, each after all of its `before`; cycles are left out."""
    waits = {n: len(before.get(n, ())) for n in range(count)}
    after: dict[int, list[int]] = {}
    for n, others in before.items():
        for other in others:
            after.setdefault(other, []).append(n)
    ready = [n for n in range(count) if not waits[n]]
    for n in ready:
        for follower in after.get(n, ()):
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    return ready


def closure(count: int, before: Before) -> list[int] | None:
    """For each number the mask of all that come before it; None where there is a cycle."""
    sequence = order(count, before)
    if len(sequence) != count:
        return None
    masks = [0] * count
    for n in sequence:
        mask = 0
        for other in before.get(n, ()):
            mask |= masks[other] | 1 << other
        masks[n] = mask
    return masks


def cycles(count: int, before: Before) -> Iterator[list[int]]:
    """A cycle of each knot: each number waits for the next, and the last for the first."""
    left = set(range(count)) - set(order(count, before))
    seen: set[int] = set()
    for start in sorted(left):
        path: list[int] = []
        place: dict[int, int] = {}
        n = start
        while n not in seen:
            seen.add(n)
            place[n] = len(path)
            path.append(n)
            # What is left over has at least one left-over predecessor: following it must come back.
            n = min(other for other in before[n] if other in left)
        if n in place:
            yield path[place[n] :]
