// The commands of the published documentation, character for character but for the placeholders, in a real shell against
// our server: "Create a token", "View tokens", "Update a token", "Delete a token" of InfluxDB Cloud Serverless, and
// "influx write" of InfluxDB OSS 2.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { type Called, type Home, makeHome, shell } from './call.ts'
import { type RecordingServer, recordingServer } from './recording-server.ts'

interface Made {
  readonly id: string
  readonly token: string
}

let server: Server
let home: Home
/** May read and write authorizations, and nothing else. */
let manager: string
let operator: string
let orgId: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  operator = server.onboarded!.operator
  orgId = server.onboarded!.orgId
  const on = (action: string) => ({ action, resource: { type: 'authorizations', orgID: orgId } })
  manager = (await authorize([on('read'), on('write')])).token
})
beforeEach(() => {
  home = makeHome()
})

async function authorize(permissions: unknown[], more: object = {}): Promise<Made> {
  const body = { orgID: orgId, permissions, ...more }
  const answer = await server.request('POST', '/api/v2/authorizations', { token: operator, body })
  expect(answer.status).toBe(201)
  return answer.json()
}

/** Authorizations of a user, as somebody else made them. */
async function sensors(user: string, count: number): Promise<string[]> {
  const made = await server.request('POST', '/api/v2/users', { token: operator, body: { name: user } })
  const userID = made.json().id
  const read = { action: 'read', resource: { type: 'buckets', orgID: orgId } }
  const ids: string[] = []
  for (let at = 1; at <= count; at++) {
    ids.push((await authorize([read], { userID, description: `${user} sensor ${at}` })).id)
  }
  return ids
}

async function recordOf(id: string): Promise<{ status: string; description: string }> {
  const answer = await server.request('GET', `/api/v2/authorizations/${id}`, { token: operator })
  return answer.status === 404 ? { status: 'deleted', description: '' } : answer.json()
}
const statusesOf = async (ids: string[]) => Promise.all(ids.map(async id => (await recordOf(id)).status))

/** Runs commands, which must succeed and say nothing on stderr. */
async function runs(commands: string, env: Record<string, string> = {}): Promise<string> {
  const { exit, stdout, stderr }: Called = await shell(commands, home, { env: { INFLUX_HOST: server.url, ...env } })
  for (const [, token] of stdout.matchAll(/(slc_\w+)/g)) secretsSeen.add(token!)
  expect({ commands, exit, stderr }).toEqual({ commands, exit: 0, stderr: '' })
  return stdout
}

const cellsOf = (table: string) =>
  table
    .trim()
    .split('\n')
    .map(line => line.split(/\t+/))

describe('with a token that holds only read and write on authorizations', () => {
  test('a token is disabled and enabled by its id from the table of the list', async () => {
    const [id] = await sensors('table-user', 1)
    const list = await runs(`influx auth list --token ${manager}`)
    expect(cellsOf(list)[0]).toEqual(['ID', 'Description', 'Token', 'User Name', 'User ID', 'Permissions'])
    const found = cellsOf(list).find(([, description]) => description === 'table-user sensor 1')?.[0]
    expect(found).toBe(id)
    await runs(`influx auth inactive \\
  --token ${manager} \\
  --id ${found}`)
    expect(await statusesOf([id!])).toEqual(['inactive'])
    await runs(`influx auth active \\
  --token ${manager} \\
  --id ${found}`)
    expect(await statusesOf([id!])).toEqual(['active'])
    await runs(`influx auth inactive --token ${manager} --id ${found}`)
    expect(await statusesOf([id!])).toEqual(['inactive'])
  })

  test('by its id from the JSON of the list', async () => {
    const [id] = await sensors('json-user', 1)
    const select = `jq -r '.[] | select(.description == "json-user sensor 1").id'`
    await runs(
      `influx auth inactive --token ${manager} --id "$(influx auth list --token ${manager} --json | ${select})"`,
    )
    expect(await statusesOf([id!])).toEqual(['inactive'])
  })

  test('in a pipeline with jq and xargs, with the quotes of JSON or without', async () => {
    const [first, second] = await sensors('pipe-user', 2)
    // As the documentation does it with curl.
    await runs(`influx auth list --token ${manager} --user pipe-user --json \\
| jq .[0].id \\
| xargs -I authid influx auth inactive \\
  --token ${manager} \\
  --id authid`)
    expect(await statusesOf([first!, second!])).toEqual(['inactive', 'active'])
    await runs(
      `influx auth list --token ${manager} --user pipe-user --json | jq -r '.[1].id' | xargs influx auth inactive --token ${manager} --id`,
    )
    expect(await statusesOf([first!, second!])).toEqual(['inactive', 'inactive'])
  })

  test('several at once, one call for each or one for all', async () => {
    const ids = await sensors('many-user', 3)
    const list = `influx auth list --token ${manager} --user many-user --json | jq -r '.[].id'`
    const rows = cellsOf(await runs(`${list} | xargs -n 1 influx auth inactive --token ${manager} --hide-headers --id`))
    expect(rows.map(([id]) => id)).toEqual(ids)
    expect(await statusesOf(ids)).toEqual(['inactive', 'inactive', 'inactive'])
    await runs(`${list} | xargs printf -- '--id %s ' | xargs influx auth active --token ${manager} --yes`)
    expect(await statusesOf(ids)).toEqual(['active', 'active', 'active'])
    await runs(
      `influx auth list --token ${manager} --user many-user --hide-headers | cut -f 1 | xargs -I {} influx auth delete --token ${manager} --id {}`,
    )
    expect(await statusesOf(ids)).toEqual(['deleted', 'deleted', 'deleted'])
  })

  test('a pipeline fails if a part of it does', async () => {
    const { exit, stdout, stderr } = await shell(
      `influx auth list --token wrong --json | jq -r '.[].id' | xargs -r influx auth inactive --token wrong --id`,
      home,
      { env: { INFLUX_HOST: server.url } },
    )
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toBe(
      'Error: could not find authorization with given parameters: 401 Unauthorized: unauthorized access\n',
    )
  })

  test('a token is deleted', async () => {
    const [id] = await sensors('gone-user', 1)
    const table = await runs(`influx auth delete \\
  --token ${manager} \\
  --id ${id}`)
    expect(cellsOf(table)[1]?.at(-1)).toBe('true')
    expect(await statusesOf([id!])).toEqual(['deleted'])
    expect(
      await runs(`influx auth find --token ${manager} --json | jq '[.[] | select(.id == "${id}")] | length'`),
    ).toBe('0\n')
  })

  test('the documented calls of the API, beside the commands', async () => {
    const [first, second] = await sensors('curl-user', 2)
    const answer = await runs(`curl --silent --show-error --request GET \\
  ${server.url}/api/v2/authorizations?user=curl-user \\
  --header "Authorization: Token ${manager}" \\
  --header 'Content-type: application/json' \\
| jq .authorizations[0].id \\
| xargs -I authid curl --silent --show-error --request PATCH \\
  ${server.url}/api/v2/authorizations/authid \\
  --header "Authorization: Token ${manager}" \\
  --header 'Content-type: application/json' \\
  --data '{
            "description": "deactivated_auth",
            "status": "inactive"
          }' | jq .`)
    expect(JSON.parse(answer)).toMatchObject({ id: first, status: 'inactive', description: 'deactivated_auth' })
    expect(await statusesOf([first!, second!])).toEqual(['inactive', 'active'])
  })
})

describe('a token is created', () => {
  const permissionsIn = (table: string) => cellsOf(table)[1]?.at(-1)
  const both = (...types: string[]) =>
    types.flatMap(type => [`read:orgs/${orgId}/${type}`, `write:orgs/${orgId}/${type}`])

  test('with permissions by type', async () => {
    const table = await runs(`influx auth create \\
  --token ${operator} \\
  --org org1 \\
  --read-buckets \\
  --write-buckets \\
  --read-dbrps \\
  --write-dbrps`)
    expect(permissionsIn(table)).toBe(`[${both('buckets', 'dbrp').join(' ')}]`)
    const token = cellsOf(table)[1]?.find(cell => cell.startsWith('slc_'))
    expect(token).toMatch(/^slc_[0-9A-Za-z]{49}$/)
  })

  test('for everything in an organization', async () => {
    const table = await runs(`influx auth create \\
  --token ${operator} \\
  --org org1 \\
  --all-access`)
    expect(permissionsIn(table)).toMatch(/^\[.*\]$/)
    expect(permissionsIn(table)).toContain(both('buckets', 'tasks')[0])
  })

  test('with specified read permissions', async () => {
    const { bucketId } = server.onboarded!
    const table = await runs(`influx auth create \\
  --token ${operator} \\
  --org org1 \\
  --read-bucket ${bucketId} \\
  --read-bucket ${bucketId} \\
  --read-dashboards \\
  --read-tasks \\
  --read-telegrafs \\
  --read-user`)
    expect(permissionsIn(table)).toContain(`read:orgs/${orgId}/buckets/${bucketId}`)
    expect(permissionsIn(table)).toMatch(/read:\/users\]$/)
  })

  test('scoped to a user and with specified read and write permissions', async () => {
    await sensors('owner', 0)
    const table = await runs(`influx auth create \\
  --token ${operator} \\
  --org org1 \\
  --user owner \\
  --read-authorizations \\
  --write-authorizations \\
  --read-buckets \\
  --write-buckets \\
  --read-dashboards \\
  --write-dashboards \\
  --read-tasks \\
  --write-tasks \\
  --read-telegrafs \\
  --write-telegrafs \\
  --read-users \\
  --write-users`)
    expect(permissionsIn(table)).toBe(
      `[${[...both('authorizations', 'buckets', 'dashboards', 'tasks', 'telegrafs'), 'read:/users', 'write:/users'].join(' ')}]`,
    )
    expect(cellsOf(table)[1]).toContain('owner')
  })
})

describe('data are written', () => {
  let recorder: RecordingServer
  beforeEach(async () => {
    recorder = await recordingServer()
  })
  const writes = (commands: string) =>
    runs(commands, { INFLUX_HOST: recorder.url, INFLUX_ORG: 'org1', INFLUX_TOKEN: 'a-token-of-tests' })
  const sent = () => recorder.requests.map(({ text }) => text).join('')
  const file = (name: string, content: string | Uint8Array) => writeFileSync(join(home.path, name), content)

  test('as line protocol, from the command line, files and compressed files', async () => {
    file('line-protocol-1.txt', 'm v=1\n')
    file('line-protocol-2.txt', 'm v=2\n')
    file('line-protocol.txt.gz', gzipSync('m v=3\n'))
    file('line-protocol.txt.comp', gzipSync('m v=4\n'))
    await writes(`influx write --bucket example-bucket "
m,host=host1 field1=1.2,field2=5i 1640995200000000000
m,host=host2 field1=2.4,field2=3i 1640995200000000000
"`)
    await writes(`influx write \\
  --bucket example-bucket \\
  --file line-protocol-1.txt \\
  --file line-protocol-2.txt`)
    await writes(`influx write \\
  --bucket example-bucket \\
  --file line-protocol.txt.gz`)
    await writes(`influx write \\
  --bucket example-bucket \\
  --file line-protocol.txt.comp \\
  --compression gzip`)
    expect(sent()).toBe(`m,host=host1 field1=1.2,field2=5i 1640995200000000000
m,host=host2 field1=2.4,field2=3i 1640995200000000000
m v=1
m v=2
m v=3
m v=4
`)
  })

  test('as annotated and extended annotated CSV', async () => {
    await writes(`influx write \\
  --bucket example-bucket \\
  --format csv \\
  "#group,false,false,false,false,true,true
#datatype,string,long,dateTime:RFC3339,double,string,string
#default,_result,,,,,
,result,table,_time,_value,_field,_measurement
,,0,2020-12-18T18:16:11Z,72.7,temp,sensorData
,,0,2020-12-18T18:16:21Z,73.8,temp,sensorData
"`)
    await writes(`influx write \\
  --bucket example-bucket \\
  --format csv \\
  "#constant measurement,sensorData
#datatype dateTime:RFC3339,double
time,temperature
2020-12-18T18:16:11Z,72.7
2020-12-18T18:16:21Z,73.8
"`)
    expect(sent()).toBe(`sensorData temp=72.7 1608315371000000000
sensorData temp=73.8 1608315381000000000
sensorData temperature=72.7 1608315371000000000
sensorData temperature=73.8 1608315381000000000
`)
  })

  test('as CSV with headers from the command line, in place of its own too, and at a limited rate', async () => {
    file('data.csv', 'date,sighted,loc\n2020-01-01,12,Boise\n2020-06-01,78,Boise\n')
    await writes(`influx write \\
  --bucket example-bucket \\
  --header "#constant measurement,birds" \\
  --header "#datatype dateTime:2006-01-02,long,tag" \\
  --file data.csv \\
  --rate-limit 5MB/5min`)
    file('example.csv', 'm,count,time\nexample,1,2020-01-01T00:00:00Z\nexample,,2020-01-03T00:00:00Z\n')
    await writes(`influx write -b example-bucket \\
  -f example.csv \\
  --skipHeader=1 \\
  --header="m|measurement,count|long|0,time|dateTime:RFC3339"`)
    expect(sent()).toBe(`birds,loc=Boise sighted=12i 1577836800000000000
birds,loc=Boise sighted=78i 1590969600000000000
example count=1i 1577836800000000000
example count=0i 1578009600000000000
`)
  })
})
