# Completion of tmuxplan for bash 3.2 and newer; printed by `tmuxplan completion bash`.
_tmuxplan() {
    local IFS=$'\n' current="${COMP_WORDS[COMP_CWORD]}" kind line
    COMPREPLY=()
    if [ "$current" = "=" ]; then current=; fi
    {
        read -r kind || return 0
        case $kind in
            words)
                compopt -o nosort 2>/dev/null
                while read -r line; do _tmuxplan_quoted "${line%%$'\t'*}"; done
                ;;
            plan) _tmuxplan_files "$(compgen -d -- "$current"; compgen -f -X '!*.md' -- "$current")" ;;
            folder) _tmuxplan_files "$(compgen -d -- "$current")" ;;
            file) _tmuxplan_files "$(compgen -f -- "$current")" ;;
        esac
    } < <(_TMUXPLAN_COMPLETE=bash "$1" "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$current" 2>/dev/null)
    return 0
}
# Line by line: as words of their own they would be patterns, and `e[x].md` would become `ex.md`.
_tmuxplan_files() {
    local add=_tmuxplan_quoted
    if compopt -o filenames 2>/dev/null; then add=_tmuxplan_plain; fi  # bash quotes them
    while read -r line; do
        if [ "$line" ]; then "$add" "$line"; fi
    done <<<"$1"
}
_tmuxplan_plain() { COMPREPLY+=("$1"); }
# An author may have called a task `$(...)`: that must not come to stand in a command line.
_tmuxplan_quoted() {
    local home='' word="$1"
    case $word in \~/*) home=\~/ ;; esac
    case ${word#"$home"} in
        *[!A-Za-z0-9_.,:=/@%+-]*) printf -v word '%s%q' "$home" "${word#"$home"}" ;;
    esac
    COMPREPLY+=("$word")
}
complete -F _tmuxplan tmuxplan
