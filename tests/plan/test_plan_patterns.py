"""Expressions that are compiled late can be compiled, and are what `re` makes of them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import tmuxplan
from tmuxplan.plan import patterns

ROOMS = tuple(f"tmuxplan.{room}." for room in ("plan", "lint", "shell", "judge", "report"))


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(tmuxplan.__path__, "tmuxplan."):
        if found.name.startswith(ROOMS):
            yield found.name


def inside(value: object) -> Iterator[patterns._Lazy[Any]]:
    if isinstance(value, patterns._Lazy):
        yield value
    elif isinstance(value, dict):
        yield from inside(tuple(value.values()))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from inside(each)


@pytest.mark.parametrize("name", list(modules()))
def test_every_expression_can_be_compiled(name: str) -> None:
    for value in vars(importlib.import_module(name)).values():
        for found in inside(value):
            re.compile(found.source, found.flags)


def test_it_does_what_the_compiled_one_does() -> None:
    late, soon = patterns.lazy(r"(?P<a>b+)", re.IGNORECASE), re.compile(r"(?P<a>b+)", re.IGNORECASE)
    assert late.findall("aBb b") == soon.findall("aBb b") == ["Bb", "b"]
    assert late.sub("x", "abb") == "ax"
    assert (late.pattern, late.groups) == (soon.pattern, soon.groups)
    found = late.search("abb", 1)
    assert found is not None
    assert found["a"] == "bb"


def test_nothing_is_compiled_before_its_use() -> None:
    with pytest.raises(re.error):
        patterns.lazy("(").match("(")
