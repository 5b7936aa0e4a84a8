import type { CommandNode } from '../command.ts'

/** `influx completion`. Source: CLI contract 1.9; fish is ours. */
export const COMPLETION: CommandNode = {
  name: 'completion',
  purpose: 'Print a script that completes commands in a shell',
  description: `bash, in ~/.bashrc:                   eval "$(influx completion bash)"
zsh, in ~/.zshrc after compinit:      eval "$(influx completion zsh)"
fish, in ~/.config/fish/config.fish:  influx completion fish | source
PowerShell, in $PROFILE:              influx completion powershell | Out-String | Invoke-Expression`,
  positional: { form: 'bash|zsh|fish|powershell' },
  example: 'influx completion bash',
  run: async invocation => (await import('./completion-run.ts')).printScript(invocation),
}
