import type { CommandNode } from '../command.ts'
import { CORE, type Flag, ORG, PRINT, TOKEN } from '../flag.ts'

const ID: Flag = { name: 'id', alias: 'i', kind: 'text', help: 'User ID' }
const NAME: Flag = { name: 'name', alias: 'n', kind: 'text', help: 'User name' }
const PASSWORD: Flag = { name: 'password', alias: 'p', kind: 'text', help: 'Password (default: asked for)' }

/** `influx user`. Source: CLI contract 3.3. */
export const USER: CommandNode = {
  name: 'user',
  purpose: 'Manage users',
  subcommands: [
    {
      name: 'create',
      purpose: 'Create a user and make him a member of an organization',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        ...ORG,
        { ...NAME, env: 'INFLUX_NAME', required: true },
        { ...PASSWORD, help: 'First password (default: none, so that he cannot sign in)' },
      ],
      example: 'influx user create --name bob --password CHOOSE-ONE --org my-org',
      run: async invocation => (await import('./user-run.ts')).createUser(invocation),
    },
    {
      name: 'delete',
      purpose: 'Delete a user; no request with his tokens is accepted any more',
      flags: [...CORE, ...PRINT, ...TOKEN, { ...ID, required: true }],
      example: 'influx user delete --id 0b0b0b0b0b0b0b01',
      run: async invocation => (await import('./user-run.ts')).deleteUser(invocation),
    },
    {
      name: 'list',
      aliases: ['find', 'ls'],
      purpose: 'List users',
      flags: [...CORE, ...PRINT, ...TOKEN, ID, NAME],
      example: 'influx user list --name alice',
      run: async invocation => (await import('./user-run.ts')).listUsers(invocation),
    },
    {
      name: 'update',
      purpose: 'Rename a user',
      flags: [...CORE, ...PRINT, ...TOKEN, { ...ID, required: true }, { ...NAME, help: 'New name' }],
      example: 'influx user update --id 0b0b0b0b0b0b0b01 --name alice.smith',
      run: async invocation => (await import('./user-run.ts')).updateUser(invocation),
    },
    {
      name: 'password',
      purpose: 'Set the password of a user',
      flags: [...CORE, ...TOKEN, ID, NAME, PASSWORD],
      example: 'influx user password --name alice --password CHOOSE-ONE',
      run: async invocation => (await import('./user-password.ts')).setUserPassword(invocation),
    },
  ],
}
