import type { CommandNode } from '../command.ts'
import { CORE, type Flag, ORG, PRINT, TOKEN } from '../flag.ts'
import { GRANT_FLAGS } from './grant-flags.ts'

const ID: Flag = { name: 'id', alias: 'i', kind: 'text', help: 'Authorization ID' }
const USER: Flag = { name: 'user', alias: 'u', kind: 'text', help: 'Only those of this user, by name' }
const USER_ID: Flag = { name: 'user-id', kind: 'text', help: 'Only those of this user, by ID' }
const STATUS: Flag = { name: 'status', kind: 'text', form: 'active|inactive', help: 'Only those with this status' }
const CONTAINS: Flag = {
  name: 'description-contains',
  kind: 'text',
  help: 'Only those whose description contains this, in any case',
}
const DESCRIPTION: Flag = { name: 'token-description', kind: 'text', help: 'Only those with exactly this description' }
const SELF: Flag = { name: 'self', kind: 'switch', help: 'Only the authorization of the token in use' }
export const ORPHANED: Flag = {
  name: 'orphaned',
  kind: 'switch',
  help: 'Those whose owner was deleted, which are refused and in no other list (Sluice only)',
}
const YES: Flag = { name: 'yes', alias: 'y', kind: 'switch', help: 'Do not ask' }

const setStatus = (status: 'active' | 'inactive', purpose: string): CommandNode => ({
  name: status,
  purpose,
  description:
    'Takes one or several --id, or selects by --user, --user-id, --org, --status or --description-contains.\n' +
    'If more than one would change, shows them and asks first; --yes does not ask.',
  flags: [
    ...CORE,
    ...PRINT,
    ...TOKEN,
    ...ORG,
    { ...ID, kind: 'list', help: 'Authorization ID; may be given several times' },
    USER,
    USER_ID,
    STATUS,
    CONTAINS,
    YES,
  ],
  example: `influx auth ${status} --id 0d0d0d0d0d0d0d01`,
  run: async invocation => (await import('./auth-status.ts')).setStatus(invocation, status),
})

/** `influx auth`. Source: CLI contract 2; filters, selection, `--expires-in` and `--measurement` are ours. */
export const AUTH: CommandNode = {
  name: 'auth',
  aliases: ['authorization'],
  purpose: 'Manage API tokens',
  subcommands: [
    {
      name: 'create',
      purpose: 'Create an API token; it is shown this once',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        ...ORG,
        { name: 'user', alias: 'u', kind: 'text', help: 'User who will own the token, by name (default: yourself)' },
        { name: 'description', alias: 'd', kind: 'text', help: 'What the token is for' },
        {
          name: 'expires-in',
          kind: 'text',
          form: 'duration',
          help: 'End of validity from now, such as 12h or 30d (Sluice only)',
        },
        {
          name: 'measurement',
          kind: 'list',
          form: 'name',
          help: 'Limits the permissions on buckets to one measurement; may be given several times (Sluice only)',
        },
        ...GRANT_FLAGS,
      ],
      example: 'influx auth create --org my-org --read-buckets --write-buckets --description "plant floor"',
      run: async invocation => (await import('./auth-create.ts')).createAuthorization(invocation),
    },
    {
      name: 'delete',
      aliases: ['rm'],
      purpose: 'Delete an API token',
      flags: [...CORE, ...PRINT, ...TOKEN, { ...ID, required: true }],
      example: 'influx auth delete --id 0d0d0d0d0d0d0d01',
      run: async invocation => (await import('./auth-delete.ts')).deleteAuthorization(invocation),
    },
    {
      name: 'list',
      aliases: ['find', 'ls'],
      purpose: 'List API tokens',
      flags: [...CORE, ...PRINT, ...TOKEN, ...ORG, ID, USER, USER_ID, STATUS, DESCRIPTION, CONTAINS, SELF, ORPHANED],
      example: 'influx auth list --user alice --status active',
      run: async invocation => (await import('./auth-list.ts')).listAuthorizations(invocation),
    },
    setStatus('active', 'Activate API tokens'),
    setStatus('inactive', 'Deactivate API tokens: no request with them is accepted any more'),
  ],
}
