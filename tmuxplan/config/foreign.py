"""Keys that are not ours: mistakes in settings, and other programs' words in front matter."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from tmuxplan.config.places import Kind
from tmuxplan.errors import Severity
from tmuxplan.later import Later

if TYPE_CHECKING:
    import difflib
else:
    difflib = Later("difflib")

METADATA = frozenset(
    {
        "dependencies",
        "depends_on",
        "estimated_duration",
        "estimated_time",
        "requires",
        "task_id",
        "title",
    }
)
"""What the plan room reads from front matter."""

_DOCUMENTS = frozenset({
    "agent", "aliases", "assignee", "author", "authors", "autonomous", "branch", "category",
    "categories", "complexity", "created", "created_at", "date", "description", "draft", "due",
    "effort", "epic", "files_modified", "id", "keywords", "labels", "lang", "language",
    "last_updated", "layout", "model", "modified", "must_haves", "name", "notes", "objective",
    "owner", "phase", "plan", "priority", "project", "published", "runme", "slug", "status",
    "subtitle", "summary", "tags", "tags_list", "template", "toc", "type", "updated",
    "updated_at", "uuid", "version", "wave",
})  # fmt: skip
"""What documents of many kinds have, and what nobody means as a setting."""

_NEAR = 0.75
_LINE = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:", re.MULTILINE)


class Keys:
    """The keys of one mapping. In front matter (`plan`) others' keys may stand beside ours."""

    def __init__(self, ours: Collection[str], kind: Kind) -> None:
        self.ours = ours
        self._shared = kind == "plan"

    def severity_of(self, name: str, beside: Collection[str]) -> Severity | None:
        """How bad an unknown key is, given all keys of its mapping; None: it is no fault.

        Front matter with settings in it is written for us, so that what we don't know there
        is a mistake; other front matter is not, unless a key is nearly one of ours.
        """
        if not self._shared:
            return "error"
        if name in METADATA or name in _DOCUMENTS:
            return None
        mistaken = self._near(name) or any(key in self.ours for key in beside)
        return "error" if mistaken else "warning"

    def severity_of_garbage(self, text: str) -> Severity:
        """How bad it is that this can't be read: front matter without our keys is others'."""
        names = _LINE.findall(text)
        ours = any(name in self.ours or self._near(name) for name in names)
        return "error" if not self._shared or ours else "warning"

    def _near(self, name: str) -> bool:
        if name in METADATA or name in _DOCUMENTS:
            return False
        said = name.lower().replace("-", "_")
        return bool(difflib.get_close_matches(said, list(self.ours), 1, _NEAR))
