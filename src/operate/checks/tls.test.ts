import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY_MS } from './finding.ts'
import { checkTls } from './tls.ts'

let folder: string
const path = (name: string) => join(folder, name)

/** A certificate of its own for `sluice.example` and 127.0.0.1, valid for 100 days from now. */
function makeCertificate(name: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', path(`${name}.key`)]
  const subject = ['-subj', '/CN=sluice.example', '-addext', 'subjectAltName=DNS:sluice.example,IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...key, '-out', path(`${name}.pem`), '-days', '100', ...subject], {
    stdio: 'ignore',
  })
  chmodSync(path(`${name}.key`), 0o600)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'))
  makeCertificate('good')
  makeCertificate('other')
})
afterAll(() => rmSync(folder, { recursive: true }))

const fromMs = () => Date.parse(new X509Certificate(readFileSync(path('good.pem'))).validFrom)

interface Case {
  readonly cert?: string
  readonly key?: string
  readonly day?: number
  readonly host?: string
}

function check({ cert = 'good.pem', key = 'good.key', day = 1, host }: Case) {
  const publicUrl = host === undefined ? undefined : { origin: `https://${host}`, protocol: 'https:' as const, host }
  return checkTls({ tls: { certFile: path(cert), keyFile: path(key) }, publicUrl }, fromMs() + day * DAY_MS)
}
const wrongWith = (one: Case) => check(one).filter(({ level }) => level !== 'ok')

describe('TLS', () => {
  test('needs no word if there is none', () => {
    expect(checkTls({ tls: undefined, publicUrl: undefined }, 0)).toEqual([])
  })

  test('is fine with a certificate in force and its key, and says how long it lasts', () => {
    expect(check({}).map(({ what }) => what)).toEqual([
      'The certificate expires in 99 days.',
      'Certificate and key belong together.',
    ])
  })

  test.each([
    ['expires soon', { day: 90 }, 'warn', /expires in 10 days/],
    ['has expired', { day: 101 }, 'bad', /expired on/],
    ['is not valid yet', { day: -1 }, 'bad', /not valid before/],
    ['is for another name', { host: 'other.example' }, 'warn', /is not for other.example/],
  ] as const)('a certificate that %s', (_, one, level, what) => {
    expect(wrongWith(one)).toEqual([{ level, what: expect.stringMatching(what), todo: expect.any(String) }])
  })

  test('a certificate may be for the name or the address of public_url', () => {
    expect(wrongWith({ host: 'sluice.example' })).toEqual([])
    expect(wrongWith({ host: '127.0.0.1' })).toEqual([])
  })

  test('a key of another certificate is bad', () => {
    expect(wrongWith({ key: 'other.key' })).toMatchObject([
      { level: 'bad', what: 'tls.key is not the key of tls.cert.' },
    ])
  })

  test('files that are missing, or are something else, are bad, each by its setting', () => {
    writeFileSync(path('text'), 'a text')
    expect(wrongWith({ cert: 'nothing', key: 'text' })).toMatchObject([
      { level: 'bad', what: expect.stringMatching(/tls.cert cannot be read: .*nothing does not exist/) },
      { level: 'bad', what: expect.stringMatching(/text \(tls.key\) is not what it should be/) },
    ])
    expect(wrongWith({ cert: 'good.key' })).toMatchObject([{ level: 'bad' }])
  })

  test('a key that everybody can read is bad', () => {
    chmodSync(path('other.key'), 0o644)
    expect(wrongWith({ cert: 'other.pem', key: 'other.key', day: 2 })).toMatchObject([
      { level: 'bad', todo: `chmod o-rwx ${path('other.key')}` },
    ])
  })
})
