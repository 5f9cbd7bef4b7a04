"""What YAML front matter says of the one task of its file (grammar R2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmuxplan.later import Later
from tmuxplan.plan import families
from tmuxplan.plan.families import Name
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy

if TYPE_CHECKING:
    import yaml
else:
    yaml = Later("yaml")

LARGEST = 1 << 16
"""Characters of front matter that are read; nobody writes that much."""

_KEYS = {
    "task_id": "task id",
    "title": "title",
    "dependencies": "dependencies",
    "depends_on": "dependencies",
    "requires": "dependencies",
    "estimated_duration": "time",
    "estimated_time": "time",
}
_WORD = lazy(r"[A-Za-z][\w.-]{0,60}")


def read(front: Text | None) -> tuple[Meta, ...]:
    """The pairs that a task's own metadata could also say, with their lines; others' are left."""
    if front is None or len(front.text) > LARGEST:
        return ()
    try:
        root = yaml.compose(front.text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return ()
    if not isinstance(root, yaml.MappingNode):
        return ()
    found = []
    for key, value in root.value:
        name = _KEYS.get(str(getattr(key, "value", "")).lower().replace("-", "_"))
        if name:
            line = front.line + key.start_mark.line
            found.append(Meta(name, _words(value), line, str(key.value)))
    return tuple(found)


def _words(node: yaml.Node) -> str:
    """A scalar as it is written, a list with commas; an empty list is an answer: none."""
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()
    if not isinstance(node, yaml.SequenceNode):
        return ""
    parts = [str(n.value).strip() for n in node.value if isinstance(n, yaml.ScalarNode)]
    return ", ".join(part for part in parts if part) or ("" if node.value else "None")


def is_task(front: Text | None) -> bool:
    """Does front matter make its whole file one task?"""
    return name(read(front), "") is not None


def name(found: tuple[Meta, ...], title: str) -> tuple[Name, int] | None:
    """The task that front matter names, and its line; `title` is used where it has none."""
    said = next((meta for meta in found if meta.key == "task id" and meta.value), None)
    if said is None:
        return None
    own = next((meta.value for meta in found if meta.key == "title" and meta.value), title)
    called = families.name(f"{said.value}: x")
    if called and called.family == "item":
        return Name("task", called.number, own or said.value), said.line
    if called:
        return Name(called.family, called.number, own or said.value), said.line
    if _WORD.fullmatch(said.value):
        return Name("section", said.value, own or said.value), said.line
    return None
