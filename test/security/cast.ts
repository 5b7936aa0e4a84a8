// The real parts: an authority and a verifier on a real SQLite file, with a clock that tests turn. And the people in it.
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Authority, createAuthority } from '../../src/authority/authority.ts'
import type { Caller } from '../../src/authority/caller.ts'
import { followChanges } from '../../src/authority/freshness.ts'
import { createIds } from '../../src/authority/ids.ts'
import { createPasswordHasher } from '../../src/authority/password-hasher.ts'
import { createVerifier, type Verifier } from '../../src/authority/verifier.ts'
import type { BucketId, OrgId, UserId } from '../../src/domain/id.ts'
import type { TokenText } from '../../src/domain/token.ts'
import { isDenial } from '../../src/domain/verdict.ts'
import { openStore, prepareDirectory, storePath } from '../../src/store/open-sqlite-store.ts'
import { type Sql, sql } from '../../src/store/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { allAccessSet, permission } from './reach.ts'

/** Where nobody's guesses are counted against anybody else. */
export const ADDRESS = '192.0.2.1'
export const SESSION_MS = 60 * 60_000
const START_MS = Date.UTC(2026, 0, 1)

/** One world: its authority, and the verifier that judges the secrets that came out of it. */
export interface Parts {
  readonly store: Store
  /** The engine below the store. */
  readonly sql: Sql
  readonly authority: Authority
  readonly verifier: Verifier
  /** One that has not been guessed at yet. */
  newVerifier(): Promise<Verifier>
  readonly clock: { nowMs(): number; advance(ms: number): void }
  /** How many changes and acts were written down; the same numbers before and after mean that nothing happened. */
  marks(): Promise<string>
  close(): Promise<void>
}

async function openParts(directory: string, nowMs: number): Promise<Parts> {
  const writer = await openStore(directory, false)
  const reader = await openStore(directory, true)
  // What is on disk when is another test's question.
  writer.sqlite.exec('pragma synchronous = off')
  let now = nowMs
  const clock = {
    nowMs: () => now,
    advance(ms: number) {
      now += ms
    },
  }
  // The real hash, at a cost that lets thousands be made.
  const hasher = createPasswordHasher(2)
  const means = { store: writer.store, clock, ids: createIds(clock, randomBytes), random: randomBytes, hasher }
  const dataVersion = () => reader.sqlite.dataVersion()
  const newVerifier = async () => {
    const freshness = await followChanges({ store: reader.store, dataVersion })
    return createVerifier({ store: reader.store, freshness, clock, hasher })
  }
  return {
    store: writer.store,
    sql: writer.sqlite,
    authority: createAuthority(means, { sessionLengthMs: SESSION_MS }),
    verifier: await newVerifier(),
    newVerifier,
    clock,
    async marks() {
      const rows = await writer.sqlite.all<{ name: string; value: number }>(sql`select name, value from sequences`)
      return rows.map(({ name, value }) => `${name} ${value}`).join(', ')
    },
    async close() {
      await reader.store.close()
      // So that the one file is all there is.
      writer.sqlite.exec('pragma wal_checkpoint(truncate)')
      await writer.store.close()
    },
  }
}

/** Who and what is there when a sequence begins. */
export interface Cast {
  readonly users: { admin: UserId; ann: UserId; bob: UserId; cat: UserId; dan: UserId; eve: UserId }
  readonly orgs: { plant: OrgId; harbour: OrgId }
  readonly buckets: readonly { readonly id: BucketId; readonly orgId: OrgId }[]
  readonly operator: { readonly id: string; readonly token: TokenText }
  /** All-access in `plant`, of ann. */
  readonly annToken: { readonly id: string; readonly token: TokenText }
  /** Reads and writes the authorizations of `plant`, and nothing else; of cat. */
  readonly catToken: { readonly id: string; readonly token: TokenText }
}

export const passwordOf = (name: string) => `password of ${name}`

/**
 * The operator `admin` of `plant`; ann with an all-access token of `plant`; bob who owns `plant`; cat, a member of it; dan
 * who owns `harbour`; eve who has nothing. All but ann have passwords.
 */
async function stage({ authority, verifier }: Parts): Promise<Cast> {
  const first = await authority.setup.onboard({
    username: 'admin',
    password: passwordOf('admin'),
    org: 'plant',
    bucket: 'raw',
    retentionSeconds: 0,
  })
  const operator = (await verifier.verify(first.token)) as Caller
  const plant = first.org.id
  const harbour = (await authority.orgs.create(operator, { name: 'harbour', description: '' })).id
  await authority.members.remove(operator, { type: 'orgs', id: harbour }, first.user.id)
  const ids: Record<string, UserId> = { admin: first.user.id }
  for (const name of ['ann', 'bob', 'cat', 'dan', 'eve']) {
    const user = await authority.users.create(operator, { name, status: 'active' })
    ids[name] = user.id
    if (name !== 'ann') await authority.users.setPassword(operator, user.id, passwordOf(name))
  }
  const users = ids as Cast['users']
  await authority.members.add(operator, { type: 'orgs', id: plant }, 'owner', users.bob)
  await authority.members.add(operator, { type: 'orgs', id: plant }, 'member', users.cat)
  await authority.members.add(operator, { type: 'orgs', id: harbour }, 'owner', users.dan)
  const bucket = async (orgId: OrgId, name: string) => {
    const wanted = { orgId, name, description: '', rp: '', retentionRules: [] }
    return { id: (await authority.buckets.create(operator, wanted)).id, orgId }
  }
  const token = async (userId: UserId, permissions: ReturnType<typeof allAccessSet>) => {
    const wanted = { orgId: plant, userId, status: 'active', description: '', permissions } as const
    const made = await authority.authorizations.create(operator, wanted)
    return { id: made.authorization.id, token: made.token as TokenText }
  }
  return {
    users,
    orgs: { plant, harbour },
    buckets: [{ id: first.bucket.id, orgId: plant }, await bucket(plant, 'clean'), await bucket(harbour, 'ships')],
    operator: { id: first.authorization.id, token: first.token },
    annToken: await token(users.ann, allAccessSet(plant, users.ann)),
    catToken: await token(users.cat, [
      permission('read', 'authorizations', { orgId: plant }),
      permission('write', 'authorizations', { orgId: plant }),
    ]),
  }
}

/** Opens worlds that all begin alike, quickly. */
export interface Stage {
  readonly cast: Cast
  open(): Promise<Parts>
  strike(): void
}

export async function buildStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stage-'))
  const template = join(folder, 'template')
  const lock = await prepareDirectory(template, () => 'stage')
  const parts = await openParts(template, START_MS)
  const cast = await stage(parts)
  await parts.close()
  lock.close()
  let worlds = 0
  return {
    cast,
    async open() {
      const directory = join(folder, `world-${++worlds}`)
      mkdirSync(directory)
      copyFileSync(storePath(template), storePath(directory))
      const opened = await openParts(directory, START_MS + 60_000)
      return {
        ...opened,
        async close() {
          await opened.close()
          rmSync(directory, { recursive: true, force: true })
        },
      }
    },
    strike: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Whom a secret stands for. @throws Error if it is refused */
export async function callerBy({ verifier }: Pick<Parts, 'verifier'>, secret: string, kind: 'token' | 'session') {
  const found = kind === 'token' ? await verifier.verify(secret) : await verifier.verifySession(secret)
  if (isDenial(found)) throw new Error(`refused: ${found.reason}`)
  return found
}
