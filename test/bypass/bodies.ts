// Methods and bodies where a route has none, codings of bodies, and bodies that are parameters to somebody else.
import { APIS, type Body, type Case, DATA_PATHS, LINES, READER, WRITER, WRITES } from './case.ts'

const METHODS = [
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'PROPFIND',
  'COPY',
  'MOVE',
  'LOCK',
  'SEARCH',
  'REPORT',
  'TRACE',
  'PURGE',
]
const LINKED = ['LINK', 'UNLINK', 'BIND', 'MERGE', 'MKCOL', 'NOTIFY', 'SUBSCRIBE', 'QUERY']
const readerFor = (path: string) => (path.includes('query') ? READER : WRITER)

const methods = (): Case[] =>
  Object.entries(DATA_PATHS).flatMap(([path, query]) => [
    ...[...METHODS, ...LINKED].map(method => ({
      name: `${method} ${path}`,
      method,
      target: `${path}?${query}`,
      headers: [readerFor(path)],
      body: null,
    })),
    { name: `OPTIONS ${path}`, method: 'OPTIONS', target: `${path}?${query}`, body: null, expect: 'ours' as const },
    ...(path.includes('query') && !path.includes('v2')
      ? []
      : [{ name: `GET ${path}`, method: 'GET', target: `${path}?${query}`, body: null }]),
  ])

/** What 3 Core reads from the body of every method, over what the URL says. */
const INTRUDERS: readonly (readonly [type: string | undefined, body: Body])[] = [
  [undefined, 'db=secret&q=SELECT * FROM m'],
  ['application/x-www-form-urlencoded', 'db=secret&q=SELECT * FROM m'],
  ['application/x-www-form-urlencoded', '%64b=secret'],
  ['application/json', '{"db":"secret","q":"SELECT * FROM m"}'],
  ['application/json', '["secret","SELECT * FROM m","json",null]'],
  ['application/json', '{"\\u0064b":"secret","q":"SELECT * FROM m"}'],
  ['application/json', '{"x":"&db=secret&q=SELECT * FROM m&"}'],
  ['text/plain', 'db=secret'],
  ['application/vnd.influxql', 'SELECT * FROM secret..m'],
  ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="db"\r\n\r\nsecret\r\n--b--\r\n'],
  [
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="q"; filename="/etc/passwd"\r\n\r\nSELECT * FROM secret..m\r\n--b--\r\n',
  ],
  ['application/octet-stream', '&db=secret&'],
]

const readingBodies = (): Case[] =>
  Object.entries(DATA_PATHS).flatMap(([path, query]) =>
    ['GET', 'HEAD', 'DELETE', 'PUT'].flatMap(method =>
      INTRUDERS.map(([type, body], at) => ({
        name: `${method} ${path} with body ${at + 1}`,
        method,
        target: `${path}?${query}`,
        headers: [readerFor(path), ...(type === undefined ? [] : [['Content-Type', type] as const])],
        body,
      })),
    ),
  )

/** A write takes them for lines, which is for the upstream to refuse; the database stays that of the URL. */
const writtenBodies = (): Case[] =>
  APIS.flatMap(api =>
    INTRUDERS.flatMap(([type, body], at) => {
      const headers = [WRITER, ...(type === undefined ? [] : [['Content-Type', type] as const])]
      const { target, secret, asked } = WRITES[api]
      const inBody = typeof body === 'string' ? body : ''
      return [
        {
          name: `${api}: allowed, with body ${at + 1}`,
          target,
          headers,
          body,
          expect: { target: asked, body: inBody },
        },
        {
          name: `${api}: to secret, with body ${at + 1}`,
          target: secret,
          headers,
          body: inBody.replaceAll('secret', 'raw'),
        },
        {
          name: `${api}: no database, with body ${at + 1}`,
          target: target.split('?')[0]!,
          headers,
          body: inBody.replaceAll('secret', 'raw'),
        },
      ]
    }),
  )

export const bodies = (): Case[] => [...methods(), ...readingBodies(), ...writtenBodies()]

/** Codings that some server undoes and others leave; what is not undone alike by all is not passed on. */
const CODINGS = [
  'gzip, gzip',
  'gzip,identity',
  'identity, gzip',
  'deflate',
  'br',
  'zstd',
  'compress',
  'snappy',
  'aws-chunked',
  'chunked',
  'gzip;q=1',
  'gzip;',
  '"gzip"',
  'gzip gzip',
  'x-gzip, x-gzip',
  'gzi\u00fe',
  'utf-8',
  'base64',
  '*',
]
const PACKED: Readonly<Record<string, Body>> = {
  whole: { gzip: [LINES] },
  'of two members': { gzip: [LINES, 'm,t=b f=2 2\n'] },
  'of many members': { gzip: Array.from({ length: 20 }, (_, at) => `m,t=${at} f=1 1\n`) },
  'of an empty member first': { gzip: ['', LINES] },
  empty: { gzip: [''] },
  'cut off': { gzip: [LINES], cut: 9 },
  'with plain lines behind': { gzip: [LINES], after: 'm,t=plain f=3 3\n' },
  'with zeros behind': { gzip: [LINES], after: '\0\0\0\0' },
  'that is plain': LINES,
  'that is a request': 'POST /write?db=secret HTTP/1.1\r\nHost: x\r\n\r\n',
}

export const encodings = (): Case[] =>
  APIS.flatMap(api => [
    ...CODINGS.flatMap(coding => [
      {
        name: `${api}: plain as ${coding}`,
        target: WRITES[api].target,
        headers: [WRITER, ['Content-Encoding', coding]] as const,
      },
      {
        name: `${api}: packed as ${coding}`,
        target: WRITES[api].target,
        headers: [WRITER, ['Content-Encoding', coding]] as const,
        body: { gzip: [LINES] },
      },
    ]),
    ...Object.entries(PACKED).flatMap(([name, body]) => [
      {
        name: `${api}: gzip ${name}`,
        target: WRITES[api].target,
        headers: [WRITER, ['Content-Encoding', 'gzip']] as const,
        body,
        expect: { target: WRITES[api].asked },
      },
      {
        name: `${api}: to secret, gzip ${name}`,
        target: WRITES[api].secret,
        headers: [WRITER, ['Content-Encoding', 'gzip']] as const,
        body,
      },
    ]),
    {
      name: `${api}: allowed, called identity`,
      target: WRITES[api].target,
      headers: [WRITER, ['Content-Encoding', 'identity']],
      expect: { target: WRITES[api].asked },
    },
  ])
