import type { IncomingMessage } from 'node:http'

/** What a request to the management API presents. */
export type Credential =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'session'; readonly key: string }
  | { readonly kind: 'none' }

export const SESSION_COOKIE = 'influxdb-oss-session'

/** The scheme in any case, exactly one space, and all the rest is the token. */
const TOKEN = /^(?:token|bearer) (.+)$/is

/**
 * Finds the credential. A token goes before a cookie, even a wrong one; other schemes leave the cookie usable. Of several
 * `Authorization` headers the first counts (Node drops the others).
 *
 * Source: wire contract 2.2.
 */
export function credentialOf({ headers }: IncomingMessage): Credential {
  const token = TOKEN.exec(headers.authorization ?? '')?.[1]
  if (token !== undefined) return { kind: 'token', text: utf8(token) }
  const key = cookie(headers.cookie ?? '', SESSION_COOKIE)
  return key === undefined ? { kind: 'none' } : { kind: 'session', key }
}

/** User and password of a Basic header; undefined if there is none or it makes no sense. */
export function basicCredentials({ headers }: IncomingMessage): { user: string; password: string } | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(headers.authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** Node reads header bytes as Latin-1; a token chosen at set-up may be any text, sent as UTF-8. */
function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}

function cookie(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=').replace(/^"(.*)"$/, '$1')
  }
  return undefined
}
