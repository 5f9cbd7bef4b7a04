"""A bundle tells every alteration: any byte of any file, other files, another order, tar's tricks,
and whose signature is under it (real keys, the real ssh-keygen)."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tmuxplan.errors import UsageError
from tmuxplan.integrations import sshsig
from tmuxplan.library.bundling import bundle
from tmuxplan.library.manifest import ending, header, padding
from tmuxplan.library.runs import Opened
from tmuxplan.library.verifying import Expected, verify

Files = list[tuple[str, bytes]]
PASSPHRASE = "correct horse"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ann, bob (RSA) and one with a passphrase, with their public halves."""
    folder = tmp_path_factory.mktemp("keys")
    for name, kind, phrase in (
        ("ann", "ed25519", ""),
        ("bob", "rsa", ""),
        ("locked", "ed25519", PASSPHRASE),
    ):
        command = ["ssh-keygen", "-q", "-t", kind, "-N", phrase, "-C", name, "-f", folder / name]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture
def plain(opened: Opened, tmp_path: Path) -> Path:
    bundle(opened, tmp_path / "plain.tar.gz")
    return tmp_path / "plain.tar.gz"


@pytest.fixture
def signed(opened: Opened, tmp_path: Path, keys: Path) -> Path:
    bundle(opened, tmp_path / "signed.tar.gz", lambda data: sshsig.sign(data, str(keys / "ann")))
    return tmp_path / "signed.tar.gz"


def files_of(path: Path) -> Files:
    with tarfile.open(path) as tar:
        return [(m.name, (tar.extractfile(m) or io.BytesIO()).read()) for m in tar]


def written(path: Path, files: Files) -> Path:
    """The same layout with these files in it."""
    tar = b"".join(header(n, len(d)) + d + padding(len(d)) for n, d in files)
    path.write_bytes(gzip.compress(tar + ending(len(tar))))
    return path


def index(files: Files, name: str) -> int:
    return [one for one, _ in files].index(name)


def test_it_is_as_it_was_made(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "b.tar.gz"
    digest = bundle(opened, path)
    found = verify(path, Expected(digest=digest.upper()))
    assert (found.faults, found.signature, found.digest) == ((), None, digest)
    names = {entry.path for entry in found.manifest.files}
    assert {"report.md", "report.html", "plan.md", "events.jsonl", "tasks/T002/1/log"} <= names
    assert verify(written(path, files_of(path))).faults == ()  # `written` writes what we do


def test_any_tar_reads_it(plain: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "xzf", plain, "-C", tmp_path], check=True)
    assert (tmp_path / "tasks/T002/1/log").read_bytes().startswith(b"token ***\n")


def test_a_changed_byte_of_any_file_is_told(plain: Path) -> None:
    files = files_of(plain)
    for n, (name, data) in enumerate(files[1:], 1):
        for at in {0, len(data) // 2, len(data) - 1}:
            flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            faults = verify(written(plain, [*files[:n], (name, flipped), *files[n + 1 :]])).faults
            assert faults == (f"{name}: was altered",)


def test_a_changed_byte_anywhere_in_the_archive_is_told(plain: Path) -> None:
    """Headers, padding and the end too: whatever tar would make of them."""
    expected = Expected(digest=verify(plain).digest)
    tar = gzip.decompress(plain.read_bytes())
    size, after_log = len(tar), tar.rindex(b"line 41\n")
    for at in (0, 100, 257, 511, size - 1, size - 1024, after_log + 200, *range(3, size, 4999)):
        plain.write_bytes(gzip.compress(tar[:at] + bytes([tar[at] ^ 4]) + tar[at + 1 :], 1))
        try:
            told = bool(verify(plain, expected).faults)
        except UsageError:
            told = True
        assert told, at


def test_a_changed_byte_of_the_file_itself_is_told_or_changes_nothing(plain: Path) -> None:
    raw, tar = plain.read_bytes(), gzip.decompress(plain.read_bytes())
    for at in (*range(20), *range(20, len(raw), max(1, len(raw) // 60)), len(raw) - 1):
        plain.write_bytes(raw[:at] + bytes([raw[at] ^ 16]) + raw[at + 1 :])
        try:
            told = bool(verify(plain).faults)
        except UsageError:
            told = True
        if not told:  # a byte of gzip's own, as the system that it was packed on
            assert gzip.decompress(plain.read_bytes()) == tar


def moved(files: Files) -> Files:
    return [*files[:-2], files[-1], files[-2]]


def without_log(files: Files) -> Files:
    return [one for one in files if one[0] != "tasks/T001/1/log"]


def longer(files: Files) -> Files:
    n = index(files, "events.jsonl")
    return [*files[:n], ("events.jsonl", files[n][1] + b"\n"), *files[n + 1 :]]


ALTERED: dict[str, Callable[[Files], Files]] = {
    "events.jsonl: was altered (": longer,
    "tasks/T001/1/log: is missing, or moved; tasks/T002/1/log stands there": without_log,
    "tasks/T001/1/log: is missing, or moved; tasks/T002": moved,
    "tasks/T002/1/log: is missing": lambda f: f[:-1],
    "extra: was added": lambda f: [*f, ("extra", b"")],
    "events.jsonl: was added": lambda f: [*f, f[index(f, "events.jsonl")]],
    "report.md: is missing, or moved; ../../etc/cron.d/x stands": lambda f: [
        f[0], ("../../etc/cron.d/x", b"* * * * *"), *f[1:]
    ],
}  # fmt: skip


@pytest.mark.parametrize("fault", ALTERED)
def test_other_files_and_another_order_are_told(fault: str, plain: Path) -> None:
    faults = verify(written(plain, ALTERED[fault](files_of(plain)))).faults
    assert faults[0].startswith(fault), faults


def with_member(
    plain: Path, files: Files, member: tarfile.TarInfo, data: bytes = b""
) -> tuple[str, ...]:
    """As tar's own tools write it, in place of a log and behind everything."""
    found: list[str] = []
    for at in (index(files, "tasks/T002/1/log"), len(files)):
        with tarfile.open(plain, "w:gz") as tar:
            for n, (name, content) in enumerate(files):
                if n != at:
                    info = tarfile.TarInfo(name)
                    info.size = len(content)
                    tar.addfile(info, io.BytesIO(content))
                else:
                    tar.addfile(member, io.BytesIO(data))
            if at == len(files):
                tar.addfile(member, io.BytesIO(data))
        found += verify(plain).faults[:1]
    return tuple(found)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_told_and_touch_nothing(kind: bytes, plain: Path) -> None:
    files = files_of(plain)
    link = tarfile.TarInfo("tasks/T002/1/log")
    link.type, link.linkname = kind, "/etc/passwd"
    instead, behind = with_member(plain, files, link)
    assert instead.startswith("tasks/T002/1/log: ")
    assert behind == "tasks/T002/1/log: was added"
    absolute = tarfile.TarInfo("/etc/passwd")
    absolute.type = kind
    assert with_member(plain, files, absolute)[1].endswith("etc/passwd: was added")


def test_permissions_an_owner_or_a_time_are_told(plain: Path) -> None:
    files = files_of(plain)
    content = dict(files)["tasks/T002/1/log"]
    for field, value in (("mode", 0o4755), ("uid", 1000), ("mtime", 1), ("uname", "ann")):
        odd = tarfile.TarInfo("tasks/T002/1/log")
        odd.size = len(content)
        setattr(odd, field, value)
        assert with_member(plain, files, odd, content)[0].startswith(
            "tasks/T002/1/log: is no plain file"
        )


def test_what_is_behind_the_end_is_told(plain: Path) -> None:
    raw = plain.read_bytes()
    plain.write_bytes(raw + gzip.compress(b"more"))
    assert verify(plain).faults == ("something is hidden behind its end",)
    plain.write_bytes(raw + b"PK\x03\x04 a zip file")
    with pytest.raises(UsageError):
        verify(plain)


def test_a_bomb_is_not_unpacked(plain: Path) -> None:
    """Said to be a gigabyte: it is not what the manifest says, and nothing of it is read."""
    files = files_of(plain)
    tar = b"".join(header(n, len(d)) + d + padding(len(d)) for n, d in files[:2])
    huge = header(files[2][0], 1 << 30)
    with gzip.open(plain, "wb", 1) as packed:
        packed.write(tar + huge)
        for _ in range(8):
            packed.write(bytes(1 << 24))
    found = verify(plain)
    assert found.faults[0] == (
        f"{files[2][0]}: was altered ({1 << 30} bytes, not {len(files[2][1])})"
    )
    long_names = b"x" * (1 << 20)
    with tarfile.open(plain, "w:gz") as odd:
        odd.addfile(tarfile.TarInfo(long_names.decode()))
    with pytest.raises(UsageError, match="has no manifest"):
        verify(plain)
    with gzip.open(plain, "wb", 1) as packed:
        packed.write(header("manifest.json", 1 << 30))
    with pytest.raises(UsageError, match="has no manifest"):
        verify(plain)


def test_a_manifest_that_leads_out_is_told(plain: Path) -> None:
    others = ("", ".", "./x", "a//b", "a/./b", "a/", "a\\u0000b")
    for name in ("/etc/passwd", "a/../../b", "plan.md", *others):
        raw = dict(files_of(plain))["manifest.json"]
        changed = raw.replace(b'"report.md"', b'"%s"' % name.encode())
        faults = verify(written(plain, [("manifest.json", changed), *files_of(plain)[1:]])).faults
        assert faults[0].startswith(name[:1])
        assert "leads out" in faults[0] or "twice" in faults[0]
        assert "not looked at" in faults[-1]
        bundle_again = [("manifest.json", raw), *files_of(plain)[1:]]
        written(plain, bundle_again)


def test_what_is_no_bundle_is_said_in_words(plain: Path, tmp_path: Path) -> None:
    whole = plain.read_bytes()
    cases = {
        "empty": b"",
        "text": b"# plan",
        "torn": whole[:100],
        "no tar": gzip.compress(b"x" * 2000),
        "no manifest": gzip.compress(header("plan.md", 0) + ending(512)),
        "no json": gzip.compress(header("manifest.json", 1) + b"x" + padding(1) + ending(1024)),
    }
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UsageError) as found:
            verify(tmp_path / name)
        assert found.value.remedy, name
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    written(tmp_path / "deep", [("manifest.json", deep)])
    with pytest.raises(UsageError, match="has no manifest that can be read"):
        verify(tmp_path / "deep")
    for where in (len(whole) // 2, len(whole) - 1):
        plain.write_bytes(whole[:where])
        with pytest.raises(UsageError, match="is damaged"):
            verify(plain)
    tar = gzip.decompress(whole)
    plain.write_bytes(gzip.compress(tar[: tar.rindex(b"line 41\n")]))
    assert verify(plain).faults == (
        "tasks/T002/1/log: is missing, or a part of it: the archive ends",
    )
    plain.write_bytes(gzip.compress(tar[:-512]))
    assert verify(plain).faults == ("the archive's end is missing",)
    with pytest.raises(UsageError):
        verify(tmp_path / "not there")
    with pytest.raises(UsageError):
        verify(tmp_path)


def test_a_signature_tells_who_made_it(signed: Path, keys: Path, tmp_path: Path) -> None:
    found = verify(signed)
    assert found.signature is not None
    assert (found.faults, found.signature.who) == ((), "")
    assert found.signature.key.startswith("ED25519 key SHA256:")
    by_key = verify(signed, Expected(key=str(keys / "ann.pub")))
    assert by_key.faults == ()
    signers = tmp_path / "signers"
    public = {name: (keys / f"{name}.pub").read_text() for name in ("ann", "bob")}
    signers.write_text(f"bob@shop.example {public['bob']}ann@shop.example {public['ann']}")
    by_name = verify(signed, Expected(signers=str(signers)))
    assert by_name.signature is not None
    assert (by_name.faults, by_name.signature.who) == ((), "ann@shop.example")


def test_another_key_or_none_is_told(signed: Path, plain: Path, keys: Path, tmp_path: Path) -> None:
    for kind in ("key", "signers"):
        other = tmp_path / "signers"
        other.write_text(f"bob@shop.example {(keys / 'bob.pub').read_text()}")
        name = str(keys / "bob.pub") if kind == "key" else str(other)
        expected = Expected(key=name) if kind == "key" else Expected(signers=name)
        assert verify(signed, expected).faults[0].startswith("manifest.json.sig: ")
        assert "so nobody signed this" in verify(plain, expected).faults[0]
    # Made for something else by the right key: a commit, say.
    command = ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", keys / "ann"]
    files = files_of(signed)
    foreign = subprocess.run(command, input=files[0][1], capture_output=True, check=True).stdout
    path = written(signed, [files[0], ("manifest.json.sig", foreign), *files[2:]])
    assert verify(path, Expected(key=str(keys / "ann.pub"))).faults
    assert verify(path).faults


def test_a_signed_manifest_that_was_changed_is_told(signed: Path, keys: Path) -> None:
    files = files_of(signed)
    changed = files[0][1].replace(b'"NO GO"', b'"GO"')
    assert changed != files[0][1]
    path = written(signed, [("manifest.json", changed), *files[1:]])
    for expected in (None, Expected(key=str(keys / "ann.pub"))):
        faults = verify(path, expected).faults
        assert faults[0].startswith("manifest.json.sig: ")
        assert "not looked at" in faults[-1]
    taken_off = written(signed, [files[0], *files[2:]])
    assert verify(taken_off).faults == ()  # a plain bundle, and nobody claims otherwise
    assert "nobody signed" in verify(taken_off, Expected(key=str(keys / "ann.pub"))).faults[0]
    for junk in (b"", b"-----BEGIN SSH SIGNATURE-----\nxxxx\n-----END SSH SIGNATURE-----\n"):
        odd = written(signed, [files[0], ("manifest.json.sig", junk), *files[2:]])
        assert verify(odd).faults


def test_whoever_has_only_openssh_can_check_it(signed: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "xzf", signed, "-C", tmp_path], check=True)
    done = subprocess.run(
        [
            "ssh-keygen", "-Y", "check-novalidate", "-n", "tmuxplan-bundle",
            "-s", tmp_path / "manifest.json.sig",
        ],
        input=(tmp_path / "manifest.json").read_bytes(),
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0


def program(opened: Opened, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """With no terminal: nobody can be asked for a passphrase."""
    return subprocess.run(
        [sys.executable, "-m", "tmuxplan", *words],
        cwd=opened.folder.path.parents[2],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


def test_the_commands(opened: Opened, keys: Path) -> None:
    made = program(opened, "collect", "--bundle", "b.tar.gz", "--key", str(keys / "ann"))
    assert (made.returncode, made.stderr) == (1, "")
    digest = made.stdout.split()[0]
    said = program(opened, "verify", "b.tar.gz")
    assert said.returncode == 0
    assert "whose key that is" in said.stdout
    said = program(opened, "verify", "b.tar.gz", "--digest", digest, "--key", str(keys / "ann.pub"))
    assert said.returncode == 0
    assert "the manifest has the digest; signed by ED25519 key SHA256:" in said.stdout
    assert program(opened, "verify", "b.tar.gz", "--key", str(keys / "bob.pub")).returncode == 1
    for wrong, words in (
        (["--key", str(keys / "ann")], "its public half"),
        (["--key", "b.tar.gz"], "no public SSH key"),
        (["--key", "nothere"], "can't be read"),
        (["--signers", "nothere"], "no such file"),
        (["--key", "x", "--signers", "y"], "exclude each other"),
    ):
        ran = program(opened, "verify", "b.tar.gz", *wrong)
        assert ran.returncode == 2, wrong
        assert words in ran.stderr
        assert "Traceback" not in ran.stderr


def test_a_key_that_can_not_sign_leaves_no_bundle(opened: Opened, keys: Path) -> None:
    folder = opened.folder.path.parents[2]
    for key, words in (
        (str(keys / "locked"), "load it into the agent"),
        ("nothere", "make one: ssh-keygen"),
        ("plan.md", "make one: ssh-keygen"),
    ):
        ran = program(opened, "collect", "--bundle", "b.tar.gz", "--key", key)
        assert ran.returncode == 2, ran
        assert words in ran.stderr
        assert "Traceback" not in ran.stderr
        assert sorted(path.name for path in folder.glob("*b.tar.gz*")) == []


def test_a_locked_key_is_asked_for_its_passphrase(
    opened: Opened, keys: Path, tmp_path: Path
) -> None:
    ask = tmp_path / "ask"
    ask.write_text(f"#!/bin/sh\necho '{PASSPHRASE}'\n")
    ask.chmod(0o700)
    asking = {"SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
    made = program(
        opened, "collect", "--bundle", "b.tar.gz", "--key", str(keys / "locked"), **asking
    )
    assert (made.returncode, made.stderr) == (1, "")
    said = program(opened, "verify", "b.tar.gz", "--key", str(keys / "locked.pub"))
    assert said.returncode == 0


def test_the_agent_signs_with_a_public_half(opened: Opened, keys: Path, tmp_path: Path) -> None:
    socket = Path("/tmp") / f"tp-agent-{os.getpid()}"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    try:
        assert agent.stdout is not None
        agent.stdout.readline()  # it listens
        env = {"SSH_AUTH_SOCK": str(socket)}
        added = subprocess.run(
            ["ssh-add", "-q", keys / "bob"], env={**os.environ, **env}, check=True
        )
        assert added.returncode == 0
        alone = shutil.copy(keys / "bob.pub", tmp_path / "bob.pub")
        made = program(opened, "collect", "--bundle", "b.tar.gz", "--key", str(alone), **env)
        assert (made.returncode, made.stderr) == (1, "")
        assert program(opened, "verify", "b.tar.gz", "--key", str(alone)).returncode == 0
    finally:
        agent.kill()
        agent.wait()
        agent.stdout.close() if agent.stdout else None
        socket.unlink(missing_ok=True)


def test_without_openssh_it_says_so(opened: Opened, keys: Path) -> None:
    made = program(opened, "collect", "--bundle", "b.tar.gz", "--key", str(keys / "ann"))
    assert made.returncode == 1
    said = program(opened, "verify", "b.tar.gz", PATH="/nowhere")
    assert said.returncode == 0
    assert "its signature was not read: ssh-keygen is not on PATH" in said.stdout
    said = program(opened, "verify", "b.tar.gz", "--key", str(keys / "ann.pub"), PATH="/nowhere")
    assert said.returncode == 2
    assert "install OpenSSH" in said.stderr
