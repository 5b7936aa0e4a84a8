import { run } from './run.ts'
import { processTerminal } from './terminal.ts'
import { INFLUX } from './tree.ts'

/** Runs `influx` with the arguments of this process. */
export async function main(words: readonly string[]): Promise<void> {
  const { env } = process
  // A reader that went away (`| head`) is no failure of ours.
  process.stdout.on('error', () => process.exit(0))
  process.exitCode = await run(INFLUX, words, processTerminal(env), env)
}
