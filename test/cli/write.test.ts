// What `influx write` sends, byte for byte, and what it says.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createGunzip, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Called, type CallOptions, type Home, influx, makeHome, start, startInflux } from './call.ts'
import { type Answer, json, listen, type RecordingServer, recordingServer } from './recording-server.ts'

let home: Home
let server: RecordingServer

beforeEach(async () => {
  home = makeHome()
  server = await recordingServer()
})

const TARGET = ['--bucket', 'plant', '--org', 'acme', '--token', 'a-token-of-tests']

function write(args: readonly string[], options: CallOptions = {}, url = server.url): Promise<Called> {
  return influx(['write', '--host', url, ...TARGET, ...args], home, options)
}

/** A file in the home. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(home.path, name)
  writeFileSync(path, content)
  return path
}

const sent = () => server.requests.map(({ text }) => text)
const SILENT: Called = { exit: 0, stdout: '', stderr: '' }

describe('a request', () => {
  test('carries gzipped line protocol, the target and the token', async () => {
    expect(await write(['weather,city=Oslo temperature=7.5 1'])).toEqual(SILENT)
    expect(server.requests).toHaveLength(1)
    const [{ method, path, query, headers, raw, text }] = server.requests as [RecordingServer['requests'][0]]
    expect({ method, path, query }).toEqual({
      method: 'POST',
      path: '/api/v2/write',
      query: { bucket: 'plant', org: 'acme', precision: 'ns' },
    })
    expect(headers).toMatchObject({
      authorization: 'Token a-token-of-tests',
      'content-type': 'text/plain',
      'content-encoding': 'gzip',
      accept: 'application/json',
    })
    expect(raw.subarray(0, 2).toString('hex')).toBe('1f8b')
    expect(text).toBe('weather,city=Oslo temperature=7.5 1\n')
  })

  test('names bucket and organization by id where ids are given', async () => {
    const args = ['--bucket-id', '0c0c0c0c0c0c0c01', '--org-id', '0a0a0a0a0a0a0a01', '-p', 'ms', 'm v=1']
    await influx(['write', '--host', server.url, ...args], home, { env: { INFLUX_BUCKET_NAME: 'other' } })
    expect(server.requests[0]?.query).toEqual({
      bucket: '0c0c0c0c0c0c0c01',
      org: '0a0a0a0a0a0a0a01',
      precision: 'ms',
    })
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  test('takes bucket, organization and precision from the environment', async () => {
    const env = { INFLUX_BUCKET_NAME: 'of-env', INFLUX_ORG: 'env-org', INFLUX_PRECISION: 's', INFLUX_HOST: server.url }
    expect(await influx(['write', 'm v=1'], home, { env })).toEqual(SILENT)
    expect(server.requests[0]?.query).toEqual({ bucket: 'of-env', org: 'env-org', precision: 's' })
  })
})

describe('the command line', () => {
  test('must name an organization first, and then a bucket', async () => {
    const at = ['write', '--host', server.url]
    const none = await influx([...at, 'm v=1'], home)
    expect(none).toEqual({ exit: 1, stdout: '', stderr: 'Error: must specify org ID or org name\n' })
    const noBucket = await influx([...at, '-o', 'acme', 'm v=1'], home)
    expect(noBucket).toEqual({ exit: 1, stdout: '', stderr: 'Error: must specify bucket ID or bucket name\n' })
    expect(server.requests).toEqual([])
  })

  test('may not name a precision that does not exist', async () => {
    const { exit, stdout, stderr } = await write(['-p', 'h', 'm v=1'])
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: 'Error: unsupported precision: "h"\n' })
    expect(stdout).toMatch(/^Incorrect Usage\. unsupported precision: "h"\n\nNAME:\n {3}influx write - /)
  })

  test('has its flags before the data, and says so', async () => {
    const late = await influx(['write', '--host', server.url, 'm v=1', '-b', 'plant', '-o', 'acme'], home)
    expect(late.exit).toBe(1)
    expect(late.stderr).toBe(
      'Error: must specify org ID or org name\nFlags come before the data, and -b stands behind it.\n',
    )
    const bucket = await influx(['write', '--host', server.url, '-o', 'acme', 'm v=1', '--bucket=plant'], home)
    expect(bucket.stderr).toBe(
      'Error: must specify bucket ID or bucket name\nFlags come before the data, and --bucket stands behind it.\n',
    )
    const later = await write(['m v=1', '-p', 's'])
    expect(later.stderr).toBe('Error: only one argument of data is taken, not also "-p": flags come before the data\n')
    expect(server.requests).toEqual([])
  })
})

describe('input', () => {
  test('is all files, then the argument; the last line of each ends', async () => {
    const one = file('one.lp', 'm v=1')
    const two = file('two.lp', 'm v=2\n\n  \r\nm v=3\r\n')
    expect(await write(['-f', one, '-f', two, 'm v=4'])).toEqual(SILENT)
    expect(sent()).toEqual(['m v=1\nm v=2\nm v=3\nm v=4\n'])
  })

  test('comes from stdin if that is a pipe, after files', async () => {
    expect(await write(['-f', file('one.lp', 'm v=1\n')], { stdin: 'm v=2' })).toEqual(SILENT)
    expect(await write(['-'], { stdin: 'm v=3' })).toEqual(SILENT)
    expect(await write([], { stdin: 'm v=4' })).toEqual(SILENT)
    expect(sent()).toEqual(['m v=1\nm v=2\n', 'm v=3\n', 'm v=4\n'])
  })

  test('may be a file named after an at sign', async () => {
    expect(await write([`@${file('one.lp', 'm v=1\n')}`])).toEqual(SILENT)
    expect(sent()).toEqual(['m v=1\n'])
  })

  test('that holds nothing is no request and no failure', async () => {
    expect(await write([], { stdin: '' })).toEqual(SILENT)
    expect(await write(['-f', file('empty.lp', '\n\n')])).toEqual(SILENT)
    expect(server.requests).toEqual([])
  })

  test('is decompressed if its name says so, or a flag', async () => {
    const zipped = gzipSync('m v=1\n')
    expect(await write(['-f', file('one.lp.gz', zipped)])).toEqual(SILENT)
    expect(await write(['--compression', 'gzip', '-f', file('one.bin', zipped)])).toEqual(SILENT)
    expect(await write(['--compression', 'gzip'], { stdin: zipped })).toEqual(SILENT)
    expect(sent()).toEqual(['m v=1\n', 'm v=1\n', 'm v=1\n'])
    const plain = file('plain.gz', 'm v=1\n')
    expect(await write(['-f', plain])).toMatchObject({
      exit: 1,
      stderr: `Error: failed to decompress ${plain}: incorrect header check\n`,
    })
  })

  test('in another character set is turned into UTF-8', async () => {
    const latin = file('latin.lp', Buffer.from('m,city=Malmö v=1', 'latin1'))
    expect(await write(['--encoding', 'ISO-8859-1', '-f', latin])).toEqual(SILENT)
    const wide = file('wide.lp', Buffer.from('\ufeffm,city=Malmö v=2', 'utf16le'))
    expect(await write(['--encoding', 'UTF-16', '-f', wide])).toEqual(SILENT)
    expect(await write(['-f', file('marked.lp', '\ufeffm v=3')])).toEqual(SILENT)
    expect(sent()).toEqual(['m,city=Malmö v=1\n', 'm,city=Malmö v=2\n', 'm v=3\n'])
    const unknown = await write(['--encoding', 'KLINGON', '-f', latin])
    expect(unknown.stderr).toMatch(/^Error: unsupported encoding: KLINGON, see https:/)
  })

  test('that cannot be opened is found before anything is sent', async () => {
    const big = file('big.lp', 'm v=1\n'.repeat(200_000))
    const missing = join(home.path, 'missing.lp')
    expect(await write(['-f', big, '-f', missing])).toEqual({
      exit: 1,
      stdout: '',
      stderr: `Error: failed to open "${missing}": open ${missing}: no such file or directory\n`,
    })
    expect((await write(['-f', home.path])).stderr).toMatch(/is a directory\n$/)
    expect(server.requests).toEqual([])
  })

  test('may not have longer lines than allowed', async () => {
    const { exit, stderr } = await write(['--max-line-length', '10', 'measurement v=1'])
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: 'Error: failed to write data: batcher: line too long\n' })
  })
})

describe('an address', () => {
  test('is fetched without our token; its content decides what it is', async () => {
    const source = await recordingServer(({ path }) => {
      if (path === '/points.csv.gz') return { body: gzipSync('m|measurement,v|long\nweather,1\n') }
      if (path === '/typed')
        return { headers: { 'Content-Type': 'text/csv' }, body: 'm|measurement,v|long\nweather,2\n' }
      if (path === '/zipped') return { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('m v=3\n') }
      return { status: 500, body: 'broken' }
    })
    expect(await write(['-u', `${source.url}/points.csv.gz`])).toEqual(SILENT)
    expect(await write(['-u', `${source.url}/typed`])).toEqual(SILENT)
    expect(await write(['-u', `${source.url}/zipped`, '-u', `${source.url}/zipped`])).toEqual(SILENT)
    expect(sent()).toEqual(['weather v=1i\n', 'weather v=2i\n', 'm v=3\nm v=3\n'])
    for (const { headers } of source.requests) expect(headers).not.toHaveProperty('authorization')
    expect(await write(['-u', `${source.url}/gone`])).toMatchObject({
      exit: 1,
      stderr: `Error: failed to open "${source.url}/gone": response status_code=500\n`,
    })
  })
})

describe('batches', () => {
  const LINES = 30_000
  const line = (at: number) => `m,host=h${at % 100} value=${at}i ${1_700_000_000_000_000 + at}`
  const all = () => `${Array.from({ length: LINES }, (_, at) => line(at)).join('\n')}\n`

  test('end with the line that fills 500,000 bytes, and nothing is lost or doubled between them', async () => {
    expect(await write(['-f', file('many.lp', all())])).toEqual(SILENT)
    const sizes = sent().map(text => text.length)
    expect(sizes.length).toBe(Math.ceil(all().length / 500_000))
    for (const size of sizes.slice(0, -1)) {
      expect(size).toBeGreaterThanOrEqual(500_000)
      expect(size).toBeLessThan(500_000 + 50)
    }
    expect(sent().join('')).toBe(all())
  })

  test('end with the first that is refused, and it is said how much was written', async () => {
    const refusing = await recordingServer((_, count) =>
      count === 2 ? json(400, { code: 'invalid', message: "unable to parse 'm'" }) : { status: 204 },
    )
    const { exit, stdout, stderr } = await write(['-f', file('many.lp', all())], {}, refusing.url)
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    const lines = refusing.requests[0]!.text.split('\n').length - 1
    expect(stderr).toBe(
      `Error: failed to write data: 400 Bad Request: unable to parse 'm'\n${lines.toLocaleString('en')} lines (488.3 kB) were written before that.\n`,
    )
    expect(refusing.requests).toHaveLength(2)
  })
})

describe('a batch that is put off', () => {
  const after =
    (times: number, reply: ReturnType<Answer>): Answer =>
    (_, count) =>
      count <= times ? reply : { status: 204 }

  test('is sent again as the answer says, and people are told', async () => {
    const limit = json(429, { code: 'too many requests', message: 'over the limit' }, { 'Retry-After': '0' })
    const busy = await recordingServer(after(2, limit))
    expect(await write(['m v=1'], {}, busy.url)).toEqual({
      exit: 0,
      stdout: '',
      stderr:
        '429 Too Many Requests: over the limit. Trying again in 0 s (1 of 5).\n' +
        '429 Too Many Requests: over the limit. Trying again in 0 s (2 of 5).\n',
    })
    expect(busy.requests.map(({ text }) => text)).toEqual(['m v=1\n', 'm v=1\n', 'm v=1\n'])
  })

  test('is given up after five retries', async () => {
    const closed = await recordingServer(() => ({ status: 503, headers: { 'Retry-After': '0' } }))
    const { exit, stderr } = await write(['m v=1'], {}, closed.url)
    expect(exit).toBe(1)
    expect(stderr.split('\n').slice(-4)).toEqual([
      'Error: failed to write data: 503 Service Unavailable: ',
      'A proxy answered in place of the server.',
      'Given up after 5 retries.',
      '',
    ])
    expect(closed.requests).toHaveLength(6)
  })

  test('is not waited for longer than five minutes', async () => {
    const full = await recordingServer(() => json(429, { message: 'full' }, { 'Retry-After': '301' }))
    const { exit, stderr } = await write(['m v=1'], {}, full.url)
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr:
        'Error: failed to write data: 429 Too Many Requests: full\nThe server wants 301 s of rest, which is longer than we wait.\n',
    })
    expect(full.requests).toHaveLength(1)
  })

  test.each([400, 401, 404, 413, 422, 500, 502])('is not one that was refused with %i', async status => {
    const refusing = await recordingServer(() =>
      json(status, { code: 'invalid', message: 'no' }, { 'Retry-After': '0' }),
    )
    const { exit, stderr } = await write(['m v=1'], {}, refusing.url)
    expect(exit).toBe(1)
    expect(stderr).toMatch(new RegExp(`^Error: failed to write data: ${status} [\\w ]+: no\\n$`))
    expect(refusing.requests).toHaveLength(1)
  })
})

test('a page in place of an answer is not taken for success', async () => {
  const page = await recordingServer(() => ({ headers: { 'Content-Type': 'text/html' }, body: '<html>Welcome</html>' }))
  const { exit, stderr } = await write(['m v=1'], {}, page.url)
  expect(exit).toBe(1)
  expect(stderr).toMatch(/^Error: failed to write data: unable to decode response content type "text\/html"\n/)
})

describe('CSV', () => {
  const BIRDS =
    'date,sighted,place\n2024-01-01,12,Lake One\n2024-06-01,,Lake One\n2024-06-02,seven,Fen\n2024-06-03,3,Fen\n'
  const HEADERS = ['--header', '#constant measurement,birds', '--header', '#datatype dateTime:2006-01-02,long,tag']

  test('becomes line protocol by annotations in headers', async () => {
    const birds = file('birds.csv', BIRDS.replace('2024-06-01,,Lake One\n', '').replace('seven', '7'))
    expect(await write([...HEADERS, '-f', birds, '-p', 's'])).toEqual(SILENT)
    expect(sent()).toEqual([
      'birds,place=Lake\\ One sighted=12i 1704067200\nbirds,place=Fen sighted=7i 1717286400\nbirds,place=Fen sighted=3i 1717372800\n',
    ])
  })

  test('may get another header than its own', async () => {
    const args = ['--skipHeader=1', '--header', 'd|dateTime:2006-01-02,n|long|0,place|tag', ...HEADERS.slice(0, 2)]
    const birds = file('birds.csv', BIRDS.replace('seven', '7'))
    expect(await write([...HEADERS.slice(0, 2), ...args.slice(0, 3), '-f', birds])).toEqual(SILENT)
    expect(sent()[0]?.split('\n')[1]).toBe('birds,place=Lake\\ One n=0i 1717200000000000000')
  })

  test('ends with the first row that cannot be converted', async () => {
    const { exit, stderr } = await write([...HEADERS, '-f', file('birds.csv', BIRDS)])
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: 'Error: failed to write data: line 5: no field data found (--skipRowOnError goes on)\n',
    })
    expect(server.requests).toEqual([])
  })

  test('goes on after such rows if it is told to, and keeps them with the reason', async () => {
    const errors = file('errors.csv', '# from an earlier run\n')
    const birds = file('birds.csv', BIRDS)
    const said =
      "line 5: no field data found: the row is skipped\nline 6: column 'sighted': 'seven' is not a long: the row is skipped\n"
    expect(await write([...HEADERS, '--skipRowOnError', '-f', birds])).toEqual({ ...SILENT, stderr: said })
    expect(await write([...HEADERS, '--errors-file', errors, '-f', birds])).toEqual({ ...SILENT, stderr: said })
    expect(readFileSync(errors, 'utf8')).toBe(
      "# from an earlier run\n# error : line 5: no field data found\n2024-06-01,,Lake One\n# error : line 6: column 'sighted': 'seven' is not a long\n2024-06-02,seven,Fen\n",
    )
    expect(sent()[0]?.trim().split('\n')).toHaveLength(2)
  })
})

describe('a dry run', () => {
  const dryrun = (args: readonly string[], stdin = '') => influx(['write', 'dryrun', ...args], home, { stdin })

  test('prints line protocol, needs no target and sends nothing', async () => {
    const csv = 'm|measurement,city|tag,v|double\nweather,Oslo,7.50\n'
    expect(await dryrun(['--format', 'csv', csv])).toEqual({ ...SILENT, stdout: 'weather,city=Oslo v=7.5\n' })
    expect(await dryrun([], 'm v=1\n\nm v=2')).toEqual({ ...SILENT, stdout: 'm v=1\nm v=2\n' })
    expect(server.requests).toEqual([])
  })

  test('refuses the flags that write refuses', async () => {
    const { exit, stdout, stderr } = await dryrun(['--rate-limit', 'fast', 'm v=1'])
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toMatch(/^Error: --rate-limit: "fast" is no rate/)
  })

  test('shows what columns are taken for', async () => {
    const csv = '#datatype measurement,tag,dateTime:number,ignored,long\nm,city,at,note,v\nweather,Oslo,1,x,2\n'
    const { stdout, stderr } = await dryrun(['--debug', '--format', 'csv'], csv)
    expect(stdout).toBe('weather,city=Oslo v=2i 1\n')
    expect(stderr).toBe('measurement: m; tags: city; fields: v; time: at\n')
  })
})

describe('progress', () => {
  test('is shown where a person looks, in lines and bytes', async () => {
    const points = file('points.lp', `${'m value=1i 1700000000000000000\n'.repeat(40_000)}`)
    const command = `influx write --host ${server.url} -b plant -o acme -t a-token-of-tests -f ${points}`
    const { child, ended } = start('script', ['-qec', command, '/dev/null'], home)
    child.stdin.end()
    const { exit, stdout } = await ended
    expect(exit).toBe(0)
    expect(stdout).toContain('\r\u001b[K16,130 lines (488.3 kB) written')
    expect(stdout).toMatch(/\r\u001b\[K40,000 lines \(1\.2 MB\) written\.\r\n$/)
  })

  test('is not shown in a pipe', async () => {
    expect(await write(['m v=1'])).toEqual(SILENT)
  })
})

describe('Ctrl-C', () => {
  test('while the server is silent ends the command with a sentence', async () => {
    const silent = await recordingServer(() => 'never')
    const args = ['write', '--host', silent.url, ...TARGET, 'm v=1']
    const { child, ended } = startInflux(args, home)
    await silent.next()
    child.kill('SIGINT')
    expect(await ended).toEqual({ exit: 1, stdout: '', stderr: 'Error: write canceled\n' })
  })

  const LINES = 'm value=1i 1700000000000000000\n'.repeat(20_000)

  test('between batches says what was written before', async () => {
    const stuck = await recordingServer((_, count) => (count === 1 ? { status: 204 } : 'never'))
    const args = ['write', '--host', stuck.url, ...TARGET]
    const { child, ended } = startInflux(args, home)
    child.stdin.write(LINES + LINES)
    await stuck.next()
    await stuck.next()
    child.kill('SIGINT')
    expect(await ended).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'Error: write canceled\n16,130 lines (488.3 kB) were written before that.\n',
    })
  })

  test('while stdin is open and empty ends it too', async () => {
    const { child, ended } = startInflux(['write', '--host', server.url, ...TARGET], home)
    child.stdin.write(LINES)
    await server.next()
    child.kill('SIGINT')
    const { exit, stdout, stderr } = await ended
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    // The answer to the only batch may be on its way still.
    expect(stderr).toMatch(/^Error: write canceled\n(?:16,130 lines \(488\.3 kB\) were written before that\.\n)?$/)
  })
})

test('memory stays the same however much streams through', { timeout: 120_000 }, async () => {
  const BYTES = 200 * 1024 * 1024
  const piece = Buffer.from(
    Array.from({ length: 20_000 }, (_, at) => `m,host=h${at % 97} value=${at}i 17000000000000${at}\n`).join(''),
  )
  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${calling.child.pid}/status`, 'utf8'))?.[1])
  const samples: number[] = []
  let received = 0
  const sink = createServer((request, response) => {
    const plain = request.pipe(createGunzip())
    plain.on('data', chunk => {
      received += chunk.length
    })
    plain.on('end', () => {
      samples.push(resident())
      response.writeHead(204).end()
    })
  })
  const url = `http://127.0.0.1:${await listen(sink)}`
  const calling = startInflux(['write', '--host', url, ...TARGET], home)
  let sentBytes = 0
  for (; sentBytes < BYTES; sentBytes += piece.length) {
    if (!calling.child.stdin.write(piece)) await new Promise(resolve => calling.child.stdin.once('drain', resolve))
  }
  calling.child.stdin.end()
  expect(await calling.ended).toEqual(SILENT)
  expect(received).toBe(sentBytes)
  const highest = (from: number, to: number) =>
    Math.max(...samples.slice(samples.length * from, samples.length * to)) / 1024
  const [early, late] = [highest(0.1, 0.4), highest(0.7, 1)]
  console.log(
    `influx write: ${Math.round(sentBytes / 1024 ** 2)} MB in ${samples.length} batches; resident at most ` +
      `${early.toFixed(0)} MB in the first part, ${late.toFixed(0)} MB in the last`,
  )
  expect(late).toBeLessThan(early + 48)
})
