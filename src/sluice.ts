import type { Command } from 'commander'
import { findCommand } from './cli/arguments.ts'
import type { CommandNode } from './cli/command.ts'
import { COMPLETION_MARK } from './cli/completion-mark.ts'
import { main } from './cli/main.ts'
import { INFLUX } from './cli/tree.ts'

/**
 * The `sluice` command line: what `influx` does, and what is done on the server's own machine. The first word decides who
 * reads the rest, and only he is loaded.
 */
export async function sluice(words: readonly string[]): Promise<void> {
  const client: CommandNode = { ...INFLUX, name: 'sluice' }
  const subject = words[0] === 'help' ? words[1] : words[0]
  if (subject !== undefined && findCommand(client, subject) !== undefined) return main(client, words)
  const { program } = await import('./operate/program.ts')
  if (words.at(-1) === COMPLETION_MARK) return main(withServerCommands(client, program()), words)
  await program(INFLUX.subcommands).parseAsync(words, { from: 'user' })
}

/** Everything, for those who are typing. */
function withServerCommands(client: CommandNode, server: Command): CommandNode {
  return { ...client, subcommands: [...server.commands.map(nodeOf), ...(client.subcommands ?? [])] }
}

function nodeOf(command: Command): CommandNode {
  const flags = command.options.map(option => ({
    name: option.name(),
    kind: option.isBoolean() ? ('switch' as const) : ('text' as const),
    help: option.description,
  }))
  const inner = command.commands.map(nodeOf)
  return {
    name: command.name(),
    purpose: command.summary() || command.description(),
    flags,
    ...(inner.length > 0 && { subcommands: inner }),
  }
}
