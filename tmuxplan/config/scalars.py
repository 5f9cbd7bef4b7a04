"""One YAML scalar -> the value that the schema wants there. Numbers and words as written:
YAML's own reading (octal, base 60, `no` for Norway) would surprise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tmuxplan.config import durations
from tmuxplan.config.shape import Shape
from tmuxplan.expressions import refusal
from tmuxplan.later import Later

if TYPE_CHECKING:
    import yaml
else:
    yaml = Later("yaml")

_NULL = "tag:yaml.org,2002:null"
_INT = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,3})?", re.ASCII)
_BOOLS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_WANTED = {
    "int": "a number",
    "bool": "true or false",
    "str": "text",
    "text": "text or a number",
    "duration": "a duration, as in 10 min, 2h or 30s",
    "regex": "a regular expression, as text",
    "lines": "lines of shell, as text or a list",
    "list": "a list, as in [a, b]",
    "map": "a mapping, as in KEY: value",
    "struct": "a mapping, as in key: value",
}


class WrongError(Exception):
    """Why a value is not the schema's, with the remedy."""

    def __init__(self, what: str, remedy: str, code: str = "bad-setting") -> None:
        super().__init__(what)
        self.what, self.remedy, self.code = what, remedy, code


def scalar(node: yaml.Node, shape: Shape, name: str) -> Any:
    """The value of a node that is no list and no mapping. Raises WrongError."""
    if not isinstance(node, yaml.ScalarNode):
        raise wrong(node, shape, name)
    if shape.optional and _is_none(node) and "none" not in shape.choices:
        return None
    if is_null(node):
        raise wrong(node, shape, name)
    return _value(node, shape, name)


def wrong(node: yaml.Node, shape: Shape, name: str) -> WrongError:
    """The node is of another kind than the schema's."""
    wanted = _WANTED.get(shape.kind) or f"one of {', '.join(shape.choices)}"
    none = " or none" if shape.optional and "none" not in shape.choices else ""
    quotes = shape.kind in ("str", "regex", "lines") and _called(node).startswith("'")
    remedy = f"write {wanted}{none}" + ("; put quotes around it" if quotes else "")
    return WrongError(f"{name} is {_called(node)}", remedy, "wrong-type")


def is_null(node: yaml.Node) -> bool:
    """Nothing, `~` or `null`."""
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.tag == _NULL


def _is_none(node: yaml.ScalarNode) -> bool:
    return node.value == "none" or (is_null(node) and node.value != "")


def _value(node: yaml.ScalarNode, shape: Shape, name: str) -> Any:
    text: str = node.value
    plain = node.style is None
    if shape.kind == "text" or (not plain or node.tag.endswith(":str")):
        if shape.kind in ("text", "str", "regex", "lines"):
            return _text(text, shape, name)
        if shape.kind == "choice" and text in shape.choices:
            return text
    if shape.kind == "bool" and plain and text.lower() in _BOOLS:
        return _BOOLS[text.lower()]
    if shape.kind == "int" and plain and _INT.fullmatch(text):
        return _number(int(text), shape, name)
    if shape.kind == "duration":
        found = float(text) if plain and _NUMBER.fullmatch(text) else durations.seconds(text)
        if found:
            return found
    raise wrong(node, shape, name)


def _text(text: str, shape: Shape, name: str) -> str | tuple[str, ...]:
    if "\0" in text:
        raise WrongError(f"{name} holds a NUL character", "take it out")
    if shape.kind == "regex":
        if not text:  # it occurs everywhere: all lines would fail, all prompts be answered
            raise WrongError(f"{name} is empty", "write a regular expression, or take it out")
        why_not = refusal(text)
        if why_not:
            raise WrongError(
                f"{name}: {text[:80]!r} is no regular expression: {why_not}", "mend it"
            )
    return (text,) if shape.kind == "lines" else text


def _number(number: int, shape: Shape, name: str) -> int:
    if number < shape.least:
        what = f"{name} is {number}, and can't be less than {shape.least}"
        raise WrongError(what, f"write {shape.least} or more")
    return number


def _called(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value[:60]) if node.value else "empty"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
