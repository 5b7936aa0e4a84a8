import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Command } from '../../parse/flight-sql.ts'
import { writeCommand } from '../../parse/flight-sql.ts'
import type { QueryLanguage } from '../../parse/flight-ticket.ts'
import type { FlightCredential } from '../credential.ts'
import type { BoundPlace } from '../place.ts'

/** What a ticket of ours is for, and where that was when it was handed out. */
export interface Sealed {
  readonly database: string
  readonly language: QueryLanguage
  readonly command: Command
  readonly place: BoundPlace
}

/**
 * Binds a ticket to the secret that asked for it and to the place that it was for. The key comes of the secret, so that
 * every process knows it that the secret is presented to, and nothing is kept.
 */
export function sealOf(credential: FlightCredential, { database, language, command, place }: Sealed): Uint8Array {
  const secret = 'token' in credential ? credential.token : credential.password
  const key = createHash('sha256').update('ticket of Arrow Flight\n').update(secret).digest()
  const names = JSON.stringify([database, language, place.upstream.name, place.database])
  return createHmac('sha256', key).update(names).update('\n').update(writeCommand(command)).digest()
}

export function isSealedBy(seal: Uint8Array, credential: FlightCredential, sealed: Sealed): boolean {
  const expected = sealOf(credential, sealed)
  return seal.length === expected.length && timingSafeEqual(seal, expected)
}
