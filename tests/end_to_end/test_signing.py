"""Signing item by item, from the command line and inside the window."""

from __future__ import annotations

import select

import pytest
from e2e import Site, by_id, plan, task, until, verdicts

from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import control, supervisor

LOOK = task(
    1, None, title="Look at it", impact="High", criteria=("The page is up", "Ann has seen it")
)
AFTER = task(2, 'echo "env $MY_VARIABLE"', needs="T001", impact="High")


def pending(site: Site, *tasks: str) -> None:
    site.write(plan(*(tasks or (LOOK, AFTER))))
    ran = site.launch("plan.md", "--wait", env={"MY_VARIABLE": "of the launch"})
    assert ran.code == 4, ran


def test_items_are_signed_one_by_one_and_then_the_task(site: Site) -> None:
    pending(site)
    assert "1. [ ] The page is up" in site.run("explain", "T001").out
    first = site.run("sign", "T1", "--item", "2", "--by", "Ann")
    assert (first.code, first.err) == (0, "item 2 of T001 is signed by Ann; left: 1\n")
    assert "2. [x] Ann has seen it (Ann)" in site.run("explain", "T001").out
    again = site.run("sign", "T1", "--item", "2", "--by", "Bob")
    assert again.code == 2
    assert "item 2 of T001 is signed already, by Ann" in again.err
    last = site.run("sign", "T1", "--item", "1", "--by", "Bob", "--note", "on staging")
    assert last.err.endswith("all 2 are. Sign the task: tmuxplan sign T001\n")
    assert site.run("collect").code == 4
    assert by_id(site.collected())["T001"]["checklist"] == [
        {"item": 1, "text": "The page is up", "by": "Bob", "note": "on staging"},
        {"item": 2, "text": "Ann has seen it", "by": "Ann", "note": None},
    ]
    assert site.run("sign", "T1", "--by", "Bob").code == 0
    until(lambda: site.run("collect").code == 0)


@pytest.mark.parametrize("item", ["3", "-1"])
def test_an_item_that_is_not_there_is_refused(site: Site, item: str) -> None:
    pending(site)
    ran = site.run("sign", "T001", f"--item={item}")
    assert ran.code == 2
    assert f"T001 has no item {item}: it has 2" in ran.err
    assert site.events("item_signed") == []


def test_a_task_without_a_checklist_has_no_items(site: Site) -> None:
    pending(site, task(1, None, impact="High"), AFTER)
    assert "it has no checklist" in site.run("sign", "T001", "--item", "1").err


@pytest.mark.parametrize("words", [("sign", "T1", "--by", "Ann"), ("skip", "T1", "--reason", "no")])
def test_a_supervisor_that_is_about_to_end_is_waited_for(
    site: Site, words: tuple[str, ...]
) -> None:
    pending(site)
    folder = RunFolder(site.runs[-1])
    with supervisor.holding(folder):
        ending = control.Control(folder.control_socket)
        asking = site.start(*words)
        select.select([ending], [], [])
        ending.close()
    out, err = asking.communicate()
    assert asking.returncode == 0, (out, err)
    until(lambda: len(site.events("run_ended")) == 2)


def test_nothing_is_stopped_of_a_run_that_was_about_to_end(site: Site) -> None:
    pending(site)
    folder = RunFolder(site.runs[-1])
    with supervisor.holding(folder):
        ending = control.Control(folder.control_socket)
        asking = site.start("stop")
        select.select([ending], [], [])
        ending.close()
    _, err = asking.communicate()
    assert (asking.returncode, "has ended: nothing to stop" in err) == (2, True), err


# --- In the window ------------------------------------------------------------------------------


def screen(site: Site, window: str) -> str:
    return site.tmux("capture-pane", "-p", "-t", window)


def press(site: Site, window: str, *keys: str) -> None:
    site.tmux("send-keys", "-t", window, *keys)


@pytest.mark.tmux
def test_a_person_ticks_and_signs_in_the_window_and_the_run_goes_on(tmux_site: Site) -> None:
    """With the environment of the launch, though its supervisor is gone."""
    pending(tmux_site)
    until(lambda: "[ ] 1. The page is up" in screen(tmux_site, ":1"))
    assert not list(tmux_site.runs[-1].glob("*.env"))
    press(tmux_site, ":1", "Space")
    until(lambda: "Item 1, signed by" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "Ann Lee", "Enter")
    until(lambda: "[x] 1. The page is up  (Ann Lee)" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "Down", "s")
    until(lambda: "1 of 2 items are not ticked" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "C-c")
    until(lambda: "Sign T001" not in screen(tmux_site, ":1"))
    assert tmux_site.events("signed") == []
    press(tmux_site, ":1", "s")
    until(lambda: "Sign T001" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "Bob", "Enter")
    until(lambda: tmux_site.run("collect").code == 0)
    assert "env of the launch" in tmux_site.run("logs", "T002").out
    (signed,) = tmux_site.events("signed")
    assert (signed["task"], signed["by"]) == ("T001", "Bob")
    (item,) = tmux_site.events("item_signed")
    assert (item["item"], item["by"]) == (1, "Ann Lee")
    until(lambda: "signed by Bob" in screen(tmux_site, ":1"))


@pytest.mark.tmux
def test_a_gate_is_skipped_under_what_its_commands_printed(tmux_site: Site) -> None:
    gate = task(1, "echo built", meta=("**Gate:** manual",), criteria=("It looks fine",))
    pending(tmux_site, gate.replace("Low", "High"), task(2, "true"))
    until(lambda: "[ ] 1. It looks fine" in screen(tmux_site, ":1.1"))
    assert "built" in screen(tmux_site, ":1.0")
    press(tmux_site, ":1.1", "x")
    until(lambda: "because:" in screen(tmux_site, ":1.1"))
    press(tmux_site, ":1.1", "not today", "Enter")
    until(lambda: "Skipped by" in screen(tmux_site, ":1.1"))
    press(tmux_site, ":1.1", "Ann", "Enter")
    until(lambda: tmux_site.events("skipped"))
    (skipped,) = tmux_site.events("skipped")
    assert (skipped["by"], skipped["reason"]) == ("Ann", "not today")
    until(lambda: len(tmux_site.tmux("list-panes", "-t", ":1").splitlines()) == 1)
    assert "built" in screen(tmux_site, ":1")


@pytest.mark.tmux
def test_after_the_death_of_tmux_a_resumed_run_asks_again(tmux_site: Site) -> None:
    pending(tmux_site)
    tmux_site.tmux("kill-server")
    assert tmux_site.run("resume", env={"MY_VARIABLE": "of the other shell"}).code == 0
    until(lambda: "[ ] 1. The page is up" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "s")
    until(lambda: "Sign T001" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "Enter")
    until(lambda: tmux_site.run("collect").code == 0)
    assert "env of the other shell" in tmux_site.run("logs", "T002").out


@pytest.mark.tmux
def test_what_is_signed_elsewhere_is_seen_in_the_window(tmux_site: Site) -> None:
    pending(tmux_site)
    until(lambda: "[ ] 2. Ann has seen it" in screen(tmux_site, ":1"))
    tmux_site.run("sign", "T001", "--item", "2", "--by", "Zoe")
    until(lambda: "[x] 2. Ann has seen it  (Zoe)" in screen(tmux_site, ":1"))
    press(tmux_site, ":1", "Down", "Space")
    until(lambda: "item 2 is signed by Zoe" in screen(tmux_site, ":1"))
    tmux_site.run("sign", "T001", "--by", "Zoe")
    until(lambda: verdicts(tmux_site.collected())["T002"] == "passed")


# --- What was not ticked ------------------------------------------------------------------------


def test_who_signs_is_told_what_was_not_ticked(site: Site) -> None:
    """A task may be signed all the same: what was not ticked counts as met nowhere."""
    pending(site)
    assert site.run("sign", "T1", "--item", "2", "--by", "Ann").code == 0
    ran = site.run("sign", "T1", "--by", "Bob")
    assert ran.code == 0
    assert ran.err == (
        "T001 is signed by Bob\n"
        "1 of 2 items of its checklist is not ticked, and counts as met nowhere:\n"
        "  1. [ ] The page is up\n"
    )
    until(lambda: site.run("collect").code == 0)
    assert "signed by Bob; 1 of 2 items not ticked" in site.run("status").out
    assert "signed by Bob; 1 of 2 items not ticked" in site.run("collect", "-f", "text").out


def test_who_ticked_all_of_it_is_told_nothing_more(site: Site) -> None:
    pending(site)
    for item in ("1", "2"):
        site.run("sign", "T1", "--item", item, "--by", "Ann")
    assert site.run("sign", "T1", "--by", "Bob").err == "T001 is signed by Bob\n"
    until(lambda: site.run("collect").code == 0)
    assert "not ticked" not in site.run("status").out


def test_status_says_what_is_to_be_signed_and_how(site: Site) -> None:
    pending(site)
    (line,) = (line for line in site.run("status").out.splitlines() if " T001 " in line)
    assert line.startswith("✎")
    assert "for a person: tmuxplan sign T001 (0 of 2 " in line
