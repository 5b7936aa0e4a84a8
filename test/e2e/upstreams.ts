// Servers whose settings file names upstreams.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { temporaryFolder } from './server.ts'

/** A server with these upstreams, at addresses where nobody is. */
export function startWithUpstreams(...names: readonly string[]): Promise<DescribedServer> {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const tables = names.map(name => `[upstream.${name}]\nkind = "influxdb3-core"\nurl = "http://127.0.0.1:9"\n`)
  writeFileSync(join(dataDir, 'sluice.toml'), tables.join('\n'))
  return startDescribedServer({ dataDir })
}
