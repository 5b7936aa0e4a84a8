import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isId } from '../domain/id.ts'
import { createIds } from './ids.ts'

const EPOCH_MS = Date.UTC(2017, 3, 9)
const START_MS = Date.UTC(2026, 0, 1)

/** Ids by a clock that the test sets. */
function withClock(startMs = START_MS) {
  let nowMs = startMs
  const ids = createIds({ nowMs: () => nowMs }, randomBytes)
  const set = (ms: number) => {
    nowMs = ms
  }
  return { ids, set }
}
const partsOf = (id: string) => {
  const value = BigInt(`0x${id}`)
  return {
    ms: Number(value >> 22n) + EPOCH_MS,
    machine: Number((value >> 12n) & 1023n),
    sequence: Number(value & 4095n),
  }
}

describe('the next id', () => {
  test('says when it was made, by which process, and as which of that millisecond', () => {
    const { ids, set } = withClock()
    const [first, second] = [partsOf(ids.next()), partsOf(ids.next())]
    expect([first.ms, first.sequence, second.ms, second.sequence]).toEqual([START_MS, 0, START_MS, 1])
    expect(second.machine).toBe(first.machine)
    set(START_MS + 1)
    expect(partsOf(ids.next())).toEqual({ ...first, ms: START_MS + 1 })
  })

  test('is greater than every one before it, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { maxLength: 50 }), steps => {
        const { ids, set } = withClock()
        let now = START_MS
        let last = ids.next<'user'>() as string
        for (const step of steps) {
          now += step
          set(now)
          const next: string = ids.next()
          expect(next > last).toBe(true)
          last = next
        }
      }),
    )
  })

  test('goes on in the next millisecond when one is used up', () => {
    const { ids, set } = withClock()
    const made = Array.from({ length: 10_000 }, () => ids.next() as string)
    expect(new Set(made).size).toBe(10_000)
    expect(made).toEqual(made.toSorted())
    expect(partsOf(made[4095]!)).toMatchObject({ ms: START_MS, sequence: 4095 })
    expect(partsOf(made[4096]!)).toMatchObject({ ms: START_MS + 1, sequence: 0 })
    // The clock catches up with what ran ahead of it.
    set(START_MS + 2)
    expect((ids.next() as string) > made.at(-1)!).toBe(true)
  })

  test('is an id even by a clock that stands before its epoch', () => {
    const { ids } = withClock(0)
    for (let at = 0; at < 3; at++) expect(isId(ids.next())).toBe(true)
  })

  test('is above those that InfluxDB keeps for itself', () => {
    const { ids } = withClock()
    expect(BigInt(`0x${ids.next()}`)).toBeGreaterThan(1000n)
  })

  test('comes from another process as another id', () => {
    const machines = new Set(Array.from({ length: 300 }, () => partsOf(withClock().ids.next()).machine))
    expect(machines.size).toBeGreaterThan(150)
    expect(Math.max(...machines)).toBeLessThan(1023)
  })
})

describe('a random id', () => {
  test('is an id, and never the same', () => {
    const { ids } = withClock()
    const made = Array.from({ length: 1000 }, () => ids.random() as string)
    expect(new Set(made).size).toBe(1000)
    expect(made.every(isId)).toBe(true)
  })

  test('has no byte that line protocol would have to escape', () => {
    const awkward = [0x5c, 0x2c, 0x20]
    const ids = createIds({ nowMs: () => 0 }, length => new Uint8Array(length).map((_, at) => awkward[at % 3]!))
    expect(ids.random()).toBe('5d2d215d2d215d2d')
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), bytes => {
        fc.pre(bytes.some(byte => byte !== 0))
        const id = createIds({ nowMs: () => 0 }, () => bytes).random()
        for (const byte of Buffer.from(id, 'hex')) expect(awkward).not.toContain(byte)
      }),
    )
  })

  test('is never zero', () => {
    let calls = 0
    const ids = createIds({ nowMs: () => 0 }, length => new Uint8Array(length).fill(++calls > 5 ? 1 : 0))
    expect(isId(ids.random())).toBe(true)
  })
})
