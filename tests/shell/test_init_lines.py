"""Set-up lines as one physical line, whatever they hold: the script's lines stay the plan's."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tmuxplan.shell.init import init

SHELLS = [shell for shell in ("bash", "dash", "zsh", "sh") if shutil.which(shell)]
LINES = [
    "f() {\n  printf '%s\\n' \"it's $1\"\n}\nf 100%",
    "cat <<'EOF'\na  'b' \\n %d $X\nEOF",
    "x=$(printf 'a\\tb')\necho \"$x\" # comment\n\n\necho 'ü €'",
]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", LINES)
def test_it_does_what_the_lines_do(shell: str, text: str) -> None:
    dialect = {"dash": "sh"}.get(shell, shell)
    setup = init((text,), "ab12", dialect)
    assert "\n" not in setup
    ours = subprocess.run([shell, "-c", f"{setup}echo $?"], capture_output=True, check=True)
    plain = subprocess.run([shell, "-c", f"{text}\necho 0"], capture_output=True, check=True)
    assert ours.stdout == plain.stdout


def test_no_lines_are_nothing() -> None:
    assert init((), "ab12", "bash") == init(("# only a comment",), "ab12", "bash") == ""
