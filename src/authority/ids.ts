import { type Id, idOf } from '../domain/id.ts'
import type { Clock } from './clock.ts'

export type Random = (bytes: number) => Uint8Array

/** Makes ids in InfluxDB's two ways. */
export interface Ids {
  /** Strictly increasing, so that sorting by id is sorting by creation: users, authorizations, DBRP mappings. */
  next<Kind extends string>(): Id<Kind>
  /** Random: orgs and buckets. */
  random<Kind extends string>(): Id<Kind>
}

/** 2017-04-09T00:00:00Z, from which the milliseconds in an id count. */
const EPOCH_MS = 1_491_696_000_000n
const SEQUENCE_BITS = 12n
const MACHINE_BITS = 10n
const SEQUENCE_END = 1n << SEQUENCE_BITS

/**
 * 42 bits of milliseconds, 10 of a random machine number, 12 of a sequence. Within a millisecond the sequence counts; when
 * it is used up, or the clock was set back, the milliseconds run ahead of the clock.
 *
 * Source: wire contract 1.1.
 */
export function createIds(clock: Clock, random: Random): Ids {
  const machine = BigInt(((random(2)[0] ?? 0) << 8) | (random(2)[1] ?? 0)) % 1023n
  let millisecond = 0n
  let sequence = 0n
  return {
    next() {
      const now = BigInt(clock.nowMs()) - EPOCH_MS
      if (now > millisecond) {
        millisecond = now
        sequence = 0n
      } else if (++sequence === SEQUENCE_END) {
        millisecond++
        sequence = 0n
      }
      return idOf((millisecond << (MACHINE_BITS + SEQUENCE_BITS)) | (machine << SEQUENCE_BITS) | sequence)
    },
    random() {
      let value = 0n
      while (value === 0n) value = BigInt(`0x${Buffer.from(random(8).map(plainByte)).toString('hex')}`)
      return idOf(value)
    },
  }
}

/** InfluxDB keeps backslash, comma and space out of these ids: it once wrote their bytes into line protocol. */
function plainByte(byte: number): number {
  return byte === 0x5c || byte === 0x2c || byte === 0x20 ? byte + 1 : byte
}
