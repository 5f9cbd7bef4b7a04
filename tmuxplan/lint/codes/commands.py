"""Codes of commands that wait, block, reach out, or are not for this machine."""

from __future__ import annotations

from tmuxplan.lint.codes.code import Code

CODES = (
    Code(
        "placeholder",
        "error",
        "A command holds something that was to be filled in: `<name>`, `YOUR_KEY`, `{{host}}`, "
        "`X.Y.Z`, `YYYYMMDD`.",
        "`<name>` is a redirection for the shell, and would read and write files; the others reach "
        "programs as they stand. Each is told once, with all its lines.",
        "Give `--set name=VALUE`, or write the value into the plan.",
        "kubectl get pods -n <namespace>",
    ),
    Code(
        "inline-command",
        "warning",
        "A command stands in a sentence: Run: `npm test`.",
        "It does not run, and a reader of the plan believes that it did.",
        "Put it into a `bash` fence, or make it a criterion `$ …`.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\nRun: `make test`",
    ),
    Code(
        "either-or",
        "warning",
        "A comment `# or` stands between two commands.",
        "Both run.",
        "Keep one of the two.",
        "npm ci\n# or\nyarn install",
    ),
    Code(
        "unset-variable",
        "warning",
        "A command uses a variable that neither the task, nor the settings, nor this environment "
        "sets.",
        "It is empty when the command runs.",
        "Give `--set NAME=VALUE`, `--env-file`, or `env:` in the settings.",
        "curl $MCP_SERVER_ADDRESS/health",
    ),
    Code(
        "noisy-trap",
        "error",
        "A trap on DEBUG or RETURN.",
        "It runs between every two commands, the step ledger's own included: what failed after it "
        "can't be told, and a task that can't be judged never passes.",
        "Leave the trap out; to see commands as they run, use `set -x`.",
        "trap 'echo $BASH_COMMAND' DEBUG\nmake",
    ),
    Code(
        "terminal-control",
        "error",
        "A task opens windows of its own with tmux, screen or a terminal program.",
        "What runs in them is neither seen nor judged.",
        "Make what runs in each window a task: tmuxplan opens the windows.",
        "tmux new-session -d -s work 'make'",
    ),
    Code(
        "interactive",
        "warning",
        "A program waits for a person: an editor, a login, a database prompt, `read`.",
        "The task stands still until somebody types into its window.",
        "Give it what it asks on the command line, or make it a task for a person (one without "
        "commands).",
        "psql -U app shop",
    ),
    Code(
        "blocking",
        "warning",
        "A command that stays up (a server, `tail -f`) has others behind it in its task.",
        "Those never run.",
        "End it with `&` and wait until it answers, or give it a task of its own with "
        "`**Ready:**`.",
        "npm run dev\nmake test",
    ),
    Code(
        "shellcheck-left-out",
        "warning",
        "ShellCheck was not asked about a shell's commands, or gave no answer within seconds: over "
        "64 kB, over 300 joined by `&&` or `|`, or substitutions in substitutions. Or it was not "
        "asked at all: the plan has more than 500 kB of commands.",
        "It takes minutes and gigabytes for such commands. That it says nothing means nothing.",
        "Make several lists of them, or a script that the task calls. Of a large plan "
        "`check --shellcheck` asks it all the same.",
        "echo a && cat && cat && cat # and so on, 300 times",
    ),
    Code(
        "all-interfaces",
        "warning",
        "A server listens on every interface (`0.0.0.0`).",
        "The network of this machine can reach it.",
        "Bind to 127.0.0.1 for a test.",
        "uvicorn app:app --host 0.0.0.0 &",
    ),
    Code(
        "no-readiness",
        "warning",
        "`sleep` guesses when a server that was just started is up.",
        "On a slow day it is not, and on a fast one the time is wasted.",
        "Wait in a loop that asks it, or give the server a task of its own with `**Ready:**`.",
        "./server &\nsleep 5",
    ),
    Code(
        "missing-directory",
        "either",
        "`cd` to an absolute directory that is not here, and that nothing before it makes. `check` "
        "warns of it, a launch refuses it.",
        "What follows would run in the wrong directory.",
        "Say where it is with `--root OLD=NEW`, or `root:` in the settings.",
        "cd /Users/ann/shop",
    ),
    Code(
        "foreign-directory",
        "either",
        "`cd` to a directory of another system (`D:\\work`). `check` warns, a launch refuses.",
        "It can't be here.",
        "Write the path that it has here, or give `--root`.",
        "cd D:\\work\\app",
    ),
    Code(
        "foreign-path",
        "warning",
        "A command names an absolute path in somebody else's home, or under /opt, /srv and the "
        "like, that is not here.",
        "The command fails, or works on something else.",
        "Say where it is with `--root OLD=NEW`.",
        "python3 /Users/ann/shop/tool.py",
    ),
    Code(
        "temporary-path",
        "warning",
        "A file with a fixed name under /tmp is written.",
        "Two runs at once, or two users, overwrite each other's.",
        "Use a file in the task's directory, or `mktemp`.",
        "make > /tmp/result.txt",
    ),
    Code(
        "missing-command",
        "warning",
        "A command is not on this machine's PATH, nothing in the plan installs it, and no "
        "`shell_init` may define it.",
        "It ends with 127, command not found.",
        "Install it, put it on PATH, or name what defines it in `shell_init`. Behind `source "
        "venv/bin/activate` it may be in that environment, which nobody can see from outside.",
        "no-such-program-anywhere build",
    ),
    Code(
        "misleading-name",
        "warning",
        "A name that belongs to another program everywhere: `cc revenue` is the C compiler.",
        "The wrong program answers, sometimes with success (`cc --help`).",
        "Call the program by its path or full name.",
        "cc revenue list",
    ),
    Code(
        "outward",
        "warning",
        "A command deletes, publishes, pushes, kills, reboots, or runs what it fetches.",
        "It can't be taken back. At a terminal a launch shows these first, and asks.",
        "Allow the code when it is meant.",
        "git push origin main",
    ),
    Code(
        "bash-in-sh",
        "warning",
        "A fence tagged `sh` has syntax of bash.",
        "In sh it is an error, or means something else.",
        "Tag the fence `bash`.",
        "# P\n\n## Task 1: A\n\n```sh\nif [[ -f x ]]; then make; fi\n```",
    ),
    Code(
        "literal-glob",
        "warning",
        '`[ "$v" != "your_*" ]` compares with a star, and not with what begins so.',
        "No value is ever equal to it.",
        "Write `case $v in your_*) …;; esac`, or `[[ … ]]` without the quotes.",
        'if [ "$v" != "your_*" ]; then make; fi',
    ),
    Code(
        "cut-field",
        "warning",
        "`cut -d= -f2` of a KEY=VALUE line.",
        "A value that holds `=` itself is cut there.",
        "Take all fields from the second on: `cut -d= -f2-`.",
        "v=$(grep KEY= .env | cut -d= -f2)",
    ),
    Code(
        "unmatched-glob",
        "warning",
        "A loop over a pattern of files.",
        "Where nothing matches, it runs once with the pattern itself.",
        'Begin the loop with `[ -e "$d" ] || continue`.',
        'for d in skills/*/; do\n  cat "$d/README"\ndone',
    ),
    Code(
        "coverage-elsewhere",
        "warning",
        "`--cov=backend` from inside of backend/.",
        "It measures backend/backend, which is not there.",
        "Write `--cov=.` there, or run it one directory higher.",
        "cd backend\npytest --cov=backend",
    ),
    Code(
        "only-printed",
        "warning",
        '`echo "Save to: report.md"`, and nothing saves.',
        "Whoever reads the log believes that the file is there.",
        "Write the file, or say that a person has to.",
        'echo "Saved to: out/report.md"',
    ),
    Code(
        "comment-only",
        "warning",
        "A comment says that something is started, and no command does it.",
        "What follows meets a server that is not there.",
        "Add the command, or name it as a dependency or a prerequisite.",
        "# Start the workers\n\n# look\nls",
    ),
    Code(
        "false-dry-run",
        "warning",
        'A comment says "dry run" over a command that writes.',
        "`alembic revision` writes a migration file, each time.",
        "Use the command's own dry run (`--dry-run`, `--sql`), or change the comment.",
        "# only a dry run\nalembic revision --autogenerate -m x",
    ),
)
