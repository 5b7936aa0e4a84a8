import { isIP } from 'node:net'
import type { Invocation } from './invocation.ts'

/** A proxy, and the variable that names it. */
export interface ProxyChoice {
  readonly url: string
  readonly variable: string
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * The proxy of the environment for an address, by the rules that curl and Go share: `HTTP_PROXY` for http, `HTTPS_PROXY` for
 * https, neither for what `NO_PROXY` lists nor for this machine itself. Source: CLI contract 1.6.
 *
 * @throws Error if the variable holds no address
 */
export function proxyFor({ protocol, hostname, port }: URL, env: Invocation['env']): ProxyChoice | undefined {
  const scheme = protocol.slice(0, -1)
  const variable = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`].find(name => env[name])
  if (variable === undefined) return undefined
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const list = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter(Boolean)
  if (isOwn(host) || list.some(entry => covers(entry.toLowerCase(), host, port || DEFAULT_PORTS[protocol]))) {
    return undefined
  }
  const given = env[variable] as string
  const url = given.includes('://') ? given : `http://${given}`
  // Not repeated: it may hold a password.
  if (!URL.canParse(url)) throw new Error(`${variable} is not the address of a proxy`)
  return { url, variable }
}

const isOwn = (host: string) => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** `*`, an address, or a domain with all below it; each perhaps with a port. */
function covers(entry: string, host: string, port: string | undefined): boolean {
  if (entry === '*') return true
  const [, name = entry, onlyPort] = isIP(entry) === 6 ? [] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [])
  if (onlyPort !== undefined && onlyPort !== port) return false
  const domain = name.replace(/^\*?\./, '')
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`))
}
