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
    ("verdict", r"\bverdict\b|^go ?/ ?no[ -]?go$|^(overall )?(status|result)$|\bdecision\b"),
)

# A label with one of these counts other things than tasks: nothing of ours to fill in.
_OTHER_NOUNS = re.compile(
    r"\btests?\b|\bsuites?\b|\bchecks?\b|\bskills?\b|\bendpoints?\b|\bservers?\b|\bissues?\b|\bcoverage"
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


# Words beside a concept's that leave its meaning alone. Any other word may narrow it ("critical
# failed", "passed on retry", "not completed"), so that a number of ours would be a wrong one.
_FILLERS = re.compile(
    r"\b(tasks?|numbers?|no|nr|counts?|of|the|all|total|sum|overall|successful|successfully|rate|ratio"
    r"|percent(age)?|taken|spent|time|at|on|run|execution|actual|wall|clock|report|plan|id|name"
    r"|final|deployment|release|status|result|số|tác|vụ|nhiệm|công|việc|tổng|lượng|tỷ|lệ|thực|hiện"
    r"|aufgaben?|anzahl|der|gesamt\w*|tâches?|nombre|de|des|tareas?|número|total\w*|insgesamt)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]+")
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")
_RATE = re.compile(
    r"\brate\b|\bratio\b|percent|tỷ lệ|\bquote\b|\btaux\b|\btasa\b|率", re.IGNORECASE
)


def concept(label: str) -> Concept | None:
    """What a label or a placeholder's name stands for; None where it is not known for sure."""
    name = label.strip(" *_`").casefold()
    if _OTHER_NOUNS.search(name) or _CHOICE.search(name):
        return None
    found = _first(name)
    return found if found is not None and _nothing_else(name) else None


def is_of_others(name: str) -> bool:
    """Whether it names what tasks do ("tests", "files") and no tasks."""
    return bool(_OTHER_NOUNS.search(name))


def is_rate(label: str) -> bool:
    """ "Success rate": a share of all tasks, no count."""
    return bool(_RATE.search(label))


def is_neutral(name: str) -> bool:
    """Whether a placeholder's name says only that it is a number ("[count]"), or nothing."""
    return not _WORDS.search(_FILLERS.sub(" ", name))


def hints_at(label: str) -> bool:
    """Whether the words sound like something of ours, understood or not."""
    return _first(label.casefold()) is not None


def _first(name: str) -> Concept | None:
    return next((found for found, words in _CONCEPTS if re.search(words, name)), None)


def _nothing_else(name: str) -> bool:
    if _CJK.search(name):  # no spaces, so no words to tell apart
        return True
    for _, words in _CONCEPTS:
        name = re.sub(rf"(?:{words})[^\W\d_]*", " ", name)
    return not _WORDS.search(_FILLERS.sub(" ", name))


_ABOUT_THE_RUN = re.compile(
    r"summary|overview|overall|results?|status|execution|report|totals?|statistics|stats|info(?:rmation)?"
    r"|details?|metadata|general|timing|times?|time|run|final|post|task|tasks|plan|mission|deployment"
    r"|release|terminal|session|project|executive|decision|go|no|verdict|the|and|of|counts?|numbers?"
    r"|tổng|kết|quan|quả|báo|cáo|thông|tin|hợp|quyết|định|chung|zusammenfassung|übersicht"
    r"|ergebnis(?:se)?|bericht|résumé|sommaire|synthèse|bilan|rapport|résultats?|resumen|informe"
    r"|resultados?|概要|サマリー|総括|結果|摘要|总结|結果|汇总|结果|报告",
    re.IGNORECASE,
)


def about_the_run(heading: str) -> bool:
    """Whether what stands under this heading is said of the run as a whole ("Summary"), and not
    of a part ("Backend", "Unit Tests")."""
    words = _WORDS.findall(heading)
    if re.search(r"\d(?![.)\d])", heading):  # "Task 99", but "2. Summary"
        return False
    return bool(words) and all(_ABOUT_THE_RUN.fullmatch(word) for word in words)


Field = Literal[
    "status", "time", "started", "ended", "notes", "error", "terminal", "title", "code",
    "attempts", "retries", "impact", "resolution",
]  # fmt: skip

# The whole label has to fit: "Build time" is no field of ours.
_FIELDS: tuple[tuple[Field, str], ...] = (
    ("code", r"exit (code|status)|status code|return code"),
    ("status", r"((task|final|overall) )?(status|result|outcome|verdict)|trạng thái|kết quả"
     r"|ergebnis|résultat|estado|resultado|状態|結果|状态|结果"),
    ("started", r"start(ed)?( (at|time))?|begin|began|bắt đầu|beginn|début|inicio"),
    ("ended", r"(end(ed)?|finish(ed)?)( (at|time))?|kết thúc|ende|fin"),
    ("time", r"((actual|total|execution|run|elapsed) )?(time|duration)( (taken|spent))?|elapsed"
     r"|took|thời gian|dauer|durée|duración|時間|时间|耗时"),
    ("notes", r"notes?|comments?|remarks?|observations?|details|ghi chú|notizen"
     r"|remarques|notas|備考|备注"),
    ("error", r"(errors?|issues?|failures?|problems?)( (found|encountered|messages?))?|evidence"
     r"|lỗi|fehler|erreurs?|errores|エラー|错误"),
    ("terminal", r"terminal( (number|id))?|window|pane"),
    ("title", r"title|name|task( name)?|tên"),
    ("attempts", r"attempts?|tries"),
    ("retries", r"retries"),
    ("impact", r"impact|severity"),
    ("resolution", r"resolution|recovery|fix|solution|remedy|khắc phục"),
)  # fmt: skip


def field(label: str) -> Field | None:
    """What a line under a task's own heading, or a column of a table of tasks, asks for."""
    name = " ".join(_WORDS.findall(label.casefold()))
    return next((found for found, words in _FIELDS if re.fullmatch(words, name)), None)


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
