import type { ServerHttp2Stream } from 'node:http2'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { isLinear } from '../../../test/linear-time.ts'
import { callBody, FRAME_HEAD_BYTES, MAX_CALL_BYTES } from './grpc-body.ts'

/** What of a call is read: a stream like any other. */
const callOf = () => new PassThrough() as unknown as ServerHttp2Stream
const never = () => false

test('a call is read to its end, or as far as is enough', async () => {
  const [whole, begun] = [callOf(), callOf()]
  const bodies = [callBody(whole), callBody(begun, (beginning, length) => length >= 7 && beginning[0] === 0x61)]
  for (const piece of ['a', 'bcd', 'efg']) for (const stream of [whole, begun]) stream.write(piece)
  whole.end('h')
  expect((await Promise.all(bodies)).map(String)).toEqual(['abcdefgh', 'abcdefg'])
})

test('how it begins is told, however little of it comes at once', async () => {
  const told: string[] = []
  const stream = callOf()
  const body = callBody(stream, beginning => {
    told.push(beginning.subarray(0, FRAME_HEAD_BYTES).toString())
    return told.length === 7
  })
  for (const letter of 'abcdefg') stream.write(letter)
  expect(String(await body)).toBe('abcdefg')
  expect(told).toEqual(['a', 'ab', 'abc', 'abcd', 'abcde', 'abcde', 'abcde'])
})

test('one that is too long is refused at once', async () => {
  const stream = callOf()
  const body = callBody(stream, never)
  stream.write(Buffer.alloc(MAX_CALL_BYTES + 1))
  await expect(body).rejects.toMatchObject({ code: 'request too large' })
})

test('the work on one that comes in small pieces is linear', () => {
  const prepare = (pieces: number) => {
    const stream = callOf()
    callBody(stream, never).catch(() => {})
    const piece = Buffer.alloc(16)
    return () => {
      for (let left = pieces; left > 0; left--) stream.emit('data', piece)
      stream.emit('close')
    }
  }
  expect(isLinear(prepare, 1000)).toBe(true)
})
