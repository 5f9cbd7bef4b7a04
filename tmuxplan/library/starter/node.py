"""package.json -> installing with the right tool, and the scripts that a plan would check."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.library.starter import words
from tmuxplan.library.starter.proposal import Job, Left, Proposal

_LOCKS = {
    "pnpm-lock.yaml": ("pnpm", "pnpm install --frozen-lockfile"),
    "yarn.lock": ("yarn", "yarn install --frozen-lockfile"),
    "package-lock.json": ("npm", "npm ci"),
    "npm-shrinkwrap.json": ("npm", "npm ci"),
}
_INSTALLS = {"pnpm": "pnpm install", "yarn": "yarn install", "npm": "npm install"}
_PLACEHOLDER = re.compile(r"no test specified")
_WATCHES = re.compile(r"--watch(?:All)?(?![\w=-])|--ui\b")


def propose(text: str, file: str, beside: Collection[str]) -> Proposal:
    """`beside` are the names of the files next to it. UsageError: it is no package.json."""
    try:
        package: Any = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UsageError(f"is no JSON: {error}", "mend it", file) from error
    scripts = package.get("scripts") if isinstance(package, dict) else None
    if not isinstance(scripts, dict):
        return Proposal()
    manager, install = _manager(package, beside)
    jobs, left = [], []
    for name, script in scripts.items():
        if not isinstance(script, str) or not script.strip():  # npm has nothing to run either
            continue
        why = _why_left(name, script)
        kind = words.kind_of(name)
        if kind and kind != "install" and not why:
            title = f"{name.upper()} ({manager})"
            jobs.append(Job(kind, title, (f"{manager} run {name}",), file, "node"))
        elif why and words.SAFE.fullmatch(name):
            left.append(Left(f"`{manager} run {name}`", why))
    first = Job("install", f"PACKAGES ({manager})", (install,), file, "node")
    return Proposal((first, *jobs), tuple(left))


def _manager(package: dict[str, Any], beside: Collection[str]) -> tuple[str, str]:
    """The lock file tells; else the field `packageManager`; else npm."""
    for lock, found in _LOCKS.items():
        if lock in beside:
            return found
    said = str(package.get("packageManager", "")).partition("@")[0]
    manager = said if said in _INSTALLS else "npm"
    return manager, _INSTALLS[manager]


def _why_left(name: str, script: str) -> str:
    if not words.SAFE.fullmatch(name):
        return "its name needs quoting"
    if _WATCHES.search(script):
        return "it does not end by itself"
    if _PLACEHOLDER.search(script):
        return "there are no tests yet"
    return "" if words.kind_of(name) else words.why_left(name)
