"""Commands that want a terminal, or a person at it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from tmuxplan.lint.commands import Command
from tmuxplan.lint.finding import Finding, numbered
from tmuxplan.lint.view import View
from tmuxplan.plan import windows
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy

_TERMINAL = lazy(
    r"#+\s*[^\w\s]*\s*(?:terminal|tab|window|shell|терминал|终端)\s*[#№]?\s*(\d+|[A-Z])\b",
    re.IGNORECASE,
)
_SCREENS = frozenset({"tmux", "screen", "byobu", "zellij", "osascript", "gnome-terminal", "xterm"})
_EDITORS = frozenset(
    """nano vim vi nvim emacs pico micro ed mc htop top less more man visudo vipw passwd ftp sftp
    telnet lazygit k9s tig ranger nmtui menuconfig""".split()  # noqa: SIM905
)
# Words, in their order, that make a program ask; and the words with which it does not.
_ASKS: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("vercel", "login"), frozenset({"--token"})),
    (("vercel", "link"), frozenset({"--yes", "-y"})),
    (("netlify", "login"), frozenset()),
    (("firebase", "login"), frozenset({"--ci", "--no-localhost"})),
    (("supabase", "login"), frozenset({"--token"})),
    (("heroku", "login"), frozenset()),
    (("wrangler", "login"), frozenset()),
    (("fly", "auth", "login"), frozenset()),
    (("flyctl", "auth", "login"), frozenset()),
    (("gh", "auth", "login"), frozenset({"--with-token"})),
    (("az", "login"), frozenset({"--service-principal", "--identity"})),
    (("gcloud", "auth", "login"), frozenset({"--cred-file"})),
    (("gcloud", "init"), frozenset({"--skip-diagnostics"})),
    (("aws", "configure"), frozenset({"set", "get", "list", "import"})),
    (("aws", "sso", "login"), frozenset({"--no-browser"})),
    (("npm", "login"), frozenset()),
    (("npm", "adduser"), frozenset()),
    (("npm", "init"), frozenset({"-y", "--yes"})),
    (("docker", "login"), frozenset({"--password-stdin", "-p", "--password"})),
    (("oc", "edit"), frozenset()),
    (("oc", "rsh"), frozenset()),
    (("kubectl", "edit"), frozenset()),
    (("git", "rebase", "-i"), frozenset()),
    (("git", "add", "-p"), frozenset()),
    (("git", "add", "-i"), frozenset()),
    (("crontab", "-e"), frozenset()),
    (("terraform", "login"), frozenset()),
    (("poetry", "init"), frozenset({"-n", "--no-interaction"})),
    (("twine", "upload"), frozenset({"--non-interactive", "-p", "--password"})),
    (("make", "menuconfig"), frozenset()),
)
_BY_NAME = {
    name: tuple((asks, free) for asks, free in _ASKS if asks[0] == name)
    for name in {asks[0] for asks, _ in _ASKS}
}
_CLIENTS = {
    "psql": {"-c", "-f", "--command", "--file", "-l", "--list", "--version", "-lqt"},
    "mysql": {"-e", "--execute", "--version"},
    "mariadb": {"-e", "--execute", "--version"},
    "mongosh": {"--eval", "--file", "-f", "--version"},
    "mongo": {"--eval", "--version"},
    "redis-cli": set(),
    "claude": {"-p", "--print", "mcp", "config", "--version", "update", "doctor", "-v", "--help"},
    "codex": {"exec", "--version", "login", "--help", "mcp"},
    "gemini": {"-p", "--prompt", "--version", "--help"},
}
_REPLS = frozenset({"python", "python3", "node", "irb", "ipython", "bash", "sh", "zsh", "R", "php"})
_SSH_TAKES = lazy(r"-[BbcDEeFIiJLlmOopQRSWw]")


def several(view: View) -> Iterator[Finding]:
    """One fence with two or more comments `# Terminal N`: a script for several windows."""
    for script in view.scripts:
        starts = sorted(block.line for block in script.task.blocks)
        by_block: dict[int, dict[str, int]] = {}
        for comment in script.comments:
            match = _TERMINAL.match(comment.text)
            other = windows.opens(comment.text.lstrip("# ")) and _alone(view, comment)
            if match or other:
                found = by_block.setdefault(bisect_right(starts, comment.line), {})
                if other and not found:
                    found["1"] = starts[bisect_right(starts, comment.line) - 1]
                found.setdefault(match[1].upper() if match else comment.text, comment.line)
        for found in by_block.values():
            if len(found) > 1:
                lines = tuple(found.values())
                yield Finding(
                    lines[1],
                    f"one block of {script.task.id} is meant for {len(found)} terminals "
                    f"({numbered(lines)}); in one shell it means something else",
                    "make each terminal a task with a block of its own",
                    view.lines[lines[1] - 1].strip() if lines[1] <= len(view.lines) else "",
                )


def _alone(view: View, comment: Text) -> bool:
    """Whether the comment has its line to itself: what follows it is what it speaks of."""
    line = view.lines[comment.line - 1] if comment.line <= len(view.lines) else ""
    return line.lstrip(" >").startswith("#")


def control(view: View) -> Iterator[Finding]:
    """The plan drives tmux or screen itself: windows in which nothing is seen or judged."""
    for script in view.scripts:
        seen = set()
        for command in () if _SCREENS.isdisjoint(script.names) else script.commands:
            told = command.words and command.words[0] not in ("-V", "--version", "ls")
            if command.kind != "command" or command.name not in _SCREENS or not told:
                continue
            if command.name == "osascript" and "Terminal" not in command.text:
                continue
            if command.name not in seen:
                seen.add(command.name)
                yield Finding(
                    command.line,
                    f"{script.task.id} opens windows of its own with {command.name}: what runs in "
                    "them is neither seen nor judged",
                    "make what runs in each window a task; tmuxplan opens the windows",
                    command.text.split("\n")[0],
                )


def interactive(view: View) -> Iterator[Finding]:
    """A program that asks somebody, in a window where nobody may sit."""
    for script in view.scripts:
        for command in () if _MAY_ASK.isdisjoint(script.names) else script.commands:
            if command.kind == "command" and command.name and _asks(command):
                yield Finding(
                    command.line,
                    f"`{' '.join(command.text.split())[:50]}` waits for a person: "
                    f"{script.task.id} stands still until somebody types into its window",
                    "give it what it asks on the command line, or make it a task for a person "
                    "(one without commands)",
                    command.text.split("\n")[0],
                )


_MAY_ASK = frozenset(
    {
        *_EDITORS,
        *_CLIENTS,
        *_REPLS,
        *(asks[0] for asks, _ in _ASKS),
        *("read", "ssh", "git", "ssh-keygen", "docker", "kubectl", "oc", "podman", "npx", "bunx"),
    }
)


def _asks(command: Command) -> bool:
    name, words = command.name, command.words
    if name not in _MAY_ASK or command.background:
        return False
    if "-h" in words[:1] or "--help" in words or "--version" in words:
        return False
    if name in _EDITORS:
        return not (command.reads or command.piped or _batch(name, words))
    if name == "read":
        return not (command.reads or "loop" in command.inside) and "-t" not in words
    if name == "ssh":
        return _ssh_without_command(words) and not command.reads
    if name == "git" and words[:1] == ("commit",):
        return _commit_asks(words)
    if name in _CLIENTS or name in _REPLS:
        return not command.reads and _stays_open(name, words)
    return _asks_by_words(command)


def _stays_open(name: str, words: tuple[str, ...]) -> bool:
    if name in _REPLS:
        return all(w.startswith("-i") for w in words)
    return not _told(name, words)


def _asks_by_words(command: Command) -> bool:
    name, words = command.name, command.words
    if name == "ssh-keygen":
        return not any(w in ("-f", "-N", "-R", "-F", "-l", "-lf", "-y") for w in words)
    if name in ("docker", "kubectl", "oc", "podman") and _attached(words):
        return True
    own = command.whole[1:] if name in ("npx", "bunx") else command.whole
    return any(
        all(part in own for part in asks) and not free & set(words)
        for asks, free in _BY_NAME.get(own[0] if own else "", ())
    )


def _batch(name: str, words: tuple[str, ...]) -> bool:
    """`top -b` prints once; vim with commands of its own ends by itself."""
    if name == "top":
        return any("b" in w for w in words if w.startswith("-"))
    return name in ("vim", "vi", "nvim", "emacs") and bool({"-es", "-Es", "--batch"} & set(words))


def _ssh_without_command(words: tuple[str, ...]) -> bool:
    at, hosts = 0, 0
    while at < len(words):
        word = words[at]
        if word.startswith("-"):
            if set(word[1:]) & set("fNTVQOGWM") and len(word) < 6:
                return False
            at += 2 if _SSH_TAKES.fullmatch(word) else 1
            continue
        hosts += 1
        at += 1
    return hosts == 1


def _commit_asks(words: tuple[str, ...]) -> bool:
    told = ("--no-edit", "--message", "--file", "--fixup", "--dry-run", "--reuse-message")
    return not any(
        w.startswith(told) or re.match(r"-[a-zA-Z]*[mFC]", w) for w in words if w[:1] == "-"
    )


def _told(name: str, words: tuple[str, ...]) -> bool:
    if name == "redis-cli":
        plain = [w for w in words if not w.startswith("-") and not w.replace(".", "").isdigit()]
        return bool(plain)
    flags = _CLIENTS[name]
    return any(w in flags or w.split("=")[0] in flags or w[:2] in flags for w in words)


def _attached(words: tuple[str, ...]) -> bool:
    """`docker exec -it web bash`: a shell for somebody; with a command of its own it is none."""
    if not any(re.fullmatch(r"-[a-zA-Z]*t[a-zA-Z]*|--tty", w) for w in words):
        return False
    if not {"exec", "run", "attach"} & set(words[:3]) or "-c" in words:
        return False
    shell = words[-1].rsplit("/", 1)[-1]
    return shell in _REPLS or shell in ("psql", "mysql", "redis-cli", "mongosh")
