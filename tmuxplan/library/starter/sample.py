"""The plan that `init` writes: every part of a good one, small enough to read, runs anywhere."""

from __future__ import annotations

SAMPLE = r"""---
# Settings of this plan. `tmuxplan show PLAN --settings` prints all that there are.
jobs: 4
timeout: 10 min
env:
  GREETING: hello
---

# My plan

**Purpose:** say in one sentence what is known when this plan ends with GO.
**Total Tasks:** 4

Replace the commands by yours. A task is done when its success criteria hold: a criterion that
begins with `$ ` is a command that must end with 0, one that begins with `~ ` is a regular
expression that must occur in the output. All others are for a person to check.

---

## TASK 001: TOOLS ARE HERE

**Terminal:** #1
**Time:** 1 minute
**Dependencies:** None
**Failure Impact:** Critical (blocks every other task)

### Objective
Find out what is missing before anything else runs into it.

### Commands
```bash
command -v awk
command -v find
awk 'BEGIN { print "awk works" }'
```

### Success Criteria
- `~ awk works`
- `!~ not found`

### Failure Recovery
- Install what is missing with this machine's package manager, then run the plan again

---

## TASK 002: SOURCES ARE IN ORDER

**Terminal:** #2
**Time:** 1-2 minutes
**Dependencies:** T001
**Failure Impact:** High (blocks the result)

### Objective
Look at what is about to be checked. Runs beside T003: neither waits for the other.

### Commands
```bash
pwd
files=$(find . -maxdepth 1 -type f | wc -l)
echo "$((files)) files here"
```

### Success Criteria
- `~ [0-9]+ files here`

### Failure Recovery
- Launch the plan where the sources are, or name the directory with `--cwd`

---

## TASK 003: THE CHECKS PASS

**Terminal:** #3
**Time:** 1-5 minutes
**Dependencies:** T001
**Failure Impact:** High (blocks the result)

### Objective
Put your tests here, one command a line. The first that fails is named, with its line.

### Commands
```bash
echo "$GREETING from the checks"
test $((6 * 7)) -eq 42
```

### Success Criteria
- `~ from the checks`
- `$ test -n "$GREETING"`

### Failure Recovery
- Read `tmuxplan explain T003`, mend the cause, then launch with `--from T003`

---

## TASK 004: SUMMARY

**Terminal:** #1
**Time:** 1 minute
**Dependencies:** T002, T003
**Failure Impact:** Low

### Objective
What comes last, when everything before it has passed.

### Commands
```bash
uname -s
echo "all checks are done"
```

### Success Criteria
- `~ all checks are done`

### Failure Recovery
- Nothing depends on this task

---

## TASK DEPENDENCY GRAPH

```mermaid
graph TD
    T001[T001 Tools] --> T002[T002 Sources]
    T001 --> T003[T003 Checks]
    T002 --> T004[T004 Summary]
    T003 --> T004
```

| Task | Depends On | Can Run Parallel With |
|---|---|---|
| T001 | None | - |
| T002 | T001 | T003 |
| T003 | T001 | T002 |
| T004 | T002, T003 | - |

## FAILURE ESCALATION PROTOCOL

1. A task that fails is not run again by itself: its cause is found first.
2. Document what was found in `plans/issues/`.
3. After 2 or more failed tasks, stop the run and look for a common cause.

## REPORT TEMPLATE

```markdown
# Report: My plan

**Executed:** [DATE]
**Duration:** [DURATION]
**Status:** [GO / NO GO]

## Task Results

| Task | Status | Notes |
|---|---|---|
| T001 Tools are here | [PASS/FAIL] | |
| T002 Sources are in order | [PASS/FAIL] | |
| T003 The checks pass | [PASS/FAIL] | |
| T004 Summary | [PASS/FAIL] | |

## Issues

1. [Issue]

## Decision

- [ ] GO
- [ ] NO GO

## Next Steps

1. [Step]
```
"""
