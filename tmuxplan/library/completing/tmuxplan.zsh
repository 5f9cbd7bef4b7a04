#compdef tmuxplan
# Completion of tmuxplan for zsh; printed by `tmuxplan completion zsh`.
_tmuxplan() {
    local -a lines values shown
    local line word meaning
    lines=("${(@f)$(_TMUXPLAN_COMPLETE=zsh "${words[1]}" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    case ${lines[1]} in
        words)
            for line in "${(@)lines[2,-1]}"; do
                word=${line%%$'\t'*}
                meaning=${line#*$'\t'}
                values+=("$word")
                shown+=("$word${meaning:+  -- $meaning}")
            done
            # -U: a run may be named by its end, which is no beginning of what it becomes.
            compadd -U -l -V tmuxplan -d shown -a values
            ;;
        plan) _files -g '*.md' ;;
        folder) _files -/ ;;
        file) _files ;;
    esac
}
# Sourced (`eval`), it registers itself; from a directory of $fpath it is the function's body.
if [ "$funcstack[1]" = "_tmuxplan" ]; then
    _tmuxplan "$@"
else
    compdef _tmuxplan tmuxplan
fi
