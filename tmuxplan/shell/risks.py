"""By a command's name: which of its words destroy, or act on the world outside; and why."""

from __future__ import annotations

from collections.abc import Callable


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


RULES: tuple[tuple[frozenset[str], Callable[[list[str]], bool], str], ...] = (
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
    (
        frozenset({"docker", "podman", "docker-compose", "podman-compose"}),
        lambda a: "down" in a and _flag("v", "--volumes")(a),
        "deletes containers and their data",
    ),
    (
        frozenset({"redis-cli", "valkey-cli"}),
        lambda a: any(word.lower() in {"flushall", "flushdb"} for word in a),
        "destroys data in a database",
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
BY_NAME = {
    name: tuple((matches, why) for names, matches, why in RULES if name in names)
    for names, _, _ in RULES
    for name in names
}
"""The name -> each rule: whether its arguments are such, and the reason in words."""
