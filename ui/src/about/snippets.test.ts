import { execFileSync } from 'node:child_process'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { snippetsFor } from './snippets.ts'

const HOSTILE = `O'Brien "& Sons" $(reboot) \\ ümlaut 😀`
const TARGET = { url: 'https://sluice.example:8086', org: HOSTILE, bucket: "it's" }

const textOf = (id: string, target = TARGET) => snippetsFor(target).find(snippet => snippet.id === id)!.text

test('there is one for each of the usual clients, with the address and without a token', () => {
  const snippets = snippetsFor({ ...TARGET, org: 'plant', bucket: 'raw' })
  expect(snippets.map(({ name }) => name)).toEqual(['Telegraf', 'Python', 'JavaScript', 'curl', 'influx'])
  for (const { text } of snippets) {
    expect(text).toContain('https://sluice.example:8086')
    expect(text).toContain('INFLUX_TOKEN')
  }
})

test("Telegraf's is TOML, whatever the names contain", () => {
  const { outputs } = parse(textOf('telegraf')) as { outputs: { influxdb_v2: unknown[] } }
  expect(outputs.influxdb_v2).toEqual([
    { urls: [TARGET.url], token: '$' + '{INFLUX_TOKEN}', organization: HOSTILE, bucket: "it's" },
  ])
})

/** What a shell would call the programs with: each argument on a line of its own. */
function argumentsOf(script: string): string[] {
  const show = (name: string) => `${name}() { printf '%s\\n' "$@"; }\n`
  const whole = show('curl') + show('influx') + script
  return execFileSync('sh', ['-c', whole], { encoding: 'utf8', env: { INFLUX_TOKEN: 'made-up' } })
    .trimEnd()
    .split('\n')
}

test('a shell reads the names as they are, and runs nothing in them', () => {
  const query = new URLSearchParams({ org: HOSTILE, bucket: "it's" })
  expect(argumentsOf(textOf('curl'))).toEqual([
    '--fail-with-body',
    `${TARGET.url}/api/v2/write?${query}`,
    '--header',
    'Authorization: Token made-up',
    '--data-binary',
    'weather,station=north temperature=21.5',
  ])
  const influx = argumentsOf(textOf('influx'))
  expect(influx).toContain(HOSTILE)
  expect(influx).toContain("it's")
  expect(influx).toContain('made-up')
})

test('JavaScript reads the names as they are', () => {
  const names = /getWriteApi\((.*)\)\n/.exec(textOf('javascript'))![1]
  expect(JSON.parse(`[${names}]`)).toEqual([HOSTILE, "it's"])
})
