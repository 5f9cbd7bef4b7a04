"""YAML text -> its node tree, with what makes YAML unsafe or surprising refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tmuxplan.later import Later

if TYPE_CHECKING:
    import yaml
else:
    yaml = Later("yaml")


MOST_NODES = 20_000
DEEPEST = 12


class RefusedError(Exception):
    """Why the text can't be read; `line` is in the text, from 1 (0: as a whole)."""

    def __init__(self, what: str, line: int, remedy: str) -> None:
        super().__init__(what)
        self.what, self.line, self.remedy = what, line, remedy


def tree(text: str) -> yaml.Node | None:
    """The text's one document; None where it is empty. Raises RefusedError."""
    try:
        _harmless(text)
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RefusedError("a character that YAML forbids", line, "take it out") from None
    except yaml.MarkedYAMLError as error:
        raise _translated(text, error) from None


def _harmless(text: str) -> None:
    """Aliases can make a page of text a terabyte of values, tags can make objects."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RefusedError(
                "anchors and aliases (& and *) are not read", line, "write the value out"
            )
        if getattr(event, "tag", None):
            raise RefusedError("tags (!) are not read", line, "write the value without the tag")
        if depth > DEEPEST or count > MOST_NODES:
            raise RefusedError("more than settings can hold", line, "take something out of it")


def _translated(text: str, error: yaml.MarkedYAMLError) -> RefusedError:
    mark: Any = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    lines = text.splitlines()
    said = lines[line - 1] if 0 < line <= len(lines) else ""
    if "\t" in said[: len(said) - len(said.lstrip())]:
        return RefusedError("a tab indents this line", line, "indent with spaces")
    return RefusedError(
        f"this is no YAML: {error.problem or error.context}",
        line,
        "write `key: value`, and quotes around a value with : or #",
    )
