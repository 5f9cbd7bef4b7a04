"""Prompts: which line asks, what somebody wrote down for it, and what may be shown."""

from __future__ import annotations

import pytest

from tmuxplan.judge.prompts import asks_for_secret, last_line, reader, secret_answers

LINES = [
    (b"", "", False),
    (b"Go? ", "Go?", True),
    (b"one\r\ntwo\r\nGo? ", "Go?", True),
    (b"Go on?\r\n", "Go on?", False),
    (b"Go on?\r\n\r\n  \r\n", "Go on?", False),
    (b"\x1b[?2004h\x1b[1mGo? \x1b[0m", "Go?", True),
    (b"Go? \rGo? y\b \bn", "Go? n", True),
    (b"10 %\r20 %\r\x1b[KDone. Reboot? ", "Done. Reboot?", True),
    (b"\xff\xfe? ", "\ufffd\ufffd?", True),
    ("Mật khẩu: ".encode(), "Mật khẩu:", True),
]


@pytest.mark.parametrize(("output", "line", "partial"), LINES)
def test_the_last_line_that_says_anything(output: bytes, line: str, partial: bool) -> None:
    assert last_line(output) == (line, partial)


QUESTIONS = (
    "Go on?", "Password:", "Enter a value:", "Proceed (y/n)", "Proceed? [Y/n]", "Proceed? [Y/n]:",
    "package name: (site)", ">>>", "mysql>", "$", "Press any key to continue . . .",
    "Hit it, then press RETURN", "[sudo] password for ann:", "? Which one ›", "version: (1.0.0)",
)  # fmt: skip
NO_QUESTIONS = (
    "Compiling",
    "45%",
    "[####      ]",
    "Downloading 3/10",
    "########",
    "12.4 MB/s",
    "…",
)


@pytest.mark.parametrize("line", QUESTIONS)
def test_a_question_is_seen_by_its_end(line: str) -> None:
    assert reader()(f"{line} ".encode()).shaped
    assert not reader()(f"{line}\n".encode()).shaped


@pytest.mark.parametrize("line", NO_QUESTIONS)
def test_progress_is_no_question(line: str) -> None:
    assert not reader()(line.encode()).shaped


def test_the_first_rule_that_fits_answers() -> None:
    ask = reader((("nothing", "0"), ("Sure", "1"), (r"\?$", "2")))
    assert (ask(b"Sure? ").answer, ask(b"Sure? ").rule) == ("1", "Sure")
    assert ask(b"Really? ").answer == "2"
    assert ask(b"Name: ").answer is None


def test_only_the_prompt_is_looked_at() -> None:
    assert reader((("Sure", "y"),))(b"Sure? no\r\nName: ").answer is None


def test_nothing_that_was_printed_answers_a_rule_for_everything() -> None:
    assert reader(((".*", "y"),))(b"\r\n").answer is None


def test_an_empty_answer_is_one() -> None:
    assert reader((("Enter", ""),))(b"Press Enter ").answer == ""


def test_a_pattern_that_is_none_answers_nothing() -> None:
    assert reader((("(", "y"),))(b"( ").answer is None


def test_a_pattern_that_takes_for_ever_is_asked_once() -> None:
    ask = reader(((r"(x|xx)+(x|xx)+z", "y"), ("last", "n")))
    assert ask(b"x" * 200 + b" last? ").answer == "n"
    assert ask(b"xxz? ").answer is None  # it would fit


def test_secrets_are_masked_in_prompt_and_rule() -> None:
    ask = reader((("s3cret", "y"),), ("s3cret",))
    asked = ask(b"Is it s3cret? ")
    assert (asked.text, asked.rule, asked.answer) == ("Is it ***?", "***", "y")


def test_control_sequences_never_get_into_a_prompt() -> None:
    asked = reader()(b"\x1b]0;title\x07\x1b[31mGo\x1b[5n\xc2\x9b2J? ")
    assert asked.text.isprintable()
    assert "Go" in asked.text


def test_a_long_prompt_is_cut() -> None:
    assert len(reader()(b"a" * 5000).text) == 200


@pytest.mark.parametrize(
    ("prompt", "secret"),
    [
        ("Password:", True),
        ("passphrase for key", True),
        ("API key", True),
        ("Vault token", True),
        ("PIN:", True),
        ("DB_PASSWORD", True),
        ("AWS_ACCESS_KEY", True),  # by the name of a variable
        ("Continue", False),
        ("Pipeline name", False),
    ],
)
def test_answers_to_such_prompts_are_secrets(prompt: str, secret: bool) -> None:
    assert asks_for_secret(prompt) is secret
    assert secret_answers(((prompt, "hunter22"),)) == (("hunter22",) if secret else ())
    assert secret_answers(((prompt, "y"),)) == ()
    assert secret_answers(((prompt, "abc"),)) == ()  # masked everywhere, it would hide words
    assert secret_answers(((prompt, "abcd"),)) == (("abcd",) if secret else ())
