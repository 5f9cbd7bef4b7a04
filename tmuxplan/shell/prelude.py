"""The step ledger in shell: the function that reports a step's end, one line per shell.

`__tp K FLAGS TEXT WORD`: step K ended (0: nothing yet), TEXT is the next step as shown to
people (empty: none), FLAGS and WORD are `stops.Rule`. It must leave no trace: no forks, only
builtins (the script may have functions of any name, so `builtin`), nothing that IFS, `set -u`,
`set -e`, `set -f` or a changed stderr could disturb, and the status that it found.
Records: docs/architecture.md.
`__tp_watch`: what follows is several statements in one step; the first that fails at the top
is its status. Its trap's redirection hides what a DEBUG trap prints about it.
`export -n`: under `set -a` our variables would reach children.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import cache, lru_cache

_BASH = r"""
__tp() {
__tp_rc=$? __tp_ps=("${PIPESTATUS[@]}") __tp_t=${EPOCHREALTIME-} __tp_stop= __tp_how=;
__tp_n=;
if [[ ${__tp_of-} ]]; then __tp_ps=("${__tp_of[@]}") __tp_of=(); fi;
if [[ $1 != 0 ]]; then
if [[ $__tp_rc != 0 ]]; then __tp_failed "$2" "${4-}"; fi;
builtin printf -v __tp_p ' %s' "${__tp_ps[@]}";
if [[ $1 != "${__tp_told-}" ]]; then
builtin printf '\033]133;D;%s;aid=@NONCE@;step=%s;ps=%s;t=%s%s\007'
 "$__tp_rc" "$1" "${__tp_p# }" "${__tp_t/,/.}" "$__tp_how" >&61;
fi;
fi;
if [[ $3 && ! $__tp_stop ]]; then
builtin printf '\033]133;A;aid=@NONCE@;step=%s\007\033[2m$ %s\033[0m\n@C@;step=%s;t=%s\007'
 "$(($1 + 1))" "$3" "$(($1 + 1))" "${__tp_t/,/.}" >&61;
fi;
__tp_at=${PWD-};
if [[ $- == *a* ]]; then
builtin export -n __tp_rc __tp_ps __tp_of __tp_n __tp_told __tp_err;
builtin export -n __tp_t __tp_stop __tp_how __tp_p __tp_at __tp_f __tp_d __tp_kept;
fi;
builtin return "$__tp_rc";
};
__tp_failed() {
case $1 in
*c*) __tp_stop=1;;
*s*) if ! __tp_there "$2"; then __tp_stop=1; fi;;
esac;
if [[ $1 == *l* && ${PWD-} == "$__tp_at" ]]; then __tp_stop=1; fi;
if [[ ! $__tp_stop && ${PWD-} != "$__tp_at" ]]; then
if builtin cd -- "$__tp_at" >/dev/null;
then __tp_how=";back=${__tp_at//[[:cntrl:]]/?}";
else __tp_stop=1; fi;
fi;
if [[ $__tp_stop ]]; then __tp_how=';stop=1'; fi;
};
__tp_there() {
if [[ $- == *u* ]];
then builtin set +u; builtin eval "__tp_f=$1"; builtin set -u;
else builtin eval "__tp_f=$1"; fi;
if [[ -e $__tp_f && ! -d $__tp_f ]]; then builtin return 0; fi;
if [[ $__tp_f == */* ]]; then builtin return 1; fi;
__tp_d=${PATH-}:;
while [[ $__tp_d ]]; do
if [[ -f ${__tp_d%%:*}/$__tp_f ]]; then builtin return 0; fi;
__tp_d=${__tp_d#*:};
done;
builtin return 1;
};
__tp_end() {
__tp_rc=$?;
if [[ $__tp_stop ]]; then builtin exit "$__tp_rc"; fi;
builtin return "$__tp_rc";
};
__tp_members() { __tp_of=("${PIPESTATUS[@]}"); builtin return 0; };
__tp_watch() {
__tp_rc=$? __tp_n=$1 __tp_told=;
if [[ ! $(builtin trap -p ERR) ]]; then builtin trap '{ __tp_erred; } >/dev/null 2>&1' ERR; fi;
builtin return "$__tp_rc";
};
__tp_erred() {
__tp_err=$?;
if [[ ${__tp_n-} && ! $__tp_told && $BASH_SUBSHELL == 0 && ${#FUNCNAME[@]} -le 2 ]]; then
__tp_told=$__tp_n;
builtin printf '\033]133;D;%s;aid=@NONCE@;step=%s;ps=%s;t=%s\007'
 "$__tp_err" "$__tp_n" "$__tp_err" '' >&61;
fi;
builtin return "$__tp_err";
};
__tp_keep() { __tp_kept=$?; builtin return "$__tp_kept"; };
__tp_last() { builtin return "${__tp_kept-0}"; };
__tp_no() { builtin return 2; };
"""

# zsh: other names for the same things; not every builtin takes `builtin` well, none is needed.
_ZSH = (
    _BASH.replace("${PIPESTATUS[@]}", "${pipestatus[@]}")
    .replace("builtin export -n", "builtin typeset +x")
    .replace("\n__tp() {", "\nzmodload zsh/datetime 2>/dev/null;\n__tp() {", 1)
)

# A POSIX shell: no arrays, no clock, no descriptor above 9.
_SH = r"""
__tp() {
__tp_rc=$? __tp_stop= __tp_how=;
if [ "$1" != 0 ]; then
if [ "$__tp_rc" != 0 ]; then __tp_failed "$2" "${4-}"; fi;
command printf '\033]133;D;%s;aid=@NONCE@;step=%s;ps=%s;t=%s\007'
 "$__tp_rc" "$1" "$__tp_rc" "$__tp_how" >&9;
fi;
if [ -n "$3" ] && [ -z "$__tp_stop" ]; then
command printf '\033]133;A;aid=@NONCE@;step=%s\007\033[2m$ %s\033[0m\n@C@;step=%s;t=\007'
 "$(($1 + 1))" "$3" "$(($1 + 1))" >&9;
fi;
__tp_at=${PWD-};
return "$__tp_rc";
};
__tp_failed() {
case $1 in
*c*) __tp_stop=1;;
*s*) if ! __tp_there "$2"; then __tp_stop=1; fi;;
esac;
case $1 in *l*) if [ "${PWD-}" = "$__tp_at" ]; then __tp_stop=1; fi;; esac;
if [ -z "$__tp_stop" ] && [ "${PWD-}" != "$__tp_at" ]; then
if command cd -- "$__tp_at" >/dev/null; then __tp_how=";back=$__tp_at"; else __tp_stop=1; fi;
fi;
if [ -n "$__tp_stop" ]; then __tp_how=';stop=1'; fi;
};
__tp_there() {
case $- in *u*) set +u; eval "__tp_f=$1"; set -u;; *) eval "__tp_f=$1";; esac;
[ -e "$__tp_f" ] && [ ! -d "$__tp_f" ];
};
__tp_end() { __tp_rc=$?; if [ -n "$__tp_stop" ]; then exit "$__tp_rc"; fi; return "$__tp_rc"; };
__tp_members() { return 0; };
__tp_keep() { __tp_kept=$?; return "$__tp_kept"; };
__tp_last() { return "${__tp_kept-0}"; };
__tp_no() { return 2; };
"""

_PRELUDES = {"bash": _BASH, "zsh": _ZSH, "sh": _SH}
# Not `\b__tp`: a literal is found at once behind the thousands of blank lines that stand before it.
_CALLED = re.compile(r"__tp\w*")
_DEFINITION = re.compile(r"^(?=__tp\w*\(\) \{)", re.MULTILINE)


def prelude(nonce: str, shell_name: str, script: str) -> str:
    """The definitions that a script calls, on one line, so that the plan's line numbers stay free.

    Every task's shell reads them, and most scripts call two of ten.
    """
    return _line(shell_name, frozenset(_CALLED.findall(script))).replace("@NONCE@", nonce)


@lru_cache(maxsize=256)  # thousands of scripts call the same few
def _line(shell_name: str, called: frozenset[str]) -> str:
    before, defined = _definitions(shell_name)
    needed = _needed(called, defined)
    text = before + "".join(text for name, text in defined.items() if name in needed)
    return " ".join(text.strip("\n").split("\n")).replace("@C@", r"\033]133;C;aid=@NONCE@")


@cache
def _definitions(shell_name: str) -> tuple[str, dict[str, str]]:
    """What stands before the first function, and each function's text by its name."""
    before, *functions = _DEFINITION.split(_PRELUDES[shell_name])
    return before, {text.partition("(")[0]: text for text in functions}


def _needed(called: Set[str], defined: Mapping[str, str]) -> set[str]:
    """The functions that are called, and those that they call."""
    found, todo = set[str](), set(called)
    while todo := (todo & defined.keys()) - found:
        found |= todo
        todo = {name for each in todo for name in _CALLED.findall(defined[each])}
    return found
