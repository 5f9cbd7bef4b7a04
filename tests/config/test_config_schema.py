"""The published JSON Schema: current, valid, and of one mind with the reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tmuxplan.config.jsonschema import json_schema
from tmuxplan.config.read import read
from tmuxplan.config.shape import Shape, settings_shape

ROOT = Path(__file__).resolve().parents[2]
SCHEMA: dict[str, Any] = json.loads(json_schema())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_published_schema_is_current() -> None:
    published = (ROOT / "docs/tmuxplan.schema.json").read_text(encoding="utf-8")
    assert published == json_schema(), "run: tmuxplan init --schema > docs/tmuxplan.schema.json"


def test_it_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


ALIKE = [
    "{}",
    "jobs: 4",
    "jobs: 0",
    "jobs: many",
    "jobs: '4'",
    "jbos: 4",
    "timeout: 10 min",
    "timeout: none",
    "timeout: null",
    "timeout: 90",
    "timeout: 0",
    "timeout: soon",
    "grace: none",
    "halt: drain",
    "halt: quit",
    "env: {A: b, C: 1, D: true}",
    "env: {A: [b]}",
    "shell_init: a",
    "shell_init: [a, b]",
    "shell_init: 5",
    "backend: none",
    "backend: ssh",
    "deps_from: none",
    "deps_from: nowhere",
    "allow: [a]",
    "allow: a",
    "respond: [{prompt: a, answer: b}]",
    "respond: [{prompt: a}]",
    "markers: {failure: [a], replace: true}",
    "markers: {fail: [a]}",
    "tasks: {T1: {timeout: 1h, no_retry: true, gate: manual}}",
    "tasks: {T1: {timeout: soon}}",
    "tasks: {T1: {retry: 1}}",
    "tasks: [T1]",
]


@pytest.mark.parametrize("text", ALIKE)
def test_the_reader_and_the_schema_agree(text: str) -> None:
    valid = VALIDATOR.is_valid(yaml.safe_load(text))
    assert valid == (read(text, "x.yaml").problems == ())


def _keys(shape: Shape) -> set[str]:
    below = set() if shape.item is None else _keys(shape.item)
    return below.union(shape.fields, *(_keys(field) for field in shape.fields.values()))


def test_the_document_has_every_key() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    missing = {key for key in _keys(settings_shape()) if f"`{key}`" not in text}
    assert not missing


def test_every_key_says_what_it_means() -> None:
    def without_help(shape: Shape, path: str) -> list[str]:
        found = [path] if path and not shape.help else []
        for name, field in shape.fields.items():
            found += without_help(field, f"{path}.{name}")
        return found

    assert without_help(settings_shape(), "") == []
