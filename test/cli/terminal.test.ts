// What a person sees and is asked, on a real terminal.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { type Calling, INFLUX, makeHome, influx as runInflux, start } from './call.ts'
import { type Operator, operatorOf } from './operator.ts'
import { json, recordingServer } from './recording-server.ts'

let server: Server
let influx: Operator
const home = makeHome()

beforeAll(async () => {
  server = await startServer({ onboard: true })
  influx = operatorOf(server, 'org1')
})

/** Runs `influx` on a terminal of its own; what is written to stdin is typed. */
function onTerminal(words: string, env: Readonly<Record<string, string>> = {}): Calling {
  const credential = { INFLUX_HOST: server.url, INFLUX_TOKEN: server.onboarded!.operator, INFLUX_ORG: 'org1' }
  const command = `stty cols 160 -echo; exec ${process.execPath} ${INFLUX} ${words}`
  return start('script', ['--quiet', '--return', '--command', command, '/dev/null'], home, {
    env: { ...credential, TERM: 'xterm', SHELL: '/bin/sh', ...env },
  })
}

async function typed(calling: Calling, question: string, keys: string) {
  await expect.poll(calling.stdout, { timeout: 20_000 }).toContain(question)
  calling.child.stdin.write(keys)
  return calling.ended
}

const create = (description: string) => influx.json('auth', 'create', '--read-buckets', '--description', description)
const statusOf = async (id: string) => (await influx.json('auth', 'list', '--id', id)).status

describe('a list of tokens', () => {
  test('says that secrets were shown, what is in force and when it ends, all in columns that fit', async () => {
    const { id } = await create('seen on a terminal')
    await influx.run(['auth', 'inactive', '--id', id])
    const { stdout, exit } = await onTerminal(`auth list --id ${id}`).ended
    expect(exit).toBe(0)
    const [head = '', row = ''] = stdout.replaceAll('\r', '').split('\n')
    expect(head).toMatch(/^\x1b\[1mID +Description +Token +User Name +User ID +Status +Expires +Permissions\x1b\[0m$/)
    expect(row).toMatch(new RegExp(`^${id}  seen on a terminal  \\(shown once\\)  admin +[0-9a-f]{16}  inactive `))
    for (const line of [head, row]) expect(line.replaceAll(/\x1b\[\dm/g, '').length).toBeLessThanOrEqual(160)
  })

  test('is without colours where nobody wants them', async () => {
    expect((await onTerminal('auth list', { NO_COLOR: '1' }).ended).stdout).not.toContain('\x1b[')
  })

  test('stays what programs expect where a program reads', async () => {
    const [record] = await influx.json('auth', 'list')
    expect(record.token).toBe('')
    expect(await influx.print('auth', 'list')).not.toMatch(/shown once|Status/)
    expect((await onTerminal('auth list --json').ended).stdout).not.toContain('shown once')
  })
})

test('a new token comes with the word that it is shown this once', async () => {
  const { stdout } = await onTerminal('auth create --read-buckets').ended
  expect(stdout).toMatch(/slc_\w{49}/)
  expect(stdout).toContain('This is the only time that the token is shown.')
})

describe('several tokens at once', () => {
  test('are shown, and changed if the answer is yes', async () => {
    const ids = [(await create('line one')).id, (await create('line two')).id]
    const { exit, stdout } = await typed(onTerminal('auth inactive --description-contains "line "'), '(y/N)', 'y\r')
    expect(exit).toBe(0)
    expect(stdout).toContain('These would become inactive:')
    expect(stdout).toContain('Make 2 authorizations inactive? (y/N)')
    for (const id of ids) {
      expect(stdout).toContain(id)
      expect(await statusOf(id)).toBe('inactive')
    }
  })

  test('are shown so that no description can change what is read', async () => {
    // A server that is not ours may keep such a description.
    const spoof = { id: '0c0c0c0c0c0c0c01', status: 'active', user: 'eve', description: 'x\x1b[2K\x1b[1Gharmless' }
    const other = await recordingServer(() => json(200, { authorizations: [spoof] }))
    const env = { INFLUX_HOST: other.url }
    const { exit, stdout } = await typed(onTerminal('auth inactive --user eve', env), '(y/N)', 'n\r')
    expect(exit).toBe(1)
    expect(stdout).toMatch(/0c0c0c0c0c0c0c01 {2}active {2}eve {2}x \[2K \[1Gharmless\r\n/)
  })

  test.each([
    ['no', 'n\r', 'Error: nothing was changed'],
    ['nothing', '\r', 'Error: nothing was changed'],
    ['Ctrl-D', '\x04', 'Error: canceled'],
    ['Ctrl-C', '\x03', 'Error: canceled'],
  ])('stay as they are if the answer is %s', async (name, keys, said) => {
    const { id } = await create(`kept ${name}`)
    const { exit, stdout } = await typed(
      onTerminal(`auth inactive --description-contains "kept ${name}"`),
      '(y/N)',
      keys,
    )
    expect([exit, await statusOf(id)]).toEqual([1, 'active'])
    expect(stdout).toContain('Make 1 authorization inactive? (y/N)')
    expect(stdout).toContain(said)
  })

  test('that were changed before one could not be are named', async () => {
    const ids = ['0c0c0c0c0c0c0c01', '0c0c0c0c0c0c0c02', '0c0c0c0c0c0c0c03']
    const records = ids.map(id => ({ id, status: 'active' }))
    const server = await recordingServer(({ method, path }) => {
      const record = records.find(({ id }) => path.endsWith(id))
      if (method === 'PATCH' && record === records[2]) return json(500, { code: 'internal error', message: 'no more' })
      return json(200, record ?? { authorizations: records })
    })
    const env = { INFLUX_HOST: server.url, INFLUX_TOKEN: 'a-token-of-tests' }
    const called = await runInflux(['auth', 'inactive', '--user', 'eve', '--yes'], home, { env })
    expect(called).toEqual({
      exit: 1,
      stdout: '',
      stderr:
        `Error: could not update status of auth with ID "${ids[2]}": 500 Internal Server Error: no more\n` +
        `Made inactive before that: ${ids[0]}, ${ids[1]}\n`,
    })
  })

  test('are not changed where nobody can be asked, but for --yes', async () => {
    const { id } = await create('asked nobody')
    const selection = ['auth', 'inactive', '--description-contains', 'asked nobody']
    const { exit, stderr } = await influx.run(selection)
    expect([exit, await statusOf(id)]).toEqual([1, 'active'])
    expect(stderr).toContain('Error: nothing was changed: give --yes to make 1 authorization inactive\n')
    await influx.print(...selection, '--yes')
    expect(await statusOf(id)).toBe('inactive')
  })
})
