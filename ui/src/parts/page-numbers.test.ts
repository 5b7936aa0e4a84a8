import { expect, test } from 'vitest'
import { pageNumbers } from './page-numbers.ts'

test('few pages are all shown', () => {
  expect(pageNumbers(1, 1)).toEqual([1])
  expect(pageNumbers(4, 7)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('of many, the first, the last and those around the current are', () => {
  expect(pageNumbers(1, 1000)).toEqual([1, 2, 3, 4, 5, 'gap-after', 1000])
  expect(pageNumbers(500, 1000)).toEqual([1, 'gap-before', 499, 500, 501, 'gap-after', 1000])
  expect(pageNumbers(998, 1000)).toEqual([1, 'gap-before', 996, 997, 998, 999, 1000])
})

test('the current page is always among them, once, and there are never more than seven entries', () => {
  for (let pages = 1; pages <= 30; pages++) {
    for (let page = 1; page <= pages; page++) {
      const entries = pageNumbers(page, pages)
      expect(entries.filter(entry => entry === page)).toHaveLength(1)
      expect(new Set(entries).size).toBe(entries.length)
      expect(entries.length).toBeLessThanOrEqual(7)
    }
  }
})
