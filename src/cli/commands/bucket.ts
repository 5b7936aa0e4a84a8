import type { CommandNode } from '../command.ts'
import { CORE, type Flag, ORG, PRINT, TOKEN } from '../flag.ts'

const ID: Flag = { name: 'id', alias: 'i', kind: 'text', help: 'Bucket ID' }
const NAME: Flag = { name: 'name', alias: 'n', kind: 'text', help: 'Bucket name' }
const NAME_OR_ENV: Flag = { ...NAME, env: 'INFLUX_BUCKET_NAME' }
const DESCRIPTION: Flag = { name: 'description', alias: 'd', kind: 'text', help: 'What the bucket is for' }
const RETENTION: Flag = {
  name: 'retention',
  alias: 'r',
  kind: 'text',
  form: 'duration',
  help: 'How long data is kept, such as 12h or 30d; 0 keeps it forever',
}
const SHARD_GROUP: Flag = {
  name: 'shard-group-duration',
  kind: 'text',
  form: 'duration',
  help: 'How much time is stored together (OSS only)',
}

/** `influx bucket`. Source: CLI contract 3.5. */
export const BUCKET: CommandNode = {
  name: 'bucket',
  purpose: 'Manage buckets',
  subcommands: [
    {
      name: 'create',
      purpose: 'Create a bucket',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        ...ORG,
        { ...NAME_OR_ENV, required: true },
        DESCRIPTION,
        { ...RETENTION, help: `${RETENTION.help} (default: forever)` },
        SHARD_GROUP,
        {
          name: 'schema-type',
          kind: 'text',
          form: 'implicit|explicit',
          default: 'implicit',
          help: 'Whether columns must be declared (Cloud only)',
        },
      ],
      example: 'influx bucket create --name other-bucket --retention 30d',
      run: async invocation => (await import('./bucket-run.ts')).createBucket(invocation),
    },
    {
      name: 'delete',
      purpose: 'Delete a bucket',
      flags: [...CORE, ...PRINT, ...TOKEN, ...ORG, ID, NAME],
      example: 'influx bucket delete --id 0c0c0c0c0c0c0c01',
      run: async invocation => (await import('./bucket-run.ts')).deleteBucket(invocation),
    },
    {
      name: 'list',
      aliases: ['find', 'ls'],
      purpose: 'List buckets',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        ...ORG,
        ID,
        NAME,
        { name: 'limit', kind: 'integer', form: 'count', default: '0', help: 'List at most so many; 0 lists all' },
        { name: 'offset', kind: 'integer', form: 'count', default: '0', help: 'Leave out so many at the beginning' },
        { name: 'page-size', kind: 'integer', form: 'count', default: '20', help: 'How many to ask for at once' },
      ],
      example: 'influx bucket list --org my-org',
      run: async invocation => (await import('./bucket-list.ts')).listBuckets(invocation),
    },
    {
      name: 'update',
      aliases: ['set'],
      purpose: 'Rename or describe a bucket, or change how long it keeps data',
      flags: [
        ...CORE,
        ...PRINT,
        ...TOKEN,
        { ...ID, required: true },
        { ...NAME_OR_ENV, help: 'New name' },
        DESCRIPTION,
        RETENTION,
        SHARD_GROUP,
      ],
      example: 'influx bucket update --id 0c0c0c0c0c0c0c01 --retention 90d',
      run: async invocation => (await import('./bucket-run.ts')).updateBucket(invocation),
    },
  ],
}
