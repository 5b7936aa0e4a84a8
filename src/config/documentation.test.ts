import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { renderDocumentation } from './documentation.ts'
import { FLAGS, SETTING_KEYS, settingOf, variableOf } from './settings.ts'

const FILE = new URL('../../docs/configuration.md', import.meta.url)

test('docs/configuration.md is what the table of settings says', () => {
  const text = renderDocumentation()
  if (process.env.UPDATE_DOCS !== undefined) writeFileSync(FILE, text)
  expect(readFileSync(FILE, 'utf8'), 'to write it: UPDATE_DOCS=1 npx vitest run src/config').toBe(text)
})

test('the documentation names every setting, variable and flag', () => {
  const text = renderDocumentation()
  for (const key of SETTING_KEYS) {
    const { flag, inFile } = settingOf(key)
    expect(text).toContain(`\`${variableOf(key)}\``)
    if (inFile) expect(text).toContain(`| \`${key}\` |`)
    if (flag !== undefined && key !== 'config') expect(text).toContain(`| \`${flag}\` |`)
  }
})

const exampleFile = () => /```toml\n([\s\S]*?)```/.exec(renderDocumentation())![1]!
const read = (text: string) =>
  readConfig({ flags: {}, env: {}, readFile: () => text, homeDir: '/home/somebody', workDir: '/' })

test('the example file says what holds without it', () => {
  const missing = () => {
    throw Object.assign(new Error(), { code: 'ENOENT' })
  }
  const bare = readConfig({ flags: {}, env: {}, readFile: missing, homeDir: '/home/somebody', workDir: '/' })
  expect(read(exampleFile())).toEqual({
    config: { ...('config' in bare && bare.config), configFile: '/home/somebody/.local/share/sluice/sluice.toml' },
  })
})

test('the example file is right with every line in force, and has a line for every setting', () => {
  const lines = exampleFile().replace(/^# (\w+ = |\[)/gm, '$1')
  expect(read(lines)).toMatchObject({
    config: {
      dataDir: '/var/lib/sluice',
      publicUrl: { origin: 'https://tokens.example.org' },
      tls: { certFile: '/etc/sluice/cert.pem', keyFile: '/etc/sluice/key.pem' },
      forwardAuth: { trusted: ['127.0.0.1', '10.0.0.0/8'] },
    },
  })
  for (const key of SETTING_KEYS.filter(key => settingOf(key).inFile)) {
    expect(lines).toMatch(new RegExp(`^${key.split('.').at(-1)} = `, 'm'))
  }
})

test('the command line is offered each flag with its form and its default', () => {
  expect(FLAGS).toContainEqual({
    flag: '--listen <HOST:PORT>',
    help: expect.stringContaining('(default: 127.0.0.1:8086)'),
  })
  expect(FLAGS.map(({ flag }) => flag)).toContain('--data <DIR>')
  expect(FLAGS.map(({ flag }) => flag)).toContain('--config <FILE>')
})
