import { expect, test } from 'vitest'
import { createRenewal } from './renewal.ts'

test('nobody waits for a stranger', async () => {
  await expect(createRenewal().untilRenewed()).rejects.toThrow('not signed in')
})

test('all that was refused waits, and goes on together', async () => {
  const renewal = createRenewal()
  renewal.begin()
  const waiting = [renewal.untilRenewed(), renewal.untilRenewed()]
  expect(renewal.isNeeded).toBe(true)
  renewal.renewed()
  await Promise.all(waiting)
  expect(renewal.isNeeded).toBe(false)
})

test('whoever signs out instead has it refused, and nothing waits any more', async () => {
  const renewal = createRenewal()
  renewal.begin()
  const waiting = renewal.untilRenewed()
  renewal.end()
  await expect(waiting).rejects.toThrow('signed out')
  await expect(renewal.untilRenewed()).rejects.toThrow('not signed in')
})

test('whoever listens hears when it begins and when it ends', () => {
  const renewal = createRenewal()
  const heard: boolean[] = []
  renewal.subscribe(() => heard.push(renewal.isNeeded))
  renewal.begin()
  void renewal.untilRenewed()
  renewal.renewed()
  expect(heard).toEqual([true, false])
})
