import { RELEASED, VERSION } from '../../version.ts'
import type { CommandNode } from '../command.ts'

/** `influx version`: the form that scripts take apart. */
export const VERSION_COMMAND: CommandNode = {
  name: 'version',
  purpose: 'Print the version',
  example: 'influx version',
  async run({ terminal }) {
    terminal.out(`Influx CLI ${VERSION} (git: sluice) build_date: ${RELEASED}\n`)
  },
}
