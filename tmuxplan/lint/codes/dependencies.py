"""Codes of what is wrong with tasks' dependencies, and with what tasks share."""

from __future__ import annotations

from tmuxplan.lint.codes.code import Code

_TWO = (
    "# P\n\n## Task 1: A\n\n**Dependencies:** None\n\n```bash\n{0}\n```\n\n"
    "## Task 2: B\n\n**Dependencies:** None\n\n```bash\n{1}\n```"
)

CODES = (
    Code(
        "unknown-reference",
        "either",
        "A task depends on an id that the plan does not have, or a table of dependencies names no "
        "task of it. A warning where a sentence says so, which may speak of another plan, and "
        "where a table may be about something else than tasks.",
        "The task could never start, or would start without what it needs.",
        "Name one of the plan's tasks, or take the id out.",
        "# P\n\n## Task 1: A\n\n**Dependencies:** Task 7\n\n```bash\nmake\n```\n\n"
        "## Task 2: B\n\n```bash\nmake\n```",
    ),
    Code(
        "self-reference",
        "error",
        "A task depends on itself.",
        "It could never start.",
        "Take the id out.",
        "# P\n\n## Task 1: A\n\n**Dependencies:** Task 1\n\n```bash\nmake\n```\n\n"
        "## Task 2: B\n\n```bash\nmake\n```",
    ),
    Code(
        "cycle",
        "error",
        "Tasks wait for each other.",
        "None of them could ever start.",
        "Take one of the dependencies out; the message names each with its line.",
        "# P\n\n## Task 1: A\n\n**Dependencies:** Task 2\n\n```bash\nmake\n```\n\n"
        "## Task 2: B\n\n**Dependencies:** Task 1\n\n```bash\nmake\n```",
    ),
    Code(
        "dependency-conflict",
        "warning",
        "Two places of the plan say different things of a dependency: metadata and a graph, a "
        "table "
        "and a sentence.",
        "The union is obeyed, and one of the two is wrong.",
        "Make them agree, or pick one with `--deps-from`.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n## Task 2: B\n\n**Dependencies:** None\n\n"
        "```bash\nmake\n```\n\n# Order\n\n| Task | Depends on |\n|---|---|\n| Task 2 | Task 1 |",
    ),
    Code(
        "unknown-row",
        "warning",
        "A row of a table of dependencies names no task of the plan for certain.",
        "What it says is not obeyed.",
        "Name the task by its id.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n## Task 2: B\n\n```bash\nmake\n```\n\n"
        "# Order\n\n| Task | Depends on |\n|---|---|\n| Task 2 | Task 1 |\n| Deploy | Task 2 |",
    ),
    Code(
        "mermaid",
        "warning",
        "A line of a mermaid graph is not understood.",
        "An edge may be missing.",
        "Write it as `A --> B`.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n## Task 2: B\n\n```bash\nmake\n```\n\n"
        "```mermaid\ngraph TD\n  T1 --> T2\n  T1 then T2\n```",
    ),
    Code(
        "unknown-readiness",
        "warning",
        'A task wants another one up ("Task 1 (running)"), and nothing says when it is.',
        "It starts when the other has passed, which a server does only when it is stopped.",
        "Add `**Ready:** port:8000` (or a URL, or `~ regex`) to the other task.",
        "# P\n\n## Task 1: A\n\n```bash\n./serve\n```\n\n## Task 2: B\n\n"
        "**Dependencies:** Task 1 (running)\n\n```bash\nmake\n```",
    ),
    Code(
        "waits-for-server",
        "warning",
        "A task waits for the end of another one that stays up.",
        "A server ends only when nobody needs it up: it is down when the task starts. Where "
        "nothing says when it is up, or it is kept, it never ends.",
        "Write `**Dependencies:** Task 1 (running)`, and `**Ready:**` in the server's task where "
        "no port tells that it is up.",
        "# P\n\n## Task 1: A\n\n**Ready:** port:8000\n\n```bash\npython3 -m http.server 8000\n"
        "```\n\n## Task 2: B\n\n**Dependencies:** Task 1\n\n```bash\nmake\n```",
    ),
    Code(
        "too-many-edges",
        "error",
        "The plan states more than 300,000 dependencies.",
        "Nobody means so many.",
        "Let a task depend on the last of a chain in place of all before it.",
        "",
    ),
    Code(
        "undeclared-dependency",
        "warning",
        "A task enters a virtual environment that another task makes, and does not wait for it.",
        "It finds no environment, or half of one, and may go on with the system's programs.",
        "Add the dependency, or let the task make its own.",
        _TWO.format("python3 -m venv .venv", ". .venv/bin/activate\npytest"),
    ),
    Code(
        "shared-environment",
        "warning",
        "Two tasks that may run at once install into the same environment.",
        "Installers do not lock: the result is either's, or broken.",
        "Give both `**Locks:** venv:.venv`, or make one depend on the other.",
        _TWO.format("npm install a", "npm install b"),
    ),
    Code(
        "shared-port",
        "warning",
        "Two tasks that may run at once bind the same port.",
        "The second server dies, and its tests talk to the first.",
        "Give both `**Locks:** port:8000`, or make one depend on the other.",
        _TWO.format("uvicorn a:app --port 8000 &", "uvicorn b:app --port 8000 &"),
    ),
    Code(
        "shared-file",
        "warning",
        "Two tasks that may run at once write the same file.",
        "One overwrites what the other wrote, or both mix.",
        "Give both `**Locks:** file:NAME`, write two files, or make one depend on the other.",
        _TWO.format("make a > out.txt", "make b > out.txt"),
    ),
    Code(
        "shared-worktree",
        "warning",
        "Two tasks that may run at once change the same git worktree.",
        "One commits, resets or switches what the other works on.",
        "Give both `**Locks:** worktree:.`, use `git worktree add`, or make one depend on the "
        "other.",
        _TWO.format("git checkout main", "git merge next"),
    ),
    Code(
        "ended-too-early",
        "warning",
        "A task stops the server that another task wants running.",
        "The other finds nobody, however the two are ordered.",
        "Keep it up (`**Ready:**`, and no `kill`), or have the other start its own.",
        "# P\n\n## Task 1: A\n\n```bash\nuvicorn a:app --port 8001 &\nkill $!\n```\n\n## Task 2: "
        "B\n\n"
        "**Dependencies:** Task 1 (server running)\n\n```bash\nmake\n```",
    ),
    Code(
        "estimate-conflict",
        "warning",
        "A table says that a task takes one time, and the task, or another table, says another.",
        "One of the numbers is wrong: the task's own counts, else the first.",
        "Make the two agree.",
        "# P\n\n## Task 1: A\n\n**Time:** 1 hour\n\n```bash\nmake\n```\n\n## Task 2: B\n\n"
        "```bash\nmake\n```\n\n# Times\n\n| Task | Duration |\n|---|---|\n| Task 1 | 10 min |",
    ),
    Code(
        "claimed-time",
        "warning",
        "The plan's own time as a whole does not fit the estimates of its tasks: the longest "
        "chain, "
        "or their sum.",
        "One of the numbers is wrong, or a dependency is there that should not be.",
        "Correct the time, an estimate, or the dependency.",
        "# P\n\n**Estimated Time:** 5 minutes\n\n## Task 1: A\n\n**Time:** 1 "
        "hour\n\n```bash\nmake\n"
        "```\n\n## Task 2: B\n\n**Time:** 1 hour\n\n```bash\nmake\n```",
    ),
    Code(
        "claimed-independent",
        "warning",
        '"All tasks are independent", in a plan that states dependencies.',
        "A reader would start them all at once.",
        "Correct the sentence, or take the dependencies out.",
        "# P\n\nAll tasks are independent.\n\n## Task 1: A\n\n```bash\nmake\n```\n\n## Task 2: "
        "B\n\n"
        "**Dependencies:** Task 1\n\n```bash\nmake\n```",
    ),
    Code(
        "unsafe-retry",
        "warning",
        "A task that the plan retries does something that each attempt does once more: it writes a "
        "migration, makes a tag, leaves a server on its port.",
        "The second attempt fails for that reason, or does damage.",
        "Add `**Retries:** 0` to the task, or make it safe to run again.",
        "# P\n\n## Task 1: A\n\n**Retries:** 2\n\n```bash\ngh release create v1\n```",
    ),
)
