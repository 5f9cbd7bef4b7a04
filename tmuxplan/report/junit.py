"""The report as JUnit XML, in the subset that CI systems have in common. Pure.

A reader of it only sees failures, errors and skipped cases, so a run that is not GO is never all
green: where no task went wrong by itself (a gate waits, a blocker was skipped), the verdict is a
case of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from tmuxplan.report.decision import headline
from tmuxplan.report.evidence import place, why
from tmuxplan.report.facts import FAILURES, AttemptFacts, RunFacts, TaskFacts
from tmuxplan.report.provenance import changed
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.words import iso, span
from tmuxplan.version import VERSION

MOST = 200
_SKIPPED = ("blocked", "halted", "skipped", "not started", "not asked for")
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(sheet: Sheet) -> str:
    """`collect -f junit`."""
    run = sheet.run
    cases = [_case(sheet, task) for task in run.tasks]
    if run.verdict != "GO" and not any(_red(case) for case in cases):
        cases.append(_verdict(run))
    suites = Xml.Element("testsuites", _counts(cases, run, _text(run.plan_title)))
    suite = Xml.SubElement(suites, "testsuite", _counts(cases, run, _text(run.plan_title)))
    suite.attrib |= {"id": "0", "hostname": _text(run.host)}
    if run.started is not None:
        suite.set("timestamp", (iso(run.started) or "").removesuffix("Z"))
    _properties(suite, _of_run(run))
    suite.extend(cases)
    Xml.indent(suites)
    body = Xml.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _case(sheet: Sheet, task: TaskFacts) -> Xml.Element:
    run = sheet.run
    seconds = sum(a.seconds or 0.0 for a in task.attempts)
    case = Xml.Element(
        "testcase",
        name=_text(f"{task.id} {task.title}".strip()),
        classname=_text(_class(run)),
        time=f"{seconds:.3f}",
        file=_text(task.file or run.plan_path),
        line=str(task.line),
    )
    _properties(case, _of_task(task))
    if task.outcome in FAILURES:
        kind = "error" if task.outcome == "lost" else "failure"
        _said(case, kind, task.outcome, why(task), "\n".join(_evidence(run, task)))
    elif task.outcome in ("waiting", "running"):
        # Nobody knows yet: neither passed nor skipped.
        _said(case, "error", task.outcome, f"{task.outcome}: {why(task)}", "")
    elif task.outcome in _SKIPPED:
        Xml.SubElement(case, "skipped", message=_text(f"{task.outcome}: {why(task)}".rstrip(": ")))
    output = "\n".join(_output(sheet, task))
    if output:
        Xml.SubElement(case, "system-out").text = _text(output)
    return case


def _verdict(run: RunFacts) -> Xml.Element:
    case = Xml.Element("testcase", name="verdict", classname=_text(_class(run)), time="0.000")
    verdict = run.verdict or "unfinished"
    _said(case, "failure", verdict, headline(run), run.rule)
    return case


def _said(case: Xml.Element, kind: str, type_: str, message: str, text: str) -> None:
    found = Xml.SubElement(case, kind, message=_text(message), type=type_)
    found.text = _text(text) or None


def _evidence(run: RunFacts, task: TaskFacts) -> Iterator[str]:
    failures = task.last.failures if task.last else ()
    for evidence in failures[:MOST]:
        where = place(run, evidence.line, task) if evidence.line else ""
        log = f"log line {evidence.log_line}" if evidence.log_line else ""
        places = ", ".join(filter(None, (where, log)))
        yield f"{evidence.kind}: {evidence.text}{f' ({places})' if places else ''}"
    if len(failures) > MOST:
        yield f"and {len(failures) - MOST} more"
    for text in task.recovery:
        yield f"the plan says: {text.text}"


def _output(sheet: Sheet, task: TaskFacts) -> Iterator[str]:
    """Attempts where there are several, and the end of the newest log."""
    if len(task.attempts) > 1:
        yield from (_attempt(attempt) for attempt in task.attempts)
    end = sheet.ends.get(task.id)
    if end is not None and end.lines:
        yield f"output from log line {end.first}:"
        yield from end.lines


def _attempt(attempt: AttemptFacts) -> str:
    status = "not known" if attempt.status is None else attempt.status
    first = f": {attempt.failures[0].text}" if attempt.failures else ""
    said = attempt.verdict or "not judged"
    return f"attempt {attempt.n}: {said}, status {status}, {span(attempt.seconds)}{first}"


def _counts(cases: list[Xml.Element], run: RunFacts, name: str) -> dict[str, str]:
    def having(tag: str) -> str:
        return str(sum(case.find(tag) is not None for case in cases))

    return {
        "name": name,
        "tests": str(len(cases)),
        "failures": having("failure"),
        "errors": having("error"),
        "skipped": having("skipped"),
        "time": f"{run.seconds or 0.0:.3f}",
    }


def _red(case: Xml.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None


def _of_run(run: RunFacts) -> dict[str, str]:
    return {
        "verdict": run.verdict or "none",
        "rule": run.rule,
        "run": run.id,
        "plan": run.plan_path,
        "plan.sha256": run.sha256,
        "backend": run.backend,
        "host": run.host,
        "user": run.user,
        "started": iso(run.started) or "",
        "ended": iso(run.ended) or "",
        "tmuxplan": run.version,
        "report": VERSION,
        "changed": "\n".join(f"{stated.label}: {stated.text}" for stated in changed(run)),
    }


def _of_task(task: TaskFacts) -> dict[str, str]:
    return {
        "outcome": task.outcome,
        "attempts": str(len(task.attempts)),
        "impact": task.impact,
        "blocks_the_run": "yes" if task.blocks_the_run else "no",
        "warnings": str(len(task.last.warnings)) if task.last and task.last.warnings else "",
        "root": ", ".join(task.root),
        "signed_by": task.signed_by,
    }


def _properties(parent: Xml.Element, values: dict[str, str]) -> None:
    found = Xml.SubElement(parent, "properties")
    for name, value in values.items():
        if value:
            Xml.SubElement(found, "property", name=name, value=_text(value))


def _class(run: RunFacts) -> str:
    return run.plan_path.rpartition("/")[2].removesuffix(".md") or "plan"


def _text(text: str) -> str:
    """XML has no way to write most control characters."""
    return _ILLEGAL.sub("\ufffd", text)
