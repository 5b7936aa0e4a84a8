import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CommandNode } from './command.ts'
import { renderDocumentation } from './documentation.ts'
import { INFLUX } from './tree.ts'

const FILE = new URL('../../docs/cli.md', import.meta.url)

test('docs/cli.md is what the commands say', () => {
  const text = renderDocumentation(INFLUX)
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(FILE, text)
  expect(readFileSync(FILE, 'utf8'), 'to write it: UPDATE_DOCS=1 npx vitest run src/cli/documentation.test.ts').toBe(
    text,
  )
})

function* walk(node: CommandNode, path = node.name): Generator<{ path: string; node: CommandNode }> {
  yield { path, node }
  for (const inner of node.subcommands ?? []) yield* walk(inner, `${path} ${inner.name}`)
}

test('it has every command with its example, and every flag that is shown', () => {
  const text = renderDocumentation(INFLUX)
  let commands = 0
  for (const { path, node } of walk(INFLUX)) {
    if (node.run === undefined) continue
    commands++
    const at = new RegExp(`^### ${path}(?: .*)?$`, 'm').exec(text)
    expect(at, path).not.toBeNull()
    const section = text.slice(at!.index, text.indexOf('\n### ', at!.index + 1) >>> 0)
    expect(section).toContain(node.example)
    for (const { name, hidden } of node.flags ?? []) if (!hidden) expect(text, path).toContain(`--${name}`)
  }
  expect(commands).toBeGreaterThan(40)
})
