"""Which names and values are secrets."""

from __future__ import annotations

import pytest

from tmuxplan.judge.secrets import mask, secret_names, secret_values

SECRET = [
    "API_KEY", "apiKey", "OPENAI_APIKEY", "GITHUB_TOKEN", "npm_config_authToken", "DB_PASSWORD",
    "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "CLIENT_SECRET", "MYSQL_PWD_PASSWD", "BASIC_AUTH",
    "GOOGLE_CREDENTIALS", "SSH_PASSPHRASE", "JWT_SECRETS", "KEY", "TOKEN2", "STRIPE_KEY_LIVE",
]  # fmt: skip
OTHER = [
    "PATH", "HOME", "PWD", "OLDPWD", "KEYBOARD_LAYOUT", "MONKEY", "AUTHOR", "XAUTHORITY", "_",
    "SSH_AUTH_SOCK", "PORT", "TOKENIZERS_PARALLELISM", "SSH_KEY_PATH", "CREDENTIALS_FILE",
    "COMPASS", "TURKEY",
]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    SECRET,
)
def test_secret_names(name: str) -> None:
    assert secret_names([name]) == (name,)


@pytest.mark.parametrize(
    "name",
    OTHER,
)
def test_other_names(name: str) -> None:
    assert secret_names([name]) == ()


def test_a_name_that_was_given_is_one() -> None:
    assert secret_names(["HOME", "A_KEY"], ["HOME"]) == ("A_KEY", "HOME")


def test_values_longest_first() -> None:
    env = {"A_KEY": "short1", "B_TOKEN": "much-longer-value", "HOME": "/home/someone"}
    assert secret_values(env) == ("much-longer-value", "short1")


@pytest.mark.parametrize("value", ["8000", "true", "False", "abc", "", "localhost", "  "])
def test_everyday_values_are_not_masked(value: str) -> None:
    assert secret_values({"THE_KEY": value}) == ()


@pytest.mark.parametrize("value", ["123456", "p4ss", "hunter2", "/base64/like=="])
def test_short_ones_that_are_secrets(value: str) -> None:
    assert secret_values({"THE_KEY": value}) == (value,)


def test_a_given_name_is_taken_at_its_word() -> None:
    assert secret_values({"STAGE": "production", "N": "12"}, ["STAGE", "N", "GONE"]) == (
        "production",
    )


def test_a_value_of_several_lines_is_masked_line_by_line_too() -> None:
    key = "-----BEGIN KEY-----\nabcdefgh1234\nxy\n-----END KEY-----"
    values = secret_values({"SSH_KEY": key})
    assert key in values
    assert mask("abcdefgh1234\r\n", values) == "***\r\n"
    assert "xy" not in values


def test_mask_takes_the_longest_first() -> None:
    values = secret_values({"A_KEY": "abcd", "B_KEY": "abcdefgh"})
    assert mask("x abcdefgh abcd y", values) == "x *** *** y"
    assert mask("nothing", ("",)) == "nothing"
