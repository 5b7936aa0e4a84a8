// Starts the built `influx`, or a shell that finds it, as a process that a test can feed, interrupt and kill.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const INFLUX = fileURLToPath(new URL('../../bin/influx', import.meta.url))

/** What a call printed, and how it ended. */
export interface Called {
  /** Null if a signal ended it. */
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CallOptions {
  /** Beside `PATH` and what makes the home; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What stands on stdin; nothing unless given. */
  readonly stdin?: string | Uint8Array
}

/** A call that still runs. */
export interface Calling {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Called>
  /** What it printed so far. */
  stdout(): string
  stderr(): string
}

/** A home folder. Not searched for secrets afterwards: it holds configs, which hold tokens. */
export interface Home {
  readonly path: string
  readonly configs: string
  /** A folder with `influx` in it, as an installation makes it: a link to the program. */
  readonly bin: string
}

const homes = new Set<string>()
const running = new Set<ChildProcessWithoutNullStreams>()

export function makeHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'influx-home-'))
  homes.add(path)
  const bin = join(path, 'bin')
  mkdirSync(bin)
  symlinkSync(INFLUX, join(bin, 'influx'))
  return { path, configs: join(path, '.influxdbv2', 'configs'), bin }
}

/** Starts a program with nothing of the outside but where programs are. Ends with the test file at the latest. */
export function start(program: string, args: readonly string[], home: Home, options: CallOptions = {}): Calling {
  const env = {
    PATH: `${home.bin}:${process.env.PATH}`,
    HOME: home.path,
    INFLUX_CONFIGS_PATH: home.configs,
    ...options.env,
  }
  const child = spawn(program, args, { env, cwd: home.path })
  running.add(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const ended = new Promise<Called>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', exit => {
      running.delete(child)
      resolve({ exit, stdout, stderr })
    })
  })
  // A program that ends before it has read everything is no fault of the test.
  child.stdin.on('error', () => {})
  return { child, ended, stdout: () => stdout, stderr: () => stderr }
}

/** Starts `influx` and leaves its stdin open. */
export function startInflux(args: readonly string[], home: Home, options: CallOptions = {}): Calling {
  return start(process.execPath, [INFLUX, ...args], home, options)
}

function toItsEnd({ child, ended }: Calling, stdin: CallOptions['stdin']): Promise<Called> {
  child.stdin.end(stdin)
  return ended
}

/** Runs `influx` to its end. */
export function influx(args: readonly string[], home: Home, options: CallOptions = {}): Promise<Called> {
  return toItsEnd(startInflux(args, home, options), options.stdin)
}

/** Runs command lines in a real shell, in which `influx` is on the path. A pipeline fails if a part of it does. */
export function shell(commands: string, home: Home, options: CallOptions = {}): Promise<Called> {
  return toItsEnd(start('bash', ['-o', 'pipefail', '-c', commands], home, options), options.stdin)
}

afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})
