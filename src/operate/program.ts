import { Command, Option } from 'commander'
import { FLAGS } from '../config/settings.ts'
import type { Flags } from '../config/statement.ts'
import { VERSION } from '../version.ts'

/** The `sluice` command line: what is done on the server's own machine. Each command is loaded when it is called. */
export function program(): Command {
  const sluice = new Command('sluice')
    .description('The token authority for InfluxDB.')
    .version(VERSION, '-v, --version')
    .showHelpAfterError('(sluice --help shows what there is)')

  const serve = sluice.command('serve').description('Run the server.')
  for (const { flag, help } of FLAGS) serve.addOption(new Option(flag, help))
  serve.action(async (flags: Flags) => (await import('./serve.ts')).serve(flags))
  return sluice
}
