// What is measured beside Sluice: an upstream that does nothing, a real InfluxDB, nginx that asks before it forwards, vmauth.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOAD_CORE, SERVER_CORE, startOn } from './cores.js'
import { ENVIRONMENT } from './gateway-load.js'

const children = new Map()
process.once('exit', () => {
  for (const [child, folder] of children) end(child, folder)
})
function end(child, folder) {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  children.delete(child)
}

async function start(core, command, port, settings, argsOf) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const file = join(folder, 'settings')
  writeFileSync(file, settings(folder))
  const options = { cwd: folder, env: ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] }
  const child = startOn(core, command, argsOf(file, folder), options)
  children.set(child, folder)
  let said = ''
  child.stderr.on('data', chunk => (said = (said + chunk).slice(-2000)))
  const ended = new Promise(resolve => child.once('close', resolve))
  for (const until = Date.now() + 60_000; !(await takesConnections(port)); ) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${command} does not answer: ${said}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    port,
    async stop() {
      child.kill('SIGKILL')
      await ended
      end(child, folder)
    },
  }
}

function takesConnections(port) {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const done = answer => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

export function freePort() {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

const nginx = http => folder =>
  `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr;
events { worker_connections 1024; }
http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
client_max_body_size 100m; client_body_buffer_size 1m; keepalive_requests 1000000000; ${http} }
`
const NGINX = (file, folder) => ['-p', folder, '-c', file, '-e', 'stderr']

/** The answer of 1.x to a query that finds one point. */
export const QUERY_ANSWER =
  '{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","f"],"values":[["2026-01-01T00:00:00Z",1]]}]}]}'

/** Answers as an InfluxDB would that has nothing to do. */
export async function startNull(core = LOAD_CORE) {
  const port = await freePort()
  const query = `location = /query { default_type application/json; return 200 '${QUERY_ANSWER}'; }`
  const settings = nginx(`server { listen 127.0.0.1:${port}; location / { return 204; } ${query} }`)
  return start(core, 'nginx', port, settings, NGINX)
}

/** @param authorizePort of the Sluice that is asked before each request */
export async function startAuthRequest(upstreamPort, authorizePort) {
  const port = await freePort()
  const settings = nginx(`
upstream db { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000000; }
upstream sluice { server 127.0.0.1:${authorizePort}; keepalive 64; keepalive_requests 1000000000; }
server { listen 127.0.0.1:${port};
location / { auth_request /authorize; proxy_pass http://db; proxy_http_version 1.1; proxy_set_header Connection "";
  proxy_request_buffering off; }
location = /authorize { internal; proxy_pass http://sluice; proxy_http_version 1.1; proxy_set_header Connection "";
  proxy_pass_request_body off; proxy_set_header Content-Length "";
  proxy_set_header X-Original-URI $request_uri; proxy_set_header X-Original-Method $request_method; } }`)
  return start(SERVER_CORE, 'nginx', port, settings, NGINX)
}

/** @param tokens of its users, each for everything below the upstream */
export async function startVmauth(upstreamPort, tokens) {
  const port = await freePort()
  const users = tokens.map(
    token => `- bearer_token: ${JSON.stringify(token)}\n  url_prefix: http://127.0.0.1:${upstreamPort}\n`,
  )
  const argsOf = file => [`-auth.config=${file}`, `-httpListenAddr=127.0.0.1:${port}`, '-loggerLevel=ERROR']
  return start(SERVER_CORE, 'vmauth', port, () => `users:\n${users.join('')}`, argsOf)
}

/** A real InfluxDB 1.x with a database. */
export async function startInfluxd(database) {
  const [port, rpcPort] = [await freePort(), await freePort()]
  const settings = folder => `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
`
  const server = await start(LOAD_CORE, 'influxd', port, settings, file => ['run', '-config', file])
  const body = new URLSearchParams({ q: `CREATE DATABASE "${database}"` })
  const answer = await fetch(`http://127.0.0.1:${port}/query`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`influxd answered ${answer.status}`)
  return server
}
