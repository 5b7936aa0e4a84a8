// The data files of the corpus are what their generators make, and as many as the documentation says.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PLACEHOLDERS, written } from './case.ts'
import { fileOf, GENERATORS, readFamily } from './corpus.ts'

const families = Object.entries(GENERATORS)

test.each(families)('the file of %s is what its generator makes', async (family, generate) => {
  await expect(written(generate())).toMatchFileSnapshot(fileOf(family))
})

test.each(families)('no two cases of %s have the same name or are the same request', (_, generate) => {
  const cases = generate()
  expect(repeated(cases.map(({ name }) => name))).toEqual([])
  expect(repeated(cases.map(({ name: _name, ...request }) => JSON.stringify(request)))).toEqual([])
})

test('every placeholder is known', () => {
  const text = families.map(([family]) => readFileSync(fileOf(family), 'utf8')).join()
  const names = new Set([...text.matchAll(/«([^»]*)»/g)].map(([, name]) => name))
  expect([...names].filter(name => !(PLACEHOLDERS as readonly string[]).includes(name!))).toEqual([])
})

test('the documentation says how many cases there are', () => {
  const count = families.reduce((sum, [family]) => sum + readFamily(family).length, 0)
  const text = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8')
  // Once for the gateway, and once for the proxies that ask for a verdict.
  const said = [...text.matchAll(/([\d,]+) requests/g)].map(([, number]) => number)
  expect(said).toEqual(Array(2).fill(count.toLocaleString('en')))
  expect(count).toBeGreaterThanOrEqual(2000)
})

function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>()
  return texts.filter(text => seen.size === seen.add(text).size)
}
