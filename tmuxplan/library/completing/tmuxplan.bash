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
                while read -r line; do
                    COMPREPLY+=("${line%%$'\t'*}")
                done
                ;;
            plan)
                compopt -o filenames 2>/dev/null
                COMPREPLY=($(compgen -d -- "$current"; compgen -f -X '!*.md' -- "$current"))
                ;;
            folder)
                compopt -o filenames 2>/dev/null
                COMPREPLY=($(compgen -d -- "$current"))
                ;;
            file)
                compopt -o filenames 2>/dev/null
                COMPREPLY=($(compgen -f -- "$current"))
                ;;
        esac
    } < <(_TMUXPLAN_COMPLETE=bash "$1" "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$current" 2>/dev/null)
    return 0
}
complete -F _tmuxplan tmuxplan
