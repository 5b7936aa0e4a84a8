import type { CommandNode } from '../command.ts'
import { CORE, PRINT } from '../flag.ts'

/** `influx setup`. Source: CLI contract 3.1; `--setup-code` is ours. */
export const SETUP: CommandNode = {
  name: 'setup',
  purpose: 'Set up a new server: first user, organization, bucket and token',
  flags: [
    ...CORE,
    ...PRINT,
    { name: 'username', alias: 'u', kind: 'text', help: 'Name of the first user' },
    { name: 'password', alias: 'p', kind: 'text', help: 'Password of the first user' },
    {
      name: 'token',
      alias: 't',
      kind: 'text',
      env: 'INFLUX_TOKEN',
      help: 'Token of the first user (default: made by the server)',
    },
    { name: 'org', alias: 'o', kind: 'text', help: 'Name of the first organization' },
    { name: 'bucket', alias: 'b', kind: 'text', help: 'Name of the first bucket' },
    {
      name: 'retention',
      alias: 'r',
      kind: 'text',
      form: 'duration',
      help: 'How long the bucket keeps data; 0 keeps it forever',
    },
    { name: 'force', alias: 'f', kind: 'switch', help: 'Do not ask' },
    { name: 'name', alias: 'n', kind: 'text', help: 'Name of the stored config (default: default)' },
    {
      name: 'setup-code',
      kind: 'text',
      help: 'Code that a Sluice server printed when it started (beyond loopback only)',
    },
  ],
  example: 'influx setup --username admin --password CHOOSE-ONE --org my-org --bucket my-bucket --force',
  run: async invocation => (await import('./setup-run.ts')).setUp(invocation),
}
