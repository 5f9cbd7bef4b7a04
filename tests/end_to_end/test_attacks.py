"""Commands, plans and surroundings that try to make the product lie, lose, leak or crash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from e2e import BACKENDS, Site, by_id, once, plan, task


class Attack(NamedTuple):
    """Commands in which something fails out of sight, and the verdicts that are no lie."""

    name: str
    commands: str
    verdicts: tuple[str, ...] = ("failed", "lost")
    criteria: tuple[str, ...] = ()


ATTACKS = (
    Attack("the records' descriptor closed", "exec 61>&-\nfalse\necho done"),
    Attack("the records sent away", "exec 61>/dev/null\nfalse\necho done"),
    Attack("set -n", "echo a\nset -n\nfalse\necho done"),
    Attack("builtin shadowed", "builtin() { :; }\nfalse\necho done"),
    Attack("the ledger redefined", "__tp() { :; }\nfalse\necho done"),
    Attack("the ledger unset", "unset -f $(compgen -A function)\nfalse\necho done"),
    Attack("an ERR trap that exits 0", "trap 'exit 0' ERR\nfalse\necho done"),
    Attack("an EXIT trap that exits 0", "trap 'exit 0' EXIT\nset -e\nfalse\necho done"),
    Attack("an EXIT trap hides exit 1", "trap 'exit 0' EXIT\nexit 1"),
    Attack(
        "a clean-up function that exits 0",
        "bye() { echo bye; exit 0; }\ntrap bye EXIT\nset -e\nfalse\necho done",
    ),
    Attack("an alias for the ledger", "shopt -s expand_aliases\nalias __tp=:\nls /no/such\ntrue"),
    Attack(
        "what the parser can't split",
        "cat <<A; cat <<B\na\nA\nb\nB\nfalse\necho done",
        ("failed",),
    ),
    Attack("ssh with a heredoc into tee", "sh <<'E' 2>&1 | tee x\nE\nfalse\ntrue", ("failed",)),
    Attack("a DEBUG trap", "trap 'true' DEBUG\nfalse\ntrue", ("failed",)),
    Attack("skipped by extdebug", "shopt -s extdebug\ntrap 'false' DEBUG\nfalse\ntrue"),
    Attack("a check's masked pipeline", "true", ("failed",), ("`$ false | tee y`",)),
    Attack("a redirection alone", ">made\nfalse\n2>/dev/null true", ("failed",)),
    Attack(
        "its status written by itself",
        'n=$(grep -o "aid=[0-9a-f]*" "$0" | head -1)\necho 0 >"${0%/*}/status"\n'
        'printf "\\033]133;D;0;%s;end=1\\007" "$n"\nsleep 1\nfalse\nexit 1',
    ),
    Attack("its folder removed", 'rm -rf "${0%/*}"\necho gone', ("lost",)),
    Attack("its log emptied", 'echo a\n: >"${0%/*}/log"\nfalse\ntrue'),
    Attack("the outer shell killed", "kill -9 $PPID\nsleep 1\necho a"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def attacked(request: pytest.FixtureRequest, shared: Path) -> dict[str, Any]:
    def make(folder: Path) -> None:
        site = Site(folder, request.param)
        try:
            tasks = [
                task(n, attack.commands, title=attack.name, criteria=attack.criteria)
                for n, attack in enumerate(ATTACKS, 1)
            ]
            report = site.go(plan(*tasks), "--jobs", "4", code=0)
            site.write(json.dumps(report), "report.json")
        finally:
            site.end()

    folder = once(shared, f"attacks-{request.param}", make)
    return by_id(json.loads((folder / "report.json").read_text()))


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
def test_what_fails_out_of_sight_is_not_passed(attacked: dict[str, Any], attack: Attack) -> None:
    found = attacked[f"T{ATTACKS.index(attack) + 1:03d}"]
    assert found["verdict"] in attack.verdicts, found
