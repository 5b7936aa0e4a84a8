import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../domain/errors.ts'
import type { TokenText } from '../domain/token.ts'
import { refuseForeign } from './session.ts'

/**
 * What keeps the first set-up, which needs no credential, from being done by somebody else: a hostile page in the owner's
 * browser (foreign origin, or a name that was made to point here), or anybody at all once we listen beyond loopback.
 */
export interface SetupGuard {
  readonly ownOrigins: readonly string[]
  /**
   * Host names by which we may be addressed, and not through a proxy; undefined if anything will do, because the code is
   * asked for.
   */
  readonly ownHosts: readonly string[] | undefined
  /** @throws AppError `forbidden` if a code is needed and this is not it */
  requireCode(code: string | undefined): void
  /** @throws AppError `invalid` if a token is too short to be safe where we listen */
  requireGoodToken(token: TokenText): void
}

const MIN_TOKEN_LENGTH = 16
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]']

export interface SetupGuardOptions {
  readonly ownOrigins: readonly string[]
  /** The host of `public_url`, if there is one. */
  readonly publicHost: string | undefined
  /** Whether anybody but this machine's own users can reach us, by our address or through a proxy. */
  readonly exposed: boolean
  /** Printed by `serve` when it is exposed; undefined if no code is needed. */
  readonly code: string | undefined
  readonly warn: (message: string) => void
}

export function createSetupGuard({ ownOrigins, publicHost, exposed, code, warn }: SetupGuardOptions): SetupGuard {
  const hosts = publicHost === undefined ? LOOPBACK_HOSTS : [...LOOPBACK_HOSTS, publicHost.toLowerCase()]
  return {
    ownOrigins,
    ownHosts: code === undefined ? hosts : undefined,
    requireCode(given) {
      if (code === undefined || (given !== undefined && sameText(given, code))) return
      throw new AppError('forbidden', 'setupCode is missing or wrong: it was printed when the server started')
    },
    requireGoodToken: token => requireGoodToken(token, exposed, warn),
  }
}

/** @throws AppError `invalid` for a token that is too short to be safe where others can reach us; elsewhere it only warns */
export function requireGoodToken(token: TokenText, exposed: boolean, warn: (message: string) => void): void {
  if (token.length >= MIN_TOKEN_LENGTH) return
  const message = `a chosen token should have at least ${MIN_TOKEN_LENGTH} characters, or be left out to be made`
  if (exposed) throw new AppError('invalid', message)
  warn(message)
}

/** What proxies add, as far as they add anything. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

/** @throws AppError `forbidden` */
export function requireSetupAllowed({ ownOrigins, ownHosts }: SetupGuard, incoming: IncomingMessage): void {
  refuseForeign(incoming, ownOrigins)
  if (ownHosts === undefined) return
  if (PROXY_HEADERS.some(name => incoming.headers[name] !== undefined)) {
    throw new AppError(
      'forbidden',
      'set-up is not accepted through a proxy: configure public_url and start again, or set up on the machine itself',
    )
  }
  const host = (incoming.headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
  if (ownHosts.includes(host)) return
  throw new AppError('forbidden', `set-up is not accepted for the host name ${JSON.stringify(host)}`)
}

function sameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
