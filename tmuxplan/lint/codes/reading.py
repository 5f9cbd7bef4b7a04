"""Codes of what is wrong with a plan's text, its tasks and its fences."""

from __future__ import annotations

from tmuxplan.lint.codes.code import Code

CODES = (
    Code(
        "no-tasks",
        "error",
        "Nothing in the plan is a task: no heading has an id, and no numbered list has commands.",
        "What would run, and in which order, would be a guess.",
        "Give each task a heading such as `## TASK 001: Title`, or launch with `--sections`, which "
        "takes sections with commands for tasks.",
        "# Release\n\n## Build it\n\n```bash\nmake\n```",
    ),
    Code(
        "nothing-to-run",
        "error",
        "There are tasks, and none of them has commands that a shell here runs.",
        "A run of it could only wait for people; more likely its commands are not where, or not "
        "as, "
        "they are looked for. The message counts what was found.",
        "Put the commands of a task into a `bash` fence under its heading.",
        "# Release\n\n## Task 1: Build\n\nRun make.\n\n## Task 2: Ship\n\nPush it.",
    ),
    Code(
        "duplicate-task",
        "error",
        "The same id stands over two sections with different commands.",
        "Dependencies on that id, and `--only`, would mean both or either.",
        "Give one of them another id. The same id without other commands, or with the same ones, "
        "is "
        "one task and no problem.",
        "# P\n\n## Task 1: A\n\n```bash\nmake a\n```\n\n## Task 1: B\n\n```bash\nmake b\n```",
    ),
    Code(
        "alternatives",
        "error",
        "A task (or a plan without other commands) has sections, or comments in one block, that "
        "exclude each other: Option A and B, Method 1 and 2, macOS and Linux.",
        "All of them would run, one after the other.",
        "Keep one, or make each a task of its own and launch with `--only`.",
        "# P\n\n## Task 1: Install\n\n### Option A: apt\n\n```bash\napt install jq\n```\n\n"
        "### Option B: brew\n\n```bash\nbrew install jq\n```",
    ),
    Code(
        "unclosed-fence",
        "error",
        "A fence is never closed.",
        "All that follows is inside it, headings of tasks too.",
        "Close it with the same marks on a line of their own.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n\n## Task 2: B",
    ),
    Code(
        "unclosed-comment",
        "error",
        "An HTML comment is never closed.",
        "All that follows is inside it, headings of tasks too.",
        "Close it with `-->`.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n<!-- later:\n\n## Task 2: B",
    ),
    Code(
        "fence-reading",
        "either",
        "A fence can be read in two ways: as CommonMark has it, and as it looks. An error where "
        "the "
        "two give different tasks or commands; a warning where the way it looks only adds some.",
        "A person sees one plan, and a Markdown viewer another.",
        "Give the fence that holds others more marks than they have (```` ````markdown ````), and "
        "indent a fence like the list item that it belongs to.",
        "# P\n\n## Task 1: A\n\n```bash\nmake a\n```\n\n```markdown\n```bash\nmake b\n```\n\n"
        "## Task 2: B\n\n```bash\nmake c\n```\n```\n",
    ),
    Code(
        "untagged-fence",
        "warning",
        "A task has no commands, and a fence without a language that could be them.",
        "What has no language is output or a file as often as it is commands: it does not run, and "
        "the task would only wait for a person.",
        "Tag the fence `bash`, or `text` where it is not to run.",
        "# P\n\n## Task 1: A\n\n```\nmake all\n```\n\n## Task 2: B\n\n```bash\nmake\n```",
    ),
    Code(
        "not-shell",
        "warning",
        "A fence is tagged as shell and holds a sentence, a URL, `Word: …` or pseudo-code.",
        "It does not run: a shell would take its first word for a command.",
        "Write it as commands, or tag it as text.",
        "# P\n\n## Task 1: A\n\n```bash\nRestart all the workers\n```\n\n```bash\nmake\n```",
    ),
    Code(
        "left-out",
        "warning",
        "The line above a fence says that it is not to be run, or only when something fails, "
        'that it is an example, or the text of a file: "Do not run:", "If it fails:", '
        '"Rollback:", "Create `deploy.sh`:".',
        "It does not run. Where the line was misread, something that has to run is missing.",
        "Word the line otherwise if the fence is to run; else put it under a heading such as "
        "Rollback or Examples.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\nIf it fails, run:\n\n```bash\n"
        "make clean\n```",
    ),
    Code(
        "second-shell",
        "warning",
        'Commands are for another shell of the same task ("In another terminal:", "Terminal 2:"), '
        "and nothing says when the first shell's are up.",
        "The second shell starts once the first one's commands have passed, which a server's never "
        "do.",
        "Say when the first is up: `**Ready:** port:8000`, a URL or `~ regex`, or "
        '"Wait until you see `a line`" under its commands.',
        "# P\n\n## Task 1: A\n\n```bash\n./serve\n```\n\nIn another terminal:\n\n"
        "```bash\n./try-it\n```",
    ),
    Code(
        "unknown-metadata",
        "warning",
        "A line under a task's heading has a key that is nearly one of ours (`**Dependancies:**`).",
        "What it says is lost, and nobody would know: the task would start too early, or never be "
        "stopped.",
        "Write the key that the message names, or choose a word that is less like it.",
        "# P\n\n## Task 1: A\n\n**Dependancies:** None\n\n```bash\nmake\n```",
    ),
    Code(
        "bad-value",
        "error",
        "The value of a task's metadata line (`Ready`, `Timeout`, `Retries`, `Keep`) is not "
        "understood.",
        "Without it the task would run otherwise than the plan says.",
        "Write it as the message shows.",
        "# P\n\n## Task 1: A\n\n**Timeout:** soon\n\n```bash\nmake\n```",
    ),
    Code(
        "bad-regex",
        "error",
        "A criterion `~ …` is no regular expression.",
        "It could never be met.",
        "Mend it, or drop the `~` to leave the criterion to a person.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n### Success Criteria\n\n- `~ ok (`",
    ),
    Code(
        "total-mismatch",
        "warning",
        '"Total Tasks: 10", and another number was found.',
        "The plan was cut short, or a heading was not taken for a task.",
        "Correct the total, or look for the heading.",
        "# P\n\n**Total Tasks:** 3\n\n## Task 1: A\n\n```bash\nmake\n```",
    ),
    Code(
        "front-matter",
        "either",
        "The front matter is not closed (an error), or what looks like it is read as text.",
        "Where it ends would be a guess; and settings that are not read change nothing.",
        "End it with a line of `---`, and begin it with a key in line 2, at the margin.",
        "---\njobs: 2\n\n# P\n\n## Task 1: A\n\n```bash\nmake\n```",
    ),
    Code(
        "encoding",
        "error",
        "The file is not UTF-8 text.",
        "Its commands can't be read for certain.",
        "Save the plan as UTF-8.",
        "",
    ),
    Code(
        "encoding-damage",
        "warning",
        "The file is UTF-8 that was once read as Mac Roman or CP1252, and saved again.",
        "Signs such as ✗ look like `‚úó`. Where the whole file can be mended exactly it is read as "
        "meant, in memory; else as it stands.",
        "Save the plan again from its undamaged source.",
        '# P\n\n## Task 1: A\n\n```bash\necho "‚úó no"\n```',
    ),
    Code(
        "several-tasks",
        "error",
        "A file in a directory of one-task files is a plan of several tasks.",
        "Its tasks' ids would mix with those of the other files.",
        "Launch it by itself, or move it elsewhere.",
        "==> 01_a.md <==\n# Task 1: A\n\n```bash\nmake\n```\n==> other.md <==\n# Other\n\n"
        "## Task 1: X\n\n```bash\nmake x\n```\n\n## Task 2: Y\n\n```bash\nmake y\n```",
    ),
    Code(
        "no-task-id",
        "error",
        "A file in a directory of one-task files has commands and no id.",
        "Its place in the plan is not known.",
        "Begin it with a heading such as `# Task 05: Title`, or move it elsewhere.",
        "==> 01_a.md <==\n# Task 1: A\n\n```bash\nmake\n```\n==> notes.md <==\n# Notes\n\n"
        "```bash\nmake notes\n```",
    ),
    Code(
        "missing-file",
        "warning",
        "A file that lists the tasks of a directory names one that is not there.",
        "A task of the plan may be missing.",
        "Add the file, or take it off the list.",
        "==> 01_a.md <==\n# Task 1: A\n\n```bash\nmake\n```\n==> README.md <==\n# All\n\n"
        "- 01_a.md\n- 02_b.md",
    ),
    Code(
        "container",
        "error",
        "The plan lists the files of other plans and has no commands of its own.",
        "It is the index of a directory of tasks.",
        "Launch the directory that holds them.",
        "# All\n\n## Task 1: Read\n\n- `01_a.md`\n- `02_b.md`\n- `03_c.md`",
    ),
    Code(
        "truncated",
        "warning",
        'The text was cut short: "Continuing with the remaining waves", "Would you like me to".',
        "An assistant's answer ended there; tasks may be missing.",
        "Have the rest written, then take the line out.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\nWould you like me to:",
    ),
    Code(
        "indented-heading",
        "warning",
        "A line looks like the heading of a task that the plan has nowhere else, and is indented.",
        "Behind four blanks it is code, in a list it is the item's: what stands under it would run "
        "in the task before.",
        "Take the blanks away.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n    ## Task 2: B\n\n```bash\nmake b\n```",
    ),
    Code(
        "outside-tasks",
        "warning",
        "Shell fences stand outside every task, and not under Rollback, Examples or the like.",
        "They do not run.",
        "Move into a task what has to run; `tmuxplan show` lists what runs.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n# Notes\n\n```bash\nls\n```",
    ),
    Code(
        "several-terminals",
        "error",
        "One fence holds the commands of several terminals (`# Terminal 1`, `# Terminal 2`, "
        "`# In another terminal`).",
        "In one shell they mean something else: the first server blocks all that follows.",
        "Make each terminal a task, or a fence of its own after a line `Terminal 2:`.",
        "# Terminal 1\nmake serve\n# Terminal 2\nmake test",
    ),
    Code(
        "unsupported-shell",
        "error",
        "A task's commands are only for a shell that is not run: powershell, cmd, fish, csh.",
        "Nothing of the task would run.",
        "Write them for bash.",
        "# P\n\n## Task 1: A\n\n```powershell\nGet-Item x\n```\n\n## Task 2: "
        "B\n\n```bash\nmake\n```",
    ),
    Code(
        "mixed-shells",
        "error",
        "A task has fences for bash and for a shell that is not run.",
        "Half of it would be left out.",
        "Write all of them for one shell, or put the others under a heading such as Examples.",
        "# P\n\n## Task 1: A\n\n```bash\nmake\n```\n\n```powershell\nGet-Item x\n```",
    ),
    Code(
        "syntax-error",
        "error",
        "Commands, or a check `$ …`, can't be parsed, by us or by bash.",
        "The shell would refuse the whole fence while it runs.",
        "Mend the commands; `bash -n` shows the same.",
        "for f in a b; do",
    ),
)
