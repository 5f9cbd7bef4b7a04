"""Finding markers, criteria and secrets in output: a cheap test on the bulk, the real one on
the few lines that pass it."""

from __future__ import annotations

from functools import lru_cache

from tmuxplan.events import Hit, Scan
from tmuxplan.judge import criteria as rules
from tmuxplan.judge import markers as marks
from tmuxplan.judge.markers import DEFAULT, Markers
from tmuxplan.judge.secrets import mask
from tmuxplan.judge.torn import torn
from tmuxplan.plan.model import Criterion

LONGEST_TEXT = 300
"""Characters of a line that become evidence."""

_TOO_SLOW = "can't be judged: the regular expression takes too long on this output: {}"


def scanner(
    criteria: tuple[Criterion, ...], secrets: tuple[bytes, ...] = (), markers: Markers = DEFAULT
) -> Scan:
    """A scan for these criteria (those of kind "regex"; the index is that in `criteria`),
    secrets' values and markers. Hits come in the order of their offset."""
    return _Scanner(criteria, secrets, markers)


class _Scanner:
    """Holds what to look for, ready to use; nothing of what was seen, but which criteria took
    too long: they would hold up the run at every line again."""

    def __init__(
        self, criteria: tuple[Criterion, ...], secrets: tuple[bytes, ...], markers: Markers
    ) -> None:
        self._criteria = tuple(
            (index, pattern)
            for index, criterion in enumerate(criteria)
            if criterion.kind == "regex" and (pattern := rules.compiled(criterion.code))
        )
        self._too_slow: set[int] = set()
        self._secrets = tuple(sorted({s for s in secrets if s}, key=len, reverse=True))
        self._shown = tuple(secret.decode("utf-8", "replace") for secret in self._secrets)
        needles = marks.needles(markers)
        self._needles = needles
        self._ascii = None if needles is None else tuple(n for n in needles if n.isascii())
        # Lines repeat in a flood; what a line says does not depend on where it stands.
        self._remembered = lru_cache(maxsize=4096)(self._evidence)
        self._find = marks.Finder(markers)

    def __call__(self, output: bytes) -> tuple[Hit, ...]:
        hits = self._marked(output)
        if self._criteria:
            hits += self._met(output)
        if self._secrets:
            hits += self._secret(output)
        hits.sort(key=lambda hit: hit.offset)
        return tuple(hits)

    def _marked(self, output: bytes) -> list[Hit]:
        hits = []
        for start, end in self._candidates(output):
            # Long lines are not kept: four thousand of them would be a quarter of a gigabyte.
            find = self._remembered if end - start < 512 else self._evidence
            found = find(output[start:end])
            if found is not None:
                hits.append(Hit(found.kind, start, end - start, found.text, line=found.line))
        return hits

    def _candidates(self, output: bytes) -> list[tuple[int, int]]:
        """Where the lines stand that can be marked, each once, first to last."""
        needles = self._ascii if output.isascii() else self._needles
        if needles is None:
            return _every_line(output)
        lines: dict[int, int] = {}
        for needle in needles:
            if _rarest(needle) not in output:  # told forty times as quickly
                continue
            at = output.find(needle)
            while at >= 0:
                start, end = _line_at(output, at)
                lines[start] = end
                at = output.find(needle, end)
        end = 0
        for at in torn(needles, output):
            if at >= end:  # a line once, however often it is torn
                start, end = _line_at(output, at)
                lines[start] = end
        return sorted(lines.items())

    def _evidence(self, line: bytes) -> marks.Found | None:
        found = self._find(line)
        if found is None:
            return None
        text = mask(found.text, self._shown)
        text = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        return marks.Found(found.kind, text, found.line)

    def _met(self, output: bytes) -> list[Hit]:
        """The first line of each criterion that occurs."""
        hits, spans = [], _every_line(output)
        lines = [rules.readable(output[start:end]) for start, end in spans]
        for index, pattern in self._criteria:
            if index in self._too_slow:
                continue
            try:
                line = rules.first_line(pattern, lines)
            except TimeoutError:
                self._too_slow.add(index)
                hits.append(Hit("marker", 0, 1, _TOO_SLOW.format(pattern.pattern)))
                continue
            if line is not None:
                start, end = spans[line]
                hits.append(Hit("criterion", start, end - start, criterion=index))
        return hits

    def _secret(self, output: bytes) -> list[Hit]:
        """Where the values stand; values that overlap are one place."""
        found = []
        for secret in self._secrets:
            at = output.find(secret)
            while at >= 0:
                found.append((at, at + len(secret)))
                at = output.find(secret, at + 1)
        hits: list[Hit] = []
        begin, stop = -1, -1
        for start, end in sorted(found):
            if start >= stop:
                if begin >= 0:
                    hits.append(Hit("secret", begin, stop - begin))
                begin, stop = start, end
            stop = max(stop, end)
        return [*hits, Hit("secret", begin, stop - begin)] if begin >= 0 else hits


@lru_cache(maxsize=1024)
def _rarest(needle: bytes) -> int:
    """Of a needle's bytes that which output is the least likely to hold."""
    return max(reversed(needle), key=lambda byte: _COMMON.find(byte) % 256)  # not in it: 255


_COMMON = b" etaoinsrlhdcumpfgbywvkxjqz\n0123456789.,/-_:='\"()[]"
"""In output, the most frequent first."""


def _line_at(output: bytes, at: int) -> tuple[int, int]:
    end = output.find(b"\n", at)
    return output.rfind(b"\n", 0, at) + 1, end if end >= 0 else len(output)


def _every_line(output: bytes) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in output.split(b"\n"):
        if line:
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans
