// The commands of the README's first screen work as they are printed.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { refusal } from './fixtures.ts'
import { type Server, secretsSeen, startServer, temporaryFolder } from './server.ts'
import { type Ran, runInShell } from './shell.ts'

const ADDRESS = 'http://127.0.0.1:8086'
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
/** What the script prints at the end, for this test. */
const VARIABLES = ['TOKEN', 'ORG', 'USER2'] as const

/** The shell commands of a section, block by block. */
function shellBlocks(heading: string): string[] {
  const section = README.split(/^## /m).find(text => text.startsWith(`${heading}\n`))
  const blocks = [...(section ?? '').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string)
  if (blocks.length < 2) throw new Error(`README.md has no shell commands under "## ${heading}"`)
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
