"""Which variables hold secrets, by name; which of their values are masked; the masking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tmuxplan.plan.patterns import lazy

MASK = "***"
SHORTEST = 4
"""Characters: a shorter value would be found in half of all words."""

_WORDS = {
    "key", "keys", "token", "tokens", "secret", "secrets", "password", "passwords", "passwd",
    "passphrase", "passcode", "pass", "pw", "credential", "credentials", "creds", "cred", "auth",
    "pat", "bearer", "cookie", "dsn",
}  # fmt: skip
# Written without a separator: PGPASSWORD, APIKEY, NPMTOKEN.
_ENDINGS = ("password", "passwd", "apikey", "token", "secret", "passphrase", "credentials")
# These name where a secret is, not what it is: SSH_AUTH_SOCK, KEY_FILE.
_PLACES = {"file", "path", "dir", "sock", "socket", "url", "host", "port", "name", "type", "id"}
_ORDINARY = {
    "true", "false", "none", "null", "test", "testing", "local", "localhost", "prod",
    "production", "staging", "development", "default", "auto", "always", "never", "enabled",
    "disabled", "debug", "info", "warning", "error", "admin", "root", "user", "basic", "bearer",
    "oauth", "oauth2", "changeme", "undefined", "plain", "public", "private", "required",
    "optional",
}  # fmt: skip
_IN_DOUBLE = lazy(r'["\\$`]')
_IN_DEFAULT = lazy(r'["\\$`}]')
_IN_WORD = lazy(r"[^A-Za-z0-9@%+=:,./_\-\x80-\U0010ffff]")
_PART = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def secret_names(names: Iterable[str], extra: Iterable[str] = ()) -> tuple[str, ...]:
    """The names that look like a secret's, and `extra` (`--secret NAME`), each once, sorted."""
    return tuple(sorted({name for name in names if _looks_secret(name)} | set(extra)))


def secret_values(env: Mapping[str, str], extra_names: Iterable[str] = ()) -> tuple[str, ...]:
    """The values to mask, longest first.

    By name: not shorter than 4 characters, no number below six digits (`8000`), no everyday
    word (`true`, `localhost`): masking those would hide half of every report. A name that was
    given (`extra_names`) is taken at its word, only the length counts. Of a value of several
    lines each longer line is masked by itself too: a terminal writes other line ends.
    """
    extra = set(extra_names)
    values: set[str] = set()
    for name in secret_names(env, extra):
        value = env.get(name, "").strip()
        if name in extra or not _ordinary(value):
            values |= _parts(value)
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def mask(text: str, values: Iterable[str]) -> str:
    """`text` with every one of `values` (longest first) as `***`."""
    for value in values:
        if value and value in text:
            text = text.replace(value, MASK)
    return text


def _looks_secret(name: str) -> bool:
    words = [part.lower() for part in _PART.findall(name)]
    if not words or words[-1] in _PLACES:
        return False
    return any(word in _WORDS or word.endswith(_ENDINGS) for word in words)


def _ordinary(value: str) -> bool:
    return value.lower() in _ORDINARY or (value.isdigit() and len(value) < 6)


def _parts(value: str) -> set[str]:
    if len(value) < SHORTEST:
        return set()
    lines = {line.strip() for line in value.splitlines()} if "\n" in value else set()
    plain = {value} | {line for line in lines if len(line) >= 8}
    return plain | {spelled for each in plain for spelled in _spelled(each)}


def _spelled(value: str) -> set[str]:
    """As the shell's quotes want it (`shell/quoting.py`): filled into a command, it stands so."""
    spellings = {
        value.replace("'", "'\\''"),
        value.replace("\\", "\\\\").replace("'", "\\'"),
        _IN_DOUBLE.sub(r"\\\g<0>", value),
        _IN_DEFAULT.sub(r"\\\g<0>", value).replace("'", '"\'"'),
        _IN_WORD.sub(r"\\\g<0>", value),
    }
    in_backticks = (spelling.replace("\\", "\\\\") for spelling in spellings)
    return spellings | {spelling.replace("`", "\\`") for spelling in in_backticks}
