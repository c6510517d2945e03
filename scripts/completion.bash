# completion.bash - words for tepid and tepid-ui in bash. Options are read from --help, so they cannot be out of date.

_tepid_commands() {
    tepid --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p'
}

_tepid_options() {
    "$@" --help 2>/dev/null | sed -n 's/^  [-, a-z]\{4\}\(--[a-z][a-z-]*\).*/\1/p'
}

# Parameters of the scenario already on the line, as "name=".
_tepid_parameters() {
    local word first=2
    [ "${COMP_WORDS[0]##*/}" != tepid-ui ] || first=1
    for word in "${COMP_WORDS[@]:first}"; do
        case $word in
        -*) ;;
        *)
            tepid params "$word" 2>/dev/null |
                sed -n '/^Parameters/,/^$/s/^  \([A-Za-z_][A-Za-z0-9_]*\) .*/\1=/p'
            return
            ;;
        esac
    done
}

_tepid() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    local program=(tepid "$command")
    COMPREPLY=()
    if [ "${COMP_WORDS[0]##*/}" = tepid-ui ]; then
        command=view
        program=(tepid-ui)
    elif [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_tepid_commands) --help" -- "$current")
        return
    fi
    case $previous in
    -p | --param)
        compopt -o nospace
        mapfile -t COMPREPLY < <(compgen -W "$(_tepid_parameters)" -- "$current")
        return
        ;;
    --variant)
        mapfile -t COMPREPLY < <(compgen -W "all" -- "$current")
        return
        ;;
    --insights)
        mapfile -t COMPREPLY < <(compgen -W "full off" -- "$current")
        return
        ;;
    --theme)
        mapfile -t COMPREPLY < <(compgen -W "dark light" -- "$current")
        return
        ;;
    --page)
        mapfile -t COMPREPLY < <(compgen -W "charts map traces compare sweep insights" -- "$current")
        return
        ;;
    --out | --screenshot | --script)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    --prices)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -X '!*.json' -- "$current"; compgen -d -- "$current")
        return
        ;;
    esac
    if [ "${current:0:1}" = - ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_tepid_options "${program[@]}")" -- "$current")
        return
    fi
    case $command in
    run | check | params | sweep | compare | report | view | emulate)
        compopt -o filenames
        mapfile -t COMPREPLY < <(
            compgen -f -X '!*.lua' -- "$current"
            compgen -d -- "$current"
            compgen -W "$(tepid list --names 2>/dev/null)" -- "$current"
        )
        ;;
    merge)
        mapfile -t COMPREPLY < <(compgen -d -- "$current")
        ;;
    new)
        mapfile -t COMPREPLY < <(compgen -W "$(tepid list --names 2>/dev/null)" -- "$current")
        ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W "$(_tepid_commands)" -- "$current")
        ;;
    explain)
        mapfile -t COMPREPLY < <(
            compgen -W "$(tepid explain 2>/dev/null | sed 's/^  [a-z]*  //; /SETTING/d')" -- "$current"
        )
        ;;
    import)
        [ "$COMP_CWORD" -eq 2 ] && mapfile -t COMPREPLY < <(compgen -W "azure-trace" -- "$current")
        [ "$COMP_CWORD" -gt 2 ] && mapfile -t COMPREPLY < <(compgen -f -- "$current")
        ;;
    esac
}

complete -F _tepid tepid tepid-ui
