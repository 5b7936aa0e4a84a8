// Queries whose text reaches further than their parameters, in every place a text can be, and some that do not.
import { allowed } from './allowed.ts'
import { type Case, READER, WRITER } from './case.ts'
import { FLUX, INFLUXQL, SQL } from './texts.ts'

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const
const JSON_TYPE = ['Content-Type', 'application/json'] as const
const expect = 'nothing of secret' as const
const brief = (text: string, at: number) => `${at + 1} ${text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 60)}`

const influxql = (): Case[] =>
  INFLUXQL.flatMap((text, at) => {
    const q = encodeURIComponent(text)
    const about = brief(text, at)
    const own = [READER] as const
    return [
      { name: `GET /query: ${about}`, method: 'GET', target: `/query?db=raw&q=${q}`, headers: own, body: null, expect },
      {
        name: `GET /query without db: ${about}`,
        method: 'GET',
        target: `/query?q=${q}`,
        headers: own,
        body: null,
        expect,
      },
      {
        name: `GET /query, may write: ${about}`,
        method: 'GET',
        target: `/query?db=raw&q=${q}`,
        headers: [WRITER],
        body: null,
        expect,
      },
      { name: `POST /query by URL: ${about}`, target: `/query?db=raw&q=${q}`, headers: own, body: null, expect },
      {
        name: `POST /query by form: ${about}`,
        target: '/query',
        headers: [...own, FORM],
        body: `db=raw&q=${q}`,
        expect,
      },
      {
        name: `POST /query by both: ${about}`,
        target: '/query?db=raw',
        headers: [...own, FORM],
        body: `q=${q}`,
        expect,
      },
      {
        name: `POST /query as text: ${about}`,
        target: '/query?db=raw',
        headers: [...own, ['Content-Type', 'application/vnd.influxql']],
        body: text,
        expect,
      },
      {
        name: `POST query_influxql: ${about}`,
        target: '/api/v3/query_influxql',
        headers: [...own, JSON_TYPE],
        body: JSON.stringify({ db: 'raw', q: text }),
        expect,
      },
      {
        name: `GET query_influxql: ${about}`,
        method: 'GET',
        target: `/api/v3/query_influxql?db=raw&q=${q}`,
        headers: own,
        body: null,
        expect,
      },
    ]
  })

const sql = (): Case[] =>
  SQL.flatMap((text, at) => {
    const about = brief(text, at)
    const target = '/api/v3/query_sql'
    const body = JSON.stringify({ db: 'raw', q: text })
    return [
      { name: `POST query_sql: ${about}`, target, headers: [READER, JSON_TYPE], body, expect },
      { name: `POST query_sql without a type: ${about}`, target, headers: [READER], body, expect },
      {
        name: `POST query_sql, secret in the URL: ${about}`,
        target: `${target}?db=secret`,
        headers: [READER, JSON_TYPE],
        body,
        expect,
      },
      {
        name: `GET query_sql: ${about}`,
        method: 'GET',
        target: `${target}?db=raw&q=${encodeURIComponent(text)}`,
        headers: [READER],
        body: null,
        expect,
      },
    ]
  })

const flux = (): Case[] =>
  FLUX.flatMap((text, at) => {
    const about = brief(text, at)
    const target = '/api/v2/query?orgID=«org»'
    return [
      {
        name: `Flux: ${about}`,
        target,
        headers: [READER, ['Content-Type', 'application/vnd.flux']],
        body: text,
        expect,
      },
      {
        name: `Flux in JSON: ${about}`,
        target,
        headers: [READER, JSON_TYPE],
        body: JSON.stringify({ query: text, type: 'flux' }),
        expect,
      },
      {
        name: `Flux as extern: ${about}`,
        target,
        headers: [READER, JSON_TYPE],
        body: JSON.stringify({ query: 'x', extern: { body: text } }),
        expect,
      },
    ]
  })

/** The database in one place, another one in another. */
const AGAINST = [
  { name: 'db in URL and form', target: '/query?db=raw&q=SELECT%201', body: 'db=secret', type: FORM },
  { name: 'db in form and URL', target: '/query?db=secret', body: 'db=raw&q=SELECT * FROM m', type: FORM },
  { name: 'db twice in form', target: '/query', body: 'db=raw&db=secret&q=SELECT * FROM m', type: FORM },
  { name: 'escaped db in form', target: '/query', body: 'db=raw&%64b=secret&q=SELECT * FROM m', type: FORM },
  {
    name: 'array',
    target: '/api/v3/query_sql?db=raw',
    body: '["secret","SELECT * FROM m","json",null]',
    type: JSON_TYPE,
  },
  {
    name: 'escaped key',
    target: '/api/v3/query_sql',
    body: '{"db":"raw","\\u0064b":"secret","q":"SELECT 1"}',
    type: JSON_TYPE,
  },
  {
    name: 'key twice',
    target: '/api/v3/query_sql',
    body: '{"db":"raw","db":"secret","q":"SELECT 1"}',
    type: JSON_TYPE,
  },
  {
    name: 'key twice, one in capitals',
    target: '/api/v3/query_sql',
    body: '{"db":"raw","DB":"secret","q":"SELECT 1"}',
    type: JSON_TYPE,
  },
  { name: 'db as a list', target: '/api/v3/query_sql', body: '{"db":["secret"],"q":"SELECT 1"}', type: JSON_TYPE },
  {
    name: 'db as an object',
    target: '/api/v3/query_sql',
    body: '{"db":{"$ne":"raw"},"q":"SELECT 1"}',
    type: JSON_TYPE,
  },
  { name: 'no db in the body', target: '/api/v3/query_sql?db=secret', body: '{"q":"SELECT 1"}', type: JSON_TYPE },
  {
    name: 'two documents',
    target: '/api/v3/query_sql',
    body: '{"db":"raw","q":"SELECT 1"}{"db":"secret"}',
    type: JSON_TYPE,
  },
  { name: 'a form called JSON', target: '/query', body: 'db=secret&q=SELECT * FROM m', type: JSON_TYPE },
  { name: 'UTF-16', target: '/api/v3/query_sql', body: '\ufeff{"db":"secret","q":"SELECT 1"}', type: JSON_TYPE },
] as const

/** Deletes, which write. */
const deletes = (): Case[] =>
  [
    'bucket=secret',
    'bucketID=«secret»',
    'bucket=raw&bucketID=«secret»',
    'bucket=db_secret',
    'bucket=«secret»',
    'bucket=raw&bucket=secret',
  ].map(place => ({
    name: `delete: ${place}`,
    target: `/api/v2/delete?orgID=«org»&${place}`,
    headers: [WRITER, JSON_TYPE],
    body: '{"start":"1970-01-01T00:00:00Z","stop":"2100-01-01T00:00:00Z"}',
    expect,
  }))

export const statements = (): Case[] => [
  ...influxql(),
  ...sql(),
  ...flux(),
  ...AGAINST.map(({ name, target, body, type }) => ({
    name: `against: ${name}`,
    target,
    headers: [READER, type],
    body,
    expect,
  })),
  ...deletes(),
  ...allowed(),
]
