import type { CommandNode } from '../command.ts'
import { CORE, PRINT, TOKEN } from '../flag.ts'

/** `influx observations`: ours. */
export const OBSERVATIONS: CommandNode = {
  name: 'observations',
  purpose: 'Show what a gateway that only observes would have refused',
  flags: [
    ...CORE,
    ...PRINT,
    ...TOKEN,
    { name: 'clear', kind: 'switch', help: 'Begin anew: print what was counted, then forget it' },
  ],
  example: 'influx observations --json',
  run: async invocation => (await import('./observations-run.ts')).showObservations(invocation),
}
