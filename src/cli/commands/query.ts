import type { CommandNode } from '../command.ts'
import { CORE, ORG, TOKEN } from '../flag.ts'

/** `influx query`. Source: CLI contract 3.10. */
export const QUERY: CommandNode = {
  name: 'query',
  purpose: 'Run a Flux query',
  description:
    'The query is the argument, @file, --file, or stdin. Prints tables for people; --raw prints the CSV of the server as it is.',
  flags: [
    // A long query is no failure.
    ...CORE.map(flag =>
      flag.name === 'timeout' ? { ...flag, default: '0s', help: `${flag.help}; 0s waits on` } : flag,
    ),
    ...TOKEN,
    ...ORG,
    { name: 'file', alias: 'f', kind: 'text', form: 'file', help: 'File that holds the query' },
    { name: 'raw', alias: 'r', kind: 'switch', help: 'Print annotated CSV, as the server sends it' },
    {
      name: 'profilers',
      alias: 'p',
      kind: 'list',
      form: 'query|operator',
      help: 'Profilers to run along; several, or separated by commas',
    },
  ],
  positional: { form: '[query | @file | -]' },
  example: `influx query --org my-org 'from(bucket: "my-bucket") |> range(start: -1h)'`,
  run: async invocation => (await import('./query-run.ts')).query(invocation),
}
