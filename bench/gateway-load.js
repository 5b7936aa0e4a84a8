// Asks through a gateway with wrk, which takes little of the core that it shares with the upstream.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOAD_CORE, startOn } from './cores.js'

/** All requests are made before the first is sent; `done` says what came of them. */
const SCRIPT = `
local requests = {}
local at = 0
function init(args)
  local body = args[3] and io.open(args[3]):read("*a") or nil
  for line in io.lines(args[1]) do
    local path, authorization = line:match("^(%S+) (.+)$")
    wrk.headers["Authorization"] = authorization
    requests[#requests + 1] = wrk.format(args[2], path, nil, body)
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`

/**
 * What is asked, ready for \`wrk\`.
 *
 * @param asked of each request, its path and its header Authorization
 * @returns a function that asks on so many connections for so long, and gives requests a second, and milliseconds of the
 *   fiftieth and ninety-ninth percentile; an error if anything but success was answered
 */
export function loadOf(method, asked, body) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const at = name => join(folder, name)
  writeFileSync(at('script.lua'), SCRIPT)
  writeFileSync(at('asked'), asked.map(({ path, authorization }) => `${path} ${authorization}\n`).join(''))
  if (body !== undefined) writeFileSync(at('body'), body)
  const last = ['--', at('asked'), method, ...(body === undefined ? [] : [at('body')])]
  return {
    async ask(port, connections, seconds) {
      const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', at('script.lua'), `http://127.0.0.1:${port}`]
      const said = await output('wrk', [...args, ...last])
      const [requests, microseconds, p50, p99, errors] = (/^RESULT (.*)$/m.exec(said)?.[1] ?? '').split(' ').map(Number)
      if (!(requests > 0) || errors > 0) throw new Error(`port ${port}: ${said}`)
      return { perSecond: (requests / microseconds) * 1e6, p50: p50 / 1000, p99: p99 / 1000 }
    },
    drop: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function output(command, args) {
  const child = startOn(LOAD_CORE, command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject))
  return said
}

/** Whether a program is there. */
export async function has(command) {
  const child = spawn('sh', ['-c', `command -v ${command}`], { env: ENVIRONMENT })
  return (await new Promise(resolve => child.once('close', resolve))) === 0
}

/** Debian keeps nginx where only root's PATH looks. */
export const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }
