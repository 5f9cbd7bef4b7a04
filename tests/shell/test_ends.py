"""Which steps can end a script with 0 by what they say."""

from __future__ import annotations

import pytest

from tmuxplan.shell.ends import ends

ZERO = "trap 'echo bye; exit 0' EXIT"


@pytest.mark.parametrize(
    ("texts", "last"),
    [
        (["exit 0"], True),
        (["[ -e done ] && exit"], True),
        (["exec prog >out"], True),
        (['exec "$@"'], True),
        (["exec 61>&-"], False),
        (["exec >log 2>&1"], False),
        (["exec {fd}>x"], False),
        (['eval "exec $fd>&-"'], False),
        (["set -n"], False),
        (["echo no-exit-here"], False),
        (["f() { exit 0; }", "f"], True),
        (["f() { exit 0; }", "function g { f; }", "g x"], True),
        (["f() { :; }", "f"], False),
        ([ZERO, "exit 1"], False),
        ([ZERO, "exit 0"], True),
        (["trap 'exit $?' EXIT", "exit 1"], True),
        (["trap 'exit 0' TERM", "exit 1"], True),
        (["bye() { rm x; exit 0; }", "trap bye EXIT", "exit 1"], False),
    ],
)
def test_what_can_end_a_script(texts: list[str], last: bool) -> None:
    assert ends(texts)[-1] is last
