"""Codes of what is wrong with settings: front matter, and tmuxplan.yaml."""

from __future__ import annotations

from tmuxplan.lint.codes.code import Code

_PLAN = "---\n{}\n---\n# P\n\n## Task 1: A\n\n```bash\nmake\n```"

CODES = (
    Code(
        "bad-yaml",
        "either",
        "The text is no YAML, or has anchors, aliases or tags. A warning in front matter without "
        "any "
        "key of ours.",
        "None of its settings is known.",
        "Write `key: value`, and quotes around a value with `:` or `#`.",
        _PLAN.format("jobs: 2\nenv: a: b"),
    ),
    Code(
        "bad-settings",
        "error",
        "A settings file can't be read at all.",
        "None of its settings is known.",
        "Check its permissions, its size (at most 1 MB) and that it is UTF-8.",
        "",
    ),
    Code(
        "unknown-key",
        "either",
        "There is no setting of this name. A warning in front matter that has no settings: other "
        "programs' keys may stand there.",
        "What it says would be lost, and nobody would know.",
        "Write the nearest name, which the message gives, or take it out. docs/settings.md has "
        "all.",
        _PLAN.format("jbos: 2"),
    ),
    Code(
        "wrong-type",
        "error",
        "A setting's value is of another kind than the setting wants.",
        "It can't be obeyed.",
        "Write it as the message shows; docs/settings.md has an example of each.",
        _PLAN.format("jobs: many"),
    ),
    Code(
        "bad-setting",
        "error",
        "A setting's value is of the right kind and still can't be: a number that is too small, no "
        "regular expression, a setting of the whole plan in one task's file.",
        "It can't be obeyed.",
        "Mend it as the message says.",
        _PLAN.format("jobs: 0"),
    ),
    Code(
        "duplicate-key",
        "error",
        "The same setting is given twice in one text, or in two files that list a plan's tasks; or "
        "two names mean the same task.",
        "Which one counts would be a guess.",
        "Take one of them out.",
        _PLAN.format("jobs: 2\njobs: 3"),
    ),
    Code(
        "unknown-task",
        "either",
        "`tasks` or `locks` name a task that the plan does not have. A warning in `tmuxplan.yaml`, "
        "which may serve several plans.",
        "What is set for it would be lost.",
        "Write the nearest id, which the message gives.",
        _PLAN.format("tasks:\n  T7: {timeout: 5 min}"),
    ),
    Code(
        "unknown-code",
        "error",
        "`allow` names a code that no problem has. `--allow` refuses it likewise.",
        "The problem that was to be left out would still be there.",
        "Write the nearest code, which the message gives. ShellCheck's are `SC` and a number.",
        _PLAN.format("allow: [placeholders]"),
    ),
)
