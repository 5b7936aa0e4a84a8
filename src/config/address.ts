import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import { quote } from './mistake.ts'
import type { Parsed } from './parsed.ts'

/** Where to listen. `host` is a name or an address, IPv6 without brackets; port 0 means any that is free. */
export interface Listen {
  readonly host: string
  readonly port: number
}

const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

/**
 * Reads `HOST:PORT` or `[IPv6]:PORT`. A missing host is refused rather than taken for "everywhere": who may connect to a
 * server of secrets should be written down.
 */
export function parseListen(text: string): Parsed<Listen> {
  const everywhere = /^\*?:(\d{1,5})$/.exec(text)
  if (everywhere) {
    const port = everywhere[1]
    return {
      refused: `must name a host; say 0.0.0.0:${port} if you mean everywhere, 127.0.0.1:${port} if only this machine`,
    }
  }
  const parts = /^(?:\[([^\]]*)\]|([^[\]:]*)):(\d{1,5})$/.exec(text)
  if (!parts) {
    if (/^\d{1,5}$/.test(text)) return { refused: `must name a host before the port, as in 127.0.0.1:${text}` }
    if (/^[^[]*:.*:/.test(text)) return { refused: 'must have its IPv6 address in brackets, as in [::1]:8086' }
    return { refused: `must be HOST:PORT or [IPv6]:PORT, as in 127.0.0.1:8086, not ${quote(text)}` }
  }
  const port = Number(parts[3])
  if (port > 65_535) return { refused: `has the port ${port}; ports go from 0 (any free one) to 65535` }
  const [, inBrackets, plain = ''] = parts
  if (inBrackets !== undefined) {
    return isIPv6(inBrackets)
      ? { value: { host: inBrackets, port } }
      : { refused: `has ${quote(inBrackets)} in brackets, which is no IPv6 address` }
  }
  // A last label of digits can only be meant as an IPv4 address; resolvers disagree about what 127.1 or 010.0.0.1 is.
  if (!isIPv4(plain) && !HOST_NAME.test(plain)) return { refused: `has ${quote(plain)} for a host, which is none` }
  return { value: { host: plain, port } }
}

/** Reads a list of IP addresses and CIDR blocks with commas between them. Empty text is an empty list. */
export function parseAddressBlocks(text: string): Parsed<readonly string[]> {
  const blocks = text === '' ? [] : text.split(',').map(block => block.trim())
  const wrong = blocks.filter(block => !isAddressBlock(block))
  if (wrong.length === 0) return { value: blocks }
  return { refused: `must hold IP addresses or CIDR blocks such as 10.0.0.0/8, not ${wrong.map(quote).join(', ')}` }
}

function isAddressBlock(text: string): boolean {
  const parts = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text)
  if (!parts) return false
  const family = isIP(parts[1]!)
  if (family === 0) return false
  return parts[2] === undefined || Number(parts[2]) <= (family === 4 ? 32 : 128)
}

/**
 * A function that tells whether an IP address lies in a list of addresses and CIDR blocks, as `parseAddressBlocks` lets
 * through. IPv4 addresses written the IPv6 way (`::ffff:10.0.0.1`, as a socket that serves both says it) count as IPv4.
 * What is no IP address lies in no list.
 */
export function addressMatcher(blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    list.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family)
  }
  return address => {
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
}

const isLoopbackAddress = addressMatcher(['127.0.0.0/8', '::1'])

/**
 * Whether only this machine can reach a server that listens on `host`: `localhost`, 127.0.0.0/8 or ::1, brackets allowed.
 * Other names count as reachable from outside whatever they resolve to, because protections are eased by a true.
 */
export function isLoopback(host: string): boolean {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  return bare.toLowerCase() === 'localhost' || isLoopbackAddress(bare)
}
