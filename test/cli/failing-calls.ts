// Calls of the command line that fail, and what they have to say: one clear sentence on stderr, and nothing on stdout.
import { expect } from 'vitest'
import { type Called, type CallOptions, influx, makeHome } from './call.ts'

export const ID = '0c0c0c0c0c0c0c01'

/** Commands of every kind: reading one, reading many, changing, and the ways that data take. */
export const COMMANDS: readonly (readonly string[])[] = [
  ['auth', 'list'],
  ['auth', 'list', '--id', ID],
  ['auth', 'create', '--read-buckets'],
  ['auth', 'inactive', '--id', ID],
  ['auth', 'delete', '--id', ID],
  ['user', 'list'],
  ['org', 'list'],
  ['bucket', 'list'],
  ['v1', 'auth', 'list'],
  ['v1', 'dbrp', 'list'],
  ['ping'],
  ['setup', '--force', '-u', 'a', '-p', 'long-enough', '-o', 'o', '-b', 'b'],
  ['write', '-b', 'b', 'm v=1'],
  ['query', 'buckets()'],
  ['delete', '-b', 'b', '--start', '2024-01-01T00:00:00Z', '--stop', '2024-02-01T00:00:00Z'],
]
/** One that reads, and one that sends a body. */
export const SOME = [COMMANDS[0]!, COMMANDS[12]!]

export const ENV = { INFLUX_TOKEN: 'a-token-of-tests', INFLUX_ORG: 'acme' }

/** Runs a command at home by itself, with a credential that servers of tests take for any. */
export function run(args: readonly string[], url: string, env: CallOptions['env'] = {}): Promise<Called> {
  return influx(args, makeHome(), { env: { ...ENV, INFLUX_HOST: url, ...env } })
}

/** Runs commands, each of which must end with one message. @returns the first lines of the messages */
export async function messages(
  commands: readonly (readonly string[])[],
  url: string,
  env: CallOptions['env'] = {},
): Promise<string[]> {
  const found: string[] = []
  for (const args of commands) found.push(messageOf(await run(args, url, env), args))
  return found
}

export function messageOf({ exit, stdout, stderr }: Called, args: readonly string[]): string {
  expect({ args, exit, stdout }).toEqual({ args, exit: 1, stdout: '' })
  expect(stderr.endsWith('\n')).toBe(true)
  // The message, and perhaps a line or two with advice; no traces of code.
  expect(stderr.trim().split('\n').length, stderr).toBeLessThanOrEqual(3)
  expect(stderr).toMatch(/^Error: /)
  expect(stderr).not.toMatch(/\n\s+at |undefined|\[object|fetch failed|TypeError/)
  expect(stderr).not.toContain(ENV.INFLUX_TOKEN)
  return stderr.trim()
}
