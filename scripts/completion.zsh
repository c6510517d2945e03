#compdef tepid tepid-ui
# completion.zsh - words for tepid and tepid-ui in zsh. Options are read from --help, so they cannot be out of date.

_tepid_commands() {
    local -a commands
    commands=(${(f)"$(tepid --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\)  *\(.*\)/\1:\2/p')"})
    _describe command commands
}

# Options of "tepid COMMAND" or "tepid-ui", with what they do.
_tepid_options() {
    local -a options
    options=(${(f)"$("$@" --help 2>/dev/null | sed -n 's/^  [-, a-z]\{4\}\(--[a-z][a-z-]*\)[^ ]*\( [^ ]*\)* *  \([^ ].*\)$/\1:\3/p; s/^  [-, a-z]\{4\}\(--[a-z][a-z-]*\) [^ ]*$/\1:/p')"})
    _describe option options
}

_tepid_scenarios() {
    local -a names
    names=(${(f)"$(tepid list --names 2>/dev/null)"})
    _describe scenario names
    _files -g '*.lua'
}

# Parameters of the scenario already on the line, as "name=".
_tepid_parameters() {
    local word first=3
    local -a names
    [[ ${words[1]:t} != tepid-ui ]] || first=2
    for word in ${words[first,-1]}; do
        [[ $word != -* ]] || continue
        names=(${(f)"$(tepid params $word 2>/dev/null | sed -n '/^Parameters/,/^$/s/^  \([A-Za-z_][A-Za-z0-9_]*\) .*/\1=/p')"})
        (( $#names )) && compadd -S '' -a names && return
    done
}

_tepid() {
    local -a command
    command=(tepid-ui)
    if [[ ${words[1]:t} != tepid-ui ]]; then
        (( CURRENT == 2 )) && { _tepid_commands; return }
        command=(tepid ${words[2]})
    fi
    case ${words[CURRENT-1]} in
    -p | --param) _tepid_parameters; return ;;
    --variant) _message 'variant, or all'; return ;;
    --theme) compadd dark light; return ;;
    --page) compadd charts map traces compare sweep insights; return ;;
    --insights) compadd full off; return ;;
    --out) _files -/; return ;;
    --prices) _files -g '*.json'; return ;;
    --screenshot) _files -g '*.png'; return ;;
    --script) _files; return ;;
    esac
    if [[ ${words[CURRENT]} == -* ]]; then
        _tepid_options $command
        return
    fi
    case ${command[-1]} in
    run | check | params | sweep | compare | view | emulate | tepid-ui) _tepid_scenarios ;;
    new) compadd ${(f)"$(tepid list --names 2>/dev/null)"} ;;
    merge) _files -/ ;;
    report) _files -/; _tepid_scenarios ;;
    help) _tepid_commands ;;
    explain) compadd ${(f)"$(tepid explain 2>/dev/null | sed 's/^  [a-z]*  //; /SETTING/d')"} ;;
    import) (( CURRENT == 3 )) && compadd azure-trace || _files ;;
    esac
}

_tepid "$@"
