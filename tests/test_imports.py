"""What a command may import: start-up is imports, and a list of modules is the same on every
machine, as a time is not."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

HEAVY = (
    *("tree_sitter", "markdown_it", "regex", "yaml", "rich", "jinja2", "textual", "psutil"),
    *("pexpect", "libtmux", "http.client", "ssl", "asyncio", "concurrent.futures", "hashlib"),
    *("logging", "apprise", "mcp", "importlib.metadata"),
    *("tmuxplan.plan.parse", "tmuxplan.lint.table", "tmuxplan.library.supervising"),
)
READING = {"tree_sitter", "hashlib", "tmuxplan.plan.parse"}
NEEDS = {
    "status": set(),
    "explain": set(),
    "check": READING,
    "show": READING,
    "launch": set(),
    "launching": READING,
}
"""Of the heavy ones, those that a verb can't do without."""


def imported(code: str) -> set[str]:
    """The heavy modules that a Python has that runs this."""
    tell = f"import sys; print(*set({HEAVY!r}) & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_who_waits_in_ci_draws_nothing() -> None:
    code = "import tmuxplan.cli, tmuxplan.commands.launch, tmuxplan.commands.waiting"
    assert "rich" not in imported(code)


@pytest.mark.parametrize("verb", NEEDS)
def test_a_verb_imports_what_it_needs(verb: str) -> None:
    before = imported("")
    assert imported(f"import tmuxplan.cli, tmuxplan.commands.{verb}") - before <= NEEDS[verb]


def test_the_version_is_told_without_the_command_line() -> None:
    code = "import sys; sys.argv[1:] = ['--version']; from tmuxplan.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('click' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    said, click = done.stdout.splitlines()
    assert said.startswith("tmuxplan ")
    assert click == "False"


INTERRUPTED = """
import os, sys

class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == "tmuxplan.cli":
            os.kill(os.getpid(), 2)

sys.meta_path.insert(0, Interrupts())
sys.argv[1:] = ["status"]
from tmuxplan.__main__ import main
main()
"""


def test_an_interrupt_before_there_is_a_command_line_is_silent() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")
