"""Lines that lead to a block that is not to be run: "Do not run:", "If it fails:", "Rollback:".

Headings of that kind are roles; here it is one line, and the block right behind it.
"""

from __future__ import annotations

import re

from tmuxplan.plan.patterns import lazy

_LONGEST = 200
_WAITS = lazy(
    r"\b(?:until|before|unless|without|twice|again|yet|except|forget|only|more than once)\b", re.I
)
_NOT = lazy(
    r"\W*(?:please\s+)?"
    r"(?:(?:you\s+)?(?:must|should)\s+(?:not|never)|do\s+not|don['’]t|never|avoid)"
    r"\s+(?:ever\s+)?"
    r"(?:run(?:ning)?|execut\w+|us(?:e|ing)|do(?:ing)?|typ(?:e|ing)|call(?:ing)?|try(?:ing)?)\b"
    r"|\W*(?:nicht ausführen|ne pas exécuter|no ejecutar|não executar|не (?:запускай|выполня)\w+)"
    r"|[^\n]{0,20}(?:不要(?:执行|运行)|請勿執行|请勿执行|実行しないで)",
    re.IGNORECASE,
)
_WRONG = lazy(
    r"\W*(?:[❌🚫⛔✗✘]\W*(?:\w+\W+){0,4}|(?:wrong|incorrect|bad|anti-?pattern|not this"
    r"|not like this|instead of(?: this)?|falsch|неправильно|错误(?:示例)?)\b(?:\W+\w+){0,3}\W*)$",
    re.IGNORECASE,
)
_FAILED = lazy(
    r"\W*(?:(?:(?:only\s+)?if|when|in case|should|falls|wenn|en cas|si|если)\b|如果|もし)"
    r"[^\n]{0,120}?"
    r"(?:\b(?:fail(?:s|ed|ing|ure)?|errors?|broken|breaks?|wrong|problems?|conflicts?|stuck|hangs?"
    r"|crash(?:es|ed)?|(?:does|do|did|is|are)\s*(?:not|n['’]t)\s+work(?:ing)?"
    r"|undo|revert|roll\s?back|recover|fehl\w*|échou\w*|erreurs?|falla|errores|ошибк\w*|сбо\w*)\b"
    r"|失败|出错|エラー|失敗)",
    re.IGNORECASE,
)
# "If there are no errors:" is the way on.
_FINE = lazy(
    r"\b(?:no|zero|0|without)\s+(?:\w+\s+){0,2}?(?:errors?|failures?|problems?|conflicts?|crashes)\b"
    r"|\b(?:nothing|none)\s+(?:\w+\s+)?(?:fail\w*|br[eo]\w+|wrong)|\bn(?:o|['’])t\s+(?:fail|break|crash)"
    r"|\b(?:keine|aucune?|sin|sem|нет)\s+(?:\w+\s+)?(?:fehler|erreurs?|error\w*|ошиб\w+)|没有(?:错误|失败)",
    re.IGNORECASE,
)
_BACK = lazy(
    r"\W*(?:to\s+)?(?:(?:roll(?:ing)?[\s-]?back|undo|revert|troubleshoot\w*|emergency|откат\w*"
    r"|retour arrière|reversión|reversão|rücknahme)\b|回滚|ロールバック)(?:\W+\w+){0,5}?\W*$",
    re.IGNORECASE,
)
# "Create `scripts/deploy.sh`:", "Add to your ~/.bashrc:", "`.env`:"; what else is made by commands.
_FILE = lazy(
    r"\W*(?:(?:then|now|next|first|and)\s+)?(?:(?:create|add|append|write|save|put|paste|update|edit|modify"
    r"|change|replace|contents?|file|in|to|into)\b[^\n`]{0,60}?)?"
    r"[`\"'*]{0,3}(?:~?[\w./$-]*/)?(?:[\w.-]*\.(?:sh|bash|zsh|ksh|env|envrc)|\.env(?:\.\w+)?|\.?bashrc"
    r"|\.?zshrc|\.(?:bash_)?profile)[`\"'*]{0,3}"
    r"(?:\s+(?:file|script|with|containing|has|holds|as follows|like this|so|the|these|this"
    r"|following|lines?|contents?|is)\b){0,6}\s*[:：]$",
    re.IGNORECASE,
)
_EXAMPLE = lazy(
    r"\W*(?:for example|for instance|e\.\s?g\.?|examples?(?:\s+(?:usage|only|output))?|zum beispiel"
    r"|z\.\s?B\.?|beispiel|par exemple|exemple|por ejemplo|ejemplo|por exemplo|exemplo|например"
    r"|пример|例如|例|例えば)\W*$",
    re.IGNORECASE,
)


def away(before: str, title: str) -> str:
    """Why the block behind the line `before` is not to be run; "" where it is.

    A task whose `title` is of a rollback does roll back.
    """
    line = before[-_LONGEST:].strip(" *_`")
    if not line.endswith((":", "：")):
        return ""
    if (_NOT.match(line) or _WRONG.match(line)) and not _WAITS.search(line):
        return "the line above says not to run it"
    if _FAILED.match(line) and not _FINE.search(line):
        return "the line above says that it is for a failure"
    if _FILE.match(line):
        return "the line above says that it is the text of a file"
    if _EXAMPLE.match(line):
        return "the line above says that it is an example"
    if _BACK.match(line) and not _ABOUT.search(title):
        return "the line above says that it is for going back"
    return ""


_ABOUT = lazy(
    r"\broll\w*[\s-]?back|\bundo|\brevert|\brestor|\brecover|\bemergency|\btroubleshoot|откат|回滚"
    r"|ロールバック|retour|reversi|rücknahme",
    re.IGNORECASE,
)
