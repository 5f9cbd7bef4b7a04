"""Commands that destroy, or that act on the world outside: shown first before a launch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, pairwise

import msgspec
from tree_sitter import Node

from tmuxplan.plan.model import Step
from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.steps import Statement
from tmuxplan.shell.syntax import chain, literal, parse, source, walk, words

_RUN_ANOTHER = frozenset(
    """sudo doas env command builtin exec nohup time nice xargs timeout npx bunx pnpx find
    parallel watch setsid eval""".split()  # noqa: SIM905 (a list of words)
)
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "python", "python3", "node", "ruby", "perl"})
_FETCHERS = frozenset({"curl", "wget", "fetch"})
_SQL_CLIENTS = frozenset({"psql", "mysql", "mariadb", "sqlite3", "mongosh", "mongo", "sqlcmd"})
_SQL = lazy(
    r"\b(drop\s+(table|database|schema|index|view)|truncate\s+table|delete\s+from|dropDatabase)\b",
    re.IGNORECASE,
)
_MOST = 20  # suspects of one command whose arguments are looked at
_DISK = lazy(r">\s*/dev/(sd|nvme|disk|hd|vd)")


def suspicious(name: str, arguments: Sequence[str]) -> bool:
    """Whether `outward` can find anything in a statement for the sake of this command: a look at
    its words, without syntax."""
    if name in _SHELLS:
        return "-c" in arguments
    if name in _SQL_CLIENTS or name in _FETCHERS or name.startswith("mkfs"):
        return True
    if name in _RUN_ANOTHER and any(_base(a) in _NAMES or "mkfs" in a for a in arguments):
        return True
    after = list(arguments)
    return any(matches(after) for matches, _ in _BY_NAME.get(name, ()))


def may_be(name: str) -> bool:
    """The same by the name alone, where its words are not known for sure."""
    return name in _NAMES or name.startswith("mkfs")


def writes_to_disk(text: str) -> bool:
    """Whether shell text may write to a disk device."""
    return "/dev/" in text and _DISK.search(text) is not None


class Outward(msgspec.Struct, frozen=True):
    """A command at the plan's `line`: its first line, and `why` a person should look at it."""

    line: int
    text: str
    why: str


def outward(statements: Iterable[Statement | Step]) -> tuple[Outward, ...]:
    """Every destructive or outward command, by its words: text in an `echo` is none."""
    return tuple(found for each in statements for found in _of_statement(each))


def _of_statement(each: Statement | Step) -> list[Outward]:
    found: dict[tuple[int, str], Outward] = {}
    for node in walk(parse(each.text)):
        why = _why(node)
        line = each.line + node.start_point[0]
        if why and (line, why) not in found:
            found[line, why] = Outward(line, source(node).split("\n")[0], why)
    return list(found.values())


def _why(node: Node) -> str:
    if node.type == "pipeline":
        return _why_pipeline(node)
    if node.type == "redirected_statement":
        return _why_redirected(node)
    if node.type == "command":
        return _why_command(node)
    return ""


def _why_pipeline(node: Node) -> str:
    names = [_names(_texts(command)) for command in chain(node)[::2]]
    if any(before & _FETCHERS and after & _SHELLS for before, after in pairwise(names)):
        return "runs what it downloads"
    return ""


def _why_redirected(node: Node) -> str:
    files = (source(child) for child in node.children if child.type == "file_redirect")
    to_disk = any(map(_DISK.search, files))
    text = source(node)
    if not _SQL.search(text):
        return "writes to a disk device" if to_disk else ""
    names = {name for command in chain(node)[::2] for name in _names(_texts(command))}
    if names & _SQL_CLIENTS:
        return "destroys data in a database"
    return "writes to a disk device" if to_disk else ""


def _why_command(node: Node) -> str:
    texts = _texts(node)
    names = _names(texts)
    if names & _SHELLS and "-c" in texts[:-1]:
        return _why_text(texts[texts.index("-c") + 1])
    if names & _SQL_CLIENTS and _SQL.search(source(node)):
        return "destroys data in a database"
    return next((why for at in _suspects(texts) if (why := _why_words(texts[at:]))), "")


def _why_text(text: str) -> str:
    """Of a text that a shell runs (`bash -c '...'`)."""
    commands = [node for node in walk(parse(text)) if node.type == "command"]
    if text.startswith(('"$(', '"`')) and any(_names(_texts(c)) & _FETCHERS for c in commands):
        return "runs what it downloads"
    return next((why for command in commands if (why := _why_command(command))), "")


def _why_words(found: list[str]) -> str:
    name, arguments = _base(found[0]), found[1:]
    for matches, why in _BY_NAME.get(name, ()):
        if matches(arguments):
            return why
    return "formats a disk" if name.startswith("mkfs") else ""


def _texts(command: Node) -> list[str]:
    return [literal(word) or source(word) for word in words(command)]


def _base(word: str) -> str:
    return word.rsplit("/", 1)[-1]


def _runs_another(texts: list[str]) -> bool:
    return bool(texts) and _base(texts[0]) in _RUN_ANOTHER


def _suspects(texts: list[str]) -> list[int]:
    """Where a name with rules stands: first, or anywhere behind `sudo`, `xargs`, `find` and the
    like, since their own options may take values."""
    places = range(len(texts)) if _runs_another(texts) else range(min(1, len(texts)))
    named = (at for at in places if _base(texts[at]) in _BY_NAME or "mkfs" in texts[at])
    return list(islice(named, _MOST))


def _names(texts: list[str]) -> frozenset[str]:
    """The name, or every word that may be one."""
    return frozenset(map(_base, texts if _runs_another(texts) else texts[:1]))


def _always(_: list[str]) -> bool:
    return True


def _flag(letters: str, *long: str) -> Callable[[list[str]], bool]:
    """One of the short flags, alone or grouped (`-rf`), or one of the long ones."""

    def matches(arguments: list[str]) -> bool:
        short = (a for a in arguments if a.startswith("-") and not a.startswith("--"))
        return any(set(letters) & set(a[1:]) for a in short) or bool(set(long) & set(arguments))

    return matches


def _sub(*phrases: str) -> Callable[[list[str]], bool]:
    """Its words that are no options begin with one of the phrases, whatever stands between."""

    def matches(arguments: list[str]) -> bool:
        plain = [a for a in arguments if not a.startswith("-")]
        return any(_in_order(phrase.split(), plain) for phrase in phrases)

    return matches


def _in_order(phrase: list[str], plain: list[str]) -> bool:
    rest = iter(plain)
    return all(part in rest for part in phrase)


def _starts(prefix: str) -> Callable[[list[str]], bool]:
    return lambda arguments: any(argument.startswith(prefix) for argument in arguments)


_RULES: tuple[tuple[frozenset[str], Callable[[list[str]], bool], str], ...] = (
    (frozenset({"rm"}), _flag("rR", "--recursive"), "deletes directories"),
    (frozenset({"dropdb"}), _always, "destroys data in a database"),
    (frozenset({"find"}), _flag("", "-delete"), "deletes files"),
    (frozenset({"kill", "pkill", "killall"}), _flag("9", "-KILL", "-SIGKILL"), "kills processes"),
    (frozenset({"pkill", "killall"}), _always, "kills processes by name"),
    (frozenset({"dd"}), _starts("of="), "writes over a file or a disk"),
    (frozenset({"shred", "wipefs", "fdisk", "parted", "diskutil"}), _always, "destroys data"),
    (frozenset({"git"}), _sub("push"), "publishes to a remote repository"),
    (frozenset({"git"}), lambda a: "reset" in a and "--hard" in a, "discards changes"),
    (frozenset({"git"}), lambda a: "clean" in a and _flag("f", "--force")(a), "deletes files"),
    (frozenset({"gh"}), _sub("release create", "pr merge", "repo delete"), "acts on GitHub"),
    (
        frozenset({"npm", "pnpm", "yarn", "bun", "cargo", "poetry", "flit", "hatch", "uv"}),
        _sub("publish"),
        "publishes a package",
    ),
    (frozenset({"twine"}), _sub("upload"), "publishes a package"),
    (frozenset({"gem"}), _sub("push"), "publishes a package"),
    (frozenset({"docker", "podman"}), _sub("push"), "publishes an image"),
    (
        frozenset({"docker", "podman"}),
        _sub("system prune", "volume rm", "volume prune", "rm", "rmi"),
        "deletes containers or their data",
    ),
    (frozenset({"vercel", "netlify", "firebase"}), _flag("", "--prod"), "deploys to production"),
    (
        frozenset({"vercel", "netlify", "firebase", "fly", "flyctl", "wrangler", "railway"}),
        _sub("deploy", "publish"),
        "deploys",
    ),
    (frozenset({"gcloud"}), _sub("deploy", "delete"), "acts on Google Cloud"),
    (
        frozenset({"aws"}),
        _sub("s3 rm", "s3 sync", "s3 rb", "terminate-instances", "delete-stack", "deploy"),
        "acts on AWS",
    ),
    (
        frozenset({"kubectl", "oc"}),
        _sub("delete", "apply", "drain", "scale", "rollout", "replace", "patch"),
        "acts on a cluster",
    ),
    (
        frozenset({"helm"}),
        _sub("install", "upgrade", "uninstall", "delete", "rollback"),
        "acts on a cluster",
    ),
    (
        frozenset({"terraform", "tofu", "pulumi"}),
        _sub("apply", "destroy", "up"),
        "changes infrastructure",
    ),
    (
        frozenset({"systemctl"}),
        _sub("reboot", "poweroff", "halt", "stop", "disable", "restart", "kill"),
        "stops services or the machine",
    ),
    (frozenset({"reboot", "shutdown", "poweroff", "halt"}), _always, "stops the machine"),
    (frozenset({"scp", "rsync"}), lambda a: any(":" in x for x in a[-1:]), "copies to a machine"),
    (frozenset({"rsync"}), _flag("", "--delete"), "deletes files"),
    (frozenset({"ssh"}), _always, "acts on another machine"),
    (frozenset({"crontab"}), _flag("r"), "deletes scheduled jobs"),
    (frozenset({"alembic"}), _sub("downgrade"), "changes a database"),
)
_BY_NAME = {
    name: tuple((matches, why) for names, matches, why in _RULES if name in names)
    for names, _, _ in _RULES
    for name in names
}
_NAMES = frozenset(_BY_NAME) | _SQL_CLIENTS | _RUN_ANOTHER | _SHELLS | _FETCHERS
