"""The checklist of a deployment: what a command can prove is proved, here or by another task.

The rest is for a person. All of it is written to var/READINESS.md as well, for who signs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

import click

from agency.checks import proofs
from agency.workspace import VAR


class Item(NamedTuple):
    """`proof` is a function that says what is wrong, or the task whose verdict decides."""

    what: str
    proof: Callable[[], str] | str = ""


CHECKLIST = {
    "Backend": (
        Item("The API's endpoints give valid answers", "T001"),
        Item("The database's schema is up to date", proofs.check("database")),
        Item("Payment webhooks are verified, and recorded once", "T003"),
        Item("The environment is configured", proofs.check("environment")),
        Item("Tests pass, and cover at least 80 %", "T009"),
        Item("The container image builds"),
    ),
    "Front end": (
        Item("All apps are built from the current sources", proofs.check("frontend")),
        Item("Type checking passes", "T002"),
        Item("No app refers to a developer's machine", proofs.addresses),
        Item("Assets are small enough to be served", proofs.sizes),
    ),
    "Infrastructure": (
        Item("MCP servers are healthy", "T006"),
        Item("The database is reachable with the data we live on", proofs.health),
        Item("The cache is connected"),
        Item("The hosting configuration is validated"),
        Item("The continuous integration's workflow is green"),
    ),
    "Security": (
        Item("No secret is in the sources", proofs.secrets),
        Item("Files with secrets are for their owner only", proofs.modes),
        Item("Certificates are valid for another month", proofs.certificates),
        Item("Rates of requests are limited"),
        Item("Other origins are allowed only where they have to be"),
    ),
    "Monitoring": (
        Item("The health endpoint works", "T001"),
        Item("Logs are JSON, a line an event", proofs.logs),
        Item("Errors are tracked"),
        Item("Metrics are collected"),
    ),
    "Business logic": (
        Item("Who pays has a valid license", proofs.licenses),
        Item("Every active subscription is billed", proofs.billing),
        Item("Invoices are numbered without a gap, and paid ones have their day", proofs.invoices),
        Item("Tax is right for each country"),
        Item("Mails arrive"),
    ),
    "Final steps": (
        Item("Production's database is backed up"),
        Item("Everybody concerned knows the hour"),
        Item("The way back is written down, and somebody has read it"),
    ),
}


def main() -> int:
    failed = 0
    page = ["# Deployment readiness"]
    for group, items in CHECKLIST.items():
        print(f"== {group}")
        page += ["", f"## {group}", ""]
        for line, box, wrong in looked_at(items):
            print(line, flush=True)
            page.append(box)
            failed += wrong
    path = VAR / "READINESS.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(page) + "\n", encoding="utf-8")
    print(f"written, for who signs: {path}")
    return 1 if failed else 0


def looked_at(items: tuple[Item, ...]) -> Iterator[tuple[str, str, bool]]:
    """For each a line to print, a line with a box, and whether it is known to be wrong."""
    for what, proof in items:
        if callable(proof):
            wrong = tried(proof)
            line = f"FAIL: {what}: {wrong}" if wrong else f"PASS: {what}"
            box = f"- [ ] {what} (**not so:** {wrong})" if wrong else f"- [x] {what}"
            yield line, box, bool(wrong)
        elif proof:
            yield f"{proof} decides: {what}", f"- [ ] {what} ({proof} decides)", False
        else:
            yield f"for a person: {what}", f"- [ ] {what} (for a person)", False


def tried(proof: Callable[[], str]) -> str:
    """A database that can't be asked is what is wrong."""
    try:
        return proof()
    except click.ClickException as error:
        return error.message


if __name__ == "__main__":
    sys.exit(main())
