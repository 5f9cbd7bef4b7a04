"""What a program that waits for input asks: the end of its output -> the prompt, and the answer
that somebody wrote down for it. Pure.

A pattern of a rule can take exponential time: each search has a time-out, and a rule that ran
into it never answers.
"""

from __future__ import annotations

import re

from tmuxplan.events import Ask, Asked
from tmuxplan.judge import clean
from tmuxplan.judge import criteria as rules
from tmuxplan.judge.secrets import mask, secret_names
from tmuxplan.plan.patterns import lazy

LONGEST = 200
"""Characters of a prompt that are shown."""
_LOOKED_AT = 2000

# How programs end a question. Not `%` and `#`: progress bars end so.
_SHAPE = lazy(
    r"(?:[?:>❯›»]|\$|\((?:y|n|yes|no)\s*/.*\)|\[(?:y|n|yes|no)\s*/.*\][:?]?|\[[^\[\]]{0,60}\]:)$"
    r"|\bpress\b.{0,40}\b(?:key|enter|return)\b.{0,20}$|\(.{1,60}\)$",
    re.IGNORECASE,
)
_SECRET = lazy(
    r"pass(?:word|phrase|code|wd)|\bpin\b|token|secret|api.?key|credential|passwort|mot de passe"
    r"|contraseña|mật khẩu|senha",
    re.IGNORECASE,
)


def reader(answers: tuple[tuple[str, str], ...] = (), secrets: tuple[str, ...] = ()) -> Ask:
    """Reads prompts. `answers`: (regular expression, what is typed), the first that fits counts;
    `secrets` are values to mask, longest first."""
    return _Reader(answers, secrets)


def secret_answers(answers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The answers whose prompt asks for a secret: what is typed there is masked everywhere."""
    return tuple(
        answer for prompt, answer in answers if len(answer) >= 4 and asks_for_secret(prompt)
    )


def asks_for_secret(prompt: str) -> bool:
    """Whether what is typed at such a prompt should not be shown."""
    return _SECRET.search(prompt) is not None or bool(secret_names(re.findall(r"\w+", prompt)))


class _Reader:
    """Remembers only which rules took too long: they would hold up the run each time."""

    def __init__(self, answers: tuple[tuple[str, str], ...], secrets: tuple[str, ...]) -> None:
        self._answers = [
            (prompt, pattern, answer)
            for prompt, answer in answers
            if (pattern := rules.compiled(prompt)) is not None
        ]
        self._secrets = secrets
        self._too_slow: set[str] = set()

    def __call__(self, output: bytes) -> Asked:
        line, partial = last_line(output)
        if not line:
            return Asked("")
        rule, answer = self._answer(line)
        return Asked(
            clean.one_line(mask(line, self._secrets), LONGEST),
            partial=partial,
            shaped=partial and _SHAPE.search(line) is not None,
            answer=answer,
            rule=rule,
        )

    def _answer(self, line: str) -> tuple[str, str | None]:
        for prompt, pattern, answer in self._answers:
            if prompt in self._too_slow:
                continue
            try:
                if rules.occurs(pattern, line[-_LOOKED_AT:]):
                    return mask(prompt, self._secrets), answer
            except TimeoutError:
                self._too_slow.add(prompt)
        return "", None


def last_line(output: bytes) -> tuple[str, bool]:
    """The last line that says anything, and whether the cursor still stands in it."""
    *whole, rest = clean.decode(output).split("\n")
    said = _said(rest)
    if said:
        return said, True
    return next((said for line in reversed(whole) if (said := _said(line))), ""), False


def _said(line: str) -> str:
    """What of a line was printed last: a redrawn prompt stands there several times."""
    parts = clean.pieces(line)
    return clean.clean(parts[-1]).strip() if parts else ""
