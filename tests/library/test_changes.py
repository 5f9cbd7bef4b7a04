"""What became of a plan's tasks: decided by content, not by id, place or words."""

from __future__ import annotations

import pytest

from tmuxplan.config.schema import Markers, Settings, TaskSettings
from tmuxplan.library.changes import Changes, Understood, compare, told
from tmuxplan.plan.parse import parse

PLAIN = Settings()


def understood(*tasks: str, settings: Settings = PLAIN) -> Understood:
    text = "# P\n\n" + "\n".join(tasks)
    return Understood(parse(text.encode(), "p.md"), settings)


def task(n: int, command: str, title: str = "", needs: str = "None", more: str = "") -> str:
    return (
        f"## TASK {n:03d}: {title or command}\n\n**Dependencies:** {needs}\n{more}\n"
        f"```bash\n{command}\n```\n"
    )


CHAIN = (task(1, "a"), task(2, "b", needs="TASK 001"), task(3, "c", needs="TASK 002"))
SAME = {"T001": "T001", "T002": "T002", "T003": "T003"}


def test_words_and_places_are_no_difference() -> None:
    before = understood(*CHAIN)
    now = understood("Some words.\n\n", CHAIN[0], "> A quote.\n\n", *CHAIN[1:])
    assert compare(before, now) == Changes(SAME)


def test_another_title_is_no_difference() -> None:
    now = understood(task(1, "a", title="Another"), *CHAIN[1:])
    assert compare(understood(*CHAIN), now) == Changes(SAME)


@pytest.mark.parametrize(
    "other",
    [
        task(1, "a --now"),
        task(1, "a", more="**Shell:** zsh\n"),
        task(1, "a", more="**Gate:** manual\n"),
        task(1, "a", more="### Success Criteria\n\n- `$ true`\n"),
        task(1, "a", more="### Success Criteria\n\n- `~ fine`\n"),
        task(1, "a", more="**Ready:** port:8000\n"),
    ],
)
def test_what_a_result_follows_from_is_a_difference(other: str) -> None:
    found = compare(understood(*CHAIN), understood(other, *CHAIN[1:]))
    assert (found.ids, found.changed) == (SAME, ("T001",))
    assert found.affected == {"T002": ("T001",), "T003": ("T002",)}


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        (Settings(jobs=2, retries=3), ()),
        (Settings(env={"A": "1"}), ()),
        (Settings(tasks={"T002": TaskSettings(env={"A": "1"})}), ("T002",)),
        (Settings(tasks={"T002": TaskSettings(markers=Markers(failure=("x",)))}), ("T002",)),
        (Settings(shell_init=("set -u",)), ("T001", "T002", "T003")),
    ],
)
def test_settings_count_where_they_decide_a_result(
    settings: Settings, changed: tuple[str, ...]
) -> None:
    assert compare(understood(*CHAIN), understood(*CHAIN, settings=settings)).changed == changed


def test_one_in_the_middle_moves_the_ids_of_those_behind() -> None:
    now = understood(
        CHAIN[0],
        task(2, "new"),
        task(3, "b", needs="TASK 001"),
        task(4, "c", needs="TASK 003"),
    )
    found = compare(understood(*CHAIN), now)
    assert found.moved == {"T002": "T003", "T003": "T004"}
    assert (found.added, found.changed, found.affected) == (("T002",), (), {})


def test_a_new_need_makes_the_result_stale_one_less_does_not() -> None:
    more = understood(CHAIN[0], CHAIN[1], task(3, "c", needs="TASK 001, TASK 002"))
    assert compare(understood(*CHAIN), more).affected == {"T003": ("T001",)}
    assert compare(more, understood(*CHAIN)).affected == {}


def test_equal_contents_keep_their_own_ids() -> None:
    twins = (task(1, "a", title="One"), task(2, "a", title="Two"))
    assert compare(understood(*twins), understood(*twins)).moved == {}
    swapped = (task(1, "a", title="Two"), task(2, "a", title="One"))
    assert compare(understood(*twins), understood(*swapped)).moved == {}


def test_places_that_were_exchanged() -> None:
    now = understood(task(1, "b", title="b"), task(2, "a", title="a"))
    found = compare(understood(task(1, "a"), task(2, "b")), now)
    assert found.moved == {"T001": "T002", "T002": "T001"}
    assert not found.changed


def test_content_alone_is_enough() -> None:
    now = understood(task(1, "new"), task(2, "a", title="Another"))
    found = compare(understood(task(1, "a")), now)
    assert (found.moved, found.changed, found.added) == ({"T001": "T002"}, (), ("T001",))


def test_what_changed_and_moved_is_known_by_its_title() -> None:
    now = understood(task(1, "new"), task(2, "a --now", title="a"))
    found = compare(understood(task(1, "a")), now)
    assert (found.ids, found.changed, found.added) == ({"T001": "T002"}, ("T002",), ("T001",))


def test_tasks_of_persons_are_not_mistaken_for_each_other() -> None:
    person = "## TASK 00{n}: {title}\n\n**Dependencies:** None\n\nLook at it.\n"
    before = understood(
        person.format(n=1, title="Ann looks"), person.format(n=2, title="Bob looks")
    )
    now = understood(person.format(n=1, title="Cleo looks"), person.format(n=2, title="Ann looks"))
    found = compare(before, now)
    assert found.ids["T001"] == "T001"  # nothing but the id and the words can tell


def test_it_is_told_by_id_and_title() -> None:
    before = understood(*CHAIN, task(4, "gone"))
    now = understood(task(1, "a --now", title="a\x1b[2J"), *CHAIN[1:], task(5, "new"))
    lines = told(compare(before, now), before.plan, now.plan)
    assert lines == [
        "T001 (a) is different: what it did before does not count",
        "T002 (b) needs T001, which is different: likewise",
        "T003 (c) needs T002, which is different: likewise",
        "T005 (new) was added",
        "T004 (gone) is no longer in the plan",
    ]
