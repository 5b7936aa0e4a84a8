import type { CommandNode } from '../command.ts'
import { CORE, type Flag, ORG, PRINT, TOKEN } from '../flag.ts'

const BUCKET_ID: Flag = { name: 'bucket-id', kind: 'text', help: 'Bucket ID' }
const DB: Flag = { name: 'db', kind: 'text', help: 'Database name that 1.x clients send' }
const RP: Flag = { name: 'rp', kind: 'text', help: 'Retention policy name that 1.x clients send' }
const ID: Flag = { name: 'id', kind: 'text', help: 'ID of the mapping' }
const DEFAULT: Flag = { name: 'default', kind: 'switch', help: 'Use it where clients name no retention policy' }
const USUAL: readonly Flag[] = [...CORE, ...PRINT, ...TOKEN, ...ORG]

/** `influx v1 dbrp`. Source: CLI contract 3.8. */
export const V1_DBRP: CommandNode = {
  name: 'dbrp',
  purpose: 'Map databases and retention policies of 1.x clients to buckets',
  subcommands: [
    {
      name: 'list',
      aliases: ['find', 'ls'],
      purpose: 'List mappings, those too that follow from names of buckets',
      flags: [...USUAL, BUCKET_ID, DB, RP, ID, { ...DEFAULT, help: 'Only those that are a default' }],
      example: 'influx v1 dbrp list --db telegraf',
      run: async invocation => (await import('./v1-dbrp-list.ts')).listDbrps(invocation),
    },
    {
      name: 'create',
      purpose: 'Map a database and retention policy to a bucket',
      flags: [
        ...USUAL,
        { ...BUCKET_ID, required: true },
        { ...DB, required: true },
        { ...RP, required: true },
        DEFAULT,
      ],
      example: 'influx v1 dbrp create --bucket-id 0c0c0c0c0c0c0c01 --db telegraf --rp autogen --default',
      run: async invocation => (await import('./v1-dbrp-run.ts')).createDbrp(invocation),
    },
    {
      name: 'delete',
      purpose: 'Delete a mapping',
      flags: [...USUAL, { ...ID, required: true }],
      example: 'influx v1 dbrp delete --id 0f0f0f0f0f0f0f01',
      run: async invocation => (await import('./v1-dbrp-run.ts')).deleteDbrp(invocation),
    },
    {
      name: 'update',
      purpose: 'Change the retention policy name of a mapping, or make it the default',
      flags: [...USUAL, { ...ID, required: true }, RP, DEFAULT],
      example: 'influx v1 dbrp update --id 0f0f0f0f0f0f0f01 --default',
      run: async invocation => (await import('./v1-dbrp-run.ts')).updateDbrp(invocation),
    },
  ],
}
