import type { CommandNode } from './command.ts'
import { AUTH } from './commands/auth.ts'
import { BUCKET } from './commands/bucket.ts'
import { COMPLETION } from './commands/completion.ts'
import { CONFIG } from './commands/config.ts'
import { DELETE } from './commands/delete.ts'
import { OBSERVATIONS } from './commands/observations.ts'
import { ORGANIZATION } from './commands/org.ts'
import { PING } from './commands/ping.ts'
import { QUERY } from './commands/query.ts'
import { SETUP } from './commands/setup.ts'
import { USER } from './commands/user.ts'
import { V1 } from './commands/v1.ts'
import { VERSION_COMMAND } from './commands/version.ts'
import { WRITE } from './commands/write.ts'

/** The `influx` command line. */
export const INFLUX: CommandNode = {
  name: 'influx',
  purpose: 'Command line for InfluxDB and Sluice',
  subcommands: [
    VERSION_COMMAND,
    CONFIG,
    AUTH,
    USER,
    ORGANIZATION,
    BUCKET,
    V1,
    WRITE,
    QUERY,
    DELETE,
    OBSERVATIONS,
    PING,
    SETUP,
    COMPLETION,
  ],
}
