// The processes that are measured: Sluice as users run it, and the least a Node server can do.
import { fileURLToPath } from 'node:url'
import { LOAD_CORE, SERVER_CORE, startOn } from './cores.js'
import { openConnection } from './http-load.js'

const PROGRAM = fileURLToPath(new URL('../bin/sluice', import.meta.url))
const FLIGHT = fileURLToPath(new URL('./flight-server.js', import.meta.url))
const BARE = fileURLToPath(new URL('./bare-server.js', import.meta.url))

const children = new Set()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/**
 * Runs `sluice serve`.
 *
 * @returns its port and process id, and milliseconds from the start to the line that says it is ready
 */
export async function startSluice(dataDir, { core = SERVER_CORE, nodeArgs = [] } = {}) {
  const args = [...nodeArgs, PROGRAM, 'serve', '--listen', '127.0.0.1:0', '--data', dataDir]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_')))
  return start(args, { core, env, portIn: line => /ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1] })
}

/** A server without anything: `node:http` and the same bytes for every request. */
export function startBare({ head, body }) {
  const answer = JSON.stringify({ headers: headersOf(head), body: body.toString() })
  return start([BARE], {
    core: SERVER_CORE,
    env: { ...process.env, BARE_ANSWER: answer },
    portIn: line => /^port (\d+)/.exec(line)?.[1],
  })
}

/** An upstream of Arrow Flight, on the core of whoever asks: it is no part of what is measured. */
export function startFlightServer(resultBytes) {
  const env = { ...process.env, RESULT_BYTES: String(resultBytes) }
  return start([FLIGHT], { core: LOAD_CORE, env, portIn: line => /^port (\d+)/.exec(line)?.[1] })
}

/** What Sluice said itself, without what Node adds by itself to every answer. */
function headersOf(head) {
  const lines = head.split('\r\n').slice(1)
  const headers = lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  return headers.filter(([name]) => !/^(?:date|connection|keep-alive)$/i.test(name))
}

async function start(args, { core, env, portIn }) {
  const begun = performance.now()
  const child = startOn(core, process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let said = ''
  let log = ''
  child.stderr.on('data', chunk => {
    // As a log collector would: read, and keep little.
    log = (log + chunk).slice(-2000)
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  const port = await new Promise((resolve, reject) => {
    child.stdout.on('data', chunk => {
      said += chunk
      if (portIn(said) !== undefined) resolve(Number(portIn(said)))
    })
    child.once('error', reject)
    child.once('close', code => reject(new Error(`the server ended with code ${code}: ${log}`)))
  })
  return {
    port,
    // `taskset` becomes the program that it starts, so this is the server's own.
    pid: child.pid,
    readyMs: performance.now() - begun,
    connections: count => Promise.all(Array.from({ length: count }, () => openConnection(port))),
    async stop() {
      child.kill('SIGTERM')
      await ended
      children.delete(child)
    },
  }
}
