"""What is told of a run that goes on is what is told of it as a whole, after every event."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from dashing import T0

from tmuxplan import events as ev
from tmuxplan.journal.journal import read
from tmuxplan.library.freeze import freeze
from tmuxplan.library.reading import parsed
from tmuxplan.plan.model import Frozen
from tmuxplan.report.gathering import facts
from tmuxplan.ui.dashboard.following import Following

SAMPLES = Path(__file__).parents[2] / "journal" / "samples" / "v1"
SHELLS = """\
# Two shells

## TASK 001: A server, and who asks it
**Dependencies:** None
**Ready:** port:8123

```bash
python3 -m http.server 8123
```

In another terminal:

```bash
curl -f http://localhost:8123/
```

### Success Criteria
- `~ html`
"""


@pytest.mark.parametrize("journal", sorted(SAMPLES.glob("*.jsonl")), ids=lambda path: path.stem)
@pytest.mark.parametrize("alive", [True, False])
def test_samples(journal: Path, alive: bool) -> None:
    frozen = msgspec.json.decode((SAMPLES / "plan.json").read_bytes(), type=Frozen)
    follow = Following(frozen)
    for n, event in enumerate(read(journal).events):
        follow.apply([event])
        now = event.at + n
        assert follow.facts(now, alive) == facts(frozen, follow.state, now, alive)


def test_shells_of_one_task_are_told_together() -> None:
    frozen = freeze(parsed(SHELLS.encode(), "plan.md"))
    first, second = (task.id for task in frozen.plan.tasks)
    assert frozen.plan.tasks[1].shell_of == first
    follow = Following(frozen)
    events = [
        ev.AttemptStarting(at=T0, task=first, n=1, nonce="a"),
        ev.AttemptStarted(at=T0, task=first, n=1, host="", pid=1),
        ev.AttemptStarting(at=T0, task=second, n=1, nonce="a"),
        ev.AttemptStarted(at=T0, task=second, n=1, host="", pid=1),
        ev.CriterionSeen(at=T0, task=first, n=1, criterion=0, log_line=1),
        ev.AttemptEnded(at=T0, task=first, n=1, status=0),
        ev.Judged(at=T0, task=first, n=1, verdict="passed"),
        ev.AttemptEnded(at=T0, task=second, n=1, status=0),
        ev.Judged(at=T0, task=second, n=1, verdict="passed"),
    ]
    for event in events:
        follow.apply([event])
        assert follow.facts(T0, True) == facts(frozen, follow.state, T0, True)


def test_a_changed_plan_is_told_to_whoever_follows() -> None:
    follow = Following(freeze(parsed(SHELLS.encode(), "plan.md")))
    changed = ev.PlanChanged(at=T0, generation=1, sha256="", title="", selected=("T009",))
    assert follow.apply([ev.Notice(at=T0, text="x")]) is False
    assert follow.apply([changed]) is True
    follow.read_again(freeze(parsed(SHELLS.replace("001", "009").encode(), "plan.md")))
    assert [task.id for task in follow.facts(T0, True).tasks] == ["T009", "T009.2"]
