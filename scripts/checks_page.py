"""Print docs/checks.md: every code of a problem, from the tables that the program itself uses."""

from __future__ import annotations

import click

from tmuxplan.lint.catalogue import GROUPS
from tmuxplan.lint.codes.code import Code

HEAD = """\
# What `check` finds

Every problem has a code, in brackets at its end; a launch refuses a plan with errors. Leave a
warning out, once it is meant, with `--allow CODE`, or for good in the plan's front matter or
`tmuxplan.yaml`:

    allow: [outward, SC2086]

A code that does not exist is refused, with the nearest one. Those that begin with `SC` are
[ShellCheck](https://www.shellcheck.net/wiki/)'s, where it is installed. `check --json` gives code,
severity, file, line, column and length of the words that are meant, message and remedy;
`check -f github` gives annotations for a workflow.

Written by `scripts/docs` from `tmuxplan/lint/codes/`: change the texts there. The examples are run
by the tests: each brings its problem about.
"""
_SEVERITY = {"error": "error", "warning": "warning", "either": "error or warning"}
_FENCE = "`" * 5


def page() -> str:
    """The whole page."""
    parts = [HEAD, _contents()]
    for title, codes in GROUPS:
        parts.append(f"## {title}\n")
        parts += [_part(code) for code in codes]
    return "\n".join(parts)


def _contents() -> str:
    rows = ["| code | | found |", "|---|---|---|"]
    for _, codes in GROUPS:
        for code in codes:
            what = code.what.replace("|", "\\|")
            rows.append(f"| [`{code.name}`](#{code.name}) | {_SEVERITY[code.severity]} | {what} |")
    return "\n".join(rows) + "\n"


def _part(code: Code) -> str:
    severity = _SEVERITY[code.severity].capitalize()
    text = f"### {code.name}\n\n*{severity}.* {code.what} {code.why}\n\n"
    text += f"**Remedy:** {code.remedy}\n"
    if not code.example:
        return text
    whole = code.example.startswith(("#", "---", "==>")) and "\n\n" in code.example
    language = "markdown" if whole else "bash"
    return f"{text}\n{_FENCE}{language}\n{code.example}\n{_FENCE}\n"


if __name__ == "__main__":
    click.echo(page(), nl=False)
