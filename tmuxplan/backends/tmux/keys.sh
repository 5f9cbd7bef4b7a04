# What two keys of tmuxplan.conf start, in the environment that a failed task had (shells.py):
#
#     bash keys.sh shell              in a new pane of the task's window: a shell for a person
#     bash keys.sh retry PANE CLIENT  tries the task of this pane again, and tells the client
#
# bash 3.2 is enough. tmux is asked first: the task's own PATH may not have it.

pane=${2:-${TMUX_PANE-}} client=${3-} tmux=$(command -v tmux)

asked() { "$tmux" -u display-message -p -t "$pane" "#{$1}"; }
option() { "$tmux" -u show-options -qv -t "$pane" "$1"; }

task=$(asked @tmuxplan_task) run=$(asked @tmuxplan_run) dir=$(asked @tmuxplan_dir)
folder=$(asked @tmuxplan_folder) program=$(option @tmuxplan_program) kept=$(asked @tmuxplan_env)
# The session's part and the attempt's own: hexadecimal, so that printf reads back every byte.
if [ -n "$kept" ]; then kept=$(option "$kept"); fi
if [ -n "$kept" ]; then
    kept=$(printf "$({ asked @tmuxplan_own; printf '%s\n' "$kept"; } | sed 's/../\\x&/g' | tr -d '\n')")
fi

become_the_task() {
    for name in $(compgen -e); do
        case $name in
        TERM | TMUX | TMUX_PANE | TERM_PROGRAM | TERM_PROGRAM_VERSION | COLUMNS | LINES | PWD) ;;
        *) unset -v "$name" ;;
        esac
    done 2>/dev/null
    eval "$kept" 2>/dev/null
    [ "${__tp_complete-}" = 1 ]
}

tell() {
    said=$(printf '%s\n' "$1" | tail -n 1 | sed 's/#/##/g')
    "$tmux" -u display-message -c "$client" -d 10000 "$said"
}

shell() {
    # It closes with its shell, and `tmuxplan stop` finds it.
    "$tmux" set-option -p -t "$pane" remain-on-exit off \; set-option -p -t "$pane" @tmuxplan_shell 1
    if ! become_the_task; then
        printf 'The environment of %s is not kept any more: its run was stopped. Enter closes this.\n' "$task"
        read -r _
        builtin exit 1
    fi
    builtin cd -- "$dir" || builtin printf '%s is not there any more.\n' "$dir"
    builtin printf '\033[1mA shell as %s had it: its directory and its environment.\033[0m\n' "$task"
    builtin printf 'What you do here changes no verdict; prefix R retries the task. Ctrl-D closes this.\n'
    builtin exec "${BASH:-bash}" --rcfile <(builtin printf 'PS1=%q\n' "$task \\w \\$ ") -i
}

retry() {
    # A run that has ended goes on with the environment of whoever asks: not with tmux's.
    if [ -z "$kept" ]; then
        tell "$task has not failed here; from a shell: tmuxplan retry $task"
        return
    fi
    cd -- "$folder" || return
    said=$(become_the_task && eval "$program retry \"\$task\" --run \"\$run\"" 2>&1)
    tell "$said"
}

case $1 in
shell) shell ;;
retry) retry ;;
esac
