import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, BUCKETS, createBucket, createOrg, createToken, forEach, may, ok, refusal } from './fixtures.ts'
import { walk } from './walk.ts'

const HOUR = 3600
const DAY = 24 * HOUR
const UNKNOWN = '0d1a2b3c4d5eaaaa'

let server: DescribedServer
let orgID: string

beforeAll(async () => {
  server = await startDescribedServer()
  orgID = await createOrg(server.operator, 'plant')
})

const operator = () => server.operator
let count = 0
const create = (fields: Record<string, unknown>) =>
  operator().post(BUCKETS, { orgID, name: `bucket ${++count}`, ...fields })
const rule = (everySeconds: number, shardGroupDurationSeconds?: number) => [
  { type: 'expire', everySeconds, ...(shardGroupDurationSeconds !== undefined && { shardGroupDurationSeconds }) },
]
const namesOf = async (query: string, client = operator()) =>
  ok(await client.get(`${BUCKETS}?${query}`)).buckets.map(({ name }: { name: string }) => name)

describe('retention', () => {
  test.each([
    [0, 7 * DAY],
    [HOUR, HOUR],
    [2 * DAY - 1, HOUR],
    [2 * DAY, DAY],
    [180 * DAY - 1, DAY],
    [180 * DAY, 7 * DAY],
    [1000 * DAY, 7 * DAY],
  ])('of %i s has shard groups of %i s unless told otherwise', async (every, shards) => {
    expect(ok(await create({ retentionRules: rule(every) }), 201).retentionRules).toEqual(rule(every, shards))
    const { id } = ok(await create({}), 201)
    const changed = await operator().patch(`${BUCKETS}/${id}`, { retentionRules: rule(every, shards) })
    expect(ok(changed).retentionRules).toEqual(rule(every, shards))
  })

  test('is for ever when nothing is said', async () => {
    for (const retentionRules of [undefined, null, [], [{}], [null], [{ type: 'expire' }], [{ type: '' }]]) {
      expect(ok(await create({ retentionRules }), 201).retentionRules).toEqual(rule(0, 7 * DAY))
    }
    expect(ok(await create({ retentionRules: rule(0, HOUR) }), 201).retentionRules).toEqual(rule(0, HOUR))
    expect(ok(await create({ retentionRules: rule(DAY, DAY) }), 201).retentionRules).toEqual(rule(DAY, DAY))
  })

  test.each([
    [
      'two rules',
      [...rule(DAY), ...rule(DAY)],
      '422 unprocessable entity: buckets cannot have more than one retention rule at this time',
    ],
    ['less than nothing', rule(-1), '422 unprocessable entity: expiration seconds cannot be negative'],
    [
      'shard groups of less than nothing',
      rule(DAY, -1),
      '422 unprocessable entity: shard-group duration seconds cannot be negative',
    ],
    ['less than an hour', rule(HOUR - 1), '400 invalid: retention policy duration must be at least 1h0m0s'],
    [
      'shard groups beyond it',
      rule(DAY, DAY + 1),
      '422 unprocessable entity: retention policy duration must be greater than the shard duration',
    ],
    [
      'another kind',
      [{ type: 'forget', everySeconds: DAY }],
      '400 invalid: the type of a retention rule must be expire',
    ],
    [
      'a fraction',
      rule(1.5 * HOUR + 0.5),
      '400 invalid: failed to unmarshal json: retentionRules[0].everySeconds must be an integer',
    ],
  ])('of %s is refused', async (_, retentionRules, refused) => {
    expect(refusal(await create({ retentionRules }))).toBe(refused)
    const { id, ...before } = ok(await create({ retentionRules: rule(30 * DAY) }), 201)
    expect(refusal(await operator().patch(`${BUCKETS}/${id}`, { retentionRules }))).toBe(refused)
    expect(ok(await operator().get(`${BUCKETS}/${id}`))).toEqual({ id, ...before })
  })

  test('below the shard groups there are is changed only together with them', async () => {
    const { id } = ok(await create({ retentionRules: rule(180 * DAY) }), 201)
    const patch = (retentionRules: unknown) => operator().patch(`${BUCKETS}/${id}`, { retentionRules })
    expect(refusal(await patch(rule(DAY)))).toBe(
      '422 unprocessable entity: shard-group duration must also be updated to be smaller than new retention duration',
    )
    expect(ok(await patch([])).retentionRules).toEqual(rule(180 * DAY, 7 * DAY))
    expect(ok(await patch(rule(30 * DAY))).retentionRules).toEqual(rule(30 * DAY, 7 * DAY))
    expect(ok(await patch(rule(DAY, HOUR))).retentionRules).toEqual(rule(DAY, HOUR))
    expect(ok(await patch(rule(0))).retentionRules).toEqual(rule(0, HOUR))
  })
})

describe('a name', () => {
  test('is any text of one line but for quotation marks and a leading underscore', async () => {
    for (const name of [
      'raw',
      'Raw',
      'my bucket',
      'db/rp',
      'zażółć 温度 🌡️',
      "it's",
      'a&b=c?d#e%2f',
      'x'.repeat(1024),
    ]) {
      const { id } = ok(await create({ name }), 201)
      expect(await namesOf(`orgID=${orgID}&name=${encodeURIComponent(name)}`)).toEqual([name])
      expect(ok(await operator().get(`${BUCKETS}/${id}`)).name).toBe(name)
      expect(refusal(await create({ name }))).toBe(`422 conflict: bucket with name ${name} already exists`)
    }
    for (const name of ['', '  ', undefined, null])
      expect(refusal(await create({ name }))).toBe('400 invalid: bucket name is empty')
    expect(refusal(await create({ name: '_x' }))).toBe(
      '400 invalid: bucket name _x is invalid. Buckets may not start with underscore',
    )
    expect(refusal(await create({ name: 'a"b' }))).toBe(
      '400 invalid: bucket name a"b is invalid. Bucket names may not include quotation marks',
    )
    expect(refusal(await create({ name: 'a\nb' }))).toBe('400 invalid: name must not contain control characters')
    expect(refusal(await create({ name: 'x'.repeat(1025) }))).toBe(
      '400 invalid: name must have at most 1024 characters',
    )
  })

  test('is one of its org; other orgs may have the same', async () => {
    const other = await createOrg(operator(), 'other plant')
    await createBucket(operator(), orgID, 'in both')
    await createBucket(operator(), other, 'in both')
    expect(await namesOf('name=in+both')).toEqual(['in both', 'in both'])
    expect(await namesOf('name=in+both&org=other+plant')).toEqual(['in both'])
    expect(refusal(await operator().get(`${BUCKETS}?name=nowhere&orgID=${orgID}`))).toBe(
      '404 not found: bucket "nowhere" not found',
    )
    expect(await namesOf('name=nowhere')).toEqual([])
  })

  test('can be changed to a free one, and to the same', async () => {
    const id = await createBucket(operator(), orgID, 'before')
    await createBucket(operator(), orgID, 'taken')
    const patch = (name: unknown) => operator().patch(`${BUCKETS}/${id}`, { name })
    expect(refusal(await patch('taken'))).toBe('422 conflict: bucket name is not unique')
    expect(refusal(await patch(''))).toBe('400 invalid: bucket name is empty')
    expect(refusal(await patch('_after'))).toMatch(/^400 invalid: bucket name _after is invalid/)
    expect(ok(await patch('before')).name).toBe('before')
    expect(ok(await patch('after')).name).toBe('after')
    const token = await createToken(operator(), { orgID, permissions: [may('read', 'buckets', { id, orgID })] })
    expect(ok(await operator().get(`${AUTHORIZATIONS}/${token.id}`)).permissions[0].resource.name).toBe('after')
  })
})

describe('a system bucket', () => {
  test('can neither be deleted nor renamed, and is seen by who may read the org', async () => {
    const { buckets } = ok(await operator().get(`${BUCKETS}?orgID=${orgID}&name=_tasks`))
    const path = `${BUCKETS}/${buckets[0].id}`
    expect(refusal(await operator().delete(path))).toBe('400 invalid: system buckets cannot be deleted')
    expect(refusal(await operator().patch(path, { name: 'tasks' }))).toBe(
      '400 invalid: system buckets cannot be renamed',
    )
    expect(ok(await operator().patch(path, { description: 'described' })).description).toBe('described')
    const as = async (...permissions: ReturnType<typeof may>[]) =>
      server.as((await createToken(operator(), { orgID, permissions })).token)
    const ofBuckets = await as(may('read', 'buckets', { orgID }))
    const ofOrg = await as(may('read', 'orgs', { id: orgID }))
    expect(refusal(await ofBuckets.get(path))).toBe(`401 unauthorized: read:orgs/${orgID} is unauthorized`)
    expect(await namesOf('limit=100', ofBuckets)).not.toContain('_tasks')
    expect(ok(await ofOrg.get(path)).name).toBe('_tasks')
    expect(await namesOf('limit=100', ofOrg)).toEqual(expect.arrayContaining(['_monitoring', '_tasks']))
    expect(await namesOf('limit=100', ofOrg)).toHaveLength(2)
  })
})

describe('a list', () => {
  test('is ordered by name within an org, by id over all, and its pages hold everything once', async () => {
    const many = await createOrg(operator(), 'many & more')
    await forEach([...Array(30).keys()], 4, i =>
      createBucket(operator(), many, `${String.fromCharCode(97 + ((i * 7) % 26))} ${i}`),
    )
    const names: string[] = await namesOf(`orgID=${many}&limit=100`)
    expect(names).toHaveLength(32)
    expect(names).toEqual([...names].sort())
    const inOrg = await walk(operator(), `${BUCKETS}?orgID=${many}`, 'buckets', 100, 'offset')
    expect(await walk(operator(), `${BUCKETS}?orgID=${many}`, 'buckets', 7, 'offset')).toEqual(inOrg)
    expect(await walk(operator(), `${BUCKETS}?orgID=${many}&descending=true`, 'buckets', 7, 'offset')).toEqual(
      [...inOrg].reverse(),
    )
    for (const limit of [3, 20]) {
      const all = await walk(operator(), BUCKETS, 'buckets', limit, 'after')
      expect(all).toEqual([...new Set(all)].sort())
      expect(all).toEqual(expect.arrayContaining(inOrg))
      expect(await walk(operator(), `${BUCKETS}?descending=true`, 'buckets', limit, 'after')).toEqual(
        [...all].reverse(),
      )
    }
  })

  test('leads through its pages by its links, forth and back', async () => {
    const follow = async (start: string, way: 'next' | 'prev') => {
      const pages: string[][] = []
      for (let path: string | undefined = start; path !== undefined; ) {
        const { links, buckets } = ok(await operator().get(path))
        expect(links.self.replace(/.*\?/, '').split('&').sort()).toEqual(links.self.replace(/.*\?/, '').split('&'))
        pages.push(buckets.map(({ name }: { name: string }) => name))
        path = links[way]
        if (pages.length > 100) throw new Error('the links never end')
      }
      return pages
    }
    const start = `${BUCKETS}?org=${encodeURIComponent('many & more')}&limit=6`
    const pages = await follow(start, 'next')
    expect(pages.flat()).toEqual(await namesOf(`org=${encodeURIComponent('many & more')}&limit=100`))
    expect(pages.map(page => page.length)).toEqual([6, 6, 6, 6, 6, 2])
    expect(await follow(`${start}&offset=30`, 'prev')).toEqual(pages.reverse())
  })

  test('finds one by id whatever else is asked, and says what cannot be found', async () => {
    const id = await createBucket(operator(), orgID, 'to be found')
    expect(await namesOf(`id=${id}&org=nowhere&name=x`)).toEqual(['to be found'])
    const get = async (query: string) => refusal(await operator().get(`${BUCKETS}?${query}`))
    expect(await get(`id=${UNKNOWN}`)).toBe('404 not found: bucket not found')
    expect(await get('org=nowhere')).toBe('404 not found: organization name "nowhere" not found')
    expect(await namesOf(`orgID=${UNKNOWN}`)).toEqual([])
    for (const bad of ['limit=0', 'limit=101', 'offset=-1', 'descending=perhaps', 'after=x']) {
      expect(await get(bad)).toMatch(new RegExp(`^400 invalid: .*${bad.split('=')[0]}`))
    }
  })
})

describe('a deletion', () => {
  test('frees the name, and nothing that was given on the old bucket holds for the new one', async () => {
    const id = await createBucket(operator(), orgID, 'short-lived')
    const permissions = [may('read', 'buckets', { id, orgID }), may('write', 'buckets', { id, orgID })]
    const token = await createToken(operator(), { orgID, permissions })
    ok(await server.as(token.token).get(`${BUCKETS}/${id}`))
    ok(await operator().delete(`${BUCKETS}/${id}`), 204)
    expect(refusal(await operator().delete(`${BUCKETS}/${id}`))).toBe('404 not found: bucket not found')
    const heir = await createBucket(operator(), orgID, 'short-lived')
    expect(heir).not.toBe(id)
    expect((await server.as(token.token).get(`${BUCKETS}/${heir}`)).status).toBe(401)
    const { resource } = ok(await operator().get(`${AUTHORIZATIONS}/${token.id}`)).permissions[0]
    expect(resource).toEqual({ type: 'buckets', id, orgID })
  })

  test('and a creation take the right to write; reading is not asked for, but to rename', async () => {
    const id = await createBucket(operator(), orgID, 'guarded')
    const as = async (...permissions: ReturnType<typeof may>[]) =>
      server.as((await createToken(operator(), { orgID, permissions })).token)
    const reader = await as(may('read', 'buckets', { orgID }))
    const writer = await as(may('write', 'buckets', { orgID }))
    const missing = `401 unauthorized: write:orgs/${orgID}/buckets/${id} is unauthorized`
    expect(refusal(await reader.patch(`${BUCKETS}/${id}`, {}))).toBe(missing)
    expect(refusal(await reader.delete(`${BUCKETS}/${id}`))).toBe(missing)
    expect(refusal(await reader.post(BUCKETS, { orgID, name: 'x' }))).toBe(
      `401 unauthorized: write:orgs/${orgID}/buckets is unauthorized`,
    )
    expect(refusal(await writer.patch(`${BUCKETS}/${id}`, { name: 'renamed' }))).toMatch(/^401 unauthorized: read:/)
    expect(ok(await writer.patch(`${BUCKETS}/${id}`, { description: 'by a writer' })).description).toBe('by a writer')
    expect(ok(await writer.post(BUCKETS, { orgID, name: 'by a writer' }), 201).orgID).toBe(orgID)
    ok(await writer.delete(`${BUCKETS}/${id}`), 204)
    const gone = '404 not found: organization not found'
    expect(refusal(await operator().post(BUCKETS, { orgID: UNKNOWN, name: 'x' }))).toBe(gone)
  })
})
