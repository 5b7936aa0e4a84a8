import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type HeldBody, holdBody, MAX_ALL_HELD_BYTES, MAX_HELD_BYTES } from './held-body.ts'

const coming = (...chunks: Buffer[]) =>
  Object.assign(Readable.from(chunks, { objectMode: false }), { headers: {} }) as unknown as IncomingMessage
const hold = (bytes: number) => holdBody(coming(Buffer.alloc(bytes)), MAX_HELD_BYTES, 'identity')
const BUSY = { code: 'unavailable', retryAfterSeconds: 1 }

/** Works with all the room but for a few bytes taken. */
async function whileFull(work: (held: readonly HeldBody[]) => Promise<void>): Promise<void> {
  const held: HeldBody[] = []
  for (let bytes = 0; bytes < MAX_ALL_HELD_BYTES; bytes += MAX_HELD_BYTES) held.push(await hold(MAX_HELD_BYTES))
  await work(held)
  for (const one of held) one.drop()
}

describe('bodies that are held back', () => {
  test('are held together up to a length; then others are told to come back', async () => {
    await whileFull(async held => {
      await expect(hold(1)).rejects.toMatchObject(BUSY)
      held[0]!.drop()
      ;(await hold(MAX_HELD_BYTES - 1)).drop()
    })
    // Nothing is left of them, nor is any given back twice.
    await whileFull(async () => void (await expect(hold(1)).rejects.toMatchObject(BUSY)))
  })

  test('count until the stream that hands them on is over, in whatever way', async () => {
    await whileFull(async ([one, two]) => {
      const read = one!.stream().resume()
      await once(read, 'close')
      two!.stream().destroy()
      await setImmediate()
      ;(await hold(MAX_HELD_BYTES)).drop()
      const both = [await hold(MAX_HELD_BYTES), await hold(MAX_HELD_BYTES)]
      await expect(hold(1)).rejects.toMatchObject(BUSY)
      for (const body of both) body.drop()
    })
  })

  test('count for what they are unpacked to, and not at all once they are refused', async () => {
    await whileFull(async ([one]) => {
      one!.drop()
      const packed = gzipSync(Buffer.alloc(MAX_HELD_BYTES))
      await expect(holdBody(coming(packed), MAX_HELD_BYTES, 'gzip')).rejects.toMatchObject(BUSY)
      await expect(holdBody(coming(Buffer.alloc(100)), 50, 'identity')).rejects.toMatchObject({
        code: 'request too large',
      })
      await expect(holdBody(coming(Buffer.alloc(100)), 100, 'gzip')).rejects.toMatchObject({ code: 'invalid' })
      ;(await hold(MAX_HELD_BYTES)).drop()
    })
  })

  test('do not count if the client goes before the end', async () => {
    await whileFull(async ([one]) => {
      one!.drop()
      const leaving = coming(Buffer.alloc(1000))
      leaving.once('data', () => leaving.destroy(new Error('gone')))
      await expect(holdBody(leaving, MAX_HELD_BYTES, 'identity')).rejects.toThrow('gone')
      ;(await hold(MAX_HELD_BYTES)).drop()
    })
  })

  test('are handed on as they were', async () => {
    const parts = ['cpu n=1\n', '', 'cpu n=2'].map(text => Buffer.from(text))
    for (const text of [parts, []]) {
      const body = await holdBody(coming(...text), 100, 'identity')
      expect(Buffer.concat(await body.stream().toArray())).toEqual(Buffer.concat(text))
    }
  })
})
