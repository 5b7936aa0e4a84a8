import { type Cursor, Refusal } from './cursor.ts'
import { acceptWhere, parseMeasurements, parseSelect } from './parser-select.ts'
import type { FirstPolicy, PolicyOptions, Statement } from './syntax.ts'

// The statements that change what there is. Source: influxql, parser.go; of these, 3 takes CREATE DATABASE, DELETE and
// DROP MEASUREMENT.

/** A statement that begins with CREATE, from there on. */
export function parseCreate(cursor: Cursor): Statement {
  cursor.expectKeyword('CREATE')
  if (cursor.acceptKeyword('DATABASE')) return parseCreateDatabase(cursor)
  if (cursor.acceptKeyword('RETENTION')) return parseCreatePolicy(cursor)
  if (cursor.acceptKeyword('CONTINUOUS')) return parseContinuousQuery(cursor)
  if (cursor.acceptKeyword('SUBSCRIPTION')) return parseSubscription(cursor)
  cursor.expectKeyword('USER')
  const name = cursor.expectName()
  cursor.expectKeyword('WITH', 'PASSWORD')
  const password = cursor.expectValue('string')
  const isAdmin = cursor.acceptKeyword('WITH')
  if (isAdmin) cursor.expectKeyword('ALL', 'PRIVILEGES')
  return { kind: 'create-user', name, password, isAdmin }
}

/** A statement that begins with ALTER, from there on. Its options come in any order, each once, and one at least. */
export function parseAlter(cursor: Cursor): Statement {
  cursor.expectKeyword('ALTER', 'RETENTION', 'POLICY')
  const name = cursor.acceptKeyword('DEFAULT') ? 'default' : cursor.expectName()
  const database = parseOn(cursor)
  const found = new Map<string, string>()
  while (cursor.atKeyword('DURATION', 'REPLICATION', 'SHARD', 'DEFAULT')) {
    const token = cursor.next()
    const word = token.kind === 'keyword' ? token.word : ''
    if (found.has(word)) throw new Refusal(`${word} stands twice`)
    found.set(word, parseOption(cursor, word))
  }
  if (found.size === 0) throw new Refusal('there is nothing to alter')
  const options = {
    duration: found.get('DURATION'),
    replication: found.get('REPLICATION'),
    shardDuration: found.get('SHARD'),
  }
  return { kind: 'alter-retention-policy', name, database, options, isDefault: found.has('DEFAULT') }
}

/** A statement that begins with DROP, from there on. */
export function parseDrop(cursor: Cursor): Statement {
  cursor.expectKeyword('DROP')
  if (cursor.acceptKeyword('DATABASE')) return { kind: 'drop-database', name: cursor.expectName() }
  if (cursor.acceptKeyword('MEASUREMENT')) return { kind: 'drop-measurement', name: cursor.expectName() }
  if (cursor.acceptKeyword('SERIES')) return { kind: 'drop-series', ...parseSelection(cursor) }
  if (cursor.acceptKeyword('SHARD')) return { kind: 'drop-shard', id: cursor.expectValue('integer') }
  if (cursor.acceptKeyword('USER')) return { kind: 'drop-user', name: cursor.expectName() }
  if (cursor.acceptKeyword('RETENTION')) {
    cursor.expectKeyword('POLICY')
    return { kind: 'drop-retention-policy', name: cursor.expectName(), database: parseOn(cursor) }
  }
  if (cursor.acceptKeyword('CONTINUOUS')) {
    cursor.expectKeyword('QUERY')
    return { kind: 'drop-continuous-query', name: cursor.expectName(), database: parseOn(cursor) }
  }
  cursor.expectKeyword('SUBSCRIPTION')
  return { kind: 'drop-subscription', name: cursor.expectName(), ...parseOnPolicy(cursor) }
}

/** A statement that begins with DELETE, from there on. */
export function parseDelete(cursor: Cursor): Statement {
  cursor.expectKeyword('DELETE')
  return { kind: 'delete', ...parseSelection(cursor) }
}

/** SET PASSWORD, from there on. */
export function parseSet(cursor: Cursor): Statement {
  cursor.expectKeyword('SET', 'PASSWORD', 'FOR')
  const name = cursor.expectName()
  cursor.expectSymbol('=')
  return { kind: 'set-password', name, password: cursor.expectValue('string') }
}

/** KILL QUERY, from there on. */
export function parseKill(cursor: Cursor): Statement {
  cursor.expectKeyword('KILL', 'QUERY')
  const id = cursor.expectValue('integer')
  return { kind: 'kill-query', id, host: cursor.acceptKeyword('ON') ? cursor.expectName() : undefined }
}

/** A statement that begins with GRANT or REVOKE, from there on. */
export function parseGrant(cursor: Cursor, kind: 'grant' | 'revoke'): Statement {
  cursor.expectKeyword(kind === 'grant' ? 'GRANT' : 'REVOKE')
  const privilege = parsePrivilege(cursor)
  const database = cursor.atKeyword('ON') ? parseOn(cursor) : undefined
  if (database === undefined && privilege !== 'ALL PRIVILEGES') throw new Refusal('ON is missing')
  cursor.expectKeyword(kind === 'grant' ? 'TO' : 'FROM')
  return { kind, privilege, database, user: cursor.expectName() }
}

function parsePrivilege(cursor: Cursor) {
  if (cursor.acceptKeyword('READ')) return 'READ'
  if (cursor.acceptKeyword('WRITE')) return 'WRITE'
  cursor.expectKeyword('ALL')
  cursor.acceptKeyword('PRIVILEGES')
  return 'ALL PRIVILEGES'
}

/** FROM, WHERE, or both. No server takes a database or policy here: they are the request's. */
function parseSelection(cursor: Cursor) {
  const sources = cursor.acceptKeyword('FROM') ? parseMeasurements(cursor) : []
  if (sources.some(one => one.database !== undefined || one.retentionPolicy !== undefined)) {
    throw new Refusal('a database stands where none may')
  }
  const where = acceptWhere(cursor)
  if (sources.length === 0 && where === undefined) throw new Refusal('FROM and WHERE are missing')
  return { sources, where }
}

function parseOn(cursor: Cursor): string {
  cursor.expectKeyword('ON')
  return cursor.expectName()
}

function parseOnPolicy(cursor: Cursor) {
  const database = parseOn(cursor)
  if (!cursor.acceptAdjacent('.')) throw new Refusal('a retention policy is missing')
  return { database, retentionPolicy: cursor.expectName() }
}

/** What stands after an option's word. */
function parseOption(cursor: Cursor, word: string): string {
  if (word === 'DEFAULT') return ''
  if (word === 'SHARD') cursor.expectKeyword('DURATION')
  return word === 'REPLICATION' ? parseReplication(cursor) : parseDuration(cursor, word !== 'SHARD')
}

function parseDuration(cursor: Cursor, mayBeInfinite: boolean): string {
  return mayBeInfinite && cursor.acceptKeyword('INF') ? 'INF' : cursor.expectValue('duration')
}

function parseReplication(cursor: Cursor): string {
  const digits = cursor.expectValue('integer')
  if (BigInt(digits) < 1n || BigInt(digits) > 0x7fff_ffffn) throw new Refusal('a replication is out of range')
  return digits
}

function acceptShardDuration(cursor: Cursor, mayBeInfinite: boolean): string | undefined {
  if (!cursor.acceptKeyword('SHARD')) return undefined
  cursor.expectKeyword('DURATION')
  return parseDuration(cursor, mayBeInfinite)
}

function parseCreateDatabase(cursor: Cursor): Statement {
  const name = cursor.expectName()
  return { kind: 'create-database', name, policy: cursor.acceptKeyword('WITH') ? parseFirstPolicy(cursor) : undefined }
}

/** In this order, each may be missing, but not all. */
function parseFirstPolicy(cursor: Cursor): FirstPolicy {
  const policy = {
    duration: cursor.acceptKeyword('DURATION') ? parseDuration(cursor, true) : undefined,
    replication: cursor.acceptKeyword('REPLICATION') ? parseReplication(cursor) : undefined,
    shardDuration: acceptShardDuration(cursor, true),
    name: cursor.acceptKeyword('NAME') ? cursor.expectName() : undefined,
  }
  if (Object.values(policy).every(one => one === undefined)) throw new Refusal('WITH says nothing')
  return policy
}

function parseCreatePolicy(cursor: Cursor): Statement {
  cursor.expectKeyword('POLICY')
  const name = cursor.expectName()
  const database = parseOn(cursor)
  cursor.expectKeyword('DURATION')
  const duration = parseDuration(cursor, true)
  cursor.expectKeyword('REPLICATION')
  const replication = parseReplication(cursor)
  const options: PolicyOptions = { duration, replication, shardDuration: acceptShardDuration(cursor, false) }
  return { kind: 'create-retention-policy', name, database, options, isDefault: cursor.acceptKeyword('DEFAULT') }
}

function parseContinuousQuery(cursor: Cursor): Statement {
  cursor.expectKeyword('QUERY')
  const name = cursor.expectName()
  const database = parseOn(cursor)
  const resample = cursor.acceptKeyword('RESAMPLE')
  const every = resample && cursor.acceptKeyword('EVERY') ? cursor.expectValue('duration') : undefined
  const span = resample && cursor.acceptKeyword('FOR') ? cursor.expectValue('duration') : undefined
  if (resample && every === undefined && span === undefined) throw new Refusal('RESAMPLE says nothing')
  cursor.expectKeyword('BEGIN')
  const select = parseSelect(cursor, 'must')
  cursor.expectKeyword('END')
  return { kind: 'create-continuous-query', name, database, every, span, select }
}

function parseSubscription(cursor: Cursor): Statement {
  const name = cursor.expectName()
  const owner = parseOnPolicy(cursor)
  cursor.expectKeyword('DESTINATIONS')
  const mode = cursor.acceptKeyword('ALL') ? 'ALL' : 'ANY'
  if (mode === 'ANY') cursor.expectKeyword('ANY')
  const destinations = cursor.list(() => cursor.expectValue('string'))
  return { kind: 'create-subscription', name, ...owner, mode, destinations }
}
