"""Lines that lead to a block that is not to be run, and those that only look like it."""

from __future__ import annotations

import pytest

from tmuxplan.plan import leads
from tmuxplan.plan.parse import parse

AWAY = [
    "Do not run this in production:",
    "**Never execute:**",
    "Don’t use:",
    "You must not run:",
    "❌ Wrong:",
    "Wrong way:",
    "Instead of:",
    "If it fails, run:",
    "If the migration failed:",
    "When something goes wrong, undo it with:",
    "In case of a conflict:",
    "If the pods do not work:",
    "Only if there are errors:",
    "Falls Fehler auftreten:",
    "Если возникла ошибка:",
    "如果失败：",
    "Rollback:",
    "To roll back the release:",
    "Undo:",
    "Откат:",
    "For example:",
    "Example usage:",
    "z.B.:",
    "例如：",
    "Create `scripts/deploy.sh`:",
    "Create the file `deploy.sh` with the following contents:",
    "Add to your ~/.bashrc:",
    "**.env**:",
    "Contents of `.env.local`:",
    "Then edit `env/prod.env` so:",
]
GO_ON = [
    "Run:",
    "Then:",
    "Do not run this before the backup is done:",
    "Do not forget to run:",
    "Don't stop here, run:",
    "Never mind the warnings:",
    "If there are no errors, run:",
    "If nothing failed, ship it:",
    "When the build does not fail:",
    "Without errors you can go on:",
    "If you use docker:",
    "If not installed yet:",
    "Run the examples:",
    "Create the template for example.org:",
    "Test that it rolls back:",
    "This is what happens if it fails.",
    "Check for errors:",
    "Keine Fehler? Dann weiter:",
    "Run `scripts/deploy.sh`:",
    "Update `package.json`:",
    "Create `out/` and run:",
    "Make `deploy.sh` executable:",
    "Load `.env` and start:",
    "Copy `.env.example` to `.env`:",
]


@pytest.mark.parametrize("line", AWAY)
def test_what_is_not_to_be_run(line: str) -> None:
    assert leads.away(line, "Ship it") != ""
    text = f"# P\n\n## Task 1: x\n\n```sh\na\n```\n\n{line}\n\n```sh\nb\n```\n\n```sh\nc\n```\n"
    plan = parse(text.encode(), "p.md")
    assert [block.text for block in plan.tasks[0].blocks] == ["a\n", "c\n"]
    assert [(p.code, p.line) for p in plan.problems] == [("left-out", 12)]


@pytest.mark.parametrize("line", GO_ON)
def test_what_is(line: str) -> None:
    assert leads.away(line, "Ship it") == ""


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("You should see:", 1),
        ("You'll see:", 1),
        ("It prints:", 1),
        ("The output looks like this:", 1),
        ("Response:", 1),
        ("Expected output:", 1),
        ("Once you should see the prompt, run:", 2),
        ("Once you see the prompt, run:", 2),
        ("This shows how to build it:", 2),
        ("When it returns, start the client:", 2),
        ("Use the expected output of it, then run:", 2),
        ("It should print a line. Next:", 2),
    ],
)
def test_what_leads_to_output(line: str, runs: int) -> None:
    text = f"# P\n\n## Task 1: x\n\n```sh\na\n```\n\n{line}\n\n```sh\nb\n```\n"
    assert len(parse(text.encode(), "p.md").tasks[0].blocks) == runs


def test_a_task_that_rolls_back_does() -> None:
    assert leads.away("Roll back:", "Roll back the canary") == ""
    assert leads.away("If it fails, roll back:", "Roll back the canary") != ""


def test_long_lines_take_no_time() -> None:
    for text in ("if " * 50_000, "do not " * 30_000, "undo a " * 30_000):
        assert leads.away(f"{text}:", "") in ("", "the line above says that it is for a failure")
