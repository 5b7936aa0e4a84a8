// Runs commands of the built program that end by themselves, and keeps their two outputs apart.
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { PROGRAM } from './server.ts'
import { leaveOutput, leaveProcess } from './traces.ts'

export interface Ran {
  /** `null` if a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What it reads; nothing unless given. Never a terminal. */
  readonly input?: string
  /** Set for a command whose standard output is a secret by right: it is then not searched for any. */
  readonly secretOutput?: boolean
  /** The JavaScript file to run instead of this checkout's. */
  readonly program?: string
  /** Called once it runs. */
  readonly onStart?: (child: ChildProcess) => void
}

/** Longer than any command here should take on a busy machine. */
const TIMEOUT_MS = 60_000

/** Runs `sluice` with these words on a data directory, without any configuration of ours. */
export function sluice(dataDir: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runCommand([...words, '--data', dataDir], dirname(dataDir), options)
}

/** Runs `sluice` with these words in a folder, which is also where it looks for configuration. */
export function runCommand(words: readonly string[], cwd: string, options: RunOptions = {}): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_'))
  const env = { ...Object.fromEntries(inherited), XDG_CONFIG_HOME: cwd, XDG_DATA_HOME: cwd, ...options.env }
  const child = spawn(process.execPath, [options.program ?? PROGRAM, ...words], {
    cwd,
    env,
    detached: true,
    timeout: TIMEOUT_MS,
  })
  if (child.pid !== undefined) leaveProcess(child.pid)
  options.onStart?.(child)
  // A command that fails at once closes its input before everything is written.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', text => {
      said[name] += text
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      leaveOutput(words[0] ?? 'sluice', said.stderr + (options.secretOutput ? '' : said.stdout))
      resolve({ code, signal, ...said })
    })
  })
}

/** @throws Error with what it said, unless it succeeded */
export function succeeded(ran: Ran): Ran {
  if (ran.code !== 0) throw new Error(`exit code ${ran.code}: ${ran.stdout}${ran.stderr}`)
  return ran
}
