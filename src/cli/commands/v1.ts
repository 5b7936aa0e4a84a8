import type { CommandNode } from '../command.ts'
import { V1_AUTH } from './v1-auth.ts'
import { V1_DBRP } from './v1-dbrp.ts'

/** `influx v1`. Source: CLI contract 3.7, 3.8. */
export const V1: CommandNode = {
  name: 'v1',
  purpose: 'Manage what InfluxDB 1.x clients need',
  subcommands: [V1_AUTH, V1_DBRP],
}
