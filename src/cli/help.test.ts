import { expect, test } from 'vitest'
import type { CommandNode } from './command.ts'
import { CORE, type Flag } from './flag.ts'
import { renderHelp } from './help.ts'

const run = async () => {}
const LEAF: CommandNode = {
  name: 'create',
  purpose: 'Create a thing',
  description: 'It stays until it is deleted.\nThere is no other way.',
  flags: [
    { name: 'host', kind: 'text', env: 'INFLUX_HOST', common: true, help: 'Address' },
    { name: 'secret-flag', kind: 'switch', hidden: true, common: true, help: 'Hidden' },
    { name: 'json', kind: 'switch', common: true, help: 'JSON' },
    { name: 'name', alias: 'n', kind: 'text', required: true, env: 'A_NAME', help: 'Name' },
    { name: 'size', kind: 'integer', form: 'count', default: '20', help: 'Size' },
    { name: 'x', kind: 'switch', help: 'One letter' },
  ],
  example: 'influx thing create --name a',
  run,
}
const GROUP: CommandNode = {
  name: 'thing',
  purpose: 'Manage things',
  subcommands: [
    LEAF,
    { name: 'list', aliases: ['find', 'ls'], purpose: 'List things', run },
    { name: 'old', purpose: 'Hidden', hidden: true, run },
  ],
}

test('help of a command has name, usage, description, common options, options and an example', () => {
  expect(renderHelp(LEAF, 'influx thing create')).toBe(`NAME:
   influx thing create - Create a thing

USAGE:
   influx thing create [command options]

DESCRIPTION:
   It stays until it is deleted.
   There is no other way.

COMMON OPTIONS:
   --host value  Address [$INFLUX_HOST]
   --json        JSON

OPTIONS:
   --name value, -n value  Name (required) [$A_NAME]
   --size count            Size (default: 20)
   -x                      One letter
   --help, -h              Show help

EXAMPLE:
   influx thing create --name a
`)
})

test('help of a group lists its commands with their aliases', () => {
  expect(renderHelp(GROUP, 'influx thing')).toBe(`NAME:
   influx thing - Manage things

USAGE:
   influx thing command [command options] [arguments...]

COMMANDS:
   create          Create a thing
   list, find, ls  List things
   help, h         Show a list of commands, or help for one

OPTIONS:
   --help, -h  Show help
`)
})

test('help of the program calls its options global', () => {
  expect(renderHelp({ ...GROUP, name: 'influx' }, 'influx')).toContain('\nGLOBAL OPTIONS:\n   --help, -h  Show help\n')
})

test('help of a command with words and subcommands shows both', () => {
  const node: CommandNode = { ...GROUP, name: 'config', positional: { form: '[config name]' }, run }
  const help = renderHelp(node, 'influx config')
  expect(help).toContain('   influx config [command options] [config name]\n')
  expect(help).toContain('COMMANDS:\n   create ')
})

test('flags that are for tracing are not shown', () => {
  const help = renderHelp({ name: 'ping', purpose: 'Ping', flags: CORE, run }, 'influx ping')
  const listed = (flag: Flag) => help.includes(`--${flag.name} `)
  expect(CORE.filter(flag => !listed(flag)).map(({ name }) => name)).toEqual(['trace-debug-id', 'extra-http-header'])
})
