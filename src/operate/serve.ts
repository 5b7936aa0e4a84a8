import type { Flags } from '../config/statement.ts'
import { type RunningServer, startServer } from '../main.ts'
import { bufferLines } from '../observe/line-buffer.ts'
import { createLogger } from '../observe/log.ts'
import { configured } from './configured.ts'
import { explain } from './explain.ts'

/** `sluice serve`: runs the server until it is told to stop. */
export async function serve(flags: Flags): Promise<void> {
  const config = configured(flags)
  const lines = bufferLines(process.stderr)
  const log = createLogger({ ...config.log, write: line => lines.write(line) })
  let server: RunningServer
  try {
    server = await startServer(config, log)
  } catch (cause) {
    process.stderr.write(`sluice cannot start: ${explain(cause)}\n`)
    process.exit(1)
  }

  let stopping = false
  async function stop(exitCode: number): Promise<void> {
    if (stopping) return
    stopping = true
    await server.close()
    lines.flush()
    process.exit(exitCode)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info('stopping', { signal })
      void stop(0)
    })
  }
  // Last: whoever reads it may want to stop the server at once.
  process.stdout.write(`${welcome(server)}\n${config.gateway.mode === 'observe' ? OBSERVING : ''}`)
  // Without its store the server is of no use; whoever supervises it starts a new one.
  const cause = await server.lost
  log.error('the store is gone', { cause })
  await stop(1)
}

const OBSERVING =
  'It OBSERVES: nothing that tokens may not do is refused on the data paths, it is only counted. See sluice observations, then set gateway.mode to enforce.\n'

/** One line: where it is, and what to do next. */
function welcome({ url, setUp, setupCode }: RunningServer): string {
  if (setUp) return `Sluice is ready at ${url}`
  const code = setupCode === undefined ? '' : `,"setupCode":"${setupCode}"`
  const body = `{"username":"admin","password":"CHOOSE-ONE","org":"my-org","bucket":"my-bucket"${code}}`
  const page = setupCode === undefined ? 'open it in a browser' : `open it in a browser, with the code ${setupCode}`
  return `Sluice is ready at ${url} and waits to be set up: ${page}, or  curl ${url}/api/v2/setup --data '${body}'`
}
