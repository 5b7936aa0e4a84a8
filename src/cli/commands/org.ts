import type { CommandNode } from '../command.ts'
import { CORE, type Flag, PRINT, TOKEN } from '../flag.ts'

const ID: Flag = { name: 'id', alias: 'i', kind: 'text', env: 'INFLUX_ORG_ID', help: 'Organization ID' }
const NAME: Flag = { name: 'name', alias: 'n', kind: 'text', env: 'INFLUX_ORG', help: 'Organization name' }
const DESCRIPTION: Flag = { name: 'description', alias: 'd', kind: 'text', help: 'What the organization is for' }
const MEMBER: Flag = { name: 'member', alias: 'm', kind: 'text', required: true, help: 'User ID of the member' }
const OF_ORG: readonly Flag[] = [{ ...NAME, help: 'Organization name (default: of the active config)' }, ID]

const MEMBERS: CommandNode = {
  name: 'members',
  purpose: 'Manage who belongs to an organization',
  subcommands: [
    {
      name: 'add',
      purpose: 'Make a user a member or an owner of an organization',
      flags: [
        ...CORE,
        ...TOKEN,
        ...OF_ORG,
        MEMBER,
        { name: 'owner', kind: 'switch', help: 'Make him an owner instead of a member' },
      ],
      example: 'influx org members add --name my-org --member 0b0b0b0b0b0b0b01',
      run: async invocation => (await import('./org-members.ts')).addMember(invocation),
    },
    {
      name: 'list',
      aliases: ['find', 'ls'],
      purpose: 'List owners and members of an organization',
      flags: [...CORE, ...PRINT, ...TOKEN, ...OF_ORG],
      example: 'influx org members list --name my-org',
      run: async invocation => (await import('./org-members.ts')).listMembers(invocation),
    },
    {
      name: 'remove',
      purpose: 'Remove a member or an owner from an organization',
      flags: [...CORE, ...TOKEN, ...OF_ORG, MEMBER],
      example: 'influx org members remove --name my-org --member 0b0b0b0b0b0b0b01',
      run: async invocation => (await import('./org-members.ts')).removeMember(invocation),
    },
  ],
}

/** `influx org`. Source: CLI contract 3.4. */
export const ORGANIZATION: CommandNode = {
  name: 'org',
  aliases: ['organization'],
  purpose: 'Manage organizations and their members',
  subcommands: [
    {
      name: 'create',
      purpose: 'Create an organization',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        { name: 'name', alias: 'n', kind: 'text', required: true, help: 'Organization name' },
        DESCRIPTION,
      ],
      example: 'influx org create --name other-org --description "second site"',
      run: async invocation => (await import('./org-run.ts')).createOrg(invocation),
    },
    {
      name: 'delete',
      purpose: 'Delete an organization and its buckets',
      flags: [...CORE, ...PRINT, ...TOKEN, { ...ID, required: true }],
      example: 'influx org delete --id 0a0a0a0a0a0a0a01',
      run: async invocation => (await import('./org-run.ts')).deleteOrg(invocation),
    },
    {
      name: 'list',
      aliases: ['find', 'ls'],
      purpose: 'List organizations',
      flags: [...CORE, ...PRINT, ...TOKEN, NAME, ID],
      example: 'influx org list --name my-org',
      run: async invocation => (await import('./org-run.ts')).listOrgs(invocation),
    },
    MEMBERS,
    {
      name: 'update',
      purpose: 'Rename or describe an organization',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        { ...ID, required: true },
        { ...NAME, help: 'New name' },
        { ...DESCRIPTION, env: 'INFLUX_ORG_DESCRIPTION' },
      ],
      example: 'influx org update --id 0a0a0a0a0a0a0a01 --description "first site"',
      run: async invocation => (await import('./org-run.ts')).updateOrg(invocation),
    },
  ],
}
