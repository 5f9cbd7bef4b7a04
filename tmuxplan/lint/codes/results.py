"""Codes of results that are lost, masked, or said when nothing is wrong."""

from __future__ import annotations

from tmuxplan.lint.codes.code import Code

_CRITERIA = "# P\n\n## Task 1: A\n\n```bash\n{}\n```\n\n### Success Criteria\n\n{}"

CODES = (
    Code(
        "status-masked",
        "warning",
        '`command || echo "FAIL: …"`.',
        "The step ends 0: only the text of the echo tells that it failed. tmuxplan sees the "
        "marker, "
        "other programs do not.",
        "Write `|| { echo …; false; }`, or make it a criterion `$ …`.",
        'make || echo "FAIL: make"',
    ),
    Code(
        "failure-unmarked",
        "warning",
        '`command || echo "text"`, or Python that prints what is missing, where the text is no '
        "failure marker.",
        "The task passes, and nobody knows.",
        "Let the command fail, or begin the text with `FAIL:`.",
        'make || echo "no make here"',
    ),
    Code(
        "result-ignored",
        "warning",
        "`test || true`.",
        "The result of a test or a build counts for nothing.",
        "Take it away: a failed step does not stop the task.",
        "pytest -q || true",
    ),
    Code(
        "masked-pipeline",
        "warning",
        "A test or build stands before a filter: `make test | grep error`.",
        "The pipeline's status is the filter's. The failure of a member is only a warning, as a "
        "filter may close the pipe on purpose; behind `tee` and `cat` it counts.",
        "Write the output to a file and look into that, or add a `~` criterion.",
        "make test | grep -i error",
    ),
    Code(
        "exits-zero",
        "warning",
        "A task ends with a command that says nothing of those before it, such as an `echo`.",
        "Run as one script it exits 0 even where those failed. tmuxplan judges every step.",
        "End with the command that decides, or add a criterion `$ …`.",
        'make\necho "done"',
    ),
    Code(
        "mixed-list",
        "warning",
        "`A && B || C`, `A || B && C`.",
        "It is no if-then-else: C runs when B fails, too.",
        "Write `if …; then …; else …; fi`.",
        "make a && make b || make c",
    ),
    Code(
        "never-reached",
        "warning",
        "`… | wc -l || echo 0`.",
        "The pipeline ends 0 whatever came in, so that what is behind `||` never runs.",
        "Test the command before the pipe, or the value that came out.",
        "n=$(find . | wc -l || echo 0)",
    ),
    Code(
        "way-back",
        "warning",
        "`cd a && make && cd ..`.",
        "A failed make leaves the shell in `a`. tmuxplan goes back by itself, a person's shell "
        "does "
        "not.",
        "Write `( cd a && make )`.",
        "cd app && make && cd ..",
    ),
    Code(
        "marker-against-criterion",
        "warning",
        "A command fails exactly when a criterion is met: `curl -f`, and the criterion wants a "
        "401.",
        "The task can't pass.",
        "Take `-f` away and compare the status.",
        _CRITERIA.format("curl -f http://localhost/webhook", "- The webhook returns 401"),
    ),
    Code(
        "criterion-unchecked",
        "warning",
        "A criterion names an HTTP status, and `curl` without `-f` looks at none.",
        "The step passes whatever the server answers.",
        "Compare the status: `curl -s -o /dev/null -w '%{http_code}' URL`.",
        _CRITERIA.format("curl http://localhost/health", "- The health endpoint returns 200"),
    ),
    Code(
        "criterion-unshowable",
        "warning",
        "A criterion that only a person can meet: boxes to be ticked, a sign-off, an approval.",
        "No command of the task can show it, and the task passes without it.",
        "Make a person sign it: `**Gate:** manual`.",
        _CRITERIA.format("make", "- All checklist items marked complete"),
    ),
    Code(
        "unheld-gate",
        "warning",
        "A line asks for somebody's approval, and its task has no gate.",
        "What comes next starts without it.",
        "Add `**Gate:** manual` to the task: what depends on it then waits until somebody signs.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\nWait for approval by the owner.\n\n"
        "## Task 2: B\n\n```bash\nmake\n```",
    ),
    Code(
        "dotenv-unread",
        "warning",
        "A task's prerequisites put variables into `.env`, its commands read them from the "
        "environment, and nothing loads the file.",
        "They are never there.",
        "Launch with `--env-file .env`, or begin with `set -a; . ./.env; set +a`.",
        "# P\n\n## Task 1: A\n\n**Dependencies:** credentials in `.env`\n\n"
        "```bash\npython3 -c 'import os; print(os.getenv(\"API_KEY\"))'\n```",
    ),
    Code(
        "marker-always",
        "warning",
        "A failure marker is printed whatever happened.",
        "The task can never pass.",
        "Print it only where something failed: `… || echo …`.",
        'make\necho "FAIL: see above"',
    ),
    Code(
        "marker-word",
        "warning",
        "The word FAIL or ERROR is printed also when all is well.",
        "Whoever looks for it in the output finds it.",
        "Say it in other words.",
        'make\necho "Look for FAIL above."',
    ),
)
