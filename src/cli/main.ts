import type { CommandNode } from './command.ts'
import { run } from './run.ts'
import { processTerminal } from './terminal.ts'

/** Runs a command of the tree in this process. */
export async function main(root: CommandNode, words: readonly string[]): Promise<void> {
  const { env } = process
  const interruption = new AbortController()
  // Once each: whoever presses Ctrl-C again does not want to wait for our last words.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
  process.stdout.on('error', cannotPrint)
  process.exitCode = await run(root, words, processTerminal(env, interruption.signal), env)
  // What was interrupted may still be waiting for input that never comes.
  if (interruption.signal.aborted) process.stderr.write('', () => process.exit())
}

/** A reader that went away (`| head`) is no failure of ours; a full disk must not pass for success. */
function cannotPrint(cause: NodeJS.ErrnoException): never {
  if (cause.code === 'EPIPE') process.exit(0)
  process.stderr.write(`Error: cannot write to standard output: ${cause.message}\n`)
  process.exit(1)
}
