// Real proxies that ask before they forward, and an upstream that writes down what reaches it.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openConnection } from './raw-connection.ts'
import { freePort, temporaryFolder } from './server.ts'

/** Stands where an InfluxDB would: takes every request, and remembers it. */
export interface Upstream {
  readonly port: number
  /** Method and target of each request, as they arrived. */
  readonly seen: string[]
}

/** A proxy in front of the upstream. */
export interface ForwardingProxy {
  readonly url: string
}

const children = new Set<ChildProcess>()
const upstreams = new Set<Server>()
const endAll = () => {
  for (const server of upstreams) server.close()
  for (const { pid } of children) {
    try {
      if (pid) process.kill(-pid, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}
process.once('exit', endAll)
afterAll(endAll)

export async function startUpstream(): Promise<Upstream> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    request.resume().once('end', () => response.writeHead(204).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  upstreams.add(server)
  server.unref()
  return { port: (server.address() as AddressInfo).port, seen }
}

/** Runs a proxy in the foreground until the test file ends, and waits until it takes connections. */
async function run(command: string, args: readonly string[], folder: string, port: number): Promise<ForwardingProxy> {
  // Debian keeps nginx where only root's PATH looks.
  const path = `${process.env.PATH}:/usr/sbin`
  const env = { ...process.env, PATH: path, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
  const child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      said += chunk
    })
  }
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`${command} ended with code ${code}; it said: ${said}`)))
  })
  failed.catch(() => {})
  await Promise.race([failed, untilListening(port)])
  return { url: `http://127.0.0.1:${port}` }
}

async function untilListening(port: number): Promise<void> {
  for (let left = 400; left > 0; left--) {
    const connection = await openConnection(port).catch(() => undefined)
    if (connection !== undefined) return connection.close()
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  throw new Error(`nothing listens on port ${port}`)
}

/**
 * nginx with `auth_request`. `$request_uri` is the target as the client sent it, which is also what `proxy_pass` without a
 * path sends on.
 *
 * @param clears whether it takes away what a client sends in the other dialect of headers, as it should
 */
export async function startNginx(sluicePort: number, upstreamPort: number, clears: boolean): Promise<ForwardingProxy> {
  const [folder, port] = [temporaryFolder(), await freePort()]
  mkdirSync(join(folder, 'temp'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    name => `${name}_temp_path ${folder}/temp/${name};`,
  )
  const cleared = clears ? 'proxy_set_header X-Forwarded-Method ""; proxy_set_header X-Forwarded-Uri "";' : ''
  // Root would hand the worker to a user who may not enter the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${user} daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr crit;
    events { worker_connections 256; }
    http {
      access_log off; ${temporary.join(' ')} client_max_body_size 8m;
      server {
        listen 127.0.0.1:${port};
        location / {
          auth_request /sluice-authorize;
          proxy_pass http://127.0.0.1:${upstreamPort};
        }
        location = /sluice-authorize {
          internal;
          proxy_pass http://127.0.0.1:${sluicePort}/authorize;
          proxy_pass_request_body off;
          proxy_set_header Content-Length "";
          proxy_set_header X-Original-Method $request_method;
          proxy_set_header X-Original-URI $request_uri;
          proxy_set_header X-Forwarded-For $remote_addr;
          ${cleared}
        }
      }
    }\n`,
  )
  return run('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], folder, port)
}

/** Caddy with `forward_auth`, which sets `X-Forwarded-Method` and `X-Forwarded-Uri` itself. */
export async function startCaddy(sluicePort: number, upstreamPort: number): Promise<ForwardingProxy> {
  const [folder, port] = [temporaryFolder(), await freePort()]
  writeFileSync(
    join(folder, 'Caddyfile'),
    `{
      admin off
      auto_https off
      log {
        level ERROR
      }
    }
    http://:${port} {
      bind 127.0.0.1
      forward_auth 127.0.0.1:${sluicePort} {
        uri /authorize
      }
      reverse_proxy 127.0.0.1:${upstreamPort}
    }\n`,
  )
  return run('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], folder, port)
}
