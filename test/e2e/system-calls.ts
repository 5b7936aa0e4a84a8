// The built server under strace: which system calls it made, in which order.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROGRAM, type Server, type StartOptions, startServer, temporaryFolder } from './server.ts'

/** A system call. Moments are positions in one order over all threads. */
export interface SystemCall {
  readonly name: string
  /** As strace writes them: files by their path, connections by their two addresses, texts cut short. */
  readonly args: string
  readonly begun: number
  readonly ended: number
  readonly result: number
}

export interface TracedServer extends Server {
  /** All calls that have ended so far, by their end. */
  calls(): SystemCall[]
}

/** Long enough for a method and a status, too short for what they carry. */
const TEXT_LENGTH = 24

/** @throws Error in a sentence, if this machine does not let a process be traced */
function requireTracing(): void {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' })
  if (error === undefined && status === 0) return
  const reason = error?.message ?? stderr.trim().split('\n')[0]
  throw new Error(
    `This test watches the server's system calls with strace, which cannot trace here: ${reason}. Install strace and ` +
      'allow ptrace (in a container: --cap-add=SYS_PTRACE, or a seccomp profile that permits it).',
  )
}

/** Starts the server under strace. End it with `kill`: strace lets no gentler signal through. */
export async function startTracedServer(names: readonly string[], options: StartOptions): Promise<TracedServer> {
  requireTracing()
  const folder = temporaryFolder()
  const log = join(folder, 'calls')
  const program = join(folder, 'strace.cjs')
  const flags = ['-f', '--seccomp-bpf', '-yy', '-s', String(TEXT_LENGTH), '-o', log, '-e', `trace=${names.join(',')}`]
  const command = [...flags, process.execPath, PROGRAM]
  writeFileSync(
    program,
    `require('node:child_process')
      .spawn('strace', [...${JSON.stringify(command)}, ...process.argv.slice(2)], { stdio: 'inherit' })
      .on('close', code => process.exit(code))`,
  )
  const server = await startServer({ ...options, program })
  return { ...server, calls: () => parseCalls(readFileSync(log, 'utf8')) }
}

const LINE = /^(\d+) +(.*)$/
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/s
const UNFINISHED = / <unfinished \.\.\.>$/
const WHOLE = /^(\w+)\((.*)\) += (-?\d+)/s

/** Reads what strace wrote. A call that another thread's interrupts stands in two pieces: where it began, where it ended. */
export function parseCalls(text: string): SystemCall[] {
  const calls: SystemCall[] = []
  const open = new Map<string, { begun: number; text: string }>()
  for (const [at, line] of text.split('\n').entries()) {
    const [, thread, what] = LINE.exec(line) ?? []
    if (thread === undefined || what === undefined) continue
    if (UNFINISHED.test(what)) {
      open.set(thread, { begun: at, text: what.replace(UNFINISHED, '') })
      continue
    }
    const rest = RESUMED.exec(what)?.[2]
    const { begun, text: first } =
      rest === undefined ? { begun: at, text: '' } : (open.get(thread) ?? { begun: at, text: '' })
    const [, name, args, result] = WHOLE.exec(first + (rest ?? what)) ?? []
    if (name === undefined || args === undefined) continue
    calls.push({ name, args, begun, ended: at, result: Number(result) })
  }
  return calls
}
