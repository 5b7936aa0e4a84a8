import type { CommandNode } from './command.ts'
import { AUTH } from './commands/auth.ts'
import { CONFIG } from './commands/config.ts'
import { PING } from './commands/ping.ts'
import { SETUP } from './commands/setup.ts'
import { VERSION_COMMAND } from './commands/version.ts'

/** The `influx` command line. */
export const INFLUX: CommandNode = {
  name: 'influx',
  purpose: 'Command line for InfluxDB and Sluice',
  subcommands: [VERSION_COMMAND, CONFIG, AUTH, PING, SETUP],
}
