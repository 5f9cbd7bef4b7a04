"""The small process that forks for the supervisor, and the outer shell that each fork becomes.

    python -I -S -X utf8 -c 'import stage; ...' SOCKET          (a descriptor; see `spawner.py`)

A fork of the supervisor copies the page tables of everything it has read and imported (4 ms each,
measured); one of this process takes a tenth of that. For each order that comes with a terminal it
forks once. The child is what `outer.sh` is in tmux, to the letter of docs/architecture.md: it
leads the session on that terminal, makes `began`, runs the body as its child, leaves `status`
written aside and renamed, prints the last record, and stays a moment. It dies of the hang-up when
the terminal closes while the body runs, which is when the supervisor dies.

Its seat is a socket to the supervisor, which in that moment can send it the next order
(`Spawner.again`): it has let go of its terminal by then, and gets another.

Nothing outside of the standard library, and as little as can be of that, is imported: a launch
waits for this process to begin, and each fork copies what it has in memory. Nobody else imports
this file.

An order: four bytes of length, and an `Order` (`spawner.py`), marshalled: both ends are the same
Python. With it come the terminal and, where a fork is asked for, that one's seat. The answer to
that: eight bytes, the order's number and the child's pid, or minus an errno.
"""

from __future__ import annotations

import errno
import fcntl
import gc
import marshal
import os
import struct
import termios

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
_OURS = 64
"""No body has descriptors of ours from here on, nor do we stand where it wants its own."""
_DESCRIPTORS = struct.Struct("2i")
_LINGER = struct.pack("ll", 2, 0)
"""For two seconds it stays. Its end hangs up what is left in the background before anyone could
name it."""
_FOR_EVER = struct.pack("ll", 0, 0)

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
    try:  # noqa: SIM105 (no import that can be spared)
        _obey(orders)
    except ConnectionError:
        pass  # the supervisor was killed with an answer unread
    os._exit(0)  # the supervisor waits for it, and Python's own end takes 5 ms


def _obey(orders: socket.socket) -> None:
    while True:
        order, given = _next(orders)
        if order is None:
            return
        try:
            pid = os.fork()
        except OSError as error:
            pid = -(error.errno or errno.EAGAIN)
        if pid == 0:
            try:
                orders.close()
                _lead(order, *given)
            finally:  # whatever happens: there must be no second one that takes orders
                os._exit(_NOT_RUN)
        for descriptor in given:
            os.close(descriptor)
        orders.sendall(struct.pack("!Ii", order["ticket"], pid))


def _next(orders: socket.socket) -> tuple[_Order | None, tuple[int, ...]]:
    """The next order, and the descriptors that came with it; None: the supervisor is gone."""
    head, sent, _, _ = orders.recvmsg(4, socket.CMSG_SPACE(_DESCRIPTORS.size))
    head += _whole(orders, 4 - len(head)) if head else b""
    if len(head) < 4:
        return None, ()
    size = struct.unpack("!I", head)[0]
    text = _whole(orders, size)
    if len(text) < size:
        return None, ()
    given = sent[0][2]
    return marshal.loads(text), struct.unpack(f"{len(given) // 4}i", given)


def _whole(orders: socket.socket, size: int) -> bytes:
    text = b""
    while len(text) < size and (part := orders.recv(size - len(text))):
        text += part
    return text


def _lead(first: _Order, terminal: int, seat: int) -> None:
    """Be the outer shell of one attempt, and then of those that the seat brings."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Caught, not ignored: ignored signals are inherited, and Ctrl-C would not reach the task.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, _go_on)
    orders = socket.socket(fileno=fcntl.fcntl(seat, fcntl.F_DUPFD_CLOEXEC, _OURS))
    os.close(seat)
    nothing = fcntl.fcntl(os.open(os.devnull, os.O_RDWR), fcntl.F_DUPFD_CLOEXEC, _OURS)
    order: _Order | None = first
    while order is not None:
        _play(order, terminal, nothing)
        stay = _FOR_EVER if order["stays"] else _LINGER
        orders.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stay)
        order, given = _next_in_time(orders)
        terminal = given[0] if given else -1


def _next_in_time(orders: socket.socket) -> tuple[_Order | None, tuple[int, ...]]:
    """The next order, if one comes in time; one that comes later can't be sent."""
    try:
        return _next(orders)
    except BlockingIOError:
        orders.shutdown(socket.SHUT_RD)
        return _next(orders)


def _play(order: _Order, terminal: int, nothing: int) -> None:
    """Run one attempt, and let go of its terminal unless the attempt `stays`."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    for fd in (0, 1, 2, _RECORDS):
        os.dup2(terminal, fd)
    if terminal not in (0, 1, 2, _RECORDS):
        os.close(terminal)
    if not _begin(order["folder"]):
        _say(b"tmuxplan: this attempt was given up before it began; nothing was run.\n")
        os._exit(_NOT_RUN)
    status = _body(order)
    _leave(order["folder"], status)
    last = b"\033]133;D;%d;aid=%s;end=1\007" % (status, order["nonce"].encode())
    if order["stays"]:  # what it left in the background needs the terminal
        _say(last)
        return
    # Whoever closes the terminal's other end hangs up this session; the seat says what is next.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    if _is_posix(order):
        os.close(_POSIX_RECORDS)
    _say(last)
    os.close(_RECORDS)


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
    if _is_posix(order):
        os.dup2(_RECORDS, _POSIX_RECORDS)
    try:
        os.chdir(order["cwd"])
    except OSError:
        _say(b"tmuxplan: %s is not there; nothing was run. " % os.fsencode(order["cwd"]))
        _say(b"Make the directory, or launch with --cwd.\n")
        return _NOT_RUN
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


def _is_posix(order: _Order) -> bool:
    return order["argv"][0].rpartition("/")[2] in _POSIX


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
