import type { CommandNode } from '../command.ts'
import { CORE, type Flag, ORG, TOKEN } from '../flag.ts'

/** A slow batch is no failure: what the server took must not be sent twice. */
const PATIENT = CORE.map(flag => (flag.name === 'timeout' ? { ...flag, default: '5m' } : flag))

const TARGET: readonly Flag[] = [
  { name: 'bucket-id', kind: 'text', env: 'INFLUX_BUCKET_ID', help: 'Bucket by ID' },
  { name: 'bucket', alias: 'b', kind: 'text', env: 'INFLUX_BUCKET_NAME', help: 'Bucket by name' },
  {
    name: 'precision',
    alias: 'p',
    kind: 'text',
    form: 'ns|us|ms|s',
    env: 'INFLUX_PRECISION',
    default: 'ns',
    help: 'Precision of the timestamps',
  },
]

const INPUT: readonly Flag[] = [
  {
    name: 'format',
    kind: 'text',
    form: 'lp|csv',
    help: 'Line protocol or CSV (default: csv for names that end in .csv, and with --header)',
  },
  {
    name: 'compression',
    kind: 'text',
    form: 'none|gzip',
    help: 'Of the input (default: gzip for names that end in .gz)',
  },
  { name: 'file', alias: 'f', kind: 'list', form: 'file', help: 'File to write; may be given several times' },
  { name: 'url', alias: 'u', kind: 'list', help: 'Address to fetch input from; may be given several times' },
  { name: 'header', kind: 'list', help: 'CSV line to put before the input; may be given several times' },
  {
    name: 'skipHeader',
    kind: 'integer',
    form: 'lines',
    help: 'Leave out so many lines of the last file or address, or else of the data',
  },
  { name: 'encoding', kind: 'text', default: 'UTF-8', help: 'Character set of the input' },
  { name: 'max-line-length', kind: 'integer', form: 'bytes', default: '16000000', help: 'Longest line' },
  { name: 'rate-limit', kind: 'text', form: 'rate', help: 'Highest rate, such as "5 MB / 5 min" or 1MB/s' },
  { name: 'skipRowOnError', kind: 'switch', help: 'Report CSV rows that cannot be converted, and go on' },
  {
    name: 'errors-file',
    kind: 'text',
    form: 'file',
    help: 'File to add such rows to, each with the reason; implies --skipRowOnError',
  },
  { name: 'debug', kind: 'switch', help: 'Show on stderr what each CSV column is taken for' },
]

const FLAGS = [...PATIENT, ...TOKEN, ...ORG, ...TARGET, ...INPUT]

const CSV_HELP = `CSV says what its columns are by annotations: #datatype, #group, #default, #constant, #timezone, #concat, or short in the
header as name|type|default. Types: measurement, tag, dateTime[:format], field, ignored, string, double, long,
unsignedLong, boolean, duration, base64Binary. dateTime formats are RFC3339, RFC3339Nano, number, or a layout of Go;
#timezone takes +hhmm, -hhmm or Local, not names of zones. Query results can be written back as they are.`

/** `influx write`. Source: CLI contract 3.9; retries, progress and `--errors-file` as described here are ours. */
export const WRITE: CommandNode = {
  name: 'write',
  purpose: 'Write points to a bucket',
  description: `Writes line protocol or CSV: the argument (- for stdin, @file for a file), files, addresses, and stdin if it is a pipe
and there is no argument. Sends batches of 500,000 bytes, or what came within 10 seconds. A batch that the server puts
off (429, 503) is sent again up to 5 times, as it asks; any other refusal ends the command. Flags come before the data.

${CSV_HELP}`,
  flags: FLAGS,
  positional: { form: '[data | @file | -]' },
  example: "influx write --bucket my-bucket --org my-org 'weather,city=Oslo temperature=7.5'",
  run: async invocation => (await import('./write-run.ts')).write(invocation),
  subcommands: [
    {
      name: 'dryrun',
      purpose: 'Print the points as line protocol instead of writing them',
      description: `Takes the flags of write and sends nothing.\n\n${CSV_HELP}`,
      flags: FLAGS,
      positional: { form: '[data | @file | -]' },
      example: "influx write dryrun 'weather,city=Oslo temperature=7.5'",
      run: async invocation => (await import('./write-run.ts')).dryRun(invocation),
    },
  ],
}
