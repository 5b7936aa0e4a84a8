import { type Asked, FaultyCall, parseArguments } from './arguments.ts'
import type { CommandNode } from './command.ts'
import { COMPLETION_MARK } from './completion-mark.ts'
import { renderHelp } from './help.ts'
import { interruptible } from './interruption.ts'
import { type Invocation, invocationOf, requireFlags } from './invocation.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { visibleLines } from './visible.ts'

/**
 * Runs one command line. Every failure ends with one message on stderr that begins `Error: `, and 1.
 * Source: CLI contract 1.8.
 *
 * @returns the exit code
 */
export async function run(
  root: CommandNode,
  words: readonly string[],
  terminal: Terminal,
  env: Invocation['env'],
): Promise<number> {
  if (words.at(-1) === COMPLETION_MARK) {
    const { candidates, printed } = await import('./completion.ts')
    terminal.out(printed(candidates(root, words.slice(0, -1), env), env))
    return 0
  }
  try {
    const asked = parseArguments(root, joinTokens(words, terminal))
    if ('helpOf' in asked) terminal.out(renderHelp(asked.helpOf, asked.path))
    else await call(asked, terminal, env)
    return 0
  } catch (cause) {
    if (cause instanceof FaultyCall) showUsage(cause, terminal)
    const message = cause instanceof Error ? cause.message : String(cause)
    // It may repeat what a server says, or a name that somebody else chose.
    terminal.err(`Error: ${terminal.errIsTerminal ? visibleLines(message) : message}\n`)
    return 1
  }
}

async function call(
  { run: given }: Extract<Asked, { run: unknown }>,
  terminal: Terminal,
  env: Invocation['env'],
): Promise<void> {
  const { command, path } = given
  const invocation = invocationOf(given, terminal, env)
  try {
    requireFlags(invocation)
    if (command.run === undefined) throw new TypeError(`${path} does nothing`)
    await interruptible(command.run(invocation), terminal.interrupted)
  } catch (cause) {
    throw cause instanceof UsageError ? new FaultyCall(command, path, cause) : cause
  }
}

/** The command's help, with the fault above it, where the reference shows it. */
function showUsage({ node, path, cause }: FaultyCall, terminal: Terminal): void {
  if (cause.showsHelp === 'no') return
  const mark = node.subcommands === undefined ? ':' : '.'
  if (cause.showsHelp === 'with-message') terminal.out(`Incorrect Usage${mark} ${cause.message.split('\n')[0]}\n\n`)
  terminal.out(renderHelp(node, path))
}

/**
 * A token is whatever stands after its flag, even if it begins with a hyphen; said on stderr when it does.
 * Source: CLI contract 1.5.
 */
function joinTokens(words: readonly string[], terminal: Terminal): string[] {
  const joined: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    const next = words[at + 1]
    if (!['--token', '-token', '-t'].includes(word) || next === undefined) {
      joined.push(word)
      continue
    }
    if (next.startsWith('-') && next !== '-') {
      terminal.err(
        `warning: what follows ${word} is taken for the token although it begins with a hyphen; ${word}=TOKEN says so plainly\n`,
      )
    }
    joined.push(`${word}=${next}`)
    at++
  }
  return joined
}
