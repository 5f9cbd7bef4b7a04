"""Tasks that ask, tasks that fall silent, and the answers that somebody wrote down."""

from __future__ import annotations

import signal

import pexpect
import pytest
from e2e import PROGRAM, Site, by_id, lives, plan, task, until, verdicts

# A launch without a terminal gives tasks no input: what asks all the same asks the terminal.
ASKS = 'read -p "Deploy to production? [y/N] " answer </dev/tty\necho "said <$answer>"'


def asked(site: Site) -> list[str]:
    return [event["prompt"] for event in site.events("input_awaited")]


def waiting(site: Site, *more: str) -> None:
    """Launch a task that asks, and let it come to that."""
    site.write(plan(task(1, ASKS, title="Ship it", impact="High")))
    assert site.launch("plan.md", *more).code == 0
    until(lambda: site.runs and asked(site))


def test_who_waits_for_input_is_shown_with_the_prompt_everywhere(each_site: Site) -> None:
    waiting(each_site)
    (event,) = each_site.events("input_awaited")
    assert event["prompt"] == "Deploy to production? [y/N]"
    (attempt,) = each_site.status()["tasks"][0]["attempts"]
    assert attempt["quiet"]["kind"] == "input"
    assert attempt["quiet"]["prompt"] == "Deploy to production? [y/N]"
    for shown in (each_site.run("status").out, each_site.run("explain", "T001").out):
        assert 'asks "Deploy to production? [y/N]"' in " ".join(shown.split())
    how = "tmuxplan attach T001" if each_site.backend == "tmux" else "a `respond` rule"
    assert how in " ".join(each_site.run("explain", "T001").out.split())
    assert "needs input" in each_site.run("status").out
    each_site.run("stop", "--now")
    assert "asks" not in each_site.run("explain", "T001").out
    assert each_site.status()["tasks"][0]["attempts"][0]["quiet"] is None


def test_wait_tells_of_it_at_once(site: Site) -> None:
    site.write(plan(task(1, "read -t 2 -p 'Sure? ' x </dev/tty; true")))
    said = site.launch("plan.md", "--wait")
    lines = [line.partition(" ")[2] for line in (said.out + said.err).splitlines()]
    assert 'T001 waits for input: asks "Sure?"; only a `respond` rule can answer' in lines
    (event,) = site.events("input_awaited")
    (started,) = site.events("attempt_started")
    assert event["at"] - started["at"] < 3


@pytest.mark.tmux
def test_a_window_shows_it_and_a_person_answers_there(tmux_site: Site) -> None:
    waiting(tmux_site)
    names = ("list-windows", "-F", "#{window_name}")
    until(lambda: "❯ T001 Ship it" in tmux_site.tmux(*names))
    tmux_site.tmux("send-keys", "-t", ":1", "y", "Enter")
    until(lambda: tmux_site.events("run_ended"))
    assert "said <y>" in tmux_site.run("logs", "T001").out
    until(lambda: "✓ T001 Ship it" in tmux_site.tmux(*names))
    assert tmux_site.events("answered") == []


@pytest.mark.tmux
def test_who_looks_at_another_window_is_told(tmux_site: Site) -> None:
    """With the bell, and not of a prompt that a rule answers."""
    tmux_site.write("respond: [{prompt: 'first', answer: y}]\n", "tmuxplan.yaml")
    first = 'until [ -e go ]; do sleep 0.02; done\nread -p "first? " x </dev/tty\n'
    # Without a terminal at the launch the question gets the end of its input, and goes on.
    tmux_site.write(plan(task(1, first + ASKS.replace("\n", " || sleep 300\n", 1))))
    assert tmux_site.launch().code == 0
    looking = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "attach"],
        cwd=str(tmux_site.folder),
        env=tmux_site.env,  # type: ignore[arg-type]
        encoding="utf-8",
        timeout=20,
    )
    looking.expect("mission control")
    (tmux_site.folder / "go").touch()
    looking.expect_exact("\a\x1b]9;T001 waits for input: Deploy to production? [y/N]\a")
    assert len(tmux_site.events("answered")) == 1
    assert len(asked(tmux_site)) == 2
    looking.close(force=True)


RULES = """\
respond:
  - {prompt: 'production\\?', answer: y}
  - {prompt: 'Password:', answer: hunter22}
tasks:
  T2:
    respond: [{prompt: 'production\\?', answer: never}]
"""
PASSWORD = (
    'read -s -p "Password: " word\ntest "$word" = "$(echo unter22h | sed "s/\\(.*\\)h/h\\1/")"'
)


def test_rules_answer_known_prompts_and_a_task_has_its_own(each_site: Site) -> None:
    each_site.write(RULES, "tmuxplan.yaml")
    asks = ASKS.replace(" </dev/tty", "")
    report = each_site.go(
        plan(task(1, asks), task(2, asks), task(3, f'{PASSWORD}\necho "it is $word"')), code=0
    )
    assert verdicts(report) == {"T001": "passed", "T002": "passed", "T003": "passed"}
    assert "said <y>" in each_site.run("logs", "T001").out
    assert "said <never>" in each_site.run("logs", "T002").out
    assert "it is ***" in each_site.run("logs", "T003").out
    (answered,) = by_id(report)["T001"]["attempts"][0]["answered"]
    assert answered["prompt"] == "Deploy to production? [y/N]"
    assert answered["rule"] == r"production\?"
    explained = " ".join(each_site.run("explain", "T001").out.split())
    assert r"answered by the rule production\?" in explained
    journal = (each_site.runs[-1] / "events.jsonl").read_text()
    assert "hunter22" not in journal
    assert "never" not in [event.get("answer") for event in each_site.events("answered")]
    for verb in (("collect",), ("explain", "T003"), ("collect", "-f", "html")):
        assert "hunter22" not in each_site.run(*verb).out


def test_what_no_rule_knows_is_not_answered(site: Site) -> None:
    """There is nobody who could type: it gets the end of its input."""
    site.write("respond: [{prompt: 'production', answer: y}]\n", "tmuxplan.yaml")
    report = site.go(plan(task(1, 'read -p "Delete everything? " x\necho "said <$x>"')), code=0)
    assert verdicts(report) == {"T001": "failed"}
    assert asked(site) == ["Delete everything?"]
    assert site.events("answered") == []
    assert "said <>" in site.run("logs", "T001").out


def test_who_is_to_be_told_of_prompts_is(site: Site) -> None:
    """Not of one that a rule answers, and not where nobody asked for it."""
    told = "notify: ['command: cat >told-$TMUXPLAN_TASK-$TMUXPLAN_VERDICT']\n"
    rule = "respond: [{prompt: 'First', answer: y}]\n"
    site.write(told + rule + "notify_on: [prompt]\n", "tmuxplan.yaml")
    body = "read -p 'First? ' x </dev/tty\nread -p 'Second? ' x </dev/tty || sleep 300; false"
    site.write(plan(task(1, body, title="Ask", impact="High")))
    assert site.launch().code == 0
    (told_of,) = until(lambda: site.runs and site.events("escalated"))
    assert (told_of["what"], told_of["detail"]) == ("notification", "command cat")
    text = (site.folder / "told-T001-prompt").read_text()
    assert text.startswith("T001 waits for input: Ask (Made for a test)\n")
    assert 'asks "Second?"' in text
    site.run("stop", "--now")
    assert not (site.folder / "told-T001-failed").exists()
    (site.folder / "told-T001-prompt").unlink()
    site.write(told, "tmuxplan.yaml")
    assert site.launch().code == 0
    until(lambda: site.events("input_awaited"))
    site.run("stop", "--now")
    assert not (site.folder / "told-T001-prompt").exists()


def test_a_secret_in_a_prompt_is_masked(site: Site) -> None:
    site.write(plan(task(1, 'read -t 2 -p "Is $MY_TOKEN right? " x </dev/tty; true')))
    ran = site.launch("plan.md", "--wait", env={"MY_TOKEN": "abcdef123456"})
    assert asked(site) == ["Is *** right?"]
    assert "abcdef123456" not in ran.out + ran.err + site.run("status").out


def test_what_stalls_is_said_and_goes_on(each_site: Site) -> None:
    each_site.write("stalled: 1s\n", "tmuxplan.yaml")
    text = plan(task(1, "until [ -e go ]; do sleep 0.02; done\necho on"), task(2, "true"))
    each_site.write(text)
    assert each_site.launch().code == 0
    until(lambda: each_site.runs and each_site.events("stalled"))
    assert "stalled" in each_site.run("status").out
    assert "no output for 1" in " ".join(each_site.run("explain", "T001").out.split())
    (each_site.folder / "go").touch()
    until(lambda: each_site.events("run_ended"))
    assert verdicts(each_site.collected()) == {"T001": "passed", "T002": "passed"}
    assert len(each_site.events("moving")) == 1


def test_none_is_never_and_a_task_has_its_own(site: Site) -> None:
    site.write("stalled: none\ntasks: {T2: {stalled: 1s}}\n", "tmuxplan.yaml")
    site.go(plan(task(1, "sleep 2"), task(2, "sleep 2")), code=0)
    assert [event["task"] for event in site.events("stalled")] == ["T002"]


@pytest.mark.tmux
def test_a_supervisor_that_takes_over_sees_what_waits(tmux_site: Site) -> None:
    waiting(tmux_site)
    supervisor = tmux_site.supervisor
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    assert tmux_site.run("resume").code == 0
    until(lambda: len(asked(tmux_site)) == 2)
    assert tmux_site.status()["tasks"][0]["attempts"][0]["quiet"]["kind"] == "input"
    tmux_site.tmux("send-keys", "-t", ":1", "n", "Enter")
    until(lambda: tmux_site.events("run_ended"))
    assert "said <n>" in tmux_site.run("logs", "T001").out
