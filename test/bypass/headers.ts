// Headers that say who asks, or what for, to somebody other than us.
import { APIS, type Api, type Case, DATA_PATHS, READER, WRITER, WRITES } from './case.ts'

type Header = readonly [name: string, value: string]

/** Read by some proxy or framework as what the request really is. Sources: upstream contract 3.6. */
const FORWARDING: readonly Header[] = [
  ['X-Forwarded-Uri', '/write?db=secret'],
  ['X-Forwarded-Method', 'POST'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-Host', 'localhost'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Prefix', '/api/v3/configure'],
  ['X-Forwarded-Port', '8086'],
  ['X-Forwarded-User', 'admin'],
  ['X-Forwarded-Groups', 'operators'],
  ['X-Forwarded-Access-Token', '«writer»'],
  ['X-Forwarded-Path', '/write?db=secret'],
  ['X-Forwarded-Server', 'secret'],
  ['Forwarded', 'for=127.0.0.1;host=secret;proto=https'],
  ['X-Original-URI', '/write?db=secret'],
  ['X-Original-URL', '/write?db=secret'],
  ['X-Original-Method', 'POST'],
  ['X-Original-Host', 'secret'],
  ['X-Rewrite-URL', '/write?db=secret'],
  ['X-Override-URL', '/write?db=secret'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-HTTP-Method', 'DELETE'],
  ['X-Method-Override', 'DELETE'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
  ['X-Remote-User', 'admin'],
  ['Remote-User', 'admin'],
  ['X-Auth-Request-User', 'admin'],
  ['X-Auth-Token', '«writer»'],
  ['X-Api-Key', '«writer»'],
  ['X-Influxdb-Token', '«writer»'],
  ['X-Influxdb-Version', '1.8'],
  ['X-Influx-Org', 'secret'],
  ['X-Influx-Db', 'secret'],
  ['database', 'secret'],
  ['bucket', 'secret'],
  ['bucket-name', 'secret'],
  ['iox-namespace-name', 'secret'],
  ['x-influxdata-query-language', 'sql'],
  ['iox-debug', 'true'],
  ['Db', 'secret'],
  ['Proxy-Authorization', 'Token «writer»'],
  ['Cookie', 'influxdb-oss-session=«writer»; db=secret'],
  ['Via', '1.1 secret'],
  ['Max-Forwards', '0'],
  ['Referer', 'http://localhost/write?db=secret'],
  ['Origin', 'http://secret'],
  ['TE', 'trailers'],
  ['Keep-Alive', 'timeout=1000'],
  ['Proxy-Connection', 'keep-alive'],
  ['Content-Location', '/write?db=secret'],
  ['Destination', '/write?db=secret'],
  ['Range', 'bytes=0-1'],
  ['Prefer', 'return-no-content'],
  ['X-Authorization', 'Token «writer»'],
  ['Authorization.', 'Token «reader»'],
  ['X.Forwarded.Uri', '/write?db=secret'],
]

/** Named in `Connection`, so that a proxy that keeps to the rules would take them away. */
const HOP_BY_HOP = [
  'authorization',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
  'host',
  'x-forwarded-for',
  'x-request-id',
  'cookie',
  'db',
  'close, authorization',
  'keep-alive, authorization, host',
]

/** Upgrades to what no data path speaks. */
const UPGRADES = ['websocket', 'TLS/1.0', 'HTTP/2.0', 'foo', 'h2c, websocket']

/** Given twice, the second may be the one that somebody else reads. */
const TWICE: readonly Header[] = [
  ['Authorization', 'Token «reader»'],
  ['Authorization', 'Token «writer»'],
  ['authorization', 'Bearer nobody'],
  ['Content-Type', 'text/plain'],
  ['Content-Type', 'application/grpc'],
  ['Content-Encoding', 'gzip'],
  ['Content-Encoding', 'identity'],
  ['Host', 'secret'],
]

/** With an underscore, which CGI and some proxies read as a hyphen. */
const UNDERSCORES = [
  'X_Forwarded_Uri',
  'X_Forwarded_For',
  'X_Original_URI',
  'Content_Length',
  'Content_Type',
  'Content_Encoding',
  'Transfer_Encoding',
  'X_Request_Id',
  'X-Http_Method_Override',
  'Authorization_',
  '_Authorization',
  'Proxy_Authorization',
  'X_Db',
]

const good = (api: Api, name: string, extra: readonly Header[]): Case => ({
  name: `${api}: allowed, ${name}`,
  target: WRITES[api].target,
  headers: [WRITER, ...extra],
  expect: { target: WRITES[api].asked },
})
const bad = (name: string, target: string, headers: readonly Header[]): Case => ({ name, target, headers })

const TYPED: readonly Header[] = [
  ['Content-Type', 'text/plain'],
  ['Content-Encoding', 'identity'],
]

const perApi = (api: Api): Case[] => [
  ...FORWARDING.map(header => good(api, `with ${header[0]}`, [header])),
  ...FORWARDING.map(header => bad(`${api}: to secret, with ${header[0]}`, WRITES[api].secret, [WRITER, header])),
  ...FORWARDING.map(header => bad(`${api}: without a credential, with ${header[0]}`, WRITES[api].target, [header])),
  ...HOP_BY_HOP.map(name => good(api, `Connection: ${name}`, [['Connection', name]])),
  ...HOP_BY_HOP.map(name =>
    bad(`${api}: to secret, Connection: ${name}`, WRITES[api].secret, [WRITER, ['Connection', name]]),
  ),
  good(api, 'with an offer of HTTP/2 that is passed over', [
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMAAABkAAQAAP__'],
  ]),
  ...UPGRADES.map(to =>
    bad(`${api}: upgrade to ${to}`, WRITES[api].target, [WRITER, ['Connection', 'Upgrade'], ['Upgrade', to]]),
  ),
  ...TWICE.flatMap(header => [
    bad(`${api}: twice, behind: ${header.join(' ')}`, WRITES[api].target, [WRITER, ...TYPED, header]),
    bad(`${api}: twice, before: ${header.join(' ')}`, WRITES[api].target, [header, WRITER, ...TYPED]),
  ]),
  ...UNDERSCORES.map(name => bad(`${api}: ${name}`, WRITES[api].target, [WRITER, [name, '1']])),
]

export const headers = (): Case[] => APIS.flatMap(perApi)

/** Spellings of the media type by which 3 Core takes any request, of whatever path, for Arrow Flight. */
const GRPC = [
  'application/grpc',
  'application/grpc+proto',
  'application/grpc+json',
  'application/grpc-web',
  'application/grpc-web+proto',
  'application/grpc-web-text',
  'application/grpc; charset=utf-8',
  'application/grpc;x=y',
  'application/grpcx',
  'APPLICATION/GRPC',
  'Application/gRPC+Proto',
  ' application/grpc',
  '\tapplication/grpc',
  'application/grpc ',
  'application/grpc,text/plain',
]
/** Which a write may have: its body is line protocol whatever it is called. */
const HARMLESS = [
  'text/plain',
  'text/plain; charset=utf-8',
  'application/x-www-form-urlencoded',
  'application/json',
  'application/vnd.influxql',
  'application/vnd.flux',
  'application/octet-stream',
  'multipart/form-data; boundary=x',
  'text/plain, application/grpc',
  'x/application/grpc',
  '',
]

export function contentTypes(): Case[] {
  const flight = Object.entries(DATA_PATHS).flatMap(([path, query]) =>
    GRPC.flatMap(type =>
      ['POST', 'GET', 'PUT'].map(method => ({
        name: `${method} ${path} as ${JSON.stringify(type)}`,
        method,
        target: `${path}?${query}`,
        headers: [path.includes('query') || path === '/query' ? READER : WRITER, ['Content-Type', type]] as const,
        body: method === 'GET' ? null : 'm f=1',
      })),
    ),
  )
  const plain = APIS.flatMap(api =>
    HARMLESS.map(type => good(api, `as ${type || 'nothing'}`, [['Content-Type', type]])),
  )
  return [...flight, ...plain]
}
