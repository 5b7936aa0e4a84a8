// What programs that people run send to an InfluxDB, as read in their sources and documentation, and what becomes of it.
import type { Plant } from './plant.ts'

export type Kind = 'influxdb1' | 'influxdb2' | 'influxdb3-core'

/** How the token is presented: in a header, as a password, or in the URL. */
export type Presented = 'Token' | 'Bearer' | 'Basic' | 'u and p'

export interface EverydayRequest {
  readonly client: string
  readonly does: string
  /** What the token may do; both unless said. */
  readonly as?: keyof Plant['tokens']
  /** `Token` unless said. */
  readonly by?: Presented
  /** Of these upstreams; all unless said. */
  readonly of?: readonly Kind[]
  readonly method?: 'GET'
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly gzip?: true
  /**
   * What the upstream is asked, in short: `write UNIT`, or the text of the query, each of the database `db_raw`. `itself` is
   * answered by Sluice with 200 or 204, `refused` in the results of a query with status 200, where the client goes on.
   */
  readonly means: string
}

const LINES = 'cpu,host=a usage=0.5 1700000000000000000\n'
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const TEXT = { 'Content-Type': 'text/plain; charset=utf-8' }
const JSON_TYPE = { 'Content-Type': 'application/json' }
const FLUX_TYPE = { 'Content-Type': 'application/vnd.flux' }
const TWO: readonly Kind[] = ['influxdb2']
const THREE: readonly Kind[] = ['influxdb3-core']
const NOT_THREE: readonly Kind[] = ['influxdb1', 'influxdb2']

const query = (parameters: Readonly<Record<string, string>>) => new URLSearchParams(parameters).toString()

const WRITES: readonly EverydayRequest[] = [
  {
    client: 'Telegraf, outputs.influxdb_v2',
    does: 'writes a packed batch',
    as: 'writer',
    target: '/api/v2/write?bucket=raw&org=plant',
    headers: { ...TEXT, 'User-Agent': 'Telegraf/1.30.0 Go/1.22.0' },
    body: LINES,
    gzip: true,
    means: 'write ns',
  },
  {
    client: 'Telegraf, outputs.influxdb',
    does: 'writes',
    as: 'writer',
    by: 'Basic',
    target: '/write?consistency=any&db=raw',
    headers: TEXT,
    body: LINES,
    gzip: true,
    means: 'write ns',
  },
  {
    client: 'Telegraf, outputs.influxdb',
    does: 'creates the database before it writes, and goes on if it may not',
    as: 'writer',
    by: 'Basic',
    target: '/query',
    headers: FORM,
    body: query({ q: 'CREATE DATABASE "raw"' }),
    means: 'refused',
  },
  {
    client: 'influxdb1-clientv2 for Go, k6',
    does: 'writes',
    by: 'Basic',
    target: '/write?consistency=&db=raw&precision=ns&rp=',
    headers: { 'Content-Type': '' },
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'Kapacitor',
    does: 'writes',
    by: 'Basic',
    target: '/write?consistency=&db=raw&precision=s&rp=',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: 'cpu f=1 1700000000\n',
    means: 'write s',
  },
  {
    client: 'influxdb-java, Jenkins, openHAB with 1.x',
    does: 'writes',
    by: 'Basic',
    target: '/write?db=raw&precision=n&consistency=one',
    headers: TEXT,
    body: LINES,
    gzip: true,
    means: 'write ns',
  },
  {
    client: 'Micrometer',
    does: 'writes to 1.x',
    target: '/write?consistency=one&precision=ms&db=raw',
    headers: TEXT,
    body: 'cpu f=1 1700000000000\n',
    gzip: true,
    means: 'write ms',
  },
  {
    client: 'Micrometer',
    does: 'creates the database by a URL alone',
    target: `/query?${query({ q: 'CREATE DATABASE "raw"' })}`,
    means: 'refused',
  },
  {
    client: 'influxdb-client-java, openHAB with 2.x',
    does: 'writes',
    target: '/api/v2/write?org=plant&bucket=raw&precision=ns',
    headers: { ...TEXT, 'Content-Encoding': 'identity', Accept: 'application/json' },
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'influxdb-client for Python, Home Assistant',
    does: 'tries a write of nothing',
    target: '/api/v2/write?org=plant&bucket=raw&precision=ns',
    headers: { 'Content-Type': 'text/plain', 'Content-Encoding': 'identity', Accept: 'application/json' },
    body: '',
    means: 'write ns',
  },
  {
    client: 'influxdb for Python, Home Assistant with 1.x',
    does: 'writes',
    by: 'Basic',
    target: '/write?db=raw&precision=s',
    headers: { 'Content-Type': 'application/octet-stream', Accept: 'application/x-msgpack' },
    body: 'cpu f=1 1700000000\n',
    means: 'write s',
  },
  {
    client: 'Proxmox VE',
    does: 'writes',
    target: '/api/v2/write?org=plant&bucket=raw',
    body: 'system,object=nodes,host=pve uptime=1 1700000000000000000\n',
    means: 'write ns',
  },
  {
    client: 'node-influx, Node-RED, ioBroker with 1.x',
    does: 'writes',
    by: 'u and p',
    target: '/write?db=raw&precision=n&rp=',
    body: LINES,
    means: 'write ns',
  },
  {
    client: '@influxdata/influxdb-client, Node-RED, ioBroker with 2.x',
    does: 'writes',
    target: '/api/v2/write?org=plant&bucket=raw&precision=ms',
    headers: TEXT,
    body: 'cpu f=1 1700000000000\n',
    means: 'write ms',
  },
  {
    client: 'Vector',
    does: 'writes to 2.x',
    target: '/api/v2/write?org=plant&bucket=raw&precision=ns',
    headers: { 'Content-Type': 'text/plain' },
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'Vector',
    does: 'writes to 1.x',
    by: 'u and p',
    target: '/write?consistency=any&db=raw&precision=ns',
    headers: { 'Content-Type': 'text/plain' },
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'Fluent Bit',
    does: 'writes to 1.x',
    by: 'Basic',
    target: '/write?db=raw&precision=n',
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'Fluent Bit',
    does: 'writes to 2.x',
    target: '/api/v2/write?org=plant&bucket=raw&precision=ns',
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'influxdb for Ruby, fluentd',
    does: 'writes',
    by: 'u and p',
    target: '/write?db=raw&precision=s&rp=',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: 'cpu f=1 1700000000\n',
    means: 'write s',
  },
  {
    client: 'OpenTelemetry Collector',
    does: 'writes',
    target: '/api/v2/write?bucket=raw&org=plant&precision=ns',
    body: LINES,
    gzip: true,
    means: 'write ns',
  },
  {
    client: 'Arduino, with 1.x',
    does: 'writes',
    by: 'u and p',
    target: '/write?db=raw&precision=s',
    headers: { 'Content-Type': 'text/plain' },
    body: 'cpu f=1 1700000000\n',
    means: 'write s',
  },
  {
    client: 'Chronograf',
    does: 'writes an annotation',
    by: 'Basic',
    target: '/write?db=raw&rp=',
    headers: TEXT,
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'curl',
    does: 'writes as its manual says',
    target: '/write?db=raw',
    headers: { ...FORM, Accept: '*/*' },
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'influxdb3-go, influxdb3-csharp',
    does: 'writes, without an org',
    of: THREE,
    target: '/api/v2/write?bucket=raw&org=&precision=ns',
    headers: TEXT,
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'influxdb3-java',
    does: 'writes, and offers HTTP/2 in clear',
    of: THREE,
    target: '/api/v2/write?bucket=raw&precision=ns',
    headers: {
      ...TEXT,
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    },
    body: LINES,
    means: 'write ns',
  },
  {
    client: 'influxdb3, the command',
    does: 'writes',
    by: 'Bearer',
    of: THREE,
    target: '/api/v3/write_lp?db=raw&precision=nanosecond&accept_partial=false&no_sync=false',
    body: LINES,
    means: 'write ns',
  },
]

const INFLUXQL: readonly EverydayRequest[] = [
  ...['SHOW MEASUREMENTS', 'SHOW MEASUREMENTS WITH MEASUREMENT =~ /(?i)cpu/ LIMIT 100'].map(
    (q): EverydayRequest => ({
      client: 'Grafana, InfluxQL',
      does: 'lists measurements, also for its test button',
      as: 'reader',
      by: 'Basic',
      method: 'GET',
      target: `/query?${query({ db: 'raw', epoch: 'ms', q })}`,
      means: q,
    }),
  ),
  ...[
    'SHOW TAG KEYS FROM "cpu"',
    'SHOW FIELD KEYS FROM "cpu"',
    'SHOW TAG VALUES FROM "cpu" WITH KEY = "host" WHERE "region" = \'a\'',
    'SHOW TAG VALUES WITH KEY = "host"',
    'SELECT mean("usage") FROM "cpu" WHERE ("host" =~ /^a$/ AND "path" =~ /^\\/dev\\/sda$/) AND time >= 1700000000000ms AND time <= 1700000600000ms GROUP BY time(30s), "host" fill(null)',
    'SELECT last("usage") FROM "cpu" WHERE time >= now() - 1h GROUP BY "host" tz(\'Europe/Berlin\')',
  ].map(
    (q): EverydayRequest => ({
      client: 'Grafana, InfluxQL',
      does: 'asks by a form beside a URL',
      as: 'reader',
      target: '/query?db=raw&epoch=ms',
      headers: FORM,
      body: query({ q }),
      means: q,
    }),
  ),
  {
    client: 'Grafana, InfluxQL',
    does: 'lists retention policies',
    as: 'reader',
    of: NOT_THREE,
    method: 'GET',
    target: `/query?${query({ db: 'raw', epoch: 'ms', q: 'SHOW RETENTION POLICIES on "raw"' })}`,
    means: 'SHOW RETENTION POLICIES ON "db_raw"',
  },
  {
    client: 'Home Assistant with 1.x',
    does: 'tries a read',
    as: 'reader',
    by: 'Basic',
    method: 'GET',
    target: `/query?${query({ q: 'SHOW DATABASES;', db: 'raw' })}`,
    headers: { 'Content-Type': 'application/json', Accept: 'application/x-msgpack' },
    means: 'itself',
  },
  {
    client: 'Home Assistant with 1.x',
    does: 'asks for a sensor',
    as: 'reader',
    by: 'Basic',
    method: 'GET',
    target: `/query?${query({ q: 'select mean("value") as value from "°C" where time > now() - 1h', db: 'raw' })}`,
    means: 'SELECT mean("value") AS "value" FROM "°C" WHERE "time" > now() - 1h',
  },
  {
    client: 'Chronograf',
    does: 'connects, by POST without a body',
    by: 'Basic',
    target: `/query?${query({ db: '', epoch: 'ms', q: 'SHOW DATABASES', rp: '' })}`,
    headers: JSON_TYPE,
    means: 'itself',
  },
  {
    client: 'Chronograf',
    does: 'asks for a graph',
    by: 'Basic',
    of: NOT_THREE,
    target: `/query?${query({ db: 'raw', epoch: 'ms', q: 'SELECT mean("usage") AS "mean_usage" FROM "raw"."autogen"."cpu" WHERE time > now() - 1h GROUP BY time(10s) FILL(null)', rp: 'autogen' })}`,
    headers: JSON_TYPE,
    means: 'SELECT mean("usage") AS "mean_usage" FROM "cpu" WHERE "time" > now() - 1h GROUP BY time(10s) FILL(null)',
  },
  {
    client: 'Chronograf with 3 Core',
    does: 'connects',
    of: THREE,
    method: 'GET',
    target: `/api/v3/query_influxql?${query({ db: '', epoch: 'ms', q: 'SHOW DATABASES' })}`,
    headers: JSON_TYPE,
    means: 'itself',
  },
  {
    client: 'Kapacitor',
    does: 'asks for a batch',
    by: 'Basic',
    target: `/query?${query({ db: '', q: 'SELECT "usage" FROM "raw".."cpu" WHERE time >= \'2024-01-01T00:00:00Z\' AND time < \'2024-01-01T01:00:00Z\'' })}`,
    means: 'SELECT "usage" FROM "cpu" WHERE time >= \'2024-01-01T00:00:00Z\' AND time < \'2024-01-01T01:00:00Z\'',
  },
  {
    client: 'influxdb1-clientv2 for Go',
    does: 'asks',
    by: 'Basic',
    target: `/query?${query({ chunked: 'true', chunk_size: '10', db: 'raw', epoch: 'ns', params: 'null', q: 'SELECT * FROM cpu', rp: '' })}`,
    headers: { 'Content-Type': '' },
    means: 'SELECT * FROM "cpu"',
  },
  {
    client: 'node-influx, Node-RED, ioBroker with 1.x',
    does: 'asks',
    by: 'u and p',
    method: 'GET',
    target: `/query?${query({ db: 'raw', epoch: '', q: 'select * from cpu limit 1', rp: '' })}`,
    means: 'SELECT * FROM "cpu" LIMIT 1',
  },
  {
    client: 'influxdb for Ruby, fluentd',
    does: 'asks, and says a precision',
    by: 'u and p',
    method: 'GET',
    target: `/query?${query({ q: 'select * from cpu', db: 'raw', precision: 's', epoch: 's' })}`,
    means: 'SELECT * FROM "cpu"',
  },
  {
    client: 'influxdb for Ruby, fluentd',
    does: 'lists databases',
    by: 'u and p',
    method: 'GET',
    target: `/query?${query({ q: 'SHOW DATABASES' })}`,
    means: 'itself',
  },
  {
    client: 'influxdb-java',
    does: 'asks by a form',
    by: 'Basic',
    target: '/query?db=raw&epoch=n',
    headers: FORM,
    body: query({ q: 'SELECT * FROM cpu' }),
    means: 'SELECT * FROM "cpu"',
  },
  {
    client: 'curl',
    does: 'asks for CSV as the manual says',
    method: 'GET',
    headers: { Accept: 'application/csv' },
    target: `/query?${query({ db: 'raw', pretty: 'true', q: 'SELECT "usage" FROM "cpu" WHERE "host"=\'a\'' })}`,
    means: 'SELECT "usage" FROM "cpu" WHERE "host" = \'a\'',
  },
]

const READ = (more = '') => `from(bucket: "db_raw")${more}`
const ours = (script: string) => script.replaceAll('"db_raw"', '"raw"')
const DIALECT = { annotations: ['datatype', 'group', 'default'], delimiter: ',', header: true }

/** A script by the content types and members that a client sends around it. */
const flux = (client: string, does: string, means: string, more: object = {}): EverydayRequest => ({
  client,
  does,
  as: 'reader',
  of: TWO,
  target: '/api/v2/query?org=plant',
  headers: { 'Content-Type': 'application/json; charset=utf-8', Accept: 'application/csv' },
  body: JSON.stringify({
    query: means === 'itself' ? 'buckets()' : ours(means),
    type: 'flux',
    dialect: DIALECT,
    ...more,
  }),
  means,
})

const SCHEMA = 'import "influxdata/influxdb/schema"\n'
const FLUX: readonly EverydayRequest[] = [
  flux('Grafana, Flux', 'tries the connection', 'itself'),
  flux('Home Assistant', 'tries a read', 'itself'),
  {
    ...flux('Chronograf with 2.x', 'connects', 'itself'),
    headers: FLUX_TYPE,
    body: 'buckets()',
  },
  flux(
    'Grafana, Flux',
    'asks for a graph, its variables replaced',
    READ(
      '\n  |> range(start: 2024-01-01T00:00:00Z, stop: 2024-01-01T06:00:00.123Z)\n  |> filter(fn: (r) => r["_measurement"] == "disk" and r["path"] =~ /^\\/var\\/lib$/)\n  |> aggregateWindow(every: 1m0s, fn: mean, createEmpty: false)\n  |> yield(name: "mean")',
    ),
  ),
  flux(
    'Grafana, Flux',
    'lists values of a tag',
    `import "influxdata/influxdb/v1"\nv1.tagValues(bucket: "db_raw", tag: "host")`,
  ),
  flux(
    'Grafana, Flux',
    'lists values of a tag with a predicate',
    `${SCHEMA}schema.tagValues(\n    bucket: "db_raw",\n    tag: "host",\n    predicate: (r) => r._measurement == "cpu",\n    start: -1d,\n)`,
  ),
  flux('Grafana, Flux', 'lists measurements', `${SCHEMA}schema.measurements(bucket: "db_raw")`),
  flux(
    'Grafana, Flux',
    'asks by days of a time zone',
    `import "timezone"\noption location = timezone.location(name: "Europe/Berlin")\n${READ(' |> range(start: -7d) |> aggregateWindow(every: 1d, fn: sum)')}`,
  ),
  flux(
    'ioBroker with 2.x',
    'looks how its points are',
    'import "influxdata/influxdb/schema" schema.tagKeys(bucket: "db_raw")',
  ),
  flux(
    'Home Assistant',
    'asks for a sensor',
    READ(
      ' |> range(start: -15m, stop: now()) |> filter(fn: (r) => r._field == "value" and r.entity_id == "a") |> mean(column: "_value")|> limit(n: 1)',
    ),
  ),
  flux(
    'openHAB with 2.x',
    'asks for the history of an item',
    READ(
      '\n\t|> range(start:2024-01-01T00:00:00.000000000Z, stop:2024-01-02T00:00:00.000000000Z)\n\t|> filter(fn: (r) => r["_measurement"] == "item")\n\t|> keep(columns:["_measurement", "_time", "_value"])\n\t|> sort(desc:true, columns:["_time"])\n\t|> limit(n:1, offset:0)',
    ),
    { dialect: { ...DIALECT, commentPrefix: '#', dateTimeFormat: 'RFC3339' }, params: {} },
  ),
  flux('influxdb-client-csharp', 'asks', READ(' |> range(start: -1h)'), { now: '2024-01-01T00:00:00.1234567Z' }),
  flux('influxdb-client-php, -ruby', 'asks', READ(' |> range(start: -1h)'), {
    type: undefined,
    dialect: { ...DIALECT, commentPrefix: '#' },
  }),
  {
    ...flux('influxdb-client for JavaScript', 'asks', READ(' |> range(start: -1h)')),
    headers: { 'Content-Type': 'application/json; encoding=utf-8' },
  },
]

const SQL: readonly EverydayRequest[] = [
  'SELECT * FROM "cpu" WHERE "time" >= cast(\'2024-01-01T00:00:00Z\' as timestamp) AND "time" <= cast(\'2024-01-02T00:00:00Z\' as timestamp) LIMIT 50',
  'select 1',
  'SHOW TABLES',
  "SELECT DATE_BIN(INTERVAL '1 minute', time) AS t, avg(\"usage\") FROM cpu WHERE time >= now() - interval '1 hour' GROUP BY 1 ORDER BY 1",
].map(q => ({
  client: 'Grafana, SQL; influxdb3 query',
  does: 'asks',
  as: 'reader' as const,
  by: 'Bearer' as const,
  of: THREE,
  target: '/api/v3/query_sql',
  headers: JSON_TYPE,
  body: JSON.stringify({ db: 'raw', q, format: 'json' }),
  means: q,
}))

const SYSTEM: readonly EverydayRequest[] = [
  ['Kapacitor', '/ping?wait_for_leader=5s'],
  ['influxdb-java, Vector, Chronograf', '/ping'],
  ['Arduino, with 1.x', '/ping?verbose=true'],
  ['Proxmox VE, ioBroker, Arduino', '/health'],
  ['influxdb-client', '/ready'],
].map(([client = '', target = '']) => ({
  client,
  does: 'looks whether there is somebody',
  method: 'GET' as const,
  target,
  means: 'itself',
}))

export const EVERYDAY_REQUESTS: readonly EverydayRequest[] = [...WRITES, ...INFLUXQL, ...FLUX, ...SQL, ...SYSTEM]
