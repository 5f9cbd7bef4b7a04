"""The outer shell: the true exit status, the right environment, whatever the body does."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest
from running import task

import tmuxplan.backends
from tmuxplan.shell.environment import environment_text
from tmuxplan.shell.script import script
from tmuxplan.shell.steps import steps

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is set up ahead")
OUTER = Path(tmuxplan.backends.__file__).with_name("outer.sh")
PATH = os.environ["PATH"]


class Ended(msgspec.Struct, frozen=True):
    """What the outer shell left behind. `recorded` is None where there is no status file."""

    out: bytes
    err: bytes
    status: int
    recorded: str | None
    last: bool


def _folder(where: Path, text: str, env: Mapping[str, str]) -> Path:
    folder = where / "attempt 1"
    folder.mkdir()
    (folder / "script.sh").write_text(script(steps(task(text), "p")[0], "ab12", "bash"))
    (folder / "env").write_text(environment_text(env), errors="surrogateescape")
    return folder


def _hang_ups_heard() -> None:
    """As tmux starts it, also where we were started by `nohup`."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _outer(  # noqa: PLR0913, PLR0917 (as it is started)
    where: Path,
    text: str,
    env: Mapping[str, str] = {"PATH": PATH},
    cwd: str | None = None,
    shell: tuple[str, ...] = ("/bin/bash",),
    before: Callable[[], None] | None = None,
    own: Mapping[str, str] = {},
    linger: str = "0",
) -> Ended:
    folder = _folder(where, text, env)
    done = subprocess.run(
        [
            "bash",
            str(OUTER),
            str(folder),
            "ab12",
            cwd or str(where),
            "empty",
            linger,
            "begins",
            *shell,
        ],
        capture_output=True,
        env={"PATH": PATH, "TERM": "xterm", "TMUX_PANE": "%1", "SERVER_ONLY": "stale", **own},
        input=b"typed\n",
        timeout=30,
        check=False,
        preexec_fn=before or _hang_ups_heard,
    )
    env = folder / "env"
    assert not env.exists() or not env.read_bytes() or done.returncode == 125
    return Ended(
        out=done.stdout,
        err=done.stderr,
        status=done.returncode,
        recorded=(folder / "status").read_text() if (folder / "status").exists() else None,
        last=done.stdout.endswith(b"\x1b]133;D;%d;aid=ab12;end=1\x07" % done.returncode),
    )


def _waiting(where: Path) -> tuple[subprocess.Popen[bytes], int]:
    """One that waits to be told, and our end of the pipe."""
    folder = _folder(where, "echo body", {"PATH": PATH})
    reads, writes = os.pipe()
    words = [str(folder), "ab12", str(where), "empty", "0", f"/proc/{os.getpid()}/fd/{writes}"]
    argv = ["bash", str(OUTER), *words, "/bin/bash"]
    env = {"PATH": PATH, "TERM": "xterm"}
    outer = subprocess.Popen(argv, stdout=subprocess.PIPE, env=env)
    with pytest.raises(subprocess.TimeoutExpired):
        outer.wait(0.3)
    os.close(reads)  # it has opened it
    return outer, writes


@pytest.mark.parametrize("linger", ["0", "0.1"])
def test_where_nobody_watches_it_renames_the_status_itself(tmp_path: Path, linger: str) -> None:
    ended = _outer(tmp_path, "exit 3", linger=linger)
    assert ended.recorded == "3\n"
    assert not list(tmp_path.rglob("status.new"))


@linux
def test_one_that_waits_begins_when_it_is_told(tmp_path: Path) -> None:
    outer, pipe = _waiting(tmp_path)
    began = tmp_path / "attempt 1" / "began"
    assert not began.exists()
    os.write(pipe, b"ab12\n")
    out, _ = outer.communicate(timeout=10)
    os.close(pipe)
    assert (outer.returncode, b"body" in out, began.exists()) == (0, True, True)


@linux
@pytest.mark.parametrize("told", [b"", b"go\n", b"ab12"[:3], b"ab12"])
def test_one_that_nobody_tells_never_begins(tmp_path: Path, told: bytes) -> None:
    outer, pipe = _waiting(tmp_path)
    os.write(pipe, told)
    os.close(pipe)
    out, _ = outer.communicate(timeout=10)
    assert outer.returncode != 0
    assert b"body" not in out
    assert not (tmp_path / "attempt 1" / "began").exists()


@linux
def test_one_whose_pipe_is_gone_never_begins(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "echo body", {"PATH": PATH})
    words = [str(folder), "ab12", str(tmp_path), "empty", "0", f"/proc/{os.getpid()}/fd/9999"]
    done = subprocess.run(
        ["bash", str(OUTER), *words, "/bin/bash"], capture_output=True, check=False
    )
    assert (done.returncode == 0, b"body" in done.stdout) == (False, False)
    assert not (folder / "began").exists()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("true", 0),
        ("false", 1),
        ("exit 7", 7),
        ("exec sh -c 'exit 5'", 5),
        ("exec /no/such", 127),
        ("trap 'exit 4' EXIT", 4),
        ("kill -9 $$", 137),
        ("kill -TERM $$", 143),
        ("kill -HUP $$", 129),
        ("set -e; false; echo no", 1),
        ("sleep 0.01 & false", 1),
        ("cd /no/such", 1),
        ("exec >&- 2>&-; exit 3", 3),
        ("exec 61>&-; exit 3", 3),
        ("PATH=/nowhere; exit 3", 3),
        ("mv() { :; }; printf() { :; }; read() { :; }; export -f mv printf read; exit 3", 3),
        ("kill -INT $PPID; exit 3", 3),
        ("kill -TERM $PPID; exit 3", 3),
    ],
)
def test_the_status_is_the_bodys(text: str, status: int, tmp_path: Path) -> None:
    ended = _outer(tmp_path, text)
    assert (ended.recorded, ended.status, ended.last) == (f"{status}\n", status, True)


def test_a_missing_interpreter(tmp_path: Path) -> None:
    ended = _outer(tmp_path, "true", shell=("/no/such/zsh",))
    assert (ended.recorded, ended.last) == ("127\n", True)
    assert b"/no/such/zsh" in ended.err


def test_a_directory_that_is_gone(tmp_path: Path) -> None:
    ended = _outer(tmp_path, "echo body", cwd=str(tmp_path / "gone"))
    assert (ended.recorded, ended.last) == ("125\n", True)
    assert b"gone is not there; nothing was run" in ended.out
    assert b"body" not in ended.out


def test_an_environment_cut_short_runs_nothing(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "echo body", {"A": "1", "B": "2"})
    text = (folder / "env").read_text()
    (folder / "env").write_text(text[: text.index("B=") + 3])
    done = subprocess.run(
        [
            "bash",
            str(OUTER),
            str(folder),
            "ab12",
            str(tmp_path),
            "empty",
            "0",
            "begins",
            "/bin/bash",
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 125
    assert b"nothing was run" in done.stdout
    assert b"body" not in done.stdout


def test_a_disk_that_is_full_leaves_no_wrong_status(tmp_path: Path) -> None:
    def no_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    ended = _outer(tmp_path, "exit 3", before=no_files)
    assert ended.recorded is None
    assert (ended.status, ended.last) == (3, True)


def test_a_folder_that_is_gone_leaves_no_wrong_status(tmp_path: Path) -> None:
    ended = _outer(tmp_path, f"rm -rf '{tmp_path}/attempt 1'; exit 3")
    assert (ended.recorded, ended.status, ended.last) == (None, 3, True)
    assert ended.err == b""


def _environment(tmp_path: Path, env: Mapping[str, str], **own: str) -> dict[bytes, bytes]:
    ended = _outer(tmp_path, "env -0 > e.bin", env, own=own)
    assert ended.status == 0, ended
    lines = (tmp_path / "e.bin").read_bytes().split(b"\0")[:-1]
    return {line.split(b"=", 1)[0]: line.split(b"=", 1)[1] for line in lines}


AWKWARD = {
    "PATH": PATH,
    "QUOTES": 'it\'s "x" `y` $(touch bad) \\ $HOME',
    "LINES_OF": "one\ntwo\n\n",
    "BYTES": "caf\udce9 \udcff",
    "JAPANESE": "日本語",
    "EMPTY": "",
    "EQUALS": "a=b=c",
    "LC_ALL": "C",
    "LANG": "en_US.UTF-8",
    "__tp_text": "mine",
    "__tp_status": "0",
    "__tp_folder": "/nowhere",
    "shell": "x",
    "CDPATH": "/",
}


def test_the_environment_arrives_whole(tmp_path: Path) -> None:
    seen = _environment(tmp_path, AWKWARD)
    for name, value in AWKWARD.items():
        assert seen[name.encode()] == value.encode("utf-8", "surrogateescape"), name
    assert not (tmp_path / "bad").exists()


def test_only_the_windows_own_variables_are_inherited(tmp_path: Path) -> None:
    env = {"PATH": PATH, "TERM": "dumb", "TMUX_PANE": "%99", "PWD": "/elsewhere", "UID": "7"}
    seen = _environment(tmp_path, env, **{"BASH_FUNC_stale%%": "() { :; }"})
    assert (seen[b"TERM"], seen[b"TMUX_PANE"]) == (b"xterm", b"%1")
    assert seen[b"PWD"] == str(tmp_path).encode()
    extra = set(seen) - {b"PATH", b"TERM", b"TMUX_PANE", b"PWD", b"OLDPWD", b"SHLVL", b"_"}
    assert extra == set()


def test_exported_functions_arrive_and_shadow_nothing(tmp_path: Path) -> None:
    names = ("greet", "exec", "cd", "printf", "export", "eval", "read", "mv", "rm", "command")
    env = {f"BASH_FUNC_{name}%%": f"() {{  echo {name} shadowed; }}" for name in names}
    env |= {"PATH": PATH, "BASH_FUNC_broken%%": "() {  if", "BASH_FUNC_odd%%": "touch bad"}
    ended = _outer(tmp_path, "greet; exit 3", env)
    assert b"greet shadowed" in ended.out
    assert (ended.recorded, ended.last) == ("3\n", True)
    assert not (tmp_path / "bad").exists()


def test_names_that_no_shell_can_hold_are_left_out() -> None:
    text = environment_text({"a-b": "1", "1x": "2", "x y": "3", "é": "4", "OK": "5", "a;b": "6"})
    assert text == "export OK='5'\n__tp_complete=1\n"


@pytest.mark.parametrize("name", ["PATH", "IFS", "BASH_ENV", "ENV", "POSIXLY_CORRECT", "LC_ALL"])
@pytest.mark.parametrize("value", ["", "/nowhere", "0123", "''"])
def test_no_variable_breaks_the_outer_shell(name: str, value: str, tmp_path: Path) -> None:
    ended = _outer(tmp_path, "exit 3", {name: value})
    assert (ended.recorded, ended.status, ended.last) == ("3\n", 3, True)


def test_standard_input_is_empty(tmp_path: Path) -> None:
    assert _outer(tmp_path, "read x; exit $?").status == 1


def test_a_posix_body_finds_its_descriptor(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "", {"PATH": PATH})
    text = script(steps(task("false\necho $?"), "p")[0], "ab12", "sh")
    (folder / "script.sh").write_text(text)
    done = subprocess.run(
        ["bash", str(OUTER), str(folder), "ab12", str(tmp_path), "empty", "0", "begins", "dash"],
        capture_output=True,
        check=False,
    )
    assert b"\x1b]133;D;1;aid=ab12;step=1;ps=1;t=\x07" in done.stdout
    assert done.returncode == 0
