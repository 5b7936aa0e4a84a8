// Queries that a token on raw may run, and the form in which each kind of upstream is to be asked.
import type { Case } from './case.ts'
import { READER } from './case.ts'

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const
const JSON_TYPE = ['Content-Type', 'application/json'] as const
const FLUX_TYPE = ['Content-Type', 'application/vnd.flux'] as const

/** As it is sent; as 1.x and 2.x are to be asked; as 3 is, which names no database in the text. */
const INFLUXQL: readonly (readonly [sent: string, named: string, bare: string])[] = [
  ['select f from m', 'SELECT f FROM db_raw..m', 'SELECT f FROM m'],
  ['SELECT f FROM raw..m', 'SELECT f FROM db_raw..m', 'SELECT f FROM m'],
  ['SELECT f FROM "raw"."autogen"."m"', 'SELECT f FROM db_raw..m', 'SELECT f FROM m'],
  ['SELECT f /* ; */ FROM m -- x', 'SELECT f FROM db_raw..m', 'SELECT f FROM m'],
  [
    "SELECT f FROM m WHERE t = ';DROP'",
    "SELECT f FROM db_raw..m WHERE t = ';DROP'",
    "SELECT f FROM m WHERE t = ';DROP'",
  ],
  ['SELECT f FROM m, /x/', 'SELECT f FROM db_raw..m, db_raw../x/', 'SELECT f FROM m, /x/'],
  [
    'SELECT f FROM (SELECT f FROM raw..m)',
    'SELECT f FROM (SELECT f FROM db_raw..m)',
    'SELECT f FROM (SELECT f FROM m)',
  ],
  ['SELECT MEAN(f) FROM m GROUP BY *', 'SELECT mean(f) FROM db_raw..m GROUP BY *', 'SELECT mean(f) FROM m GROUP BY *'],
  ['SHOW MEASUREMENTS', 'SHOW MEASUREMENTS ON db_raw', 'SHOW MEASUREMENTS'],
  ['SHOW TAG KEYS ON raw', 'SHOW TAG KEYS ON db_raw', 'SHOW TAG KEYS'],
  ['SHOW FIELD KEYS FROM m', 'SHOW FIELD KEYS ON db_raw FROM m', 'SHOW FIELD KEYS FROM m'],
  ['SHOW TAG VALUES WITH KEY = t', 'SHOW TAG VALUES ON db_raw WITH KEY = t', 'SHOW TAG VALUES WITH KEY = t'],
]

const encoded = (text: string) => new URLSearchParams({ q: text }).toString().replaceAll('+', '%20')

function influxql(): Case[] {
  return INFLUXQL.flatMap(([text, named, bare], at) => {
    const q = encodeURIComponent(text)
    const asked = (form: string) => ({ target: '/query', body: `${encoded(form)}&db=db_raw` })
    const ways = [
      { way: 'GET /query', method: 'GET', target: `/query?db=raw&q=${q}`, headers: [READER], body: null },
      { way: 'POST /query by URL', target: `/query?db=raw&q=${q}`, headers: [READER], body: null },
      { way: 'POST /query by form', target: '/query', headers: [READER, FORM], body: `db=raw&q=${q}` },
    ]
    const v1 = (['influxdb1', 'influxdb2', 'influxdb3-core'] as const).flatMap(kind =>
      ways.map(({ way, ...request }) => ({
        ...request,
        name: `allowed by ${kind}: ${way}: ${at + 1} ${text}`,
        ...(kind !== 'influxdb1' && { kind }),
        expect: asked(kind === 'influxdb3-core' ? bare : named),
      })),
    )
    const v3 = { target: '/api/v3/query_influxql', body: JSON.stringify({ db: 'db_raw', q: bare }) }
    return [
      ...v1,
      {
        name: `allowed: POST query_influxql: ${at + 1} ${text}`,
        kind: 'influxdb3-core' as const,
        target: '/api/v3/query_influxql',
        headers: [READER, JSON_TYPE],
        body: JSON.stringify({ db: 'raw', q: text }),
        expect: v3,
      },
      {
        name: `allowed: GET query_influxql: ${at + 1} ${text}`,
        kind: 'influxdb3-core' as const,
        method: 'GET',
        target: `/api/v3/query_influxql?db=raw&q=${q}`,
        headers: [READER],
        body: null,
        expect: v3,
      },
    ]
  })
}

/** Goes on as it was sent: the database stands beside it. */
const SQL = [
  'SELECT * FROM m',
  'SELECT f, time FROM "m" WHERE time > now() - INTERVAL \'1 hour\' ORDER BY time DESC LIMIT 5',
  'SELECT * FROM iox.m',
  "SELECT 'system.queries' FROM m",
  'WITH x AS (SELECT * FROM m) SELECT * FROM x',
  'SELECT * FROM m UNION ALL SELECT * FROM n',
  'SELECT 1',
]

function sql(): Case[] {
  const target = '/api/v3/query_sql'
  const kind = 'influxdb3-core' as const
  return SQL.flatMap((text, at) => {
    const expect = { target, body: JSON.stringify({ db: 'db_raw', q: text }) }
    return [
      {
        name: `allowed: POST query_sql: ${at + 1} ${text}`,
        kind,
        target,
        headers: [READER, JSON_TYPE],
        body: JSON.stringify({ db: 'raw', q: text }),
        expect,
      },
      {
        name: `allowed: GET query_sql: ${at + 1} ${text}`,
        kind,
        method: 'GET',
        target: `${target}?db=raw&q=${encodeURIComponent(text)}`,
        headers: [READER],
        body: null,
        expect,
      },
    ]
  })
}

/** With `SOURCE` where a source of raw is to stand. */
const FLUX = [
  'SOURCE |> range(start: 0)',
  '// from(bucket: "secret")\nSOURCE |> range(start: -1h) |> filter(fn: (r) => r.t == "from(bucket: \\"secret\\")")',
  'import "date"\noption now = () => 2026-01-01T00:00:00Z\nx = SOURCE |> range(start: date.truncate(t: now(), unit: 1h))\nx |> mean()',
  'union(tables: [SOURCE |> range(start: 0), SOURCE |> range(start: -1h)]) |> sum()',
]
const SOURCES = [
  'from(bucket: "raw")',
  'from( bucket:"raw" )',
  'from(\n  bucket // x\n  : "raw"\n)',
  'from(bucketID: "«raw»")',
]

function flux(): Case[] {
  const target = '/api/v2/query?orgID=«org»'
  const kind = 'influxdb2' as const
  const theirs = (source: string) => source.replace(/bucket(?:ID)?/, 'bucket').replace(/"[^"]*"/, '"db_raw"')
  return FLUX.flatMap((frame, at) =>
    SOURCES.flatMap((source, number) => {
      const about = `${at + 1}.${number + 1} ${frame}`
      const text = frame.replaceAll('SOURCE', source)
      const query = frame.replaceAll('SOURCE', theirs(source))
      const expect = { target: '/api/v2/query?org=theirs', body: JSON.stringify({ query, type: 'flux' }) }
      return [
        { name: `allowed: Flux: ${about}`, kind, target, headers: [READER, FLUX_TYPE], body: text, expect },
        {
          name: `allowed: Flux in JSON: ${about}`,
          kind,
          target,
          headers: [READER, JSON_TYPE],
          body: JSON.stringify({ query: text, type: 'flux' }),
          expect,
        },
      ]
    }),
  )
}

export const allowed = (): Case[] => [...influxql(), ...sql(), ...flux()]
