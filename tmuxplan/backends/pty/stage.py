"""The small process that forks for the supervisor, and the outer shell that each fork becomes.

    python -I -S -X utf8 stage.py SOCKET          (a descriptor)

A fork of the supervisor copies the page tables of everything it has read and imported (4 ms each,
measured); one of this process takes a tenth of that. For each order that comes with a terminal it
forks once. The child is what `outer.sh` is in tmux, to the letter of docs/architecture.md: it
leads the session on that terminal, makes `began`, runs the body as its child, leaves `status`
written aside and renamed, prints the last record, and stays a moment. It dies of the hang-up when
the terminal closes, which is when the supervisor dies. Nothing outside of the standard library,
and as little as can be of that, is imported: a launch waits for this process to begin, and each
fork copies what it has in memory. This file is run, never imported.

An order: four bytes of length, and an `Order` (`spawner.py`), marshalled: both ends are the same
Python. The answer:
eight bytes, the order's number and the child's pid, or minus an errno.
"""

from __future__ import annotations

import errno
import fcntl
import gc
import marshal
import os
import struct
import sys
import termios
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing itself takes as long to import as all of the rest
    import signal
    import socket
    from typing import Any

    _Order = dict[str, Any]
else:  # without their enumerations: half of the time to begin, and a third of the memory
    import _signal as signal
    import _socket as socket

_RECORDS = 61
_POSIX_RECORDS = 9
"""dash and its like know descriptors up to 9 only."""
_POSIX = frozenset({"sh", "dash", "ash", "ksh", "mksh", "posh"})
_NOT_RUN = 125
_DESCRIPTOR = struct.Struct("i")
_GONE = (None, -1)

# Ignored signals are inherited: Python ignores PIPE, `nohup` HUP, a shell's background job INT,
# and no shell can set a trap on what was ignored when it began.
_DEFAULTS = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGCHLD,
)


def main(descriptor: int) -> None:
    """Fork until the supervisor is gone."""
    for number in _DEFAULTS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the outer shells
    orders = socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    gc.disable()
    try:
        _obey(orders)
    except ConnectionError:
        return  # the supervisor was killed with an answer unread


def _obey(orders: socket.socket) -> None:
    while True:
        order, terminal = _next(orders)
        if order is None:
            return
        try:
            pid = os.fork()
        except OSError as error:
            pid = -(error.errno or errno.EAGAIN)
        if pid == 0:
            try:
                orders.close()
                _play(order, terminal)
            finally:  # whatever happens: there must be no second one that takes orders
                os._exit(_NOT_RUN)
        os.close(terminal)
        orders.sendall(struct.pack("!Ii", order["ticket"], pid))


def _next(orders: socket.socket) -> tuple[_Order | None, int]:
    """The next order and its terminal; None: the supervisor is gone."""
    head, sent, _, _ = orders.recvmsg(4, socket.CMSG_LEN(_DESCRIPTOR.size))
    head += _whole(orders, 4 - len(head)) if head else b""
    if len(head) < 4:
        return _GONE
    size = struct.unpack("!I", head)[0]
    text = _whole(orders, size)
    return (marshal.loads(text), _DESCRIPTOR.unpack(sent[0][2])[0]) if len(text) == size else _GONE


def _whole(orders: socket.socket, size: int) -> bytes:
    text = b""
    while len(text) < size and (part := orders.recv(size - len(text))):
        text += part
    return text


def _play(order: _Order, terminal: int) -> None:
    """Be the outer shell of one attempt. Does not return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    # Caught, not ignored: ignored signals are inherited, and Ctrl-C would not reach the task.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, _go_on)
    for fd in (0, 1, 2, _RECORDS):
        os.dup2(terminal, fd)
    if terminal not in (0, 1, 2, _RECORDS):
        os.close(terminal)
    if not _begin(order["folder"]):
        _say(b"tmuxplan: this attempt was given up before it began; nothing was run.\n")
        os._exit(_NOT_RUN)
    status = _body(order)
    _leave(order["folder"], status)
    _say(b"\033]133;D;%d;aid=%s;end=1\007" % (status, order["nonce"].encode()))
    time.sleep(order["linger"])
    os._exit(status)


def _go_on(number: int, frame: object) -> None:
    """The task is meant, not we."""


def _begin(folder: str) -> bool:
    """Make the file that only one of us and a supervisor that gives the attempt up can make."""
    try:
        fd = os.open(folder + "/began", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return False
    try:
        os.write(fd, b"%d\n" % os.getpid())
    except OSError:
        return True  # a full disk takes the number, not the claim
    finally:
        os.close(fd)
    return True


def _body(order: _Order) -> int:
    """Run the commands; their status as a shell tells it."""
    argv, env = order["argv"], order["env"]
    try:
        os.chdir(order["cwd"])
    except OSError:
        _say(b"tmuxplan: %s is not there; nothing was run. " % os.fsencode(order["cwd"]))
        _say(b"Make the directory, or launch with --cwd.\n")
        return _NOT_RUN
    if argv[0].rpartition("/")[2] in _POSIX:
        os.dup2(_RECORDS, _POSIX_RECORDS)
    if order["empty"]:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
    os.environ["PATH"] = env.get("PATH", os.defpath)  # where posix_spawnp looks
    try:
        pid = os.posix_spawnp(argv[0], argv, env, setsigmask=(), setsigdef=_DEFAULTS)
    except OSError as error:
        text = f"tmuxplan: {argv[0]} could not be run: {error.strerror}\n"
        _say(os.fsencode(text))
        return 127 if error.errno == errno.ENOENT else 126
    os.chdir("/")  # we may stay long, and hold no disk
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return ended if ended >= 0 else 128 - ended


def _leave(folder: str, status: int) -> None:
    """Written aside and renamed: it is missing or right, never wrong."""
    try:
        fd = os.open(folder + "/status.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            text = b"%d\n" % status
            if os.write(fd, text) != len(text):
                return  # a full disk must not leave half a number
        finally:
            os.close(fd)
        os.rename(folder + "/status.new", folder + "/status")  # noqa: PTH104 (pathlib costs 5 ms)
    except OSError:
        return  # the supervisor finds none


def _say(text: bytes) -> None:
    try:
        while text:
            text = text[os.write(_RECORDS, text) :]
    except OSError:
        return  # the terminal is closed


if __name__ == "__main__":
    main(int(sys.argv[1]))
