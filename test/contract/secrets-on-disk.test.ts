// What the files of a store hold of the secrets that went through the authority: digests, and nothing to get in with.
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAuthority } from '../../src/authority/authority.ts'
import { followChanges } from '../../src/authority/freshness.ts'
import { createIds } from '../../src/authority/ids.ts'
import { createPasswordHasher } from '../../src/authority/password-hasher.ts'
import { createVerifier } from '../../src/authority/verifier.ts'
import { digestOf, type TokenText } from '../../src/domain/token.ts'
import { isDenial } from '../../src/domain/verdict.ts'
import { fresh } from './open.ts'
import { type OpenedSqliteStore, openSqliteStore } from './open-sqlite.ts'
import { NOW_MS } from './samples.ts'

/** The ways in which a text is likely to be written down. */
const spellings = (secret: string) => {
  const bytes = Buffer.from(secret)
  const base64 = bytes.toString('base64')
  return [secret, bytes.toString('hex'), base64, base64.replace(/=+$/, ''), encodeURIComponent(secret)]
}

test('tokens, passwords and session keys stand nowhere in the files, deleted and changed ones neither', async () => {
  const { store, directory, connectSqlite } = (await fresh(openSqliteStore)) as OpenedSqliteStore
  const clock = { nowMs: () => NOW_MS }
  const hasher = createPasswordHasher(16)
  const means = { store, clock, ids: createIds(clock, randomBytes), random: randomBytes, hasher }
  const authority = createAuthority(means, { sessionLengthMs: 60_000 })
  const reader = await connectSqlite(true)
  const dataVersion = () => reader.sqlite.dataVersion()
  const verifier = createVerifier({
    store: reader.store,
    freshness: await followChanges({ store: reader.store, dataVersion }),
    clock,
    hasher,
  })

  const chosen = 'a token that somebody has chosen' as TokenText
  const setup = { username: 'ann', password: 'first password', org: 'plant', bucket: 'raw', retentionSeconds: 0 }
  const { org, user } = await authority.setup.onboard({ ...setup, token: chosen })
  const caller = await verifier.verify(chosen)
  if (isDenial(caller)) throw new Error('the first token is refused')

  const permissions = [{ action: 'read', resource: { type: 'buckets', orgId: org.id } }] as const
  const wanted = { orgId: org.id, status: 'active', description: '', permissions } as const
  const kept = await authority.authorizations.create(caller, wanted)
  const deleted = await authority.authorizations.create(caller, wanted)
  await authority.authorizations.delete(caller, deleted.authorization.id)
  const v1 = await authority.v1Authorizations.create(caller, { ...wanted, v1Name: 'telegraf' })
  await authority.v1Passwords.set(caller, v1.authorization.id, 'password of telegraf')
  const old = { user: 'ann', password: 'first password', address: 'here' }
  await authority.users.changePassword(caller, user.id, old, 'second password')
  const session = await authority.sessions.signIn({ ...old, password: 'second password' })
  expect(isDenial(await verifier.verify(kept.token as string))).toBe(false)

  const passwords = ['first password', 'second password', 'password of telegraf']
  const secrets = [chosen, kept.token, deleted.token, session.key, ...passwords].map(String)
  const files = readdirSync(directory).map(name => readFileSync(join(directory, name)))
  const everything = Buffer.concat(files)
  expect(everything.includes('telegraf'), 'the search finds what is there').toBe(true)
  expect(everything.includes(digestOf(chosen)), 'digests are there').toBe(true)
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) expect(everything.includes(spelling), spelling).toBe(false)
  }
  console.log(`Searched ${everything.length} bytes of ${files.length} files for ${secrets.length} secrets: none found`)
})
