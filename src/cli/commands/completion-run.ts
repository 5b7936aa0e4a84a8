import { COMPLETION_MARK } from '../completion-mark.ts'
import type { Invocation } from '../invocation.ts'

/** `influx completion SHELL`. */
export async function printScript({ args, path, terminal }: Invocation): Promise<void> {
  const script = args.length === 1 ? SCRIPTS.get(args[0] as string) : undefined
  if (script === undefined) throw new Error(`usage: ${path} [${[...SCRIPTS.keys()].join('|')}]`)
  // One program under two names: each has a script of its own.
  terminal.out(script.replaceAll('influx', path.split(' ')[0] as string))
}

/*
 * Each script asks the program itself, so that it never gets old. It gives the words before the cursor, then the word under
 * it if that begins with a hyphen or else an empty one, then the mark; it falls back on names of files.
 */

const BASH = `# bash completion for influx
_influx() {
  local IFS=$'\\n' cur=\${COMP_WORDS[COMP_CWORD]} hyphened=
  [[ $cur == -* ]] && hyphened=$cur
  [[ $cur == '=' ]] && cur=
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]/#\\~/$HOME}" "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$hyphened" ${COMPLETION_MARK} 2>/dev/null)" -- "$cur"))
}
complete -o bashdefault -o default -F _influx influx
`

const ZSH = `#compdef influx
# zsh completion for influx
_influx() {
  local cur=\${words[CURRENT]} hyphened= found
  local -a candidates
  [[ $cur == -* ]] && hyphened=$cur
  found=$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 "\${(Q)words[1]/#\\~/$HOME}" "\${(@Q)words[2,CURRENT-1]}" "$hyphened" ${COMPLETION_MARK} 2>/dev/null)
  if [[ -z $found ]]; then
    _files
    return
  fi
  candidates=("\${(@f)found}")
  _describe influx candidates
}
if [[ $funcstack[1] == _influx ]]; then
  _influx "$@"
else
  compdef _influx influx
fi
`

const FISH = `# fish completion for influx
function __influx_candidates
    set -l before (commandline -opc)
    set -l program $before[1]
    set -e before[1]
    set -l cur (commandline -ct)
    set -l hyphened ''
    string match -q -- '-*' "$cur"; and set hyphened $cur
    set -l found (_CLI_ZSH_AUTOCOMPLETE_HACK=1 $program $before "$hyphened" ${COMPLETION_MARK} 2>/dev/null)
    if test (count $found) -eq 0
        __fish_complete_path "$cur"
    else
        string replace -r '(?<!\\\\\\\\):' '\\t' -- $found
    end
end
complete -c influx -f -a '(__influx_candidates)'
`

const POWERSHELL = `# PowerShell completion for influx
Register-ArgumentCompleter -Native -CommandName influx -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $program, $before = $words
    if ($wordToComplete) { $before = @($before | Select-Object -SkipLast 1) }
    $hyphened = if ($wordToComplete -like '-*') { $wordToComplete } else { '' }
    & $program @before $hyphened ${COMPLETION_MARK} 2>$null |
        Where-Object { $_ -like "$wordToComplete*" } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', BASH],
  ['zsh', ZSH],
  ['fish', FISH],
  ['powershell', POWERSHELL],
])
