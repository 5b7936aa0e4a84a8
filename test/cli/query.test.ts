// What `influx query` sends, and how it prints what comes back.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Called, type CallOptions, type Home, influx, makeHome, startInflux } from './call.ts'
import { type Answer, json, listen, type RecordingServer, recordingServer } from './recording-server.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
})

const csv = (body: string): ReturnType<Answer> => ({
  headers: { 'Content-Type': 'text/csv; charset=utf-8' },
  body: body.replaceAll('\n', '\r\n'),
})
const FLUX = 'from(bucket: "plant") |> range(start: -1h)'
const ARGS = ['--org', 'acme', '--token', 'a-token-of-tests']

function query(server: RecordingServer, args: readonly string[], options: CallOptions = {}): Promise<Called> {
  return influx(['query', '--host', server.url, ...ARGS, ...args], home, options)
}
async function printed(body: string, args: readonly string[] = []): Promise<Called> {
  return query(await recordingServer(() => csv(body)), [...args, FLUX])
}

describe('the request', () => {
  test('asks for annotated CSV', async () => {
    const server = await recordingServer(() => csv(''))
    expect(await query(server, [`\n ${FLUX}\n`])).toEqual({ exit: 0, stdout: '', stderr: '' })
    const [{ method, path, query: parameters, headers, text }] = server.requests as [RecordingServer['requests'][0]]
    expect({ method, path, parameters }).toEqual({
      method: 'POST',
      path: '/api/v2/query',
      parameters: { org: 'acme' },
    })
    expect(headers).toMatchObject({ authorization: 'Token a-token-of-tests', 'content-type': 'application/json' })
    expect(headers['accept-encoding']).toContain('gzip')
    expect(JSON.parse(text)).toEqual({
      query: FLUX,
      type: 'flux',
      dialect: { annotations: ['group', 'datatype', 'default'], delimiter: ',', header: true },
    })
  })

  test('turns profilers on, one by one or several', async () => {
    const server = await recordingServer(() => csv(''))
    await query(server, ['-p', 'query,operator', '-p', 'other', FLUX])
    const { extern } = JSON.parse(server.requests[0]!.text)
    expect(extern.imports).toMatchObject([{ path: { type: 'StringLiteral', value: 'profiler' } }])
    expect(extern.body).toMatchObject([
      {
        type: 'OptionStatement',
        assignment: {
          member: { object: { name: 'profiler' }, property: { name: 'enabledProfilers' } },
          init: { elements: [{ value: 'query' }, { value: 'operator' }, { value: 'other' }] },
        },
      },
    ])
  })

  test('takes the query from the argument, a file or stdin', async () => {
    const server = await recordingServer(() => csv(''))
    const path = join(home.path, 'query.flux')
    writeFileSync(path, `${FLUX}\n`)
    for (const args of [[FLUX], [`@${path}`], ['--file', path], ['-f', path]]) await query(server, args)
    for (const args of [['-'], []]) await query(server, args, { stdin: `${FLUX}\n` })
    expect(server.requests.map(({ text }) => JSON.parse(text).query)).toEqual(Array(6).fill(FLUX))
  })

  test.each([
    [['a', 'b'], 'at most 1 query string can be specified as an argument, got 2'],
    [['--file', 'x', 'a'], 'query can be specified as a CLI arg or passed in a file via flag, not both'],
    [['  '], 'no query provided'],
    [[], 'no query provided'],
  ])('is not sent for %j', async (args, message) => {
    const server = await recordingServer()
    expect(await query(server, args)).toEqual({ exit: 1, stdout: '', stderr: `Error: ${message}\n` })
    expect(server.requests).toEqual([])
  })

  test('needs an organization, which may be an id', async () => {
    const server = await recordingServer(() => csv(''))
    const none = await influx(['query', '--host', server.url, FLUX], home)
    expect(none.stderr).toBe('Error: must specify org ID or org name\n')
    await influx(['query', '--host', server.url, '--org-id', '0a0a0a0a0a0a0a01', FLUX], home)
    expect(server.requests.map(request => request.query)).toEqual([{ orgID: '0a0a0a0a0a0a0a01' }])
  })
})

const CLIMATE = `#group,false,false,true,true,false,false,true
#datatype,string,long,dateTime:RFC3339,string,dateTime:RFC3339,double,string
#default,_result,,,,,,
,result,table,_start,_field,_time,_value,room
,,0,2024-01-01T09:00:00Z,temp,2024-01-01T10:00:00.25Z,20.5,hall
,,0,2024-01-01T09:00:00Z,temp,2024-01-01T12:00:00+02:00,1.5e-7,hall
,,1,2024-01-01T09:00:00Z,temp,2024-01-01T10:00:00Z,,attic

`

describe('tables', () => {
  test('are printed with the group key first, right-aligned, times in full', async () => {
    const { exit, stdout, stderr } = await printed(CLIMATE)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const dashes = [30, 22, 22, 30, 28].map(width => '-'.repeat(width)).join('  ')
    const row = (cells: string[]) => cells.map((cell, at) => cell.padStart([30, 22, 22, 30, 28][at]!)).join('  ')
    const header = row(['_start:time', '_field:string', 'room:string', '_time:time', '_value:float'])
    const start = '2024-01-01T09:00:00.000000000Z'
    expect(stdout.split('\n')).toEqual([
      'Result: _result',
      'Table: keys: [_start, _field, room]',
      header,
      dashes,
      row([start, 'temp', 'hall', '2024-01-01T10:00:00.250000000Z', '20.5']),
      row([start, 'temp', 'hall', '2024-01-01T10:00:00.000000000Z', '0.00000015']),
      'Table: keys: [_start, _field, room]',
      header,
      dashes,
      row([start, 'temp', 'attic', '2024-01-01T10:00:00.000000000Z', '']),
      '',
    ])
  })

  test('show every type, and cut what is longer than the first row made room for', async () => {
    const long = 'x'.repeat(30)
    const { stdout } = await printed(`#group,false,false,false,false,false,false,false,false
#datatype,string,long,boolean,long,unsignedLong,duration,base64Binary,string
#default,one,,,,,,,
,result,table,ok,count,total,took,code,text
,,0,true,-1,18446744073709551615,1h,aGk=,short
,,0,false,2,3,2m,,${long}
`)
    const [result, keys, header, , one, two] = stdout.split('\n').map(line => line.trim().split(/\s{2,}/))
    expect(result).toEqual(['Result: one'])
    expect(keys).toEqual(['Table: keys: []'])
    expect(header).toEqual(['ok:boolean', 'count:int', 'total:uint', 'took:duration', 'code:bytes', 'text:string'])
    expect(one).toEqual(['true', '-1', '18446744073709551615', '1h', 'aGk=', 'short'])
    expect(two).toEqual(['false', '2', '3', '2m', `${'x'.repeat(19)}...`])
  })

  test('of several results, with other columns, and without rows', async () => {
    const { stdout } = await printed(`#group,false,false,true
#datatype,string,long,string
#default,first,0,hall
,result,table,room

#group,false,false,false
#datatype,string,long,long
#default,second,,
,result,table,n
,,0,1

#group,false,false,false
#datatype,string,long,boolean
#default,second,,
,result,table,ok
`)
    expect(stdout.split('\n').map(line => line.trim())).toEqual([
      'Result: first',
      'Table: keys: [room]',
      'room:string',
      '-'.repeat(22),
      'Result: second',
      'Table: keys: []',
      'n:int',
      '-'.repeat(26),
      '1',
      'Table: keys: []',
      'ok:boolean',
      '-'.repeat(12),
      '',
    ])
  })

  test('cannot move the cursor', async () => {
    const body = CLIMATE.replace('hall', '"a\u001b[2Jb\nc"')
    expect((await printed(body)).stdout).toContain('a [2Jb c')
    // Whoever may write may choose the key of a tag.
    const inKey = CLIMATE.replaceAll('room', 'ro\u001b[2Jom')
    expect((await printed(inKey)).stdout).toContain('ro [2Jom:string')
    expect((await printed(inKey)).stdout).not.toContain('\u001b')
  })

  test('are printed while they come', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/csv' }).write(CLIMATE)
    })
    const url = `http://127.0.0.1:${await listen(server)}`
    const { child, stdout } = startInflux(['query', '--host', url, ...ARGS, FLUX], home)
    await new Promise<void>(resolve => {
      child.stdout.on('data', () => {
        if (stdout().includes('20.5')) resolve()
      })
    })
    child.kill('SIGKILL')
  })
})

describe('--raw', () => {
  test('prints the bytes of the server', async () => {
    expect(await printed(CLIMATE, ['--raw'])).toEqual({
      exit: 0,
      stdout: CLIMATE.replaceAll('\n', '\r\n'),
      stderr: '',
    })
  })

  test('decompresses them', async () => {
    const server = await recordingServer(() => ({
      headers: { 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' },
      body: gzipSync(CLIMATE),
    }))
    expect((await query(server, ['-r', FLUX])).stdout).toBe(CLIMATE)
  })
})

describe('an error inside an answer', () => {
  const BROKEN = `${CLIMATE}error,reference\n"cannot divide, sorry",\n`
  const ANNOTATED = '#datatype,string,long\n#group,true,true\n#default,,\n,error,reference\n,failed to parse,897\n'

  test('is reported after what came before it', async () => {
    const { exit, stdout, stderr } = await printed(BROKEN)
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: 'Error: failed to execute query: cannot divide, sorry\n' })
    expect(stdout).toContain('20.5')
  })

  test('is reported with its reference', async () => {
    expect(await printed(ANNOTATED)).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'Error: failed to execute query: failed to parse (897)\n',
    })
  })

  test('is reported with --raw too, beside the bytes', async () => {
    expect(await printed(BROKEN, ['--raw'])).toEqual({
      exit: 1,
      stdout: BROKEN.replaceAll('\n', '\r\n'),
      stderr: 'Error: failed to execute query: cannot divide, sorry\n',
    })
  })
})

describe('a refusal', () => {
  test('is one sentence', async () => {
    const server = await recordingServer(() => json(400, { code: 'invalid', message: 'undefined identifier fro' }))
    expect(await query(server, ['fro()'])).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'Error: failed to execute query: 400 Bad Request: undefined identifier fro\n',
    })
  })

  test('a page in place of an answer is not taken for success', async () => {
    const server = await recordingServer(() => ({ headers: { 'Content-Type': 'text/html' }, body: '<html>' }))
    const { exit, stdout, stderr } = await query(server, [FLUX])
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toMatch(/^Error: failed to execute query: unable to decode response content type "text\/html"\n/)
  })
})
