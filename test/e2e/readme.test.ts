// The commands of the README's first screen work as they are printed.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { refusal } from './fixtures.ts'
import { type Server, secretsSeen, startServer, temporaryFolder } from './server.ts'
import { type Ran, runInShell } from './shell.ts'

/** Where `influx` is in a checkout. */
const BIN = fileURLToPath(new URL('../../bin', import.meta.url))
const ADDRESS = 'http://127.0.0.1:8086'
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
/** What the script prints at the end, for this test. */
const VARIABLES = ['TOKEN', 'ORG', 'USER2'] as const

/** The shell commands of a section, block by block. */
function shellBlocks(heading: string): string[] {
  const section = README.split(/^## /m).find(text => text.startsWith(`${heading}\n`))
  const blocks = [...(section ?? '').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string)
  if (blocks.length === 0) throw new Error(`README.md has no shell commands under "## ${heading}"`)
  return blocks
}

describe('the commands under "Run it"', () => {
  const [start, ...commands] = shellBlocks('Run it')
  let server: Server
  let ran: Ran
  let values: Record<(typeof VARIABLES)[number], string>
  let answers: { id: string; token: string; status: string; user: string; description: string }[]

  beforeAll(async () => {
    server = await startServer()
    const ends = VARIABLES.map(name => `echo "${name}=\${${name}-}"`)
    const script = [...commands, ...ends].join('\n').replaceAll(ADDRESS, server.url)
    ran = await runInShell(script, temporaryFolder())
    const lines = VARIABLES.map(name => new RegExp(`^${name}=(.*)$`, 'm').exec(ran.stdout)?.[1] ?? '')
    values = Object.fromEntries(VARIABLES.map((name, at) => [name, lines[at]])) as typeof values
    answers = ran.stdout.split(/^(?=\{)/m).map(text => JSON.parse(text.replace(/^[A-Z0-9]+=.*$/gm, '')))
    for (const secret of [values.TOKEN, answers[0]?.token]) if (secret) secretsSeen.add(secret)
  })

  test('begin with the start, and name the address at which it serves', () => {
    expect(start).toBe('npm start\n')
    expect(commands.join('')).toContain(ADDRESS)
  })

  test('run from the first to the last without a failure', () => {
    expect(ran.exitCode, ran.stderr).toBe(0)
    expect(values).toEqual({
      TOKEN: expect.stringMatching(/^slc_[0-9A-Za-z]{49}$/),
      ORG: expect.stringMatching(/^[0-9a-f]{16}$/),
      USER2: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
  })

  test('create a token of user2, then disable it', async () => {
    expect(answers).toMatchObject([
      { user: 'user2', status: 'active', token: expect.stringMatching(/^slc_/) },
      { user: 'user2', status: 'inactive', token: '', description: 'deactivated_auth', id: answers[0]?.id },
    ])
    const answer = await server.request('GET', '/api/v2/resources', { token: answers[0]!.token })
    expect(refusal(answer)).toBe('401 unauthorized: token is inactive')
    expect((await server.request('GET', '/api/v2/resources', { token: values.TOKEN })).status).toBe(200)
  })
})

test('the commands under "The command line" turn a token on and off', async () => {
  const server = await startServer({ onboard: true })
  const operator = { token: server.onboarded!.operator }
  const { id: userID } = (
    await server.request('POST', '/api/v2/users', { ...operator, body: { name: 'user2' } })
  ).json()
  const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: server.onboarded!.orgId } }]
  const body = { orgID: server.onboarded!.orgId, userID, permissions }
  await server.request('POST', '/api/v2/authorizations', { ...operator, body })

  const given = [`export PATH=${BIN}:$PATH`, `export TOKEN=${operator.token}`]
  const script = [...given, ...shellBlocks('The command line')].join('\n').replaceAll(ADDRESS, server.url)
  const { exitCode, stdout, stderr } = await runInShell(script, temporaryFolder())
  expect([exitCode, stderr]).toEqual([0, ''])
  const tables = stdout.split(/^(?=ID\t)/m)
  expect(tables).toHaveLength(3)
  for (const table of tables) expect(table).toMatch(/^ID\t.*\n[0-9a-f]{16}\t.*user2/)
  const { authorizations } = (await server.request('GET', '/api/v2/authorizations?user=user2', operator)).json()
  expect(authorizations).toMatchObject([{ status: 'inactive' }])
})
