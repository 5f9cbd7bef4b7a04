"""Commands, plans and surroundings that try to make the product lie, lose, leak or crash."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from e2e import BACKENDS, Site, by_id, end_process, once, plan, task, verdicts

from tmuxplan.judge.secrets import mask, secret_values
from tmuxplan.shell.fill import fill


class Attack(NamedTuple):
    """Commands in which something fails out of sight, and the verdicts that are no lie."""

    name: str
    commands: str
    verdicts: tuple[str, ...] = ("failed", "lost")
    criteria: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()


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
    Attack("a DEBUG trap", "eval \"trap 'true' DEBUG\"\nfalse | tee x\ntrue", ("failed",)),
    Attack("traps taken away", "eval 'trap - ERR DEBUG'\nfalse\nexit 0", ("failed",)),
    Attack("skipped by extdebug", "shopt -s extdebug\neval \"trap 'false' DEBUG\"\nfalse\ntrue"),
    Attack("a check's masked pipeline", "true", ("failed",), ("`$ false | tee y`",)),
    Attack("a redirection alone", ">made\nfalse\n2>/dev/null true", ("failed",)),
    Attack(
        "its status written by itself",
        'n=$(grep -o "aid=[0-9a-f]*" "$0" | head -1)\necho 0 >"${0%/*}/status"\n'
        'printf "\\033]133;D;0;%s;end=1\\007" "$n"\nsleep 1\nfalse\nexit 1',
    ),
    Attack("its folder removed", 'rm -rf "${0%/*}"\necho gone', ("lost",)),
    Attack("its log emptied", 'echo a\n: >"${0%/*}/log"\nfalse\ntrue'),
    Attack("a shell that reads no script", "exec foo", meta=("**Shell:** bash -c true",)),
    Attack("a shell that is none", "exit 0", meta=("**Shell:** true",)),
    Attack("the outer shell killed", "kill -9 $PPID\nsleep 1\necho a"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def attacked(request: pytest.FixtureRequest, shared: Path) -> dict[str, Any]:
    def make(folder: Path) -> None:
        site = Site(folder, request.param)
        try:
            tasks = [
                task(
                    n,
                    attack.commands,
                    title=attack.name,
                    criteria=attack.criteria,
                    meta=attack.meta,
                )
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


SHORT = plan(task(1, "echo hello"))


def test_what_json_can_not_hold_is_refused(site: Site) -> None:
    """Bytes that are no UTF-8, here in a value; a directory's name is seen by the same check."""
    site.write(SHORT)
    ran = site.launch("plan.md", "--wait", "--set", os.fsdecode(b"X=odd-\xff"))
    assert (ran.code, "not UTF-8" in ran.err) == (2, True), ran
    assert site.runs == []


def test_a_directory_that_is_gone_is_named(site: Site) -> None:
    gone = site.folder / "gone"
    gone.mkdir()
    for verb in (("launch", "/no/plan.md"), ("status",), ("runs",)):
        gone.mkdir(exist_ok=True)
        ran = site.run(*verb, cwd=gone, before=gone.rmdir)
        assert (ran.code, "the current directory is not there" in ran.err) == (2, True), ran


def _closed(*numbers: int) -> Callable[[], None]:
    return lambda: [os.close(number) for number in numbers] and None


@pytest.mark.parametrize("numbers", [(0,), (1,), (0, 1, 2)])
def test_closed_standard_files_change_nothing(site: Site, numbers: tuple[int, ...]) -> None:
    site.write(SHORT)
    assert site.launch("plan.md", "--wait", before=_closed(*numbers)).code == 0
    assert site.collected()["run"]["verdict"] == "GO"


def test_an_ignored_sigchld_changes_nothing(site: Site) -> None:
    site.write(SHORT)
    ignore = lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN) and None  # noqa: E731
    assert site.launch("plan.md", "--wait", before=ignore).code == 0


def test_a_reader_that_went_away_is_no_verdict(site: Site) -> None:
    site.go(SHORT, code=0)
    for verb in ("collect", "status", "runs"):
        with site.start(verb) as reading:
            assert reading.stdout is not None
            reading.stdout.close()
            assert reading.wait(30) == 141
            assert reading.stderr is not None
            assert reading.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has this device")
def test_a_full_disk_behind_the_output_is_said(site: Site) -> None:
    site.go(SHORT, code=0)
    full = lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 1) and None  # noqa: E731
    ran = site.run("collect", before=full)
    assert (ran.code, "No space left" in ran.err) == (3, True), ran


def test_a_locale_without_utf8_changes_nothing(each_site: Site) -> None:
    each_site.write(plan(task(1, "echo ✓ done", title="Ünï ✓ 漢")))
    env = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert each_site.launch("plan.md", "--wait", env=env).code == 0
    assert each_site.run("status", env=env).code == 0


@pytest.mark.parametrize("secret", ["line", "title", "T001", '"id"', "hard", "steps", 'q"u\\o'])
def test_a_secret_of_any_spelling_changes_nothing_and_is_masked(site: Site, secret: str) -> None:
    text = plan(task(1, "echo one"), task(2, 'echo "{{MY_TOKEN}}"; exit 3', needs="T001"))
    report = site.go(text, "--set", f"MY_TOKEN={secret}", code=0, env={"OTHER_TOKEN": secret})
    assert verdicts(report) == {"T001": "passed", "T002": "failed"}
    said = (site.runs[-1] / "plan.json").read_text() + json.dumps(report["tasks"][1]["attempts"])
    assert 'echo \\"***\\"' in said
    assert json.dumps(f'echo "{secret}"')[1:-1] not in said


@pytest.mark.parametrize(
    "secret", ["a b;cd*", "it's ok", 'q"u\\o$x`y', "pläin-漢", "!bang!x", "br{a}ce's"]
)
def test_a_secret_is_masked_in_whatever_quotes_it_was_filled_into(secret: str) -> None:
    words = ("<T>", '"<T>"', "'<T>'", "x<T>y", "$'<T>'", '"$(foo <T>)"', '`foo "<T>"`', '$"<T>"')
    words += ("`foo <T>`", '"${X:-<T>}"', "${X:-<T>}")
    for word in words:
        filled = fill(f"echo {word}", {"T": secret})
        assert mask(filled, secret_values({"A_TOKEN": secret})) == f"echo {word}".replace(
            "<T>", "***"
        )


def test_a_secret_in_the_words_of_a_process_that_lives_on_is_masked(each_site: Site) -> None:
    commands = """\
setsid bash -c "exec -a 'serve --token $API_TOKEN' sleep 60" >/dev/null 2>&1 &
echo $! >pid
bash -c "exec -a 'work --token $API_TOKEN' sleep 60" &
until ps -o args= -p "$(cat pid)" | grep -q token; do sleep 0.02; done"""
    report = each_site.go(plan(task(1, commands)), code=0, env={"API_TOKEN": "hunter2hunter2"})
    (attempt,) = report["tasks"][0]["attempts"]
    left = [*attempt["left_alive"], *attempt["left_ended"]]
    assert {one["command"] for one in left} == {"serve --token *** 60", "work --token *** 60"}
    assert "hunter2" not in (each_site.runs[0] / "events.jsonl").read_text()
    end_process(int((each_site.folder / "pid").read_text()))
