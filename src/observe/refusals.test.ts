import { expect, test } from 'vitest'
import { createRefusalTable, MAX_ROWS } from './refusals.ts'

const KIND = { credential: '0a0a0a0a0a0a0a0a', reason: 'missing-permission', path: '/write', database: 'raw' }

test('counts what is alike in one row, with its first and last time', () => {
  let nowMs = 1000
  const table = createRefusalTable(() => nowMs)
  for (nowMs of [2000, 3000, 4000]) table.note(KIND)
  table.note({ ...KIND, database: 'other' })
  expect(table.list()).toEqual([
    { ...KIND, database: 'other', count: 1, firstMs: 4000, lastMs: 4000 },
    { ...KIND, count: 3, firstMs: 2000, lastMs: 4000 },
  ])
  expect([table.sinceMs(), table.dropped()]).toEqual([1000, 0])
})

test('keeps so many rows and no more: the one seen longest ago makes room', () => {
  const table = createRefusalTable(() => 0)
  for (let n = 0; n < MAX_ROWS; n++) table.note({ ...KIND, database: `d${n}` })
  table.note({ ...KIND, database: 'd0' })
  for (let n = 0; n < 500; n++) table.note({ ...KIND, database: `e${n}` })
  const names = table.list().map(({ database }) => database)
  expect([names.length, table.dropped()]).toEqual([MAX_ROWS, 500])
  expect([names.includes('d0'), names.includes('d1'), names.includes('d500'), names.includes('d501')]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('starts again', () => {
  let nowMs = 1
  const table = createRefusalTable(() => nowMs, 1)
  table.note(KIND)
  table.note({ ...KIND, path: '/query' })
  nowMs = 9
  table.clear()
  expect([table.list(), table.dropped(), table.sinceMs()]).toEqual([[], 0, 9])
})

test('takes neither a token nor a long text as it is', () => {
  const table = createRefusalTable(() => 0)
  table.note({ ...KIND, database: `slc_${'a'.repeat(49)}` })
  table.note({ ...KIND, database: 'x'.repeat(100_000) })
  expect(table.list().map(({ database }) => database)).toEqual(['x'.repeat(128), 'slc_***'])
})
