"""docs/collect.schema.json holds what `collect -f json` prints: every verdict, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from tmuxplan.events import EvidenceKind, RunVerdict, Verdict
from tmuxplan.report.criteria import CriterionResult
from tmuxplan.report.facts import RunPhase, StepResult
from tmuxplan.schedule.state import Phase

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs/collect.schema.json").read_text("utf-8"))
GOLDEN = ROOT / "tests/report/golden"
DOCUMENTS = sorted(path for path in GOLDEN.glob("*.json") if path.name.count(".") == 1)
WORDS = {
    ("run", "verdict"): RunVerdict,
    ("run", "state"): RunPhase,
    ("task", "verdict"): Verdict,
    ("task", "state"): Phase,
    ("step", "result"): StepResult,
    ("evidence", "kind"): EvidenceKind,
}


def strict(schema: Any) -> Any:
    """The same, with no fields but those that it names."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: strict(value) for key, value in schema.items()}
    return {**found, "additionalProperties": False} if "properties" in schema else found


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    for value in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(value, (dict, list)):
            yield from objects(value)
    if isinstance(schema, dict) and "properties" in schema and "type" in schema:
        yield schema


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert all(each["required"] == list(each["properties"]) for each in objects(SCHEMA))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_documents_are_as_it_says(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text("utf-8")), strict(SCHEMA))


def test_other_documents_are_not() -> None:
    document = json.loads((GOLDEN / "every_verdict.json").read_text("utf-8"))
    del document["run"]["sha256"]
    with pytest.raises(jsonschema.ValidationError, match="sha256"):
        jsonschema.validate(document, SCHEMA)


@pytest.mark.parametrize(("place", "field"), WORDS)
def test_its_lists_of_words_are_whole(place: str, field: str) -> None:
    listed = set(SCHEMA["$defs"][place]["properties"][field]["enum"])
    assert listed - {None} == set(get_args(WORDS[place, field]))


def test_the_results_of_criteria_are_whole() -> None:
    criterion = SCHEMA["$defs"]["task"]["properties"]["criteria"]["items"]
    assert set(criterion["properties"]["result"]["enum"]) == set(get_args(CriterionResult))


def test_the_documents_have_every_verdict() -> None:
    runs = [json.loads(path.read_text("utf-8")) for path in DOCUMENTS]
    assert {run["run"]["verdict"] for run in runs} >= set(get_args(RunVerdict))
    assert {task["verdict"] for run in runs for task in run["tasks"]} >= set(get_args(Verdict))
