# Completion of tmuxplan for fish; printed by `tmuxplan completion fish`.
function __tmuxplan_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (env _TMUXPLAN_COMPLETE=fish $tokens[1] $tokens[2..-1] "$current" 2>/dev/null)
    switch "$lines[1]"
        case words
            printf '%s\n' $lines[2..-1]
        case plan
            __fish_complete_suffix .md
        case folder
            __fish_complete_directories "$current"
        case file
            __fish_complete_path "$current"
    end
end
complete -c tmuxplan -f -a '(__tmuxplan_complete)'
