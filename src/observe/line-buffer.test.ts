import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bufferLines, type LineBuffer } from './line-buffer.ts'

let written: string[]
let lines: LineBuffer

beforeEach(() => {
  vi.useFakeTimers()
  written = []
  lines = bufferLines({ write: text => written.push(text) })
})
afterEach(() => void vi.useRealTimers())

describe('lines', () => {
  test('are written together, within a moment', () => {
    lines.write('one\n')
    vi.advanceTimersByTime(30)
    lines.write('two\n')
    expect(written).toEqual([])
    vi.advanceTimersByTime(20)
    expect(written).toEqual(['one\ntwo\n'])
    vi.advanceTimersByTime(1000)
    expect(written, 'and once').toHaveLength(1)
  })

  test('that come later are written a moment later', () => {
    lines.write('one\n')
    vi.advanceTimersByTime(50)
    lines.write('two\n')
    expect(written).toEqual(['one\n'])
    vi.advanceTimersByTime(50)
    expect(written).toEqual(['one\n', 'two\n'])
  })

  test('are written at once when there are many, so that they take no memory', () => {
    const line = `${'x'.repeat(1023)}\n`
    for (let at = 0; at < 63; at++) lines.write(line)
    expect(written).toEqual([])
    lines.write(line)
    expect(written).toEqual([line.repeat(64)])
    vi.advanceTimersByTime(1000)
    expect(written).toHaveLength(1)
    lines.write('y'.repeat(200_000))
    expect(written[1]).toHaveLength(200_000)
  })

  test('are written when somebody asks for it, as whoever ends the process does', () => {
    lines.write('last words\n')
    lines.flush()
    lines.flush()
    expect(written).toEqual(['last words\n'])
    vi.advanceTimersByTime(1000)
    expect(written).toHaveLength(1)
    lines.write('after all\n')
    vi.advanceTimersByTime(50)
    expect(written).toEqual(['last words\n', 'after all\n'])
  })

  test('are all written, in their order', () => {
    const all = Array.from({ length: 5000 }, (_, at) => `${at} ${'x'.repeat(at % 97)}\n`)
    for (const [at, line] of all.entries()) {
      lines.write(line)
      if (at % 700 === 0) vi.advanceTimersByTime(50)
    }
    lines.flush()
    expect(written.join('')).toBe(all.join(''))
    expect(written.length).toBeLessThan(20)
  })
})
