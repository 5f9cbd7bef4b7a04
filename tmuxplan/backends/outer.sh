# The outer shell of an attempt: sets the stage, runs the body, records its exit status.
#
#     bash outer.sh FOLDER NONCE CWD empty|terminal LINGER SHELL...
#
# FOLDER holds script.sh and env (shell/environment.py); FOLDER/status gets the body's exit
# status, written aside and renamed: it is missing or right, never wrong. 125: the body could
# not be started (its directory is gone, or env can't be read whole). bash 3.2 is enough.

# Functions that the server's environment exports could be called like what is used below.
for __tp_name in $(builtin compgen -A function); do
    builtin unset -f "$__tp_name"
done

# Caught, not ignored: ignored signals are inherited, and Ctrl-C would not reach the task.
trap : HUP INT QUIT TERM
# A terminal that closes hangs up its session's leader alone, and the others when that ends. On
# the pty backend it closes when the supervisor dies: surviving that, we would leave the body
# running for ever where nobody sees it. (In tmux the supervisor ends what was hung up.)
if [ "${TMUXPLAN_HANG_UP-}" = ends ]; then trap - HUP; fi
exec 61>&1

__tp_folder=$1 __tp_nonce=$2 __tp_cwd=$3 __tp_input=$4 __tp_linger=$5
shift 5
if ! (umask 077 && set -C && { printf '%s\n' "$$" || :; } >"$__tp_folder/began") 2>/dev/null; then
    printf 'tmuxplan: this attempt was given up before it began; nothing was run.\n'
    exit 125
fi
case ${1##*/} in
sh | dash | ash | ksh | mksh | posh) exec 9>&1 ;; # these know descriptors up to 9 only
esac

# Runs in a subshell and becomes the body: nothing of the user's environment gets at the rest.
__tp_body() {
    cd -- "$__tp_cwd" || {
        printf 'tmuxplan: %s is not there; nothing was run. Make the directory, or launch with --cwd.\n' "$__tp_cwd"
        exit 125
    }
    __tp_text=$(<"$__tp_folder/env") && command -p rm -f -- "$__tp_folder/env"
    for __tp_name in $(compgen -e); do
        case $__tp_name in
        TERM | TMUX | TMUX_PANE | TERM_PROGRAM | TERM_PROGRAM_VERSION | COLUMNS | LINES | PWD) ;;
        *) unset -v "$__tp_name" ;;
        esac
    done 2>/dev/null
    set -- "$@" "$__tp_folder/script.sh"
    if [ "$__tp_input" = empty ]; then exec </dev/null; fi
    export PWD
    unset -v __tp_complete
    eval "$__tp_text" 2>/dev/null
    if [ "${__tp_complete-}" != 1 ]; then
        builtin printf 'tmuxplan: the environment of the task could not be read whole; nothing was run.\n'
        builtin exit 125
    fi
    builtin exec "$@"
}

# Only bash's own word that the body was killed is left out: it names this file, not the plan.
{ (__tp_body "$@" 2>&62 62>&-); } 62>&2 2>/dev/null
__tp_status=$?

umask 077
# `command -p`: PATH may hold anything. Read back: a full disk must not leave half a number.
if printf '%s\n' "$__tp_status" >"$__tp_folder/status.new" &&
    read -r __tp_seen <"$__tp_folder/status.new" && [ "$__tp_seen" = "$__tp_status" ]; then
    command -p mv -f -- "$__tp_folder/status.new" "$__tp_folder/status"
fi 2>/dev/null
printf '\033]133;D;%s;aid=%s;end=1\007' "$__tp_status" "$__tp_nonce" >&61
if [ "$__tp_linger" != 0 ]; then command -p sleep "$__tp_linger"; fi
exit "$__tp_status"
