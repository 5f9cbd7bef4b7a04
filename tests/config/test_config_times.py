"""Every time that settings hold is told with its unit."""

from __future__ import annotations

from tmuxplan.commands.telling import settings_text
from tmuxplan.config.shape import settings_shape
from tmuxplan.library.settings import settle
from tmuxplan.plan.parse import parse

TIMES = [name for name, shape in settings_shape().fields.items() if shape.kind == "duration"]


def test_times_have_their_unit() -> None:
    front = "".join(f"{name}: 90s\n" for name in TIMES)
    body = "# P\n\n## Task 1: A\n\n```bash\nls\n```\n"
    text = f"---\n{front}tasks:\n  T1:\n    timeout: 7s\n---\n{body}"
    told = settings_text(settle(parse(text.encode(), "p.md"))).splitlines()
    shown = {line.split()[0]: " ".join(line.split()[1:3]) for line in told}
    assert len(TIMES) > 4
    assert {shown[name] for name in TIMES} == {"90 s"}
    assert shown["tasks.T1.timeout"] == "7 s"
