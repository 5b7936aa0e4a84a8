// How lines come together in batches.
import { describe, expect, test } from 'vitest'
import { type Batch, batches } from './line-batches.ts'
import { linesOf } from './lines.ts'

const PATIENT = { maxBytes: 10, maxWaitMs: 1_000_000 }

async function* groups(...texts: string[][]) {
  for (const lines of texts) yield lines.map(line => Buffer.from(line))
}
async function allOf(source: AsyncIterable<Batch>) {
  const all: [string, number][] = []
  for await (const { bytes, lines } of source) all.push([bytes.toString(), lines])
  return all
}

describe('batches', () => {
  test('end with the line that fills them', async () => {
    expect(await allOf(batches(groups(['abcd', 'efgh', 'ij'], ['a line that is long', 'k']), PATIENT))).toEqual([
      ['abcd\nefgh\n', 2],
      ['ij\na line that is long\n', 2],
      ['k\n', 1],
    ])
    expect(await allOf(batches(groups(), PATIENT))).toEqual([])
  })

  test('do not wait for more than so long', async () => {
    let release = () => {}
    async function* slow() {
      yield [Buffer.from('one')]
      await new Promise<void>(resolve => {
        release = resolve
      })
      yield [Buffer.from('two')]
    }
    const source = batches(slow(), { maxBytes: 10_000, maxWaitMs: 1 })
    expect((await source.next()).value?.bytes.toString()).toBe('one\n')
    release()
    expect((await source.next()).value?.bytes.toString()).toBe('two\n')
    expect((await source.next()).done).toBe(true)
  })

  test('can be left while their source is silent', async () => {
    async function* silent() {
      yield [Buffer.from('one')]
      await new Promise(() => {})
    }
    for await (const { lines } of batches(silent(), { maxBytes: 1, maxWaitMs: 1 })) {
      expect(lines).toBe(1)
      break
    }
  })

  test('end with the failure of their source', async () => {
    async function* failing() {
      yield [Buffer.from('one')]
      throw new Error('broken')
    }
    await expect(allOf(batches(failing(), PATIENT))).rejects.toThrow('broken')
  })
})

describe('lines', () => {
  async function linesIn(pieces: string[], maxLength = 100) {
    async function* bytes() {
      for (const piece of pieces) yield Buffer.from(piece)
    }
    const lines: string[] = []
    for await (const some of linesOf(bytes(), maxLength)) lines.push(...some.map(String))
    return lines
  }

  test('are the same however the bytes come', async () => {
    const text = 'm v=1\r\n\n  \t\nm,city=Malmö v=2\nlast'
    const expected = ['m v=1', 'm,city=Malmö v=2', 'last']
    expect(await linesIn([text])).toEqual(expected)
    expect(await linesIn([...text])).toEqual(expected)
    expect(await linesIn([])).toEqual([])
  })

  test('may not be too long, ended or not', async () => {
    expect(await linesIn(['12345\n12345'], 5)).toEqual(['12345', '12345'])
    await expect(linesIn(['123456\n'], 5)).rejects.toThrow('failed to write data: batcher: line too long')
    await expect(linesIn(['123', '456'], 5)).rejects.toThrow('line too long')
  })
})
