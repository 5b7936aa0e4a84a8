import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Config } from '../../config/config.ts'
import { checkExposure, checkForwardAuth, checkPort } from './listening.ts'

const TLS = { certFile: '/cert.pem', keyFile: '/key.pem' }
const behind = (protocol: 'http:' | 'https:') => ({ origin: `${protocol}//t.example`, protocol, host: 't.example' })

describe('secrets in clear', () => {
  const levels = (host: string, more: Partial<Config> = {}) =>
    checkExposure({ listen: { host, port: 8086 }, tls: undefined, publicUrl: undefined, ...more }).map(f => f.level)

  test.each(['127.0.0.1', '::1', 'localhost'])('%s is reached from this machine only', host => {
    expect(levels(host)).toEqual(['ok'])
  })

  test.each(['0.0.0.0', '::', '10.0.0.1', 'sluice.example'])('%s without TLS is bad', host => {
    expect(levels(host)).toContain('bad')
    expect(levels(host, { publicUrl: behind('http:') })).toContain('bad')
  })

  test('TLS makes it good, and a proxy that speaks TLS a matter to think about', () => {
    expect(levels('0.0.0.0', { tls: TLS })).toEqual(['ok', 'ok'])
    expect(levels('0.0.0.0', { publicUrl: behind('https:') })).toEqual(['warn', 'ok'])
  })

  test('beyond loopback it says that nobody can tell how long chosen tokens are', () => {
    const findings = checkExposure({ listen: { host: '::', port: 1 }, tls: TLS, publicUrl: undefined })
    expect(findings.map(({ what }) => what)).toContainEqual(expect.stringMatching(/only digests are kept/))
  })
})

describe('forward-auth', () => {
  const levels = (...trusted: string[]) => checkForwardAuth({ trusted, upstream: 'lab' }).map(({ level }) => level)

  test('that is off needs no word', () => {
    expect(levels()).toEqual([])
  })

  test('that trusts proxies and their networks is fine', () => {
    expect(levels('127.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1')).toEqual(['ok'])
  })

  test('that trusts everybody is bad', () => {
    expect(levels('0.0.0.0/0')).toEqual(['bad'])
    expect(levels('127.0.0.1', '::/0')).toEqual(['bad'])
  })

  test('that trusts half of the world is worth a thought', () => {
    expect(levels('0.0.0.0/1', '128.0.0.0/1')).toEqual(['warn'])
  })

  test('before no upstream that we know of is worth a thought', () => {
    const [trusts, names] = checkForwardAuth({ trusted: ['127.0.0.1'], upstream: undefined })
    expect([trusts?.level, names]).toMatchObject(['ok', { level: 'warn', what: expect.stringContaining('by names') }])
    expect(checkForwardAuth({ trusted: [], upstream: undefined })).toEqual([])
  })
})

describe('the port', () => {
  test('that is free is fine, and is free afterwards', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const listen = { host: '127.0.0.1', port }
    expect(await checkPort(listen, false)).toMatchObject([{ level: 'bad', what: expect.stringContaining('is taken') }])
    // By the server itself, when one is running on this data.
    expect(await checkPort(listen, true)).toEqual([])
    await new Promise(resolve => taken.close(resolve))
    expect(await checkPort(listen, false)).toMatchObject([{ level: 'ok' }])
    expect(await checkPort(listen, false)).toMatchObject([{ level: 'ok' }])
  })

  test('of an address that this machine does not have is bad', async () => {
    const findings = await checkPort({ host: '192.0.2.1', port: 18086 }, false)
    expect(findings).toMatchObject([{ level: 'bad', what: expect.stringContaining('not an address of this machine') }])
  })

  test('that may be any is not tried', async () => {
    expect(await checkPort({ host: '192.0.2.1', port: 0 }, false)).toEqual([])
  })
})
