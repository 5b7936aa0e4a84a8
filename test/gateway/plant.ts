// A server with an upstream, an org with two buckets there, and tokens for one of them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, clientOf, described } from '../e2e/described-server.ts'
import { BUCKETS, createBucket, createOrg, createToken, may, ok } from '../e2e/fixtures.ts'
import { type Server, type StartOptions, startServer, temporaryFolder } from '../e2e/server.ts'

export interface Plant {
  /** Its answers may be the upstream's, which no document of ours describes. */
  readonly server: Server
  readonly operator: Client
  readonly orgID: string
  /** By name. */
  readonly buckets: Readonly<Record<'raw' | 'secret', string>>
  /** Each on the bucket `raw` alone. */
  readonly tokens: Readonly<Record<'writer' | 'reader' | 'both', string>>
}

export interface PlantOptions extends Pick<StartOptions, 'args' | 'ca'> {
  /** What a bucket is bound to. */
  readonly databaseOf?: (bucket: string) => string
}

/**
 * @param settings further lines of the upstream's table
 * @param env variables of the server, such as the one that holds the password of the upstream
 */
export async function startPlant(
  kind: string,
  url: string,
  settings = '',
  env: Readonly<Record<string, string>> = {},
  { databaseOf = bucket => `db_${bucket}`, ...more }: PlantOptions = {},
): Promise<Plant> {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(
    join(dataDir, 'sluice.toml'),
    `[upstream.lab]\nkind = ${JSON.stringify(kind)}\nurl = ${JSON.stringify(url)}\n${settings}`,
  )
  const server = await startServer({ dataDir, onboard: true, env, ...more })
  const operator = clientOf(described(server.request), { token: server.onboarded!.operator })
  const orgID = await createOrg(operator, 'plant')
  const buckets = { raw: '', secret: '' }
  for (const name of ['raw', 'secret'] as const) {
    buckets[name] = await createBucket(operator, orgID, name)
    ok(await operator.put(`${BUCKETS}/${buckets[name]}/binding`, { upstream: 'lab', database: databaseOf(name) }))
  }
  const on = { id: buckets.raw, orgID }
  const token = async (...actions: ('read' | 'write')[]) => {
    const permissions = actions.map(action => may(action, 'buckets', on))
    return (await createToken(operator, { orgID, permissions })).token
  }
  const tokens = { writer: await token('write'), reader: await token('read'), both: await token('read', 'write') }
  return { server, operator, orgID, buckets, tokens }
}
