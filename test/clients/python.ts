// Runs a Python program that uses InfluxDB's client libraries, which `scripts/prepare.js --test` has installed.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PACKAGES = fileURLToPath(new URL('../../.sluice/python', import.meta.url))
const TIMEOUT_MS = 60_000

/**
 * What a program of this folder makes of its input.
 *
 * @param input sent as JSON: tokens do not belong into an argument
 * @throws Error with what it said, if it fails
 */
export async function runPython<T>(program: string, input: unknown): Promise<T> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const env = { PATH: process.env.PATH, PYTHONPATH: PACKAGES, PYTHONDONTWRITEBYTECODE: '1' }
  const child = spawn('python3', [path], { env, timeout: TIMEOUT_MS })
  child.stdin.on('error', () => {})
  child.stdin.end(JSON.stringify(input))
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', text => (said[name] += text))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ended with code ${code}; it said: ${said.stderr}`)
  return JSON.parse(said.stdout) as T
}
