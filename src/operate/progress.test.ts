import { PassThrough } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { printBytes, progressLine, showProgress } from './progress.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [192_512, '193 kB'],
  [12_340_000, '12.3 MB'],
  [1_574_289_408, '1.6 GB'],
  [5e15, '5000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(printBytes(bytes)).toBe(text)
})

test('progress never says that all is done', () => {
  expect(progressLine(0, 1e9)).toBe('  0 % of 1.0 GB')
  expect(progressLine(5e8, 1e9)).toBe(' 50 % of 1.0 GB')
  expect(progressLine(2e9, 1e9)).toBe(' 99 % of 1.0 GB')
})

test('progress is shown on a terminal, for long work, until it ends', () => {
  vi.useFakeTimers()
  const shown = (isTTY: boolean, bytes: number) => {
    const out = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream
    const end = showProgress('/nowhere', bytes, out)
    vi.advanceTimersByTime(1000)
    end()
    vi.advanceTimersByTime(1000)
    return out.read()?.toString() ?? ''
  }
  expect(shown(true, 1e9)).toBe('\r  0 % of 1.0 GB\r  0 % of 1.0 GB\r\x1b[K')
  expect(shown(false, 1e9)).toBe('')
  expect(shown(true, 1e6)).toBe('')
  vi.useRealTimers()
})
