"""Each rule on a task of a few lines: where it speaks, and where it has to be silent."""

from __future__ import annotations

import pytest
from linting import FACTS, FIRST, found, lines, many, one

from tmuxplan import machine
from tmuxplan.lint.launching import syntax_errors
from tmuxplan.lint.programs import may_define
from tmuxplan.lint.rules import look
from tmuxplan.lint.table import RULES

# code, commands, line counted from the first command; criteria
AT = [
    ("placeholder", "kubectl get pods -n <namespace>", 0),
    ("placeholder", "ls\ncurl http://<host>:8080/", 1),
    ("placeholder", "export API_KEY=your-api-key-here", 0),
    ("placeholder", "git tag vX.Y.Z", 0),
    ("placeholder", 'curl -H "Authorization: Bearer YOUR_TOKEN" http://x', 0),
    ("placeholder", "git checkout {{branch}}", 0),
    ("placeholder", "cp backup-YYYYMMDD.sql here", 0),
    ("unset-variable", "curl $MCP_HOST/health", 0),
    ("unset-variable", 'ls\ncurl "${API_BASE}/v1"', 1),
    ("several-terminals", "# Terminal 1\nmake a\n# Terminal 2\nmake b", 2),
    ("several-terminals", "npm run dev\n\n# In another terminal:\nnpm test", 2),
    ("alternatives", "# Option A: npm\nnpm ci\n# Option B: yarn\nyarn", 2),
    ("alternatives", "# macOS\nbrew install jq\n# Linux\napt install jq", 2),
    ("either-or", "npm ci\n# or\nyarn", 1),
    ("either-or", "npm ci\n# Or with yarn:\nyarn", 1),
    ("either-or", "npm ci\n# Alternatively, with pnpm\npnpm i", 1),
    ("terminal-control", "tmux new-session -d -s x 'make'", 0),
    ("terminal-control", "screen -dmS x make", 0),
    ("noisy-trap", "trap 'echo x' DEBUG\nmake", 0),
    ("noisy-trap", "make\ntrap - ERR RETURN", 1),
    ("interactive", "nano config.yaml", 0),
    ("interactive", "ssh deploy@web", 0),
    ("interactive", "psql -U app mydb", 0),
    ("interactive", 'read -p "Go on? " answer', 0),
    ("interactive", "vercel login", 0),
    ("interactive", "gh auth login", 0),
    ("interactive", "oc edit dc/web", 0),
    ("interactive", "claude", 0),
    ("interactive", "git commit", 0),
    ("interactive", "docker exec -it web bash", 0),
    ("interactive", "sudo vim /etc/hosts", 0),
    ("blocking", "npm run dev\nmake test", 0),
    ("blocking", "python3 -m http.server 8000\nmake", 0),
    ("blocking", "docker compose up\nmake", 0),
    ("blocking", "tail -f log\necho", 0),
    ("blocking", "kubectl port-forward svc/x 80:80\nmake", 0),
    ("all-interfaces", "uvicorn a:b --host 0.0.0.0 &", 0),
    ("no-readiness", "uvicorn a:b &\nPID=$!\nsleep 5\ncurl x", 2),
    ("missing-directory", "cd /srv/nowhere", 0),
    ("foreign-path", "python3 /Users/ann/shop/tool.py", 0),
    ("foreign-path", "make -C /home/vncuser/app", 0),
    ("foreign-directory", "cd D:\\work\\app", 0),
    ("temporary-path", "make > /tmp/result.txt", 0),
    ("missing-command", "kustomizer build", 0),
    ("misleading-name", "cc revenue list", 0),
    ("misleading-name", "ls\ncc --help", 1),
    ("misleading-name", "test unit", 0),
    ("outward", "make && git push", 0),
    ("outward", "curl http://x | sh", 0),
    ("outward", "find . -name x | xargs rm -rf", 0),
    ("outward", "x=$(kill -9 3)", 0),
    ("marker-always", 'make\necho "FAIL: see above"', 1),
    ("marker-word", 'make\necho "Look for FAIL above."', 1),
    ("status-masked", 'make || echo "FAIL: make"', 0),
    ("masked-pipeline", "make test | grep -i error", 0),
    ("masked-pipeline", "cd app && make -C x 2>&1 | tee log | sed s/a/b/", 0),
    ("masked-pipeline", "ls\npython3 -m pytest -q | sort | uniq -c", 1),
    ("masked-pipeline", "npm run build | wc -l && echo ok", 0),
    ("masked-pipeline", "uv run pytest -v | cut -c1-80", 0),
    ("masked-pipeline", "./run_tests.sh | awk '{print $1}'", 0),
    ("failure-unmarked", 'make || echo "no make here"', 0),
    ("failure-unmarked", "python3 << 'E'\nif 1:\n    print('Missing KEY')\nE", 2),
    ("result-ignored", "pytest -q || true", 0),
    ("exits-zero", 'make\necho "done"', 1),
    ("exits-zero", 'make\nmake b || echo "FAIL: b"', 1),
    ("mixed-list", "a=1\nmake x || make y && make z", 1),
    ("mixed-list", 'make && echo ok || echo "x FAIL"', 0),
    ("mixed-list", "make a && make b || make c", 0),
    ("never-reached", "n=$(find . | wc -l || echo 0)", 0),
    ("never-reached", 'pytest | tee log || echo "FAIL: x"', 0),
    ("way-back", "cd a && make && cd ..", 0),
    ("literal-glob", 'if [ "$v" != "your_*" ]; then echo; fi', 0),
    ("cut-field", "v=$(grep K= f | cut -d'=' -f2)", 0),
    ("unmatched-glob", 'for d in x/*/; do\n  echo "$d"\ndone', 0),
    ("coverage-elsewhere", "cd api\npytest \\\n  --cov=api", 2),
    ("only-printed", 'echo "Save to: out/report.md"', 0),
    ("comment-only", "# Start the workers\n\n# look\nls", 0),
    ("false-dry-run", "# only a dry run\nalembic revision --autogenerate -m x", 0),
]

SILENT = [
    ("placeholder", "x = Promise<void>"),
    ("placeholder", "cat <<EOF\n<name>\nEOF"),
    ("placeholder", "sort < file > out"),
    ("placeholder", "make 2>&1"),
    ("placeholder", "diff <(sort a) <(sort b)"),
    ("placeholder", "# use <name> here"),
    ("placeholder", "cat <in>out"),
    ("placeholder", "echo '<div>' > page.html"),
    ("placeholder", "grep -q YOUR_KEY .env"),
    ("placeholder", "docker inspect -f '{{.State}}' x"),
    ("placeholder", 'if [ "$v" != "your_*" ]; then ls; fi'),
    ("unset-variable", "HOST=x\ncurl $HOST"),
    ("unset-variable", "for NAME in a; do echo $NAME; done"),
    ("unset-variable", 'echo "${PORT:-8000}" $HOME $CI'),
    ("unset-variable", "python3 << 'E'\nprint('$NOT_SHELL')\nE"),
    ("unset-variable", "echo '$NOT_SHELL'"),
    ("several-terminals", "# Terminal 1\nmake"),
    ("several-terminals", "make # in another terminal it hangs"),
    ("several-terminals", "# The log is best read in another terminal\nmake"),
    ("alternatives", "# Option A: npm\nnpm ci"),
    ("alternatives", "# Linux\nmake\n# Windows is not supported\nmake b"),
    ("either-or", "npm ci # or yarn"),
    ("either-or", "make a\n# or else it fails\nmake b"),
    ("either-or", "# or\nmake"),
    ("either-or", "make a\n\n# Alternatively: look at it\n\n# Then\nmake b"),
    ("either-or", "make\n# or make it again and again until all is well\nmake b"),
    ("interactive", "ssh web uptime"),
    ("interactive", "ssh -fN -L 1:x:1 web"),
    ("interactive", "psql -c 'select 1'"),
    ("interactive", "psql < dump.sql"),
    ("interactive", "cat f | while read -r l; do echo $l; done"),
    ("interactive", "git commit -qm x"),
    ("interactive", "claude -p 'do it'"),
    ("interactive", "python3 tool.py"),
    ("interactive", "python3 - << 'E'\nE"),
    ("interactive", "docker login -u x --password-stdin"),
    ("interactive", "bash -c 'make'"),
    ("interactive", "top -b -n 1"),
    ("blocking", "make\nnpm run dev"),
    ("blocking", "npm run dev &\nmake"),
    ("blocking", "docker compose up -d\nmake"),
    ("blocking", "tail -n 3 log\nmake"),
    ("no-readiness", "uvicorn a:b &\nuntil curl -sf x; do sleep 1; done\nmake"),
    ("no-readiness", "make\nsleep 5"),
    ("missing-directory", "mkdir -p /srv/new\ncd /srv/new"),
    ("missing-directory", "git clone x /srv/app\ncd /srv/app/src"),
    ("missing-directory", "[ -d /srv/x ] && cd /srv/x"),
    ("missing-directory", "cd /usr"),
    ("foreign-path", "/usr/bin/make"),
    ("foreign-path", "curl http://x/Users/ann"),
    ("temporary-path", "f=$(mktemp /tmp/x.XXXX)"),
    ("missing-command", "npm install -g vercel\nvercel --version"),
    ("missing-command", "./start"),
    ("missing-command", "deploy() { make; }\ndeploy"),
    ("missing-command", "command -v jq && jq . x"),
    ("missing-command", "source .venv/bin/activate\npip install -r r.txt\npytest"),
    ("misleading-name", "cc -o a a.c"),
    ("misleading-name", "cc main.c"),
    ("misleading-name", "test -f x"),
    ("misleading-name", 'test "$a" = b'),
    ("misleading-name", "cc() { make; }\ncc revenue"),
    ("outward", 'echo "git push"'),
    ("marker-always", 'make || echo "FAIL: x"'),
    ("marker-always", 'if make; then\n  echo "FAIL: x"\nfi'),
    ("marker-always", 'make && exit 0\necho "FAIL: x"'),
    ("marker-word", 'echo "0 FAILED"'),
    ("status-masked", 'for f in a b; do\n  grep x $f || echo "FAIL: $f"\ndone'),
    ("status-masked", 'make || { echo "FAIL: x"; false; }'),
    ("masked-pipeline", "make test | tee log"),
    ("masked-pipeline", "make test | grep x | tail -5"),
    ("masked-pipeline", "make test > log\ngrep -i error log"),
    ("masked-pipeline", "make test | grep -q passed"),
    ("masked-pipeline", "make -n | grep cc\nnpm ls | grep x\ngo list | sort"),
    ("masked-pipeline", "git log | grep x\nps aux | awk '{print $1}'"),
    ("masked-pipeline", "set -o pipefail\nmake test | grep x"),
    ("masked-pipeline", "n=$(make test | wc -l)"),
    ("masked-pipeline", "if make test | grep x; then ls; fi"),
    ("failure-unmarked", "kill $P || echo gone"),
    ("failure-unmarked", "python3 << 'E'\nimport sys\nprint('Missing')\nsys.exit(1)\nE"),
    ("result-ignored", "rm x || true"),
    ("exits-zero", "echo start\nmake"),
    ("exits-zero", "set -e\nmake\necho done"),
    ("mixed-list", "[ -f x ] && echo yes || echo no"),
    ("mixed-list", "cd x && make || exit 1"),
    ("never-reached", "find . | grep x || echo none"),
    ("way-back", "( cd a && make )"),
    ("literal-glob", '[[ "$v" != your_* ]]'),
    ("cut-field", "cut -d= -f2- f"),
    ("cut-field", "cut -d: -f2 f"),
    ("unmatched-glob", 'for d in x/*/; do\n  [ -e "$d" ] || continue\ndone'),
    ("unmatched-glob", "for d in a b; do echo; done"),
    ("comment-only", "# Start the server\nuvicorn a:b &"),
    ("comment-only", "# Start the server\nmake serve-it"),
    ("only-printed", 'make > out/r.md\necho "Saved to: out/r.md"'),
    ("false-dry-run", "# dry run\nalembic upgrade head --sql"),
]


@pytest.mark.parametrize(("code", "commands", "line"), AT)
def test_a_fault_is_found_at_its_line(code: str, commands: str, line: int) -> None:
    assert lines(one(commands), code) == [FIRST + line], [str(p) for p in found(one(commands))]


@pytest.mark.parametrize(("code", "commands"), SILENT)
def test_what_is_no_fault_is_not_reported(code: str, commands: str) -> None:
    assert [str(p) for p in found(one(commands), code)] == []


@pytest.mark.parametrize(
    ("commands", "ends_with"),
    [
        ("make\necho x > out", "`echo x > out`"),  # which may fail, and says nothing of make
        ("make\nmake b || echo 'FAIL: b'", "`make b || echo 'FAIL: b'`"),
        ("make\n./serve &", "`./serve` in the background"),
    ],
)
def test_a_script_that_ends_0_is_told_by_its_last_command(commands: str, ends_with: str) -> None:
    (problem,) = found(one(commands), "exits-zero")
    failed = f"it exits 0 even where line {FIRST} failed"
    assert problem.message == f"T001 ends with {ends_with}: run as one script, {failed}"


def test_every_problem_has_all_that_a_reader_needs() -> None:
    for _, commands, _ in AT:
        for problem in found(one(commands)):
            assert problem.message
            assert problem.remedy
            assert problem.line > 0
            assert problem.file == "p.md"
            assert problem.column == 0 or problem.length > 0


def test_every_rule_is_seen_to_speak_somewhere() -> None:
    elsewhere = {code for code, *_ in IN_PLANS} | {
        *("marker-against-criterion", "criterion-unchecked", "criterion-unshowable"),
        *("dotenv-unread", "bash-in-sh"),
    }
    assert {rule.code for rule in RULES} - {code for code, *_ in AT} == elsewhere


SERVER = "uvicorn a:b --port 8001 &"
MAKES = "python3 -m venv .venv\nsource .venv/bin/activate\npip install x"
USES = "source .venv/bin/activate\npip install y"
NONE = "**Dependencies:** None"
# code, plan, what the message has to say
IN_PLANS = [
    ("shared-port", many((NONE, SERVER), (NONE, SERVER)), "T001 (line 9) and T002"),
    ("shared-port", many((NONE, SERVER), ("**Dependencies:** T001 (optional)", SERVER)), "T001"),
    ("shared-file", many((NONE, "make > out.txt"), (NONE, "ls | tee out.txt")), "out.txt"),
    ("shared-environment", many((NONE, MAKES), (NONE, USES)), ".venv"),
    ("shared-worktree", many((NONE, "git checkout a"), (NONE, "git merge b")), "worktree"),
    ("undeclared-dependency", many((NONE, MAKES), (NONE, USES)), "does not wait for T001"),
    (
        "undeclared-dependency",
        many(("**Dependencies:** T002", MAKES), (NONE, USES)),
        "T001 even waits for T002",
    ),
    (
        "ended-too-early",
        many((NONE, f"{SERVER}\nkill $!"), ("**Dependencies:** T001 (server running)", "make")),
        "T001 stops here",
    ),
    (
        "waits-for-server",
        many(("**Ready:** port:8001", SERVER[:-1]), ("**Dependencies:** T001", "make")),
        "after the end of T001",
    ),
    (
        "unsafe-retry",
        many((NONE, "alembic revision -m x"), tail="## FAILURE PROTOCOL\n\n- Retry task 3 times\n"),
        "3 times",
    ),
    ("unsafe-retry", many(("**Retries:** 2", "alembic revision -m x")), "2 times"),
    (
        "claimed-time",
        many(
            ("**Time:** 30 minutes", "make"),
            ("**Time:** 30 minutes\n**Dependencies:** T001", "make"),
            head="**Estimated Time:** 20 minutes",
        ),
        "60 minutes",
    ),
    (
        "claimed-independent",
        many((NONE, "make"), ("**Dependencies:** T001", "make"), head="All tasks are independent."),
        "1 dependencies",
    ),
    (
        "inline-command",
        many((NONE, "make"), tail="1. Run: `npm test`\n\n**Verify:** `a b`\n"),
        "lines",
    ),
    ("indented-heading", many((NONE, "make"), tail="    ## TASK 002: B\n"), "belongs to T001"),
    (
        "indented-heading",
        many((NONE, "make"), tail="1. a\n\n   ### Task 7: B\n"),
        "belongs to T001",
    ),
    ("unheld-gate", many((NONE, "make"), tail="STOP: wait for sign-off\n"), "T001 asks"),
    ("unheld-gate", many((NONE, "make"), tail="Manual approval required.\n"), "T001 asks"),
    ("truncated", many((NONE, "make"), tail="*(Continuing with all remaining waves…)*\n"), "cut"),
    ("truncated", many((NONE, "make"), tail="Would you like me to:\n"), "cut"),
    ("outside-tasks", many((NONE, "make"), tail="# Notes\n\n```bash\nls\n```\n"), "1 shell block"),
    (
        "container",
        many(("- `01_a.md`\n- `02_b.md`\n- `03_c.md`", "# nothing")),
        "lists 3 other plan files",
    ),
    (
        "mixed-shells",
        many(("```powershell\nGet-Item x\n```", "make")),
        "powershell",
    ),
    ("unsupported-shell", many(("```powershell\nGet-Item x\n```", "# x")), "powershell"),
]


@pytest.mark.parametrize(("code", "plan", "says"), IN_PLANS)
def test_faults_between_tasks(code: str, plan: object, says: str) -> None:
    (problem,) = found(plan, code)  # type: ignore[arg-type]
    assert says in str(problem)


AFTER = "**Dependencies:** T001"
NOT_IN_PLANS = [
    ("shared-port", many((NONE, SERVER), (AFTER, SERVER))),
    ("shared-port", many((NONE, SERVER), (NONE, SERVER.replace("8001", "8002")))),
    ("shared-port", many(*[("**Locks:** port:8001\n" + NONE, SERVER)] * 2)),
    ("shared-file", many((NONE, "make > a.txt"), (NONE, "cd b\nmake > a.txt"))),
    ("shared-file", many((NONE, "make > /dev/null"), (NONE, "make > /dev/null"))),
    ("shared-file", many((NONE, 'make > "$OUT"'), (NONE, 'make > "$OUT"'))),
    ("shared-environment", many((NONE, MAKES), (AFTER, USES))),
    ("undeclared-dependency", many((NONE, MAKES), (AFTER, USES))),
    ("undeclared-dependency", many((NONE, MAKES), (NONE, MAKES))),
    ("unsafe-retry", many((NONE, "alembic revision -m x"))),
    ("unsafe-retry", many(("**Retries:** 0", "git tag v1 x"), tail="- Retry task 3 times\n")),
    ("claimed-independent", many((NONE, "make"), head="Some tasks are not independent.")),
    ("inline-command", many((NONE, "npm test"), tail="Run: `npm test`\n")),
    ("inline-command", many((NONE, "make"), tail="Test: `make`\n")),
    ("inline-command", many((NONE, "make"), tail="Run: `make it` as often as you like\n")),
    ("indented-heading", many((NONE, "make"), tail="    ## TASK 1: again\n")),
    ("indented-heading", many((NONE, "make"), tail="```text\n    ## TASK 002: B\n```\n")),
    ("indented-heading", many((NONE, "make"), tail="    ## Notes\n")),
    ("placeholder", many((NONE, "sort <in > out"))),
    ("unheld-gate", many((NONE + "\n**Gate:** manual", "make"), tail="Wait for approval.\n")),
    ("unheld-gate", many((NONE, "make"), tail="The form has an approval field.\n")),
    ("unheld-gate", many((NONE, "make"), head="All of this needs approval.")),
    ("truncated", many((NONE, "make"), tail="4. Continue with remaining tasks\n")),
    ("outside-tasks", many((NONE, "make"), tail="# Rollback\n\n```bash\nls\n```\n")),
]


@pytest.mark.parametrize(("code", "plan"), NOT_IN_PLANS)
def test_what_tasks_may_share(code: str, plan: object) -> None:
    assert [str(p) for p in found(plan, code)] == []  # type: ignore[arg-type]


def test_a_marker_that_contradicts_its_criterion() -> None:
    plan = one(
        "curl -f http://x/health || echo 'FAIL: health'\n"
        "curl -fsS -X POST http://x/webhook || echo 'FAIL: webhook'",
        "- Health is 200\n- The webhook returns 401 without a signature\n",
    )
    (problem,) = found(plan, "marker-against-criterion")
    assert problem.line == FIRST + 1
    assert "401" in problem.message
    assert lines(one("curl -f http://x", "- It returns 200\n"), "marker-against-criterion") == []


def test_a_status_that_nothing_compares() -> None:
    criteria = "- The server returns 403 Forbidden\n"
    assert lines(one("curl http://x", criteria), "criterion-unchecked") == [FIRST]
    looks = "curl -s -o /dev/null -w '%{http_code}' http://x"
    assert lines(one(looks, criteria), "criterion-unchecked") == []
    assert lines(one("curl http://x", "- Has 403 rows\n"), "criterion-unchecked") == []


def test_criteria_that_no_command_can_show() -> None:
    criteria = "- All checklist items marked complete\n"
    assert lines(one("make", criteria), "criterion-unshowable") == [10]
    signed = one("make", criteria, meta="**Gate:** manual\n")
    assert lines(signed, "criterion-unshowable") == []


def test_variables_in_a_file_that_nothing_loads() -> None:
    meta = "**Dependencies:** keys in `.env`\n"
    reads = "python3 -c 'import os; os.getenv(\"A_KEY\")'"
    assert lines(one(reads, meta=meta), "dotenv-unread") == [FIRST + 1]
    assert lines(one(f"source .env\n{reads}", meta=meta), "dotenv-unread") == []


@pytest.mark.parametrize(
    "text", ["[[ -f x ]]", "A=(1 2)", "source x", 'cat <<< "$x"', "echo ${a[@]}", "diff <(a) b"]
)
def test_bash_in_a_block_for_sh(text: str) -> None:
    assert lines(one(f"ls\n{text}", language="sh"), "bash-in-sh") == [FIRST + 1]
    assert lines(one(f"ls\n{text}"), "bash-in-sh") == []


def test_sh_that_sh_understands() -> None:
    plain = "[ -f x ] && . ./x\nfor f in a; do echo \"$f\"; done\n# [[ x ]]\necho '[[ y ]]'"
    assert lines(one(plain, language="sh"), "bash-in-sh") == []


def test_a_launch_refuses_directories_that_are_not_here() -> None:
    for commands, code in (("cd /srv/no", "missing-directory"), ("cd D:\\x", "foreign-directory")):
        severities = [
            [p.severity for p in found(one(commands), code, launching=on)] for on in (False, True)
        ]
        assert severities == [["warning"], ["error"]]


def test_a_directory_that_an_earlier_task_makes() -> None:
    makes, goes = (NONE, "mkdir -p /srv/new"), "cd /srv/new/app"
    assert lines(many(makes, (AFTER, goes)), "missing-directory") == []
    assert lines(many(makes, (NONE, goes)), "missing-directory") != []


def test_the_words_that_are_meant_have_their_place() -> None:
    (problem,) = found(one("ls -l && kubectl get -n <ns>"), "placeholder")
    assert (problem.column, problem.length) == (25, 4)


def test_a_criterion_for_a_machine_tells_what_the_pipeline_hides() -> None:
    assert lines(one("make test | grep x", "- `~ 0 failed`"), "masked-pipeline") == []
    (problem,) = found(one("make test | grep x", "- looks right"), "masked-pipeline")
    assert "`make test` is lost behind `grep`" in problem.message


@pytest.mark.parametrize(
    ("init", "defined"),
    [
        (". ~/.nvm/nvm.sh", "node ruffle"),
        ("source /etc/profile.d/conda.sh", "node ruffle"),
        ('eval "$(direnv export bash)"', "node ruffle"),
        ("if [ -d x ]; then . x/y; fi", "node ruffle"),
        ('export PATH="$HOME/bin:$PATH"', "node ruffle"),
        ("PATH=$PATH:/opt/x", "node ruffle"),
        ("node() { echo; }", "node"),
        ("umask 022; function node { echo; }", "node"),
        ("alias node=nodejs", "node"),
        ("export NODE_ENV=test", ""),
        ("ulimit -n 1000", ""),
        ("echo eval", ""),
        ("", ""),
    ],
)
def test_what_shell_init_may_define(init: str, defined: str) -> None:
    may = may_define(init)
    assert [name for name in ("node", "ruffle") if may(name)] == defined.split()


def test_a_placeholder_is_one_fault_wherever_it_stands() -> None:
    plan = many((NONE, "a <ns>"), (NONE, "b <ns>\nc <ns> <other>"))
    says = [problem.message for problem in found(plan, "placeholder")]
    assert len(says) == 2
    assert "so it is in lines 17, 18" in says[0]
    assert "so it is" not in says[1]


def test_what_only_a_placeholder_breaks_is_no_syntax_error_of_its_own() -> None:
    plan = one("aws s3 ls --region <REGION>\n")
    assert syntax_errors(plan, machine.syntax_error, told=True) == ()
    assert syntax_errors(plan, machine.syntax_error) != ()
    silent = one("grep x <REGION>\n")  # `grep` looks for such words: no placeholder is told of
    assert syntax_errors(silent, machine.syntax_error, told=True) != ()
    check = one("make", "- `$ aws --region <REGION>`")
    assert syntax_errors(check, machine.syntax_error, told=True) != ()
    broken = one("aws --region <REGION>\nif true; then\n")
    assert syntax_errors(broken, machine.syntax_error, told=True) != ()


def test_a_program_may_be_in_the_environment_that_is_entered() -> None:
    after = "zork a\nsource v/bin/activate\nzork2 b"
    first, second = (p.message for p in found(one(after), "missing-command"))
    assert "that T001 enters" not in first
    assert "that T001 enters" in second


@pytest.mark.parametrize("commands", sorted({commands for _, commands, _ in AT}))
def test_a_launch_asks_every_rule_that_can_refuse_it(commands: str) -> None:
    plan = one(commands)
    every = look(plan, FACTS, launching=True).problems
    asked = look(plan, FACTS, launching=True, only_refusing=True).problems
    assert set(asked) <= set(every)
    assert [p for p in asked if p.severity == "error"] == [
        p for p in every if p.severity == "error"
    ]


def test_some_of_these_plans_are_refused() -> None:
    plans = [one(commands) for _, commands, _ in AT]
    looks = [look(plan, FACTS, launching=True, only_refusing=True) for plan in plans]
    refused = {p.code for look in looks for p in look.problems if p.severity == "error"}
    assert refused >= {"placeholder", "several-terminals", "alternatives", "noisy-trap"}
    assert refused >= {"missing-directory", "foreign-directory"}
