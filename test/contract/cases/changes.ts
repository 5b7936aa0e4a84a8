import { describe, expect, test } from 'vitest'
import type { ChangeKind } from '../../../src/store/changes.ts'
import { HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { id, NOW_MS, user } from '../samples.ts'

const KINDS: readonly ChangeKind[] = [
  'authorization',
  'secret',
  'user',
  'org',
  'membership',
  'session',
  'bucket',
  'dbrp',
]

export function changeCases(open: OpenStore): void {
  describe('the sequence of changes', () => {
    test('counts from 1, without gaps, and keeps what changed', async () => {
      const { store } = await fresh(open)
      expect(await store.changes.last()).toBe(0)
      expect(await store.changes.after(0)).toEqual([])
      const noted = [...KINDS.map(kind => [kind, id(1)] as const), ['secret', HOSTILE.SQL as string] as const]
      for (const [kind, what] of noted) await store.transaction(inside => inside.changes.note(kind, what))
      const expected = noted.map(([kind, what], at) => ({ seq: at + 1, kind, id: what }))
      expect(await store.changes.after(0)).toEqual(expected)
      expect(await store.changes.after(5)).toEqual(expected.slice(5))
      expect(await store.changes.after(expected.length)).toEqual([])
      expect(await store.changes.after(1_000_000)).toEqual([])
      expect(await store.changes.last()).toBe(expected.length)
    })

    test('has no number for what was given up', async () => {
      const { store } = await fresh(open)
      const attempts = Array.from({ length: 30 }, (_, at) =>
        store.transaction(async inside => {
          await inside.changes.note('user', String(at))
          await inside.changes.note('user', `${at} again`)
          if (at % 3 === 0) throw new Error('given up')
        }),
      )
      const outcomes = await Promise.allSettled(attempts)
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10)
      const changes = await store.changes.after(0)
      expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1))
      const kept = Array.from({ length: 30 }, (_, at) => at).filter(at => at % 3 !== 0)
      expect(changes.map(({ id }) => id)).toEqual(kept.flatMap(at => [String(at), `${at} again`]))
    })

    test('becomes visible in order to another connection, however many write', async () => {
      const { store, connect, startProcess } = await fresh(open)
      const [reader, one, other] = [await connect(), await startProcess(), await startProcess()]
      const PER_WRITER = 150
      const note = ['changes', 'note', 'user', 'x'] as const
      let writing = true
      const writers = Promise.all([
        one.transact([note, note], PER_WRITER),
        other.transact([note], PER_WRITER),
        (async () => {
          for (let at = 0; at < PER_WRITER; at++) await store.transaction(inside => inside.changes.note('org', 'y'))
        })(),
      ]).finally(() => {
        writing = false
      })

      let seen = 0
      let looks = 0
      const look = async () => {
        const numbers = (await reader.changes.after(seen)).map(({ seq }) => seq)
        expect(numbers).toEqual(numbers.map((_, at) => seen + at + 1))
        if (numbers.length > 0) looks++
        seen += numbers.length
        await new Promise(resolve => setImmediate(resolve))
      }
      while (writing) await look()
      await writers
      await look()
      expect(seen).toBe(4 * PER_WRITER)
      expect(await reader.changes.last()).toBe(seen)
      expect(looks, 'it was looked at while they wrote').toBeGreaterThan(3)
    })

    test('and the change itself become visible together', async () => {
      const { store, connect } = await fresh(open)
      const reader = await connect()
      const writing = (async () => {
        for (let number = 1; number <= 50; number++) {
          await store.transaction(async inside => {
            await inside.changes.note('user', id(number))
            await inside.users.create(user(number), NOW_MS)
          })
        }
      })()
      for (let seen = 0; seen < 50; await new Promise(resolve => setImmediate(resolve))) {
        for (const change of await reader.changes.after(seen)) {
          expect(await reader.users.find(change.id as never)).toEqual(user(change.seq))
          seen = change.seq
        }
      }
      await writing
    })
  })
}
