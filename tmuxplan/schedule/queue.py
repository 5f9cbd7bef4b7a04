"""Tasks that may start, the most urgent first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping


class Queue:
    """By their `turns` (`graph.turns`)."""

    def __init__(self, turns: Mapping[str, int]) -> None:
        self._turns = turns
        self._waiting: set[str] = set()
        self._heap: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, task: str) -> None:
        """It waits for its turn; once more is no other turn."""
        self._waiting.add(task)
        heapq.heappush(self._heap, (self._turns[task], task))

    def discard(self, task: str) -> None:
        """It does not wait any more, or never did."""
        self._waiting.discard(task)

    def pick(self, count: int, may: Callable[[str], bool]) -> list[str]:
        """Up to `count` of those that `may` start now; all stay until they are discarded."""
        picked: list[str] = []
        asked: dict[str, tuple[int, str]] = {}
        while self._heap and len(picked) < count:
            entry = heapq.heappop(self._heap)
            task = entry[1]
            if task not in self._waiting or task in asked:
                continue
            asked[task] = entry
            if may(task):
                picked.append(task)
        for entry in asked.values():
            heapq.heappush(self._heap, entry)
        return picked
