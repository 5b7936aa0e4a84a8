import type { Command, CommanderError } from 'commander'
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
  process.stdout.on('error', subject === 'serve' ? () => {} : cannotPrint)
  const server = program(INFLUX.subcommands)
  try {
    await server.parseAsync(asked(server, words), { from: 'user' })
  } catch (cause) {
    const { code, exitCode } = cause as CommanderError
    if (!code?.startsWith('commander.')) throw cause
    // Set, not called: what was printed may yet turn out not to have been written.
    process.exitCode = exitCode === 0 ? 0 : 2
  }
}

/** `help` of a command at any depth, and what is said about one that there is not. */
function asked(server: Command, words: readonly string[]): readonly string[] {
  const [first, ...topic] = words
  if (first !== 'help' || topic[0] === undefined) return words
  return server.commands.some(command => command.name() === topic[0]) ? [...topic, '--help'] : topic
}

/** No success even if the reader went away (`| head`): a restore, say, may not have been done yet. A server serves on. */
function cannotPrint({ code, message }: NodeJS.ErrnoException): never {
  if (code !== 'EPIPE') process.stderr.write(`sluice: cannot write to standard output: ${message}\n`)
  process.exit(1)
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
