import type { IncomingHttpHeaders } from 'node:http'
import type { Caller, Verifier } from '../authority/verifier.ts'
import type { Denial } from '../domain/verdict.ts'
import { userParameters } from '../parse/write-url.ts'

export type Api = 'v1' | 'v2' | 'v3'

/** A request as far as its credential is concerned. */
export interface Presented {
  readonly headers: IncomingHttpHeaders
  /** The request target, with its query. */
  readonly target: string
  /** Where it comes from, for the throttle. */
  readonly address: string
  /** Whether an InfluxDB 3 stands behind, whose clients send `Bearer` on the paths of version 1, too. */
  readonly isForThree: boolean
}

const NONE: Denial = { allow: false, reason: 'no-credential' }
const nobody = (): Promise<Denial> => Promise.resolve(NONE)

/**
 * Finds out whom a data request comes from, by what its generation of InfluxDB takes and nothing else.
 *
 * v1: `u` and `p` in the URL, else `Token` (this spelling), else `Basic`; before an InfluxDB 3 `Bearer`, too. v2: `Token` or
 * `Bearer`, in any case. v3: these, or `Basic` with the token for a password. Source: wire contract 2.2 and 2.3, upstream
 * contract 2.1.
 */
export function identify(verifier: Verifier, api: Api, presented: Presented): Promise<Caller | Denial> {
  const authorization = presented.headers.authorization ?? ''
  if (api === 'v1') return identifyV1(verifier, authorization, presented)
  const token = /^(?:token|bearer) (.+)$/is.exec(authorization)?.[1]
  if (token !== undefined) return verifier.verify(utf8(token))
  const basic = api === 'v3' ? basicOf(authorization) : undefined
  // With a second colon, servers do not agree where the password begins.
  return basic === undefined || basic.password.includes(':') ? nobody() : verifier.verify(basic.password)
}

function identifyV1(
  verifier: Verifier,
  authorization: string,
  { target, address, isForThree }: Presented,
): Promise<Caller | Denial> {
  const parameters = userParameters(target)
  if (parameters !== undefined) return verifier.verifyV1({ ...parameters, address })
  const token = /^Token (\S+)$/.exec(authorization)?.[1]
  // `user:token`: what stands before the colon is a name for people.
  if (token !== undefined) return verifier.verify(utf8(token.slice(token.indexOf(':') + 1)))
  const bearer = isForThree ? /^Bearer (\S+)$/.exec(authorization)?.[1] : undefined
  if (bearer !== undefined) return verifier.verify(utf8(bearer))
  const basic = basicOf(authorization)
  return basic === undefined ? nobody() : verifier.verifyV1({ ...basic, address })
}

/** What a call of Flight proves itself with: a token, or a user and password. */
export type FlightCredential = { readonly token: string } | { readonly user: string; readonly password: string }

/**
 * Reads the credential of Flight: `Bearer` or `Token` and one space, in this spelling, or `Basic` with one colon. All else
 * counts as none. Source: recorded calls.
 */
export function flightCredentialOf(authorization: string): FlightCredential | undefined {
  const token = /^(?:Bearer|Token) (\S+)$/.exec(authorization)?.[1]
  if (token !== undefined) return { token: utf8(token) }
  const basic = basicOf(authorization)
  return basic === undefined || basic.password.includes(':') ? undefined : basic
}

/** Whom a call of Flight comes from. */
export async function identifyFlight(
  verifier: Verifier,
  credential: FlightCredential | undefined,
  address: string,
): Promise<Caller | Denial> {
  if (credential === undefined) return NONE
  if ('token' in credential) return verifier.verify(credential.token)
  return verifier.verifyV1({ ...credential, address })
}

function basicOf(authorization: string): { user: string; password: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(authorization)?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** Node reads header bytes as Latin-1. */
const utf8 = (text: string) => (BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text)
const BEYOND_ASCII = /[\x80-\xff]/
