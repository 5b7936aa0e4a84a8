import { spawn } from 'node:child_process'

const PATIENCE_MS = 30_000

export interface Ran {
  /** Null if it had to be ended. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script in a shell, as a user would type it; any failure in it ends it. */
export function runInShell(script: string, cwd: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const options = ['-e', '-u', '-o', 'pipefail', '-c', script]
    const child = spawn('bash', options, { cwd, timeout: PATIENCE_MS, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', exitCode => resolve({ exitCode, stdout, stderr }))
  })
}
