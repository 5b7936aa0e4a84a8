// Everything at once, and page by page: the same rows, in the same order, each exactly once.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { orderKey } from '../../src/store/order-key.ts'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, type Created, createOrg, createToken, createUser, forEach, ok, refusal } from './fixtures.ts'

/** More than the first page of a long answer (100) and one more (1,000). */
const MANY = 1250
const SEED = 20_260_801
const RUNS = 60
const COLUMNS = ['id', 'description', 'status', 'createdAt', 'updatedAt', 'expiresAt', 'user', 'org'] as const

interface Row extends Created {
  readonly status: string
  readonly user: string
  readonly org: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt?: string
}

let server: DescribedServer
/** An org with few tokens that have much in common, and one with many. */
let few: string
let many: string

beforeAll(async () => {
  server = await startDescribedServer()
  const { operator } = server
  few = await createOrg(operator, 'few')
  many = await createOrg(operator, 'many')
  const owners = [await createUser(operator, 'ann'), await createUser(operator, 'Bob'), server.onboarded.adminId]
  const descriptions = ['b', 'B', '', 'a', 'ä', '🌡️', 'ﬀ', 'a']
  for (let i = 0; i < 48; i++) {
    const expiresAt = i % 3 === 0 ? undefined : `203${i % 4}-01-31T12:00:00Z`
    const status = i % 5 === 0 ? 'inactive' : 'active'
    const description = descriptions[i % descriptions.length]
    await createToken(operator, { orgID: few, userID: owners[i % 3], description, status, expiresAt })
  }
  const work = (i: number) => createToken(operator, { orgID: many, description: `token ${i % 97}` })
  await forEach([...Array(MANY).keys()], 8, work)
}, 120_000)

async function list(query: Record<string, string>): Promise<{ total?: number; authorizations: Row[] }> {
  return ok(await server.operator.get(`${AUTHORIZATIONS}?${new URLSearchParams(query)}`))
}
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id)

/** The value by which a column sorts: texts as bytes, descriptions as people order them, instants as numbers, never last. */
function keyOf(row: Row, column: (typeof COLUMNS)[number]): string | number {
  const value = row[column]
  if (column.endsWith('At')) return value === undefined ? Number.POSITIVE_INFINITY : Date.parse(value)
  return Buffer.from(column === 'description' ? orderKey(value ?? '') : (value ?? '')).toString('hex')
}

function inOrder(rows: readonly Row[], column: (typeof COLUMNS)[number], descending: boolean): string[] {
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
  const sorted = [...rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column)) || compare(a.id, b.id))
  return idsOf(descending ? sorted.reverse() : sorted)
}

describe('without a limit', () => {
  test('a list is everything, however long, in the order of creation', async () => {
    const { authorizations } = await list({ orgID: many })
    expect(authorizations).toHaveLength(MANY)
    expect(new Set(idsOf(authorizations)).size).toBe(MANY)
    expect(idsOf(authorizations)).toEqual(inOrder(authorizations, 'id', false))
  })

  test.each(COLUMNS.flatMap(column => [[column, false] as const, [column, true] as const]))(
    'and so it is by %s (descending: %s), where many are equal',
    async (sortBy, descending) => {
      const query = { orgID: many, sortBy, descending: String(descending), total: 'true' }
      const { authorizations, total } = await list(query)
      expect([authorizations.length, total]).toEqual([MANY, MANY])
      expect(idsOf(authorizations)).toEqual(inOrder(authorizations, sortBy, descending))
    },
  )

  test('a long answer is sent in pieces, a short one at once', async () => {
    const { headers } = await server.operator.get(`${AUTHORIZATIONS}?orgID=${many}`)
    expect([headers['transfer-encoding'], headers['content-length']]).toEqual(['chunked', undefined])
    const short = await server.operator.get(`${AUTHORIZATIONS}?orgID=${few}`)
    expect(short.headers['content-length']).toBe(String(Buffer.byteLength(short.text)))
  })

  test('a long answer can begin anywhere', async () => {
    const all = idsOf((await list({ orgID: many })).authorizations)
    expect(idsOf((await list({ orgID: many, after: all[19]! })).authorizations)).toEqual(all.slice(20))
    expect(idsOf((await list({ orgID: many, offset: '1100' })).authorizations)).toEqual(all.slice(1100))
    expect((await list({ orgID: many, offset: '1250' })).authorizations).toEqual([])
  })

  test('what is created, changed and deleted meanwhile neither doubles nor hides the others', async () => {
    const before = idsOf((await list({ orgID: many })).authorizations)
    let over = false
    const created: string[] = []
    async function disturb() {
      while (!over) {
        const { id } = await createToken(server.operator, { orgID: many, description: '' })
        created.push(id)
        ok(await server.operator.patch(`${AUTHORIZATIONS}/${id}`, { description: 'zzz' }))
        ok(await server.operator.delete(`${AUTHORIZATIONS}/${id}`), 204)
      }
    }
    const disturbances = [disturb(), disturb(), disturb(), disturb()]
    for (let round = 0; round < 12; round++) {
      const sortBy = COLUMNS[round % COLUMNS.length] as string
      const ids = idsOf((await list({ orgID: many, sortBy })).authorizations)
      expect(ids.filter(id => before.includes(id)).sort(), sortBy).toEqual(before)
    }
    over = true
    await Promise.all(disturbances)
    console.log(`authorizations pages: 12 lists of ${MANY} during ${created.length} creations, changes and deletions`)
  })
})

describe('page by page', () => {
  async function walk(query: Record<string, string>, limit: number, by: 'offset' | 'after'): Promise<string[]> {
    const ids: string[] = []
    for (let page: string[] = [], first = true; first || page.length === limit; first = false) {
      const position = by === 'offset' ? { offset: String(ids.length) } : ids.length > 0 ? { after: ids.at(-1)! } : {}
      page = idsOf((await list({ ...query, limit: String(limit), ...position })).authorizations)
      expect(page.length).toBeLessThanOrEqual(limit)
      ids.push(...page)
      if (ids.length > 2 * MANY) throw new Error('the pages never end')
    }
    return ids
  }

  test('whatever the order and the size of a page, everything comes exactly once', async () => {
    const questions = fc.record({
      sortBy: fc.constantFrom(...COLUMNS),
      descending: fc.boolean(),
      limit: fc.integer({ min: 1, max: 50 }),
      by: fc.constantFrom('offset' as const, 'after' as const),
      status: fc.constantFrom('', 'active', 'inactive'),
    })
    const same = fc.asyncProperty(questions, async ({ sortBy, descending, limit, by, status }) => {
      const { authorizations } = await list({ orgID: few, status })
      const query = { orgID: few, sortBy, descending: String(descending), status }
      expect(await walk(query, limit, by)).toEqual(inOrder(authorizations, sortBy, descending))
    })
    await fc.assert(same, { seed: SEED, numRuns: RUNS })
    console.log(`authorizations pages: ${RUNS} walks (seed ${SEED})`)
  })

  test('a long list as well, with the largest pages there are', async () => {
    const all = idsOf((await list({ orgID: many })).authorizations)
    expect(await walk({ orgID: many }, 1000, 'after')).toEqual(all)
    expect(await walk({ orgID: many, descending: 'true' }, 1000, 'offset')).toEqual([...all].reverse())
  })

  test('the total is that of all pages, and only there when asked for', async () => {
    const of = async (more: Record<string, string>) => (await list({ orgID: few, limit: '5', ...more })).total
    expect(await of({})).toBeUndefined()
    expect(await of({ total: 'false' })).toBeUndefined()
    expect(await of({ total: 'true' })).toBe(48)
    expect(await of({ total: 't', offset: '40' })).toBe(48)
    expect(await of({ total: '1', status: 'inactive' })).toBe(10)
  })

  test('a page cannot begin behind what there is not, where only its place could tell', async () => {
    const query = `${AUTHORIZATIONS}?orgID=${few}&after=0d1a2b3c4d5e6000`
    ok(await server.operator.get(query))
    expect(refusal(await server.operator.get(`${query}&sortBy=description`))).toBe(
      '400 invalid: decoding after: there is no such authorization',
    )
  })
})
