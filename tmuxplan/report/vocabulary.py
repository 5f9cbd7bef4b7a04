"""The words by which report templates name things, in the languages that plans are written in."""

from __future__ import annotations

import re
from typing import Literal

Concept = Literal[
    "date", "started", "ended", "time", "blocked", "skipped", "halted", "lost", "waiting",
    "failed", "passed", "total", "host", "user", "run", "plan", "verdict",
]  # fmt: skip
Section = Literal["", "results", "issues", "decision", "next"]
IssueLabel = Literal["terminal", "task", "error", "resolution", "impact"]

# Searched in this order: "Total Time" is a time, "Failed Tasks" are failures.
_CONCEPTS: tuple[tuple[Concept, str], ...] = (
    ("started", r"\bstart(ed)?\b|\bbegan\b|bắt đầu|\bbeginn|\bdébut|\binicio|開始"),
    ("ended", r"\bend(ed)?\b|\bfinish|kết thúc|\bende\b|\bfin\b|終了|结束"),
    ("date", r"\bdate\b|^(yyyy|jjjj)|ngày|\bdatum\b|\bfecha\b|\bdata\b|日付|日期|\bkdy\b"),
    (
        "time",
        r"\btime\b|\bduration|\belapsed|thời gian|\bdauer|\bzeit|\bdurée|\btemps|\btiempo"
        r"|\bduración|所要時間|時間|时间|耗时",
    ),
    ("blocked", r"\bblocked\b|bị chặn|\bblockiert|\bbloqu"),
    ("skipped", r"\bskipped\b|bỏ qua|\bübersprungen|\bignoré|\bomitid|スキップ|跳过"),
    ("halted", r"\bhalted\b|\bstopped\b|\bcancel"),
    ("lost", r"\blost\b"),
    ("waiting", r"\bpending\b|\bwaiting\b|\bopen\b|\boffen\b"),
    (
        "failed",
        r"\bfail|\bunsuccessful|thất bại|\bfehlgeschlagen|\béchou|\béchec|\bfallid|\bfalló"
        r"|失敗|失败",
    ),
    (
        "passed",
        r"\bcompleted?\b|\bpass|\bsucce|\bdone\b|hoàn thành|thành công|\berledigt|\bbestanden"
        r"|\babgeschlossen|\berfolgreich|\bréussi|\btermin|\bcompletad|\béxito|完了|成功|完成|合格",
    ),
    ("total", r"\btotal|tổng|\bgesamt|\binsgesamt|\banzahl|\bnombre\b|合計|总数|總數|^tasks$"),
    ("host", r"\bhost\b|\bmachine\b"),
    ("user", r"\boperator\b|\buser\b|\bexecuted by\b|\brun by\b|người thực hiện"),
    ("run", r"\brun( id)?$|\bexecution id\b"),
    ("plan", r"^plan( name| file| title)?$"),
    ("verdict", r"\bverdict\b|^(overall )?(status|result)$|\bdecision\b"),
)

# A label with one of these counts other things than tasks: nothing of ours to fill in.
_OTHER_NOUNS = re.compile(
    r"\btests?\b|\bchecks?\b|\bskills?\b|\bendpoints?\b|\bservers?\b|\bissues?\b|\bcoverage"
    r"|\bfiles?\b|\berrors?\b|\bbuilds?\b|\bapps?\b|\bwarnings?\b|\btimes\b|\bcases?\b|\bestimat",
    re.IGNORECASE,
)

# "PASS/FAIL" asks which of the two, not how many.
_CHOICE = re.compile(r"\bpass(ed)?\b.*[/|].*\bfail|\bfail(ed)?\b.*[/|].*\bpass", re.IGNORECASE)

_SECTIONS: tuple[tuple[Section, str], ...] = (
    ("decision", r"\bdecision\b|\bgo\b|quyết định|\bentscheidung|\bdécision|\bdecisión|判定|决定"),
    ("next", r"\bnext\b|\baction|\bfollow|tiếp theo|\bnächste|\bprochain|\bpróxim|次|后续|下一步"),
    (
        "issues",
        r"\bissues?\b|\bproblem|\berrors?\b|\bfailures\b|vấn đề|\bfehler|\berreur|問題|问题",
    ),
    ("results", r"\bresults?\b|\btasks?\b|kết quả|\bergebnis|\brésultat|\bresultado|結果|结果"),
)

_ISSUE_LABELS: tuple[tuple[IssueLabel, str], ...] = (
    ("terminal", r"\bterminal|\bwindow|\bpane"),
    ("task", r"\btask|\bstep|tác vụ|nhiệm vụ|\baufgabe|\btâche|\btarea|タスク|任务"),
    ("impact", r"\bimpact|\bseverity"),
    ("error", r"\berror|\bevidence|\bmessage|\bcause|lỗi|\bfehler|\berreur|エラー|错误|原因"),
    (
        "resolution",
        r"\bresol|\bfix|\bsolution|\brecover|\bremed|khắc phục|giải pháp|xử lý|\blösung|\bsolución"
        r"|対応|解決|解决",
    ),
)

_BLOCKERS = re.compile(r"block|issue|lý do|\bgründe|\bgrund|chặn", re.IGNORECASE)
_ACTIONS = re.compile(r"action|next step|to.?do|follow|hành động|maßnahme", re.IGNORECASE)


def concept(label: str) -> Concept | None:
    """What a label or a placeholder's name stands for; None where it is not known."""
    name = label.strip(" *_`").casefold()
    if _OTHER_NOUNS.search(name) or _CHOICE.search(name):
        return None
    return next((found for found, words in _CONCEPTS if re.search(words, name)), None)


def section(heading: str) -> Section:
    """What a heading of a template introduces."""
    name = heading.casefold()
    return next((found for found, words in _SECTIONS if re.search(words, name)), "")


def issue_label(label: str) -> IssueLabel | None:
    """What a line of the template's sample issue asks for."""
    name = label.casefold()
    return next((found for found, words in _ISSUE_LABELS if re.search(words, name)), None)


def asks_for_blockers(placeholder: str) -> bool:
    return bool(_BLOCKERS.search(placeholder))


def asks_for_actions(placeholder: str) -> bool:
    return bool(_ACTIONS.search(placeholder))
