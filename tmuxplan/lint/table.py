"""Every rule, once: its code, its severity, its function."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from tmuxplan.errors import Severity
from tmuxplan.lint import (
    choices,
    claims,
    criteria,
    directories,
    idioms,
    lists,
    markers,
    outward,
    paths,
    pipelines,
    placeholders,
    programs,
    prose,
    repeats,
    servers,
    sharing,
    shells,
    statuses,
    terminals,
    traps,
)
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View


class Rule(msgspec.Struct, frozen=True):
    """`code` is stable: plans allow it by that name."""

    code: str
    severity: Severity
    find: Callable[[View], Iterator[Finding]]


RULES = (
    Rule("placeholder", "error", placeholders.placeholders),
    Rule("several-terminals", "error", terminals.several),
    Rule("alternatives", "error", choices.exclusive),
    Rule("either-or", "warning", choices.either),
    Rule("terminal-control", "error", terminals.control),
    Rule("noisy-trap", "error", traps.noisy),
    Rule("unsupported-shell", "error", shells.unsupported),
    Rule("mixed-shells", "error", shells.mixed),
    Rule("container", "error", prose.container),
    Rule("unset-variable", "warning", placeholders.unset),
    Rule("interactive", "warning", terminals.interactive),
    Rule("blocking", "warning", servers.blocking),
    Rule("all-interfaces", "warning", servers.all_interfaces),
    Rule("no-readiness", "warning", servers.no_readiness),
    Rule("ended-too-early", "warning", servers.ended_too_early),
    Rule("shared-port", "warning", sharing.ports),
    Rule("shared-file", "warning", sharing.files),
    Rule("shared-environment", "warning", sharing.environments),
    Rule("shared-worktree", "warning", sharing.worktrees),
    Rule("undeclared-dependency", "warning", sharing.borrowed),
    Rule("missing-directory", "warning", directories.missing),
    Rule("foreign-path", "warning", paths.foreign),
    Rule("foreign-directory", "warning", paths.windows),
    Rule("temporary-path", "warning", paths.temporary),
    Rule("missing-command", "warning", programs.missing),
    Rule("misleading-name", "warning", programs.misleading),
    Rule("outward", "warning", outward.outward),
    Rule("truncated", "warning", prose.cut_short),
    Rule("inline-command", "warning", prose.inline),
    Rule("indented-heading", "warning", prose.indented),
    Rule("unheld-gate", "warning", prose.unheld),
    Rule("outside-tasks", "warning", prose.outside),
    Rule("marker-against-criterion", "warning", markers.against_criterion),
    Rule("criterion-unchecked", "warning", markers.unchecked),
    Rule("criterion-unshowable", "warning", criteria.unshowable),
    Rule("dotenv-unread", "warning", criteria.unread_dotenv),
    Rule("marker-always", "warning", markers.when_healthy),
    Rule("marker-word", "warning", markers.shouted),
    Rule("status-masked", "warning", statuses.masked),
    Rule("masked-pipeline", "warning", pipelines.masked),
    Rule("failure-unmarked", "warning", statuses.unmarked),
    Rule("failure-unmarked", "warning", statuses.silent_python),
    Rule("result-ignored", "warning", statuses.ignored),
    Rule("exits-zero", "warning", statuses.exits_zero),
    Rule("mixed-list", "warning", lists.either_way),
    Rule("never-reached", "warning", lists.never_reached),
    Rule("way-back", "warning", lists.way_back),
    Rule("literal-glob", "warning", idioms.literal_glob),
    Rule("cut-field", "warning", idioms.cut_field),
    Rule("unmatched-glob", "warning", idioms.unmatched_glob),
    Rule("bash-in-sh", "warning", idioms.bash_in_sh),
    Rule("coverage-elsewhere", "warning", idioms.elsewhere),
    Rule("only-printed", "warning", idioms.only_printed),
    Rule("comment-only", "warning", idioms.empty_words),
    Rule("false-dry-run", "warning", repeats.false_dry_run),
    Rule("unsafe-retry", "warning", repeats.unsafe_retry),
    Rule("claimed-time", "warning", claims.claimed_times),
    Rule("claimed-independent", "warning", claims.independent),
)
CODES = tuple(dict.fromkeys(rule.code for rule in RULES))
