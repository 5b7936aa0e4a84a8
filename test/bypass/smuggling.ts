// Bytes that two servers in a row would cut into requests in different places. Each on a connection of its own.
import { type Case, LINES, WRITES } from './case.ts'

const { asked } = WRITES.v1
const allowed = { target: asked }
const SEND = 'POST /write?db=raw HTTP/1.1'
const WHO = ['Host: localhost', 'Authorization: Token «writer»', 'X-Request-Id: «id»']
const LENGTH = `Content-Length: ${LINES.length}`
const CHUNKED = 'Transfer-Encoding: chunked'

const head = (...lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`
const post = (...fields: readonly string[]) => head(SEND, ...WHO, ...fields)
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
const END = '0\r\n\r\n'
const BODY = `${chunk(LINES)}${END}`

/** What would write to the other database, if somebody took it for a request and believed the credential. */
const HIDDEN = `${head('POST /write?db=db_secret HTTP/1.1', ...WHO, LENGTH)}${LINES}`
/** The same for an upstream that asks for no credential, or gets ours. */
const BARE = `${head('POST /write?db=db_secret HTTP/1.1', 'Host: localhost', LENGTH)}${LINES}`

const CODINGS = [
  'chunked',
  'Chunked',
  'chunked, chunked',
  'identity',
  'identity, chunked',
  'chunked, identity',
  'gzip, chunked',
  'chunked;q=1',
  '"chunked"',
  'xchunked',
  'chunkedx',
  'chunke',
  ',chunked',
  'chunked,',
  '\x0bchunked',
  'chunked\x0c',
  'chunked\x00',
  'trailers',
  'chunked\xa0',
]

/** Two statements of the length, in every order and with every length that would hide the rest. */
const twoLengths = (): Case[] =>
  CODINGS.flatMap(coding =>
    [HIDDEN, BARE].flatMap((hidden, at) => {
      const rest = `${END}${hidden}`
      const lengths = { none: 0, some: 5, all: rest.length, more: rest.length + 10 }
      return Object.entries(lengths).flatMap(([name, length]) => {
        const fields = [`Content-Length: ${length}`, `Transfer-Encoding: ${coding}`]
        const about = `length ${name} and ${JSON.stringify(coding)}, hiding ${at + 1}`
        return [
          { name: about, raw: `${post(...fields)}${rest}` },
          { name: `${about}, the other way round`, raw: `${post(...fields.reverse())}${rest}` },
        ]
      })
    }),
  )

const oddCodings = (): Case[] =>
  CODINGS.filter(coding => coding.toLowerCase() !== 'chunked').flatMap(coding => [
    { name: `coding ${JSON.stringify(coding)} alone`, raw: `${post(`Transfer-Encoding: ${coding}`)}${BODY}${HIDDEN}` },
    {
      name: `coding ${JSON.stringify(coding)} before chunked`,
      raw: `${post(`Transfer-Encoding: ${coding}`, CHUNKED)}${BODY}`,
    },
    {
      name: `coding ${JSON.stringify(coding)} behind chunked`,
      raw: `${post(CHUNKED, `Transfer-Encoding: ${coding}`)}${BODY}`,
    },
  ])

const ODD_FIELDS: Readonly<Record<string, string>> = {
  'space before the colon': 'Transfer-Encoding : chunked',
  'tabulator before the colon': 'Transfer-Encoding\t: chunked',
  'line feed in the name': 'Transfer-Encoding\n: chunked',
  'bare line feed': 'X: y\nTransfer-Encoding: chunked',
  'bare carriage return': 'X: y\rTransfer-Encoding: chunked',
  'zero byte in the value': 'X: y\0Transfer-Encoding: chunked',
  'zero byte in the name': 'X\0Y: y',
  'no colon': 'Transfer-Encoding chunked',
  'no name': ': chunked',
  'a quote in the name': '"Transfer-Encoding": chunked',
  'an umlaut in the name': 'Tr\xe4nsfer-Encoding: chunked',
  'an underscore': 'Transfer_Encoding: chunked',
  'folded line': 'X: y\r\n Transfer-Encoding: chunked',
  'folded line by tabulator': 'X: y\r\n\tTransfer-Encoding: chunked',
  'folded coding': 'Transfer-Encoding:\r\n chunked',
  'folded credential': 'Authorization:\r\n Token «reader»',
  'second host': 'Host: secret',
  'second credential': 'Authorization: Token «reader»',
  'second length': LENGTH,
  'second length, other': 'Content-Length: 0',
  'second length, folded': 'X: y\r\n Content-Length: 0',
  'upgrade to h2c and another':
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
  'upgrade to websocket':
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'unknown expectation': 'Expect: 200-ok',
  'too long a header': `X: ${'y'.repeat(70_000)}`,
}
const oddFields = (): Case[] =>
  Object.entries(ODD_FIELDS).flatMap(([name, field]) => [
    { name: `field: ${name}`, raw: `${post(field, LENGTH)}${LINES}${HIDDEN}` },
    ...(field === LENGTH ? [] : [{ name: `field: ${name}, last`, raw: `${post(LENGTH, field)}${LINES}${HIDDEN}` }]),
    { name: `field: ${name}, first`, raw: `${head(SEND, field, ...WHO, LENGTH)}${LINES}${HIDDEN}` },
  ])

const LENGTHS = [
  '+12',
  '-1',
  '0x0c',
  '12abc',
  '12,12',
  '12, 0',
  '12 12',
  '',
  '1e1',
  '12.0',
  '99999999999999999999',
  '"12"',
  '١٢',
  'NaN',
  '12;',
  '\x0b12',
]
const oddLengths = (): Case[] =>
  LENGTHS.map(length => ({
    name: `length ${JSON.stringify(length)}`,
    raw: `${post(`Content-Length: ${Buffer.from(length).toString('latin1')}`)}${LINES}${HIDDEN}`,
  }))

const SIZE = LINES.length.toString(16)
/** Chunks that are none: the request has begun to arrive when they are found, so that it must break off, not end. */
const BROKEN_CHUNKS: Readonly<Record<string, string>> = {
  'in hexadecimal with a prefix': `0x${SIZE}\r\n${LINES}\r\n${END}`,
  'with a sign': `+${SIZE}\r\n${LINES}\r\n${END}`,
  negative: `-${SIZE}\r\n${LINES}\r\n${END}`,
  'with a space before': ` ${SIZE}\r\n${LINES}\r\n${END}`,
  'beyond 64 bits': `fffffffffffffffff\r\n${LINES}\r\n${END}`,
  'of 64 bits': `ffffffffffffffff\r\n${LINES}\r\n`,
  'without a size': `\r\n${LINES}\r\n${END}`,
  'in letters': `zz\r\n${LINES}\r\n${END}`,
  'with a line feed alone': `${SIZE}\n${LINES}\r\n${END}`,
  'with a carriage return alone': `${SIZE}\r${LINES}\r\n${END}`,
  'without an end of line': `${SIZE}\r\n${LINES}${END}`,
  'too short': `2\r\n${LINES}\r\n${END}`,
  'too long': `ff\r\n${LINES}\r\n${END}`,
  'with a line feed in its extension': `${SIZE};x\n${LINES}\r\n${END}`,
  'with an endless extension': `${SIZE};${'x'.repeat(70_000)}\r\n${LINES}\r\n${END}`,
  'without a last one': chunk(LINES),
  'ending in line feeds': `${chunk(LINES)}0\n\n`,
}
const brokenChunks = (): Case[] =>
  Object.entries(BROKEN_CHUNKS).map(([name, body]) => ({
    name: `chunk ${name}`,
    raw: `${post(CHUNKED)}${body}${HIDDEN}`,
  }))

const LAST = 'Connection: close'
const goodChunks = (): Case[] => [
  { name: 'chunks: allowed', raw: `${post(CHUNKED, LAST)}${BODY}`, expect: { ...allowed, body: LINES } },
  {
    name: 'chunks: allowed, coding in capitals',
    raw: `${post('Transfer-Encoding: CHUNKED', LAST)}${BODY}`,
    expect: { ...allowed, body: LINES },
  },
  {
    name: 'chunks: allowed, an extension',
    raw: `${post(CHUNKED, LAST)}${SIZE};x=y\r\n${LINES}\r\n${END}`,
    expect: { ...allowed, body: LINES },
  },
  {
    name: 'chunks: allowed, zeros before',
    raw: `${post(CHUNKED, LAST)}000${SIZE}\r\n${LINES}\r\n${END}`,
    expect: { ...allowed, body: LINES },
  },
  ...['Content-Length: 5', 'Transfer-Encoding: gzip'].map(field => ({
    name: `chunks: trailing ${field}`,
    raw: `${post(CHUNKED)}${chunk(LINES)}0\r\n${field}\r\n\r\n${HIDDEN}`,
  })),
  ...['Authorization: Token «reader»', 'Host: secret', 'X-Db: secret'].map(field => ({
    name: `chunks: allowed, trailing ${field}`,
    raw: `${post(CHUNKED, LAST)}${chunk(LINES)}0\r\n${field}\r\n\r\n`,
    expect: { ...allowed, body: LINES },
  })),
  {
    name: 'a request as a body: allowed',
    raw: `${post(`Content-Length: ${BARE.length}`, LAST)}${BARE}`,
    expect: { ...allowed, body: BARE },
  },
  {
    name: 'a request as a chunk: allowed',
    raw: `${post(CHUNKED, LAST)}${chunk(BARE)}${END}`,
    expect: { ...allowed, body: BARE },
  },
  {
    name: 'one behind the other: allowed, then to secret',
    raw: `${post(LENGTH)}${LINES}${HIDDEN}`,
    expect: { ...allowed, body: LINES },
  },
  {
    // Both come before the first is answered, and who sends so is asked to wait.
    name: 'one behind the other: to secret, then allowed',
    raw: `${HIDDEN}${post(LENGTH)}${LINES}`,
  },
  // Node takes several spaces for one, and does not tell another protocol of version 1; the upstream is asked anew.
  ...['POST  /write?db=raw HTTP/1.1', 'POST /write?db=raw  HTTP/1.1', 'POST /write?db=raw RTSP/1.0'].map(line => ({
    name: `line: allowed, ${JSON.stringify(line)}`,
    raw: `${head(line, ...WHO, LENGTH, LAST)}${LINES}`,
    expect: { ...allowed, body: LINES },
  })),
  {
    name: 'expecting to continue: allowed',
    raw: `${post(LENGTH, 'Expect: 100-continue', LAST)}${LINES}`,
    expect: { ...allowed, body: LINES },
  },
]

const first = (line: string, name = line): Case => ({
  name: `line: ${JSON.stringify(name)}`,
  raw: `${head(line, ...WHO, LENGTH)}${LINES}`,
})
const lines = (): Case[] => [
  ...[
    'POST http://localhost/write?db=raw HTTP/1.1',
    'POST http://localhost:«port»/write?db=raw HTTP/1.1',
    'POST HTTP://LOCALHOST/write?db=raw HTTP/1.1',
    'POST http://secret/write?db=raw HTTP/1.1',
    'POST //localhost/write?db=raw HTTP/1.1',
    'POST localhost/write?db=raw HTTP/1.1',
    'POST write?db=raw HTTP/1.1',
    'POST %2fwrite?db=raw HTTP/1.1',
    'POST \\write?db=raw HTTP/1.1',
    'POST ?db=raw HTTP/1.1',
    'POST * HTTP/1.1',
    'POST\t/write?db=raw HTTP/1.1',
    'POST /write?db=raw\tHTTP/1.1',
    'POST /write?db=raw /write?db=secret HTTP/1.1',
    'POST /write?db=raw HTTP/1.1 HTTP/1.1',
    'POST /write?db=raw\x00 HTTP/1.1',
    'POST /write?db=raw\x01 HTTP/1.1',
    'POST /write?db=raw\x7f HTTP/1.1',
    'POST /write?db=r\xe4w HTTP/1.1',
    'POST /write\x00?db=raw HTTP/1.1',
    'POST /write?db=raw#x HTTP/1.1',
    'POST /write#?db=raw HTTP/1.1',
    'POST /write?db=raw HTTP/1.2',
    'POST /write?db=raw HTTP/2.0',
    'POST /write?db=raw HTTP/0.9',
    'POST /write?db=raw HTTP/1.1x',
    'POST /write?db=raw HTTP/1',
    'POST /write?db=raw http/1.1',
    'POST /write?db=raw ICE/1.0',
    'POST /write?db=raw',
    'post /write?db=raw HTTP/1.1',
    'Post /write?db=raw HTTP/1.1',
    'POSTX /write?db=raw HTTP/1.1',
    ' POST /write?db=raw HTTP/1.1',
    'CONNECT localhost:«port» HTTP/1.1',
    'CONNECT /write?db=raw HTTP/1.1',
    'SOURCE /write?db=raw HTTP/1.1',
    'M-SEARCH /write?db=raw HTTP/1.1',
    'PRI * HTTP/2.0',
  ].map(line => first(line)),
  first(`POST /write?db=raw&x=${'y'.repeat(70_000)} HTTP/1.1`, 'too long'),
  { name: 'line: line feeds alone', raw: `${[SEND, ...WHO, LENGTH].join('\n')}\n\n${LINES}` },
  { name: 'line: carriage returns alone', raw: `${[SEND, ...WHO, LENGTH].join('\r')}\r\r${LINES}` },
  { name: 'line: a line feed behind the first', raw: `${SEND}\n${[...WHO, LENGTH].join('\r\n')}\r\n\r\n${LINES}` },
  { name: 'line: the preface of HTTP/2', raw: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0' },
  { name: 'line: a TLS handshake', raw: '\x16\x03\x01\x00\x05hello' },
  { name: 'line: HTTP/1.1 without a host', raw: `${head(SEND, ...WHO.slice(1), LENGTH)}${LINES}` },
  ...['GET', 'HEAD', 'DELETE'].flatMap(method =>
    ['/query?db=raw&q=SHOW%20SERIES', '/write?db=raw', '/api/v3/query_sql?db=raw&q=SELECT%201'].map(target => ({
      name: `line: ${method} ${target} with a request as its body`,
      raw: `${head(`${method} ${target} HTTP/1.1`, ...WHO, `Content-Length: ${HIDDEN.length}`)}${HIDDEN}`,
    })),
  ),
]

export const smuggling = (): Case[] => [
  ...twoLengths(),
  ...oddCodings(),
  ...oddFields(),
  ...oddLengths(),
  ...brokenChunks(),
  ...goodChunks(),
  ...lines(),
]
