import { expect, test } from 'vitest'
import { addressOf, placeOf, returnAddress, signInAddress } from './places.ts'

const ORG = '0123456789abcdef'

test('addresses are those of the field', () => {
  expect(addressOf('tokens', ORG)).toBe(`/orgs/${ORG}/load-data/tokens`)
  expect(addressOf('members', ORG)).toBe(`/orgs/${ORG}/members`)
})

test('a screen knows its addresses, those below it too', () => {
  expect(placeOf(`/orgs/${ORG}/load-data/tokens/generate/all-access`)).toBe('tokens')
  expect(placeOf(`/orgs/${ORG}/load-data/buckets`)).toBe('buckets')
  expect(placeOf(`/orgs/${ORG}/load-data/tokensx`)).toBeUndefined()
  expect(placeOf('/signin')).toBeUndefined()
})

test('after signing in one comes back to where one was, query string and all', () => {
  const was = `/orgs/${ORG}/load-data/tokens?searchTerm=a%20b&page=2`
  expect(returnAddress(signInAddress(was).replace('/signin', ''))).toBe(was)
})

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  'javascript:alert(1)',
  '',
  '/signin?returnTo=/',
])('nobody is sent to %j', wanted => {
  expect(returnAddress(`?${new URLSearchParams({ returnTo: wanted })}`)).toBe('/')
})
