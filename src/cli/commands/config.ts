import type { CommandNode } from '../command.ts'
import { CORE, type Flag, PRINT } from '../flag.ts'

const PATH = CORE.filter(flag => flag.name === 'configs-path')
const COMMON: readonly Flag[] = [...PATH, ...PRINT]
const FIELDS: readonly Flag[] = [
  { name: 'config-name', alias: 'n', kind: 'text', required: true, help: 'Name of the config' },
  { name: 'host-url', alias: 'u', kind: 'text', help: 'Address of the server, such as http://localhost:8086' },
  { name: 'token', alias: 't', kind: 'text', help: 'API token' },
  {
    name: 'username-password',
    alias: 'p',
    kind: 'text',
    form: 'user:password',
    help: 'User and password in place of a token (OSS only)',
  },
  { name: 'org', alias: 'o', kind: 'text', help: 'Default organization name' },
  { name: 'active', alias: 'a', kind: 'switch', help: 'Use this config from now on' },
]

/** `influx config`: connections by name, kept in a file. Source: CLI contract 1.12, 1.13. */
export const CONFIG: CommandNode = {
  name: 'config',
  purpose: 'Manage stored connections',
  description:
    'Without a name: shows the one in use. With a name: uses that one from now on; - goes back to the one before.',
  flags: COMMON,
  positional: { form: '[config name]' },
  example: 'influx config lab',
  run: async invocation => (await import('./config-run.ts')).showOrSwitch(invocation),
  subcommands: [
    {
      name: 'create',
      purpose: 'Store a connection',
      flags: [...COMMON, ...FIELDS.map(flag => (flag.name === 'host-url' ? { ...flag, required: true } : flag))],
      example: 'influx config create --config-name lab --host-url http://localhost:8086 --org my-org --active',
      run: async invocation => (await import('./config-run.ts')).create(invocation),
    },
    {
      name: 'rm',
      aliases: ['delete', 'remove'],
      purpose: 'Forget stored connections',
      flags: COMMON,
      positional: { form: 'NAME...' },
      example: 'influx config rm lab',
      run: async invocation => (await import('./config-run.ts')).remove(invocation),
    },
    {
      name: 'set',
      aliases: ['update'],
      purpose: 'Change a stored connection',
      flags: [...COMMON, ...FIELDS],
      example: 'influx config set --config-name lab --org other-org',
      run: async invocation => (await import('./config-run.ts')).set(invocation),
    },
    {
      name: 'ls',
      aliases: ['list'],
      purpose: 'List stored connections',
      flags: COMMON,
      example: 'influx config ls',
      run: async invocation => (await import('./config-run.ts')).list(invocation),
    },
  ],
}
