// `influx bucket` against a real server: what the recorded scenarios do not show.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { type Operator, operatorOf } from './operator.ts'
import { json, type Recorded, recordingServer } from './recording-server.ts'

const DAY = 86_400

let server: Server
let influx: Operator

beforeAll(async () => {
  server = await startServer({ onboard: true })
  influx = operatorOf(server, 'org1')
})

interface Bucket {
  readonly id: string
  readonly name: string
  readonly retentionRules: readonly { readonly everySeconds: number; readonly shardGroupDurationSeconds: number }[]
}

const ruleOf = async (name: string) => {
  const [bucket] = (await influx.json('bucket', 'list', '--name', name)) as Bucket[]
  const { everySeconds, shardGroupDurationSeconds } = bucket!.retentionRules[0]!
  return [everySeconds, shardGroupDurationSeconds]
}

/** What a command sends as the body of its last request. */
async function sent(...args: string[]): Promise<unknown> {
  const answers: Record<string, unknown> = { GET: { orgs: [{ id: '0a0a0a0a0a0a0a01', name: 'org1' }] } }
  const recording = await recordingServer(({ method }: Recorded) =>
    json(200, answers[method] ?? { id: '1', name: 'x' }),
  )
  await operatorOf(recording, 'org1').print(...args)
  return JSON.parse(recording.requests.at(-1)!.text)
}

describe('retention', () => {
  test('stays when only the shard group duration changes', async () => {
    const { id } = await influx.json('bucket', 'create', '-n', 'long', '-r', '90d')
    await influx.print('bucket', 'update', '--id', id, '--shard-group-duration', '2h')
    expect(await ruleOf('long')).toEqual([90 * DAY, 7200])
    expect(await sent('bucket', 'update', '--id', id, '--shard-group-duration', '2h')).toEqual({
      retentionRules: [{ shardGroupDurationSeconds: 7200, type: 'expire' }],
    })
  })

  test('is for ever in a new bucket that is only told its shard group duration', async () => {
    await influx.print('bucket', 'create', '-n', 'sharded', '--shard-group-duration', '1d')
    expect(await ruleOf('sharded')).toEqual([0, DAY])
  })

  test('changes without touching the rest, and ends with 0', async () => {
    const { id } = await influx.json('bucket', 'create', '-n', 'changing', '-d', 'kept', '-r', '2w')
    await influx.print('bucket', 'update', '-i', id, '-r', '3w')
    expect(await ruleOf('changing')).toEqual([21 * DAY, DAY])
    expect(await influx.print('bucket', 'update', '-i', id, '-r', '0')).toContain('\tinfinite\t')
    expect((await influx.json('bucket', 'list', '-i', id))[0].description).toBe('kept')
  })

  test('is sent only where it is given', async () => {
    expect(await sent('bucket', 'update', '-i', '1', '-n', 'y')).toEqual({ name: 'y' })
    expect(await sent('bucket', 'update', '-i', '1', '-d', '')).toEqual({ description: '' })
    expect(await sent('bucket', 'update', '-i', '1', '-r', '1d')).toEqual({
      retentionRules: [{ everySeconds: DAY, type: 'expire' }],
    })
    const usual = { name: 'y', orgID: '0a0a0a0a0a0a0a01', schemaType: 'implicit' }
    expect(await sent('bucket', 'create', '-n', 'y')).toEqual({ ...usual, retentionRules: null })
    expect(await sent('bucket', 'create', '-n', 'y', '-r', '0', '--schema-type', 'explicit')).toEqual({
      ...usual,
      schemaType: 'explicit',
      retentionRules: null,
    })
    expect(await sent('bucket', 'create', '-n', 'y', '--shard-group-duration', '1h')).toEqual({
      ...usual,
      retentionRules: [{ everySeconds: 0, shardGroupDurationSeconds: 3600, type: 'expire' }],
    })
  })

  test('in fractions of a second is refused before anything is sent', async () => {
    const nowhere = operatorOf({ url: 'http://127.0.0.1:1' }, 'org1')
    expect(await nowhere.fail('bucket', 'create', '-n', 'x', '-r', '1500ms')).toBe(
      'Error: duration "1500ms" is too precise, must be divisible by 1s\n',
    )
    expect(await nowhere.fail('bucket', 'update', '-i', '1', '-r', 'soon')).toBe('Error: invalid duration soon\n')
  })
})

describe('a list', () => {
  test('has all buckets, page by page, or as many as are wanted', async () => {
    const operator = { token: server.onboarded!.operator }
    const org = await server.request('POST', '/api/v2/orgs', { ...operator, body: { name: 'crowded' } })
    const names = Array.from({ length: 43 }, (_, at) => `many-${String(at).padStart(2, '0')}`)
    for (const name of names) {
      await server.request('POST', '/api/v2/buckets', { ...operator, body: { orgID: org.json().id, name } })
    }
    const list = async (...args: string[]) =>
      ((await influx.json('bucket', 'list', '--org', 'crowded', ...args)) as Bucket[]).map(({ name }) => name)
    const all = ['_monitoring', '_tasks', ...names]
    expect(await list()).toEqual(all)
    expect(await list('--page-size', '7')).toEqual(all)
    expect(await list('--page-size', '0')).toEqual(all)
    expect(await list('--limit', '25', '--offset', '3')).toEqual(all.slice(3, 28))
    expect(await list('--limit', '1')).toEqual(all.slice(0, 1))
  }, 120_000)

  test('ends although the server ignores what it is asked', async () => {
    const buckets = Array.from({ length: 30 }, (_, at) => ({ id: String(at), name: `b${at}` }))
    const deaf = await recordingServer(() => json(200, { buckets }))
    expect(await operatorOf(deaf, 'org1').json('bucket', 'list')).toHaveLength(30)
    expect(deaf.requests.map(({ query }) => query)).toEqual([
      { limit: '20', org: 'org1' },
      { limit: '20', offset: '30', org: 'org1' },
    ])
  })

  test('that is empty, or left out, is an empty list', async () => {
    for (const body of [{ buckets: [] }, { links: { self: '/api/v2/buckets' } }]) {
      const empty = operatorOf(await recordingServer(() => json(200, body)), 'org1')
      expect(await empty.print('bucket', 'list', '--json')).toBe('[]\n')
      expect(await empty.print('bucket', 'list')).toBe(
        'ID\tName\tRetention\tShard group duration\tOrganization ID\tSchema Type\n',
      )
    }
  })

  test('needs an organization', async () => {
    expect(await operatorOf(server).fail('bucket', 'list')).toBe('Error: must specify org ID or org name\n')
    const both = ['bucket', 'list', '--org', 'a', '--org-id', 'b']
    expect(await operatorOf(server).fail(...both)).toMatch(/^Error: ambiguous org: /)
  })

  test('shows what a bucket lacks', async () => {
    const bare = operatorOf(await recordingServer(() => json(200, { buckets: [{ id: '1', name: 'b' }] })), 'org1')
    expect(await bare.print('bucket', 'list', '--hide-headers')).toBe('1\tb\tinfinite\tn/a\t\timplicit\n')
    expect(await bare.json('bucket', 'list')).toEqual([{ id: '1', name: 'b' }])
  })
})

describe('deleting', () => {
  test('by name needs an organization', async () => {
    expect(await operatorOf(server).fail('bucket', 'delete', '-n', 'bucket1')).toBe(
      'Error: must specify org ID or org name when deleting a bucket by name\n',
    )
  })

  test('takes the very bucket, though a server answers with others too', async () => {
    const others = [
      { id: '0c0c0c0c0c0c0c01', name: 'other' },
      { id: '0c0c0c0c0c0c0c02', name: 'wanted' },
    ]
    const deaf = await recordingServer(({ method }) =>
      method === 'GET' ? json(200, { buckets: others }) : { status: 204 },
    )
    const elsewhere = operatorOf(deaf, 'org1')
    expect((await elsewhere.json('bucket', 'delete', '-n', 'wanted')).id).toBe('0c0c0c0c0c0c0c02')
    expect(deaf.requests.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v2/buckets/0c0c0c0c0c0c0c02' })
    expect(await elsewhere.fail('bucket', 'delete', '-n', 'missing')).toBe('Error: bucket "missing" not found\n')
    expect(await elsewhere.fail('bucket', 'delete', '-i', '0c0c0c0c0c0c0c03')).toContain('not found')
  })
})
