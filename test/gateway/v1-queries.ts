// A server before an upstream of 1.x that answers no rows, and tokens of several reaches, for tests of /query.
import { BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import type { Answer, Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { type Seen, startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

export const RESULTS = '{"results":[{"statement_id":0}]}'
export const FORM = 'application/x-www-form-urlencoded'

export type Parameters = Readonly<Record<string, string>>
export const encoded = (parameters: Parameters) => new URLSearchParams(parameters).toString()
export const form = (body: string): Parameters => Object.fromEntries(new URLSearchParams(body))

/** What stands in the place of the first failing statement. */
export const failure = ({ status, json }: Answer) => (status === 200 ? json().results : status)
export const missing = (database: string, statement = 0) => [
  { statement_id: statement, error: `database not found: ${database}` },
]

/** An answer, and what the upstream saw of the request. */
export interface Asking {
  readonly got: Answer
  readonly seen: readonly Seen[]
}

export interface V1Queries {
  readonly upstream: UpstreamDouble
  readonly plant: Plant
  /** Reads and writes `raw`, reads `second`. */
  readonly wide: string
  /** Reads and writes two buckets that share a database of the upstream. */
  readonly sharing: string
  /** With the token of the plant's reader unless another is given. */
  sent(method: string, path: string, asked?: Asked): Promise<Asking>
  get(parameters: Parameters, asked?: Asked): Promise<Asking>
  post(parameters: Parameters, asked?: Asked): Promise<Asking>
  close(): Promise<void>
}

export async function startV1Queries(): Promise<V1Queries> {
  const upstream = await startUpstreamDouble((_, outgoing) =>
    outgoing.writeHead(200, { 'Content-Type': 'application/json', 'X-Influxdb-Version': '1.8.10' }).end(RESULTS),
  )
  const plant = await startPlant('influxdb1', upstream.url)
  async function sent(method: string, path: string, asked?: Asked): Promise<Asking> {
    upstream.seen.length = 0
    const got = await plant.server.request(method, path, { token: plant.tokens.reader, ...asked })
    return { got, seen: [...upstream.seen] }
  }
  return {
    upstream,
    plant,
    ...(await makeTokens(plant)),
    sent,
    get: (parameters, asked) => sent('GET', `/query?${encoded(parameters)}`, asked),
    post: (parameters, asked) =>
      sent('POST', '/query', {
        body: encoded(parameters),
        ...asked,
        headers: { 'Content-Type': FORM, ...asked?.headers },
      }),
    close: () => upstream.close(),
  }
}

async function makeTokens({ operator, orgID, buckets }: Plant): Promise<Pick<V1Queries, 'wide' | 'sharing'>> {
  const bound = async (name: string, database: string, retentionPolicy = '') => {
    const id = await createBucket(operator, orgID, name)
    ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database, retentionPolicy }))
    return id
  }
  const second = await bound('second', 'db -2-')
  const [short, long] = [await bound('shared', 'db_shared'), await bound('shared/long', 'db_shared', 'year')]
  const on = (action: 'read' | 'write', id: string) => may(action, 'buckets', { id, orgID })
  const raw = buckets.raw
  const some = [on('read', raw), on('write', raw), on('read', second)]
  const all = [short, long].flatMap(id => [on('read', id), on('write', id)])
  return {
    wide: (await createToken(operator, { orgID, permissions: some })).token,
    sharing: (await createToken(operator, { orgID, permissions: all })).token,
  }
}
