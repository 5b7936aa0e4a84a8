import type { IncomingMessage } from 'node:http'
import type { NewSession } from '../authority/sessions.ts'
import { AppError } from '../domain/errors.ts'
import { SESSION_COOKIE } from './credential.ts'

/** The cookie of a session: for our API only, out of reach of scripts and of other sites. Source: wire contract 2.4. */
export function sessionCookie({ key, expiresAtMs }: NewSession, secure: boolean): string {
  const expires = new Date(expiresAtMs).toUTCString()
  return `${SESSION_COOKIE}=${key}; Path=/api/; Expires=${expires}; HttpOnly;${secure ? ' Secure;' : ''} SameSite=Strict`
}

const READS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses what another site's page makes a browser send: a session is presented by the browser, not by whoever wrote the
 * page. Requests without these headers come from programs.
 *
 * @param ownOrigins as browsers write them, such as `https://sluice.example:8086`, besides the host that was asked
 * @throws AppError `forbidden`
 */
export function refuseForeign({ method, headers }: IncomingMessage, ownOrigins: readonly string[]): void {
  if (READS.includes(method ?? '')) return
  const site = headers['sec-fetch-site']
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  const own = [...ownOrigins, `http://${headers.host}`, `https://${headers.host}`]
  const foreignOrigin = headers.origin !== undefined && !own.includes(headers.origin)
  if (foreignSite || foreignOrigin) throw new AppError('forbidden', 'this request comes from the page of another site')
}
