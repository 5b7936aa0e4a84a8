import { expect, test } from 'vitest'
import { faultsOf, NOTHING_YET } from './first-things.ts'

const GOOD = {
  username: 'ada',
  password: 'correct horse',
  passwordAgain: 'correct horse',
  org: 'Northwind',
  bucket: 'sensors',
  setupCode: '',
}

test('a whole entry has no fault', () => {
  expect(faultsOf(GOOD)).toEqual({})
})

test('everything that is missing is named at once', () => {
  expect(Object.keys(faultsOf(NOTHING_YET))).toEqual(['username', 'password', 'org', 'bucket'])
})

test.each([
  ['username', { username: 'a:b' }, /colon/],
  ['username', { username: '  ' }, /sign in/],
  ['password', { password: 'short', passwordAgain: 'short' }, /8 characters/],
  ['passwordAgain', { passwordAgain: 'other' }, /differ/],
  ['bucket', { bucket: '_mine' }, /underscore/],
] as const)('%s of %j', (field, change, words) => {
  expect(faultsOf({ ...GOOD, ...change })).toEqual({ [field]: expect.stringMatching(words) })
})
