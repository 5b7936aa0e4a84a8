// Makes the databases that the benchmarks use, once: `node bench/load.js [COUNT…]`.
//
// Written through the store's own statements, in large transactions; kept in bench/.cache, which git ignores.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuthority } from '../dist/authority/authority.js'
import { systemClock } from '../dist/authority/clock.js'
import { createIds } from '../dist/authority/ids.js'
import { createPasswordHasher } from '../dist/authority/password-hasher.js'
import { digestOf } from '../dist/domain/token.js'
import { openStore, prepareDirectory, storePath } from '../dist/store/open-sqlite-store.js'
import {
  authorizationOf,
  bucketCount,
  bucketOf,
  DATASET_VERSION,
  OPERATOR_TOKEN,
  orgCount,
  orgOf,
  tokenOf,
  userCount,
  userOf,
} from './dataset.js'

export const CACHE = fileURLToPath(new URL('./.cache', import.meta.url))
const MIGRATIONS = fileURLToPath(new URL('../dist/store/migrations.js', import.meta.url))
const PER_TRANSACTION = 200_000
const CREATED_AT_MS = Date.UTC(2026, 0, 1)

/** What a database depends on besides its size. */
function suffix() {
  const schema = createHash('sha256').update(readFileSync(MIGRATIONS)).digest('hex').slice(0, 8)
  return `v${DATASET_VERSION}-${schema}`
}

/** The directory of a database with so many tokens besides the operator's. Read it only; to write, take a copy. */
export async function databaseWith(tokens) {
  const directory = join(CACHE, `${tokens}-tokens-${suffix()}`)
  if (existsSync(directory)) return directory
  mkdirSync(CACHE, { recursive: true })
  const unfinished = mkdtempSync(join(CACHE, 'unfinished-'))
  await load(unfinished, tokens)
  renameSync(unfinished, directory)
  return directory
}

/** Removes what an interrupted run left, and databases of a schema that is no more. */
export function sweep() {
  if (!existsSync(CACHE)) return
  for (const name of readdirSync(CACHE)) {
    const isStale = name.includes('-tokens-') && !name.endsWith(suffix())
    if (isStale || /^(?:unfinished|copy)-/.test(name)) rmSync(join(CACHE, name), { recursive: true, force: true })
  }
}

/** A copy of one's own, to be removed by `drop`. */
export async function copyOfDatabaseWith(tokens) {
  const source = await databaseWith(tokens)
  const directory = mkdtempSync(join(CACHE, 'copy-'))
  copyFileSync(storePath(source), storePath(directory), constants.COPYFILE_FICLONE)
  // Now, so that the disk is not busy with it while something is measured.
  const file = openSync(storePath(directory), 'r+')
  fsyncSync(file)
  closeSync(file)
  return { directory, drop: () => rmSync(directory, { recursive: true, force: true }) }
}

async function load(directory, tokens) {
  const begunMs = Date.now()
  const lock = await prepareDirectory(directory, randomUUID)
  const { store, sqlite } = await openStore(directory, false)
  // A crash while loading costs only the time: the directory gets its name when it is complete.
  sqlite.exec('pragma synchronous = off')
  // Digests come in no order, so every piece touches every page of their index: few pieces, all in memory.
  sqlite.exec('pragma cache_size = -1000000')
  // In memory, the journal of a savepoint is walked from its beginning after each statement.
  sqlite.exec('pragma temp_store = file')
  await onboard(store)
  await store.transaction(nouns => loadCatalogue(nouns))
  await inPieces(store, userCount(tokens), (nouns, index) => nouns.users.create(person(index), CREATED_AT_MS))
  await inPieces(store, tokens, loadAuthorization, 'tokens')
  sqlite.exec('pragma wal_checkpoint(truncate)')
  await store.close()
  lock.close()
  process.stderr.write(`  ${tokens} tokens loaded in ${Math.round((Date.now() - begunMs) / 1000)} s\n`)
}

async function onboard(store) {
  const ids = createIds(systemClock, randomBytes)
  const means = { store, clock: systemClock, ids, random: randomBytes, hasher: createPasswordHasher() }
  const { setup } = createAuthority(means, { sessionLengthMs: 0 })
  await setup.onboard({
    username: 'operator',
    org: 'operators',
    bucket: 'operations',
    retentionSeconds: 0,
    token: OPERATOR_TOKEN,
  })
}

async function loadCatalogue(nouns) {
  const times = { createdAtMs: CREATED_AT_MS, updatedAtMs: CREATED_AT_MS }
  for (let index = 0; index < orgCount(); index++) {
    await nouns.orgs.create({ ...orgOf(index), description: '', ...times })
  }
  for (let index = 0; index < bucketCount(); index++) {
    const { id, name, org } = bucketOf(index)
    const retention = { rp: '', retentionSeconds: 0, shardGroupSeconds: 604_800 }
    await nouns.buckets.create({ id, orgId: org.id, type: 'user', name, description: '', ...retention, ...times })
  }
}

const person = index => ({ ...userOf(index), status: 'active', oauthId: undefined })

async function loadAuthorization(nouns, index) {
  const { id, user, org, bucket, active, description } = authorizationOf(index)
  const resource = { type: 'buckets', id: bucket.id, orgId: org.id }
  await nouns.authorizations.create({
    id,
    kind: 'api',
    orgId: org.id,
    userId: user.id,
    v1Name: undefined,
    status: active ? 'active' : 'inactive',
    description,
    createdAtMs: CREATED_AT_MS + index,
    updatedAtMs: CREATED_AT_MS + index,
    version: 1,
    expiresAtMs: undefined,
    permissions: ['read', 'write'].map(action => ({ action, resource })),
  })
  const digest = digestOf(tokenOf(index))
  await nouns.secrets.add({
    digest,
    authorizationId: id,
    label: '',
    createdAtMs: CREATED_AT_MS + index,
    notAfterMs: undefined,
  })
  await nouns.changes.note('authorization', id)
}

async function inPieces(store, count, loadOne, name) {
  for (let begin = 0; begin < count; begin += PER_TRANSACTION) {
    const end = Math.min(begin + PER_TRANSACTION, count)
    await store.transaction(async nouns => {
      for (let index = begin; index < end; index++) await loadOne(nouns, index)
    })
    if (name !== undefined && count > PER_TRANSACTION) process.stderr.write(`\r  ${end} of ${count} ${name} `)
  }
  if (name !== undefined && count > PER_TRANSACTION) process.stderr.write('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const counts = process.argv.slice(2).map(Number)
  for (const count of counts.length === 0 ? [100, 1000, 10_000, 100_000, 1_000_000] : counts) {
    process.stdout.write(`${await databaseWith(count)}\n`)
  }
}
