# The outer shell of an attempt: sets the stage, runs the body, records its exit status.
#
#     bash outer.sh FOLDER NONCE CWD empty|terminal LINGER begins|PIPE SHELL...
#
# FOLDER holds script.sh and env (shell/environment.py); FOLDER/status gets the body's exit
# status, written aside and renamed: it is missing or right, never wrong. Who watches renames it
# (files.install_status); where nobody does, we do at our end, or at once if we stay for long.
# 125: the body could not be started (its directory is gone, or env can't be read whole). Where a
# PIPE is given, it begins when that says NONCE, or never. bash 3.2 is enough.
#
# No command substitution, and no program that can be spared: a thousand tasks pay for each fork.

# Functions that the server's environment exports could be called like what is used below.
if builtin compgen -A function >/dev/null; then
    for __tp_name in $(builtin compgen -A function); do
        builtin unset -f "$__tp_name"
    done
fi

# Where who would tell is gone, the pipe ends, or can't be opened: then the window closes.
if [ "$6" != begins ]; then
    if ! { read -r __tp_seen <"$6" && [ "$__tp_seen" = "$2" ]; } 2>/dev/null; then
        exec tmux kill-pane -t "${TMUX_PANE-}"
        exit 125
    fi
fi

umask 077 # the body has its own, from env
# Caught, not ignored: ignored signals are inherited, and Ctrl-C would not reach the task.
# Not HUP: when its window is closed, the task is hung up by our end, as it is by a login shell's;
# else what stands behind its question would run.
trap : INT QUIT TERM
exec 61>&1

__tp_folder=$1 __tp_nonce=$2 __tp_cwd=$3 __tp_input=$4 __tp_linger=$5
shift 6
set -C # who makes the file first has the attempt: we, or a supervisor that gives it up
if ! { { printf '%s\n' "$$" || :; } >"$__tp_folder/began"; } 2>/dev/null; then
    printf 'tmuxplan: this attempt was given up before it began; nothing was run.\n'
    exit 125
fi
set +C
case ${1##*/} in
sh | dash | ash | ksh | mksh | posh) exec 9>&1 ;; # these know descriptors up to 9 only
esac

# Runs in a subshell and becomes the body: nothing of the user's environment gets at the rest.
__tp_body() {
    cd -- "$__tp_cwd" || {
        printf 'tmuxplan: %s is not there; nothing was run. Make the directory, or launch with --cwd.\n' "$__tp_cwd"
        exit 125
    }
    IFS= read -r -d '' __tp_text <"$__tp_folder/env"
    : >"$__tp_folder/env" # the supervisor removes it
    # Their names in a file: a substitution forks, and `${!A@}` for each letter takes longer still.
    builtin compgen -e >"$__tp_folder/status.new" || {
        printf 'tmuxplan: %s could not be written; nothing was run. Make room, and try again.\n' "$__tp_folder/status.new"
        exit 125
    }
    while IFS= read -r __tp_name; do
        case $__tp_name in
        __tp_* | IFS | TERM | TMUX | TMUX_PANE | TERM_PROGRAM | TERM_PROGRAM_VERSION | COLUMNS | LINES | PWD) ;;
        *) unset -v "$__tp_name" ;;
        esac
    done <"$__tp_folder/status.new" 2>/dev/null
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

# `command -p`: PATH may hold anything.
__tp_install() {
    [ ! -e "$__tp_folder/status.new" ] || command -p mv -f -- "$__tp_folder/status.new" "$__tp_folder/status"
} 2>/dev/null

umask 077
# Read back: a full disk must not leave half a number.
if ! { printf '%s\n' "$__tp_status" >"$__tp_folder/status.new" &&
    read -r __tp_seen <"$__tp_folder/status.new" && [ "$__tp_seen" = "$__tp_status" ]; } 2>/dev/null; then
    __tp_install() { :; }
fi
case $__tp_linger in 0.*) ;; *) __tp_install ;; esac
printf '\033]133;D;%s;aid=%s;end=1\007' "$__tp_status" "$__tp_nonce" >&61
# A terminal that nobody has the other end of says nothing, and takes no program to wait for.
# (bash 3.2 knows no parts of a second.)
if [ "$__tp_linger" != 0 ]; then
    { read -r -t "$__tp_linger" __tp_seen </dev/ptmx || [ $? -gt 128 ]; } 2>/dev/null ||
        command -p sleep "$__tp_linger"
fi
__tp_install
exit "$__tp_status"
