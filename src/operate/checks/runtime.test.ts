import { expect, test } from 'vitest'
import { checkEngine, checkNode } from './runtime.ts'

test.each(['20.19.0', '20.20.2', '22.0.0', '24.21.0', '100.0.0'])('Node %s will do', version => {
  expect(checkNode(version)).toEqual([{ level: 'ok', what: `Node ${version} will do.` }])
})

test.each(['20.18.3', '18.20.0', '9.0.0'])('Node %s is too old', version => {
  expect(checkNode(version)[0]).toMatchObject({ level: 'bad', what: expect.stringContaining('20.19 or later') })
})

test('there is an SQLite, and it says which', async () => {
  expect(await checkEngine()).toEqual([{ level: 'ok', what: expect.stringMatching(/^SQLite 3\.\d+\.\d+ is there\.$/) }])
})
