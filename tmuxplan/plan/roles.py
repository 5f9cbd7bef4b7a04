"""What a section of a task is for, by its title (grammar B6)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from tmuxplan.plan.patterns import lazy

Role = Literal["run", "criteria", "recovery", "never", "objective", "expected"]

# The order matters: a "Verification failure: troubleshooting" is for people, not to run.
_ROLES: tuple[tuple[Role, str], ...] = (
    (
        "recovery",
        r"\b(failure )?recover(y|ing)\b|troubleshoot|\broll ?-?back\b|\bmitigation|\bcommon issues"
        r"|\bknown issues|\bif (it|this|anything|something) fails|\bon failure\b|\bin case of"
        r"|восстановлени|устранение|откат|故障|回滚|トラブル|復旧|障害|ロールバック|切り戻し|recuperaci|recuperaç|reversión|reversão|fehlerbehebung|rücknahme|zurückrollen"
        r"|ripristino|annullamento|wycofani|przywracani|khôi phục|hoàn tác|terugdraaien|geri alma"
        r"|dépannage|retour arrière|롤백|복구",
    ),
    (
        "never",
        r"\bemergency|\bdebug|\bclean-? ?up\b|\bteardown\b|\bexamples?\b|\btemplates?\b|\breport\b"
        r"|\bquick (command )?(summary|reference)|\bприм(ер|еры)\b|示例|例$|緊急|クリーンアップ"
        r"|テンプレート|清理|ejemplo|beispiel|exemple",
    ),
    (
        "criteria",
        r"\bcriteria\b|\bacceptance\b|\bdefinition of done\b|\bdod\b|^expected\b"
        r"|^verify(\W+\w+){0,2}\W*$|^verification\b|\bverification\W*$|^validation\b"
        r"|\bpost-?task validation|\bdone when\b|критери"
        r"|проверка|验收|成功标准|完了条件|成功基準|合格基準|受け入れ|検証|^確認|^验证|criterios|kriterien"
        r"|critères|überprüfung|vérification|verificación|검증",
    ),
    ("objective", r"^(objectives?|goals?|purpose|цель|目标|目的|objetivo|ziel|objectif)\b"),
    ("run", r"\bcommands?\b|\bexecution\b|\bsetup\b|^run\b|команды|命令|コマンド|comandos|befehle"),
)
_PATTERNS = tuple((role, lazy(pattern, re.IGNORECASE)) for role, pattern in _ROLES)
_EDGES = lazy(r"^[^\w]+|[\s:：*_]+$")


_ASIDE = lazy(
    r"\broll ?-?back|\btroubleshoot|\bemergency|\bexamples?\b|\btemplates?\b|\bfailure recovery"
    r"|\bif (?:it|this|anything|something) fails|\bon failure\b|откат|回滚|ロールバック|롤백"
    r"|reversión|reversão|retour arrière|rücknahme|ripristino|wycofani|khôi phục|hoàn tác",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)  # few different ones, asked for again and again
def aside(title: str) -> bool:
    """Is all that stands in a section of this title for a case that should not come?"""
    return bool(_ASIDE.search(title))


@lru_cache(maxsize=4096)  # few different ones, asked for again and again
def role(title: str) -> Role | None:
    """The role of a section that has no id; None where its title says nothing to us."""
    words = _EDGES.sub("", title)
    for name, pattern in _PATTERNS:
        if pattern.search(words):
            return name
    return None
