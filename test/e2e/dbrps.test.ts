// Mappings of 1.x databases to buckets: which is the default, which follow from names, and who may make them.
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { BUCKETS, createBucket, createOrg, createToken, DBRPS, type may, mayAll, ok, refusal } from './fixtures.ts'

const UNKNOWN = '0d1a2b3c4d5eaaaa'
const SEED = 20_260_803
const RUNS = 25
const STEPS = 20

interface Mapping {
  readonly id: string
  readonly database: string
  readonly retention_policy: string
  readonly default: boolean
  readonly virtual: boolean
  readonly orgID: string
  readonly bucketID: string
}

let server: DescribedServer
let orgID: string
let bucketID: string
let count = 0

beforeAll(async () => {
  server = await startDescribedServer()
})

beforeEach(async () => {
  orgID = await createOrg(server.operator, `org ${++count}`)
  bucketID = await createBucket(server.operator, orgID, 'raw')
})

const operator = () => server.operator
const post = (fields: Record<string, unknown>) => operator().post(DBRPS, { orgID, bucketID, database: 'db', ...fields })
const create = async (retention_policy: string, fields: Record<string, unknown> = {}): Promise<Mapping> =>
  ok(await post({ retention_policy, ...fields }), 201)
const at = (id: string) => `${DBRPS}/${id}?orgID=${orgID}`
const list = async (query = ''): Promise<Mapping[]> =>
  ok(await operator().get(`${DBRPS}?orgID=${orgID}${query}`)).content
const explicit = async () => (await list()).filter(mapping => !mapping.virtual)
const defaults = async () =>
  (await explicit()).filter(mapping => mapping.default).map(mapping => mapping.retention_policy)

describe('the default of a database', () => {
  test('is its first mapping, until another is made the default', async () => {
    expect((await create('one')).default).toBe(true)
    expect((await create('two')).default).toBe(false)
    expect(await defaults()).toEqual(['one'])
    const three = await create('three', { default: true })
    expect(three).toMatchObject({ default: true, virtual: false, orgID, bucketID, database: 'db' })
    expect(await defaults()).toEqual(['three'])
    expect((await create('one', { database: 'another' })).default).toBe(true)
    expect(await defaults()).toEqual(['three', 'one'])
  })

  test('moves to the first that remains when it is taken away or gives it up', async () => {
    const [one, two, three] = [await create('one'), await create('two'), await create('three')] as [
      Mapping,
      Mapping,
      Mapping,
    ]
    expect(ok(await operator().patch(at(one.id), { default: false })).content.default).toBe(false)
    expect(await defaults()).toEqual(['two'])
    ok(await operator().delete(at(two.id)), 204)
    expect(await defaults()).toEqual(['one'])
    expect(ok(await operator().patch(at(three.id), { default: true })).content.default).toBe(true)
    expect(await defaults()).toEqual(['three'])
    ok(await operator().patch(at(one.id), { default: false }))
    expect(await defaults()).toEqual(['three'])
    ok(await operator().delete(at(one.id)), 204)
    // The last one has nobody to give it to.
    expect(ok(await operator().patch(at(three.id), { default: false })).content.default).toBe(true)
  })

  test('moves on as well when the bucket of the default is deleted', async () => {
    const other = await createBucket(operator(), orgID, 'other')
    // The next in line lies in the same bucket, so it cannot be the one.
    for (const policy of ['one', 'two']) await create(policy)
    await create('three', { bucketID: other })
    expect(await defaults()).toEqual(['one'])
    ok(await operator().delete(`${BUCKETS}/${bucketID}`), 204)
    expect(await defaults()).toEqual(['three'])
    expect(await list()).toHaveLength(1 + 2)
  })

  test('is one and only one, whatever is done in whatever order', async () => {
    const buckets = [
      bucketID,
      await createBucket(operator(), orgID, 'b'),
      await createBucket(operator(), orgID, 'db/three'),
    ]
    const step = fc.record({
      act: fc.constantFrom('create', 'create', 'default', 'not default', 'rename', 'delete'),
      which: fc.nat(20),
      database: fc.constantFrom('db', 'db2'),
      policy: fc.constantFrom('one', 'two', 'three', 'four'),
      isDefault: fc.boolean(),
    })
    let steps = 0
    const holds = fc.asyncProperty(fc.array(step, { minLength: STEPS / 2, maxLength: STEPS }), async script => {
      for (const { id } of await explicit()) ok(await operator().delete(at(id)), 204)
      for (const { act, which, database, policy, isDefault } of script) {
        steps++
        const all = await explicit()
        const one = all[which % Math.max(1, all.length)]
        if (act === 'create')
          await post({ database, retention_policy: policy, default: isDefault, bucketID: buckets[which % 3] })
        else if (one === undefined) continue
        else if (act === 'delete') await operator().delete(at(one.id))
        else if (act === 'rename') await operator().patch(at(one.id), { retention_policy: policy })
        else await operator().patch(at(one.id), { default: act === 'default' })
        expectConsistent(await list())
      }
    })
    await fc.assert(holds, { seed: SEED, numRuns: RUNS })
    console.log(`dbrps: ${RUNS} scripts, ${steps} steps (seed ${SEED})`)
  })
})

function expectConsistent(mappings: readonly Mapping[]): void {
  const own = mappings.filter(mapping => !mapping.virtual)
  for (const database of new Set(own.map(mapping => mapping.database))) {
    const defaults = mappings.filter(mapping => mapping.database === database && mapping.default)
    expect(
      defaults.map(mapping => mapping.virtual),
      database,
    ).toEqual([false])
  }
  const targets = own.map(mapping => `${mapping.database}/${mapping.retention_policy}`)
  expect(new Set(targets).size).toBe(targets.length)
  for (const { virtual, bucketID, database, retention_policy } of mappings) {
    if (!virtual) continue
    expect(own.map(mapping => mapping.bucketID)).not.toContain(bucketID)
    expect(targets).not.toContain(`${database}/${retention_policy}`)
  }
}

describe('a virtual mapping', () => {
  const virtual = async (bucket: string) => (await list(`&bucketID=${bucket}`)).filter(mapping => mapping.virtual)

  test.each([
    ['plain', 'plain', 'autogen', true],
    ['database/policy', 'database', 'policy', false],
    ['a/b/c', 'a', 'b/c', false],
    ['温度/名', '温度', '名', false],
  ])('of a bucket %s is that of %s and %s', async (name, database, retention_policy, isDefault) => {
    const bucket = await createBucket(operator(), orgID, name)
    const mapping = {
      id: bucket,
      bucketID: bucket,
      orgID,
      database,
      retention_policy,
      default: isDefault,
      virtual: true,
    }
    expect(await virtual(bucket)).toEqual([mapping])
    expect(ok(await operator().get(at(bucket))).content).toEqual(mapping)
  })

  test('follows the name of its bucket, and goes with it', async () => {
    const bucket = await createBucket(operator(), orgID, 'before')
    ok(await operator().patch(`${BUCKETS}/${bucket}`, { name: 'after/policy' }))
    expect(await virtual(bucket)).toMatchObject([{ database: 'after', retention_policy: 'policy', default: false }])
    ok(await operator().delete(`${BUCKETS}/${bucket}`), 204)
    expect(await virtual(bucket)).toEqual([])
  })

  test('gives way to an explicit one: of the same target, of the same bucket, and as the default', async () => {
    const named = await createBucket(operator(), orgID, 'db/rp')
    const plain = await createBucket(operator(), orgID, 'db')
    expect(await virtual(plain)).toMatchObject([{ default: true }])
    const own = await create('rp')
    expect(await virtual(named)).toEqual([])
    expect(await virtual(bucketID)).toEqual([])
    expect(await virtual(plain)).toMatchObject([{ default: false }])
    expect(await list('&db=db')).toMatchObject([
      { id: own.id, default: true },
      { bucketID: plain, default: false },
    ])
    ok(await operator().delete(at(own.id)), 204)
    expect(await virtual(named)).toMatchObject([{ default: false }])
    expect(await virtual(bucketID)).toMatchObject([{ database: 'raw' }])
    expect(await virtual(plain)).toMatchObject([{ default: true }])
  })

  test('can be neither changed nor deleted', async () => {
    const bucket = await createBucket(operator(), orgID, 'fixed')
    const unable = '404 not found: unable to find DBRP'
    expect(refusal(await operator().patch(at(bucket), { default: false }))).toBe(unable)
    expect(refusal(await operator().delete(at(bucket)))).toBe(unable)
    expect(await virtual(bucket)).toHaveLength(1)
  })
})

describe('a list', () => {
  test('is of one org, by id or by name, and what is asked for narrows it', async () => {
    const one = await create('one')
    const two = await create('two', { database: 'other' })
    const ids = async (query: string) => (await list(query)).map(({ id }) => id)
    expect(await ids(`&id=${one.id}`)).toEqual([one.id])
    expect(await ids('&db=other')).toEqual([two.id])
    expect(await ids('&rp=one')).toEqual([one.id])
    expect(await ids('&db=db&rp=two')).toEqual([])
    expect(await ids(`&bucketID=${bucketID}&default=true`)).toEqual([one.id, two.id])
    expect((await list('&default=false')).every(mapping => !mapping.default)).toBe(true)
    const byName = ok(await operator().get(`${DBRPS}?org=${encodeURIComponent(`org ${count}`)}`)).content
    expect(byName).toEqual(await list())
    expect(ok(await operator().get(`${DBRPS}?orgID=${UNKNOWN}`)).content).toEqual([])
  })

  test('says what is wrong with what is asked', async () => {
    const get = async (query: string) => refusal(await operator().get(`${DBRPS}?${query}`))
    expect(await get('')).toBe(`400 invalid: either 'org' or 'orgID' must be provided`)
    expect(await get('org=nowhere')).toBe('404 not found: invalid org "nowhere": organization not found')
    expect(await get('orgID=x')).toBe('400 invalid: invalid org ID "x": id must have a length of 16 bytes')
    expect(await get(`orgID=${orgID}&bucketID=x`)).toMatch(/^400 invalid: invalid bucket ID "x": /)
    expect(await get(`orgID=${orgID}&id=x`)).toMatch(/^400 invalid: invalid DBRP ID "x": /)
    expect(await get(`orgID=${orgID}&default=maybe`)).toBe('400 invalid: invalid default parameter')
  })
})

describe('a mapping', () => {
  test('is one of its org, database and policy', async () => {
    const { id } = await create('one')
    await create('two')
    const taken = '422 conflict: another DBRP mapping with same orgID, db, and rp exists'
    expect(refusal(await post({ retention_policy: 'one' }))).toBe(taken)
    expect(refusal(await operator().patch(at(id), { retention_policy: 'two' }))).toBe(taken)
    expect(ok(await operator().patch(at(id), { retention_policy: 'three' })).content).toMatchObject({
      retention_policy: 'three',
      default: true,
    })
    expect(await defaults()).toEqual(['three'])
    const answers = await Promise.all([...Array(8)].map(() => post({ retention_policy: 'wanted' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(422)])
  })

  test('has names that a 1.x client can send', async () => {
    for (const name of ['', '.', '..', 'a/b', 'a\\b', 'a\u0000', '\u200b', 'x'.repeat(1025)]) {
      expect(refusal(await post({ database: name, retention_policy: 'rp' }))).toMatch(
        /^400 invalid: DBRP provided is invalid: database must contain/,
      )
      expect(refusal(await post({ retention_policy: name }))).toMatch(
        /^400 invalid: DBRP provided is invalid: retention policy must contain/,
      )
    }
    for (const name of ['a b', '温度', '...', 'x'.repeat(1024), '"quoted"'])
      ok(await post({ database: name, retention_policy: name }), 201)
  })

  test('is made on a bucket of its org, by who may read and write that', async () => {
    const other = await createOrg(operator(), `elsewhere ${count}`)
    const foreign = await createBucket(operator(), other, 'raw')
    expect(refusal(await post({ retention_policy: 'rp', bucketID: foreign }))).toBe('404 not found: bucket not found')
    expect(refusal(await post({ retention_policy: 'rp', bucketID: UNKNOWN }))).toBe('404 not found: bucket not found')
    const mapping = await create('rp')
    const as = async (...permissions: ReturnType<typeof may>[]) =>
      server.as((await createToken(operator(), { orgID, permissions })).token)
    const [read, write] = mayAll('buckets', { orgID }) as [ReturnType<typeof may>, ReturnType<typeof may>]
    const reader = await as(read)
    const writer = await as(write)
    const body = { orgID, bucketID, database: 'db', retention_policy: 'another' }
    expect(refusal(await reader.post(DBRPS, body))).toMatch(/^401 unauthorized: write:/)
    expect(refusal(await writer.post(DBRPS, body))).toMatch(/^401 unauthorized: read:/)
    expect(refusal(await writer.get(at(mapping.id)))).toMatch(/^401 unauthorized: read:/)
    expect(ok(await reader.get(at(mapping.id))).content).toEqual(mapping)
    expect(refusal(await reader.patch(at(mapping.id), {}))).toMatch(/^401 unauthorized: write:/)
    expect(refusal(await reader.delete(at(mapping.id)))).toMatch(/^401 unauthorized: write:/)
    expect(ok(await writer.patch(at(mapping.id), {})).content).toEqual(mapping)
    // The type dbrp counts for nothing, as in InfluxDB OSS.
    const named = await as(...mayAll('dbrp', { orgID }))
    expect(ok(await named.get(`${DBRPS}?orgID=${orgID}`)).content).toEqual([])
  })

  test('takes no name from a bucket but by who may write that', async () => {
    const own = await createBucket(operator(), orgID, 'own')
    const narrow = server.as(
      (await createToken(operator(), { orgID, permissions: mayAll('buckets', { id: own, orgID }) })).token,
    )
    const body = { orgID, bucketID: own }
    const moves = /^401 unauthorized: the database is the name of another bucket already/
    // `plain` is the name of a bucket, and `db` is mapped to one.
    await createBucket(operator(), orgID, 'plain')
    const mapped = await create('rp')
    const before = await list()
    for (const wanted of [
      { database: 'plain', retention_policy: 'autogen' },
      { database: 'plain', retention_policy: 'own' },
      { database: 'db', retention_policy: 'own', default: true },
    ]) {
      expect(refusal(await narrow.post(DBRPS, { ...body, ...wanted })), JSON.stringify(wanted)).toMatch(moves)
    }
    const { id } = ok(await narrow.post(DBRPS, { ...body, database: 'db', retention_policy: 'own' }), 201)
    expect(refusal(await narrow.patch(at(id), { default: true }))).toMatch(moves)
    ok(await narrow.patch(at(id), { retention_policy: 'own2' }))
    ok(await narrow.delete(at(id)), 204)
    expect(await list()).toEqual(before)
    expect(await list('&db=db')).toEqual([mapped])
    ok(await narrow.post(DBRPS, { ...body, database: 'new', retention_policy: 'own', default: true }), 201)
  })

  test('of another org is not found under this one', async () => {
    const mapping = await create('rp')
    const other = await createOrg(operator(), `other ${count}`)
    for (const ask of [operator().get, operator().delete]) {
      expect(refusal(await ask(`${DBRPS}/${mapping.id}?orgID=${other}`))).toBe('404 not found: unable to find DBRP')
      expect(refusal(await ask(`${DBRPS}/${mapping.id}`))).toBe(`400 invalid: either 'org' or 'orgID' must be provided`)
    }
    expect(await explicit()).toEqual([mapping])
  })
})
