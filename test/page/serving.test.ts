// How the page is served: to whom, how compressed, for how long, under which policy, and how heavy.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { fetchBytes } from './fetch-bytes.ts'

let server: Server
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-encoding': 'gzip, deflate, br' }

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

const get = (path: string, headers: Record<string, string> = BROWSER, method = 'GET') =>
  fetchBytes(server.url, path, { headers, method })

/** What the document asks for, besides itself. */
async function assets(): Promise<string[]> {
  const document = (await get('/signin', { accept: '*/*' })).body.toString()
  return [...document.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!)
}

describe('the document', () => {
  test.each([
    '/',
    '/signin',
    '/signin?returnTo=%2F',
    '/onboarding',
    '/me/tokens',
    '/orgs/0123456789abcdef/load-data/tokens',
    '/orgs/0123456789abcdef/load-data/tokens/generate/all-access?page=2',
  ])('is what %s answers a browser, to be asked about each time', async path => {
    const { status, headers } = await get(path)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
    expect(headers.etag).toMatch(/^"[\w-]+"$/)
    expect(headers.vary).toContain('Accept-Encoding')
  })

  test('at / is for those who ask for a document: programs get the line of text that they always got', async () => {
    for (const accept of ['*/*', 'application/json', 'text/html;q=0', '']) {
      const { status, headers, body } = await get('/', { accept })
      expect([status, headers['content-type'], body.toString()]).toEqual([
        200,
        'text/plain; charset=UTF-8',
        'Sluice is running. Its API is at /api/v2.\n',
      ])
    }
  })

  test('allows nothing from elsewhere, nothing inline, and no frame', async () => {
    const { headers } = await get('/')
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
  })

  test('unchanged is 304 without a body; HEAD has the same headers as GET', async () => {
    const whole = await get('/')
    const etag = whole.headers.etag!
    for (const seen of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, headers, body } = await get('/', { ...BROWSER, 'if-none-match': seen })
      expect([status, headers.etag, headers['cache-control'], body.length]).toEqual([304, etag, 'no-cache', 0])
    }
    expect((await get('/', { ...BROWSER, 'if-none-match': '"other"' })).status).toBe(200)
    const head = await get('/', BROWSER, 'HEAD')
    expect([head.status, head.body.length]).toEqual([200, 0])
    expect(head.headers['content-length']).toBe(String(whole.body.length))
  })

  test('is read, not written to', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect((await get('/signin', BROWSER, method)).status).toBe(404)
      expect((await get('/', BROWSER, method)).status).toBe(405)
    }
  })
})

describe('assets', () => {
  test('are kept for a year if their name changes with them, and asked about otherwise', async () => {
    const paths = await assets()
    expect(paths.filter(path => /^\/assets\/[\w-]+-[\w-]{8}\.(js|css)$/.test(path)).length).toBeGreaterThanOrEqual(2)
    for (const path of paths) {
      const { status, headers } = await get(path)
      const kept = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
      expect([path, status, headers['cache-control']]).toEqual([path, 200, kept])
      expect(headers['content-security-policy']).toContain("default-src 'none'")
    }
  })

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['', undefined],
    ['br;q=0, gzip;q=0, *;q=0', undefined],
  ])('asked for with Accept-Encoding "%s" come as %s, and are the same text', async (accepted, encoding) => {
    const path = (await assets()).find(one => one.endsWith('.js') && one.startsWith('/assets/'))!
    const plain = await get(path, { 'accept-encoding': 'identity' })
    const { headers, body } = await get(path, { 'accept-encoding': accepted })
    expect(headers['content-encoding']).toBe(encoding)
    const text = encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body
    expect(text.equals(plain.body)).toBe(true)
    // Each form has a tag of its own: caches on the way keep them apart.
    if (encoding) expect(headers.etag).not.toBe(plain.headers.etag)
  })

  test('the first load weighs less than 200 kB', async () => {
    const paths = ['/signin', ...(await assets())]
    const sizes = await Promise.all(
      paths.map(async path => (await get(path, { 'accept-encoding': 'gzip' })).body.length),
    )
    const total = sizes.reduce((sum, size) => sum + size, 0)
    console.info(`first load: ${(total / 1000).toFixed(1)} kB gzip in ${paths.length} files`)
    expect(total).toBeLessThan(200_000)
  })
})

describe('nothing else is served', () => {
  test.each([
    '/index.html.br',
    '/assets',
    '/assets/',
    '/assets/../../package.json',
    '/assets/..%2f..%2fmain.js',
    '/orgs/../../../etc/passwd',
    '/orgs/%2e%2e/%2e%2e/main.js',
    '/orgs/a/..%5c..%5cmain.js',
    '/orgs//load-data',
    '/../ui/index.html',
    '/orgs',
    '/favicon.ico',
    '/constructor',
    '/__proto__',
  ])('%s is 404', async path => {
    const { status, headers } = await get(path)
    expect([status, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8'])
  })
})
