import { isIP } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressMatcher, isLoopback, parseAddressBlocks, parseListen } from './address.ts'

const listensOn = (text: string, host: string, port: number) =>
  expect(parseListen(text), text).toEqual({ value: { host, port } })
const isRefused = (text: string, sentence: string) =>
  expect(parseListen(text), text).toEqual({ refused: expect.stringContaining(sentence) })

test('listen takes a name, an IPv4 address or a bracketed IPv6 address, with a port', () => {
  listensOn('127.0.0.1:8086', '127.0.0.1', 8086)
  listensOn('0.0.0.0:80', '0.0.0.0', 80)
  listensOn('localhost:1', 'localhost', 1)
  listensOn('db-1.example.org:65535', 'db-1.example.org', 65_535)
  listensOn('[::1]:8086', '::1', 8086)
  listensOn('[fe80::1%eth0]:8086', 'fe80::1%eth0', 8086)
})

test('port 0 stands for any free port', () => listensOn('127.0.0.1:0', '127.0.0.1', 0))

test('a listen address without host is refused with a sentence that says what to write', () => {
  isRefused(':8086', 'say 0.0.0.0:8086 if you mean everywhere, 127.0.0.1:8086 if only this machine')
  isRefused('*:8086', 'say 0.0.0.0:8086')
  isRefused('8086', 'must name a host before the port, as in 127.0.0.1:8086')
})

test('every other form of listen address is refused', () => {
  isRefused('127.0.0.1:65536', 'has the port 65536')
  isRefused('127.0.0.1:99999', 'ports go from 0')
  isRefused('::1:8086', 'in brackets, as in [::1]:8086')
  isRefused('[127.0.0.1]:8086', 'no IPv6 address')
  isRefused('[]:8086', 'no IPv6 address')
  for (const text of ['localhost', 'localhost:', 'localhost:-1', 'localhost:80a', 'http://localhost:80', '[::1]']) {
    isRefused(text, 'must')
  }
  for (const text of [
    '127.1:80',
    '256.0.0.1:80',
    '010.0.0.1:80',
    '0x7f.1:80',
    'a..b:80',
    '-a:80',
    'a b:80',
    'a\n:80',
    ' :80',
  ]) {
    isRefused(text, 'for a host, which is none')
  }
})

test('any text is either refused or a host without brackets and a port in range', () => {
  const part = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constantFrom(':', '[', ']', '*', ''), fc.string())
  const text = fc.oneof(
    fc.string(),
    fc.tuple(part, part, fc.nat(100_000)).map(([a, b, port]) => `${a}${b}:${port}`),
  )
  fc.assert(
    fc.property(text, address => {
      const parsed = parseListen(address)
      if ('refused' in parsed) return
      expect(parsed.value.host).not.toMatch(/[[\]\s*]|^$/)
      expect(parsed.value.port).toBeLessThanOrEqual(65_535)
    }),
  )
})

test('a list of addresses holds IP addresses and CIDR blocks, and says which entries are neither', () => {
  expect(parseAddressBlocks('10.0.0.0/8, ::1,192.168.1.7,fd00::/8')).toEqual({
    value: ['10.0.0.0/8', '::1', '192.168.1.7', 'fd00::/8'],
  })
  expect(parseAddressBlocks('')).toEqual({ value: [] })
  const wrong = [
    '10.0.0.0/33',
    '::1/129',
    'localhost',
    '10.0.0',
    '10.0.0.1/',
    '/8',
    '10.0.0.1/8/8',
    '::1%eth0',
    '1.2.3.4/-1',
  ]
  for (const entry of [...wrong, '']) {
    expect(parseAddressBlocks(`127.0.0.1,${entry}`)).toEqual({
      refused: `must hold IP addresses or CIDR blocks such as 10.0.0.0/8, not ${JSON.stringify(entry)}`,
    })
  }
})

test('a matcher knows the addresses of its blocks, also when a socket spells IPv4 the IPv6 way', () => {
  const matches = addressMatcher(['10.0.0.0/8', '192.168.1.7', 'fd00::/8'])
  for (const inside of ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3', '192.168.1.7', 'fd12::1']) {
    expect(matches(inside), inside).toBe(true)
  }
  for (const outside of ['11.0.0.0', '::ffff:11.0.0.0', '192.168.1.8', 'fe00::1', '::', 'localhost', '', '10.0.0']) {
    expect(matches(outside), outside).toBe(false)
  }
})

test('an empty list matches nobody', () => expect(addressMatcher([])('127.0.0.1')).toBe(false))

test('every list that is let through can be matched against', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6())), fc.nat(32), (addresses, prefix) => {
      const parsed = parseAddressBlocks(addresses.map(address => `${address}/${prefix}`).join(','))
      if (!('value' in parsed)) throw new Error(parsed.refused)
      const matches = addressMatcher(parsed.value)
      for (const address of addresses) expect(matches(address), address).toBe(isIP(address) !== 0)
    }),
  )
})

test('only this machine reaches a loopback host', () => {
  for (const host of [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
  ]) {
    expect(isLoopback(host), host).toBe(true)
  }
})

test('a host that others may reach is not loopback, nor is a name that merely looks like it', () => {
  const others = [
    '0.0.0.0',
    '::',
    '[::]',
    '128.0.0.1',
    '::2',
    '10.0.0.1',
    '',
    'localhost.example.org',
    '127.0.0.1.example.org',
  ]
  for (const host of [...others, 'foo.localhost', '127.1', '[localhost']) expect(isLoopback(host), host).toBe(false)
})
