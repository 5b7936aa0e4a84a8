import type { CommandNode } from '../command.ts'
import { CORE, ORG, TOKEN } from '../flag.ts'

/** `influx delete`. Source: CLI contract 3.11. */
export const DELETE: CommandNode = {
  name: 'delete',
  purpose: 'Delete points from a bucket',
  description:
    'Deletes all points between two times, or those that a predicate selects. Asks nothing and prints nothing.',
  flags: [
    // Deleting much takes long, and cannot be called back.
    ...CORE.map(flag =>
      flag.name === 'timeout' ? { ...flag, default: '0s', help: `${flag.help}; 0s waits on` } : flag,
    ),
    ...TOKEN,
    ...ORG,
    { name: 'bucket-id', kind: 'text', env: 'INFLUX_BUCKET_ID', help: 'Bucket by ID' },
    { name: 'bucket', alias: 'b', kind: 'text', env: 'INFLUX_BUCKET_NAME', help: 'Bucket by name' },
    { name: 'start', kind: 'text', form: 'time', required: true, help: 'First instant, as in 2024-01-01T00:00:00Z' },
    { name: 'stop', kind: 'text', form: 'time', required: true, help: 'Instant to stop before' },
    {
      name: 'predicate',
      alias: 'p',
      kind: 'text',
      help: `What to delete, such as city="Oslo" AND _measurement="weather"`,
    },
  ],
  example: 'influx delete --org my-org --bucket my-bucket --start 2024-01-01T00:00:00Z --stop 2024-02-01T00:00:00Z',
  run: async invocation => (await import('./delete-run.ts')).deletePoints(invocation),
}
