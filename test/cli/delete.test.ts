// What `influx delete` sends.
import { beforeEach, describe, expect, test } from 'vitest'
import { type Called, type CallOptions, type Home, influx, makeHome } from './call.ts'
import { json, type RecordingServer, recordingServer } from './recording-server.ts'

let home: Home
let server: RecordingServer

beforeEach(async () => {
  home = makeHome()
  server = await recordingServer()
})

const TIMES = ['--start', '2024-01-01T00:00:00Z', '--stop', '2024-02-01T00:00:00.5+02:00']
const TARGET = ['--org', 'acme', '--bucket', 'plant', '--token', 'a-token-of-tests']

const remove = (args: readonly string[], options: CallOptions = {}, url = server.url): Promise<Called> =>
  influx(['delete', '--host', url, ...args], home, options)

describe('a request', () => {
  test('carries the times as they were typed, and the predicate', async () => {
    expect(await remove([...TARGET, ...TIMES, '-p', 'city="Oslo"'])).toEqual({ exit: 0, stdout: '', stderr: '' })
    const [{ method, path, query, headers, text }] = server.requests as [RecordingServer['requests'][0]]
    expect({ method, path, query }).toEqual({
      method: 'POST',
      path: '/api/v2/delete',
      query: { bucket: 'plant', org: 'acme' },
    })
    expect(headers).toMatchObject({ authorization: 'Token a-token-of-tests', 'content-type': 'application/json' })
    expect(JSON.parse(text)).toEqual({
      predicate: 'city="Oslo"',
      start: '2024-01-01T00:00:00Z',
      stop: '2024-02-01T00:00:00.5+02:00',
    })
  })

  test('names ids rather than names where both are there, and leaves out what is not given', async () => {
    const env = { INFLUX_ORG: 'acme', INFLUX_BUCKET_NAME: 'plant', INFLUX_BUCKET_ID: '0c0c0c0c0c0c0c01' }
    await remove(['--org-id', '0a0a0a0a0a0a0a01', ...TIMES], { env })
    expect(server.requests[0]?.query).toEqual({ bucketID: '0c0c0c0c0c0c0c01', orgID: '0a0a0a0a0a0a0a01' })
    expect(JSON.parse(server.requests[0]!.text)).not.toHaveProperty('predicate')
  })
})

describe('nothing is sent', () => {
  const fails = async (args: readonly string[], message: string) => {
    const { exit, stderr } = await remove(args)
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: `Error: ${message}\n` })
    expect(server.requests).toEqual([])
  }

  test('without both times', async () => {
    await fails(TARGET, 'Required flags "start, stop" not set')
    await fails([...TARGET, ...TIMES.slice(0, 2)], 'Required flag "stop" not set')
  })

  test('without an organization, and then a bucket', async () => {
    await fails(TIMES, 'must specify org ID or org name')
    await fails([...TIMES, '-o', 'acme'], 'must specify bucket ID or bucket name')
  })

  test.each(['yesterday', '2024-01-01', '2024-02-30T00:00:00Z', '1704067200'])('for the time %s', async time => {
    const example = 'it must look like 2024-01-01T00:00:00Z or 2024-01-01T00:00:00.5+02:00'
    await fails(
      [...TARGET, '--start', time, ...TIMES.slice(2)],
      `start time "${time}" cannot be parsed as RFC3339Nano: ${example}`,
    )
    await fails(
      [...TARGET, ...TIMES.slice(0, 2), '--stop', time],
      `stop time "${time}" cannot be parsed as RFC3339Nano: ${example}`,
    )
  })
})

describe('a refusal', () => {
  test('is one sentence', async () => {
    const refusing = await recordingServer(() =>
      json(403, { code: 'forbidden', message: 'insufficient permissions to delete' }),
    )
    expect(await remove([...TARGET, ...TIMES], {}, refusing.url)).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'Error: failed to delete data: 403 Forbidden: insufficient permissions to delete\n',
    })
  })

  test('a page in place of an answer is not taken for success', async () => {
    const page = await recordingServer(() => ({ headers: { 'Content-Type': 'text/html' }, body: '<html>' }))
    const { exit, stderr } = await remove([...TARGET, ...TIMES], {}, page.url)
    expect(exit).toBe(1)
    expect(stderr).toMatch(/^Error: failed to delete data: unable to decode response content type "text\/html"\n/)
  })
})
