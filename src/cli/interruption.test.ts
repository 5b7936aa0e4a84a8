// What an interruption does to waiting.
import { expect, test } from 'vitest'
import { Canceled, interruptible, pause } from './interruption.ts'

const never = new Promise<never>(() => {})

test('work that is not interrupted gives its result, and its failure', async () => {
  const { signal } = new AbortController()
  expect(await interruptible(Promise.resolve(1), signal)).toBe(1)
  await expect(interruptible(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken')
})

test('work that never ends is given up', async () => {
  await expect(interruptible(never, AbortSignal.abort())).rejects.toThrow(Canceled)
})

test('work that has words of its own says them', async () => {
  const interruption = new AbortController()
  const work = new Promise((_, reject) => {
    interruption.signal.addEventListener('abort', () => setImmediate(reject, new Error('write canceled')))
  })
  const waiting = interruptible(work, interruption.signal)
  interruption.abort()
  await expect(waiting).rejects.toThrow('write canceled')
})

test('a pause ends at once', async () => {
  const interruption = new AbortController()
  const waiting = pause(1_000_000, interruption.signal)
  interruption.abort()
  await expect(waiting).rejects.toThrow(Canceled)
  await expect(pause(1_000_000, interruption.signal)).rejects.toThrow(Canceled)
  await pause(0, new AbortController().signal)
})
