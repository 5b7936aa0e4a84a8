import type { CommandNode } from '../command.ts'
import { CORE, type Flag, ORG, PRINT, TOKEN } from '../flag.ts'
import { ORPHANED } from './auth.ts'

const ID: Flag = { name: 'id', kind: 'text', help: 'ID of the v1 authorization' }
const USERNAME: Flag = { name: 'username', kind: 'text', help: 'User name that 1.x clients send' }
const PASSWORD: Flag = { name: 'password', kind: 'text', help: 'Password that 1.x clients send (default: asked for)' }
const ONE: readonly Flag[] = [ID, USERNAME]

const setStatus = (status: 'active' | 'inactive', purpose: string): CommandNode => ({
  name: `set-${status}`,
  purpose,
  flags: [...CORE, ...PRINT, ...TOKEN, ...ONE],
  example: `influx v1 auth set-${status} --username grafana`,
  run: async invocation => (await import('./v1-auth-change.ts')).setV1Status(invocation, status),
})

/** `influx v1 auth`. Source: CLI contract 3.7. */
export const V1_AUTH: CommandNode = {
  name: 'auth',
  aliases: ['authorization'],
  purpose: 'Manage user names and passwords of 1.x clients',
  subcommands: [
    {
      name: 'create',
      purpose: 'Create a user name, with password, for 1.x clients',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        ...ORG,
        { name: 'description', alias: 'd', kind: 'text', help: 'What it is for' },
        { ...USERNAME, required: true },
        PASSWORD,
        { name: 'no-password', kind: 'switch', help: 'Do not set a password yet; it cannot be used without one' },
        {
          name: 'read-bucket',
          kind: 'list',
          form: 'bucket-id',
          help: 'Grants reading one bucket; may be given several times',
        },
        {
          name: 'write-bucket',
          kind: 'list',
          form: 'bucket-id',
          help: 'Grants writing to one bucket; may be given several times',
        },
      ],
      example: 'influx v1 auth create --username telegraf --password CHOOSE-ONE --write-bucket 0c0c0c0c0c0c0c01',
      run: async invocation => (await import('./v1-auth-create.ts')).createV1Auth(invocation),
    },
    {
      name: 'delete',
      purpose: 'Delete a user name of 1.x clients',
      flags: [...CORE, ...PRINT, ...TOKEN, ...ONE],
      example: 'influx v1 auth delete --username grafana',
      run: async invocation => (await import('./v1-auth-change.ts')).deleteV1Auth(invocation),
    },
    {
      name: 'list',
      aliases: ['ls', 'find'],
      purpose: 'List user names of 1.x clients',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        ...ORG,
        ...ONE,
        { name: 'user', alias: 'u', kind: 'text', help: 'Only those that this user owns, by name' },
        { name: 'user-id', kind: 'text', help: 'Only those that this user owns, by ID' },
        ORPHANED,
      ],
      example: 'influx v1 auth list --username grafana',
      run: async invocation => (await import('./v1-auth-list.ts')).listV1Auths(invocation),
    },
    setStatus('active', 'Let 1.x clients use a user name again'),
    setStatus('inactive', 'Refuse a user name of 1.x clients'),
    {
      name: 'set-password',
      purpose: 'Set the password of a user name of 1.x clients',
      flags: [...CORE, ...TOKEN, ...ONE, PASSWORD],
      example: 'influx v1 auth set-password --username grafana --password CHOOSE-ONE',
      run: async invocation => (await import('./v1-auth-change.ts')).setV1Password(invocation),
    },
  ],
}
