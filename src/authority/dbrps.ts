import { AppError } from '../domain/errors.ts'
import type { BucketId, DbrpId, OrgId } from '../domain/id.ts'
import type { Action, Permission } from '../domain/permission.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Dbrp } from '../store/dbrps.ts'
import type { Nouns } from '../store/store.ts'
import { type Act, actFor, type Means } from './act.ts'
import { type Caller, may, requirePermission } from './caller.ts'

/** A mapping as clients see it; a virtual one follows from a bucket's name and has the bucket's id. */
export interface Mapping extends Dbrp {
  readonly virtual: boolean
}

/** The org by id, or by name. */
export interface OrgChoice {
  readonly orgId?: OrgId
  readonly org?: string
}

export interface NewDbrp extends OrgChoice {
  readonly bucketId: BucketId
  readonly database: string
  readonly retentionPolicy: string
  readonly isDefault: boolean
}

export interface DbrpQuery extends OrgChoice {
  readonly id?: DbrpId
  readonly bucketId?: BucketId
  readonly database?: string
  readonly retentionPolicy?: string
  readonly isDefault?: boolean
}

export interface DbrpChange {
  readonly retentionPolicy?: string
  readonly isDefault?: boolean
}

/**
 * Who may map databases to buckets; permissions are those on the mapped bucket. Exactly one mapping of an org's database is
 * its default. All methods throw AppError as the wire contract says (5.9).
 */
export interface DbrpAuthority {
  create(caller: Caller, wanted: NewDbrp): Promise<Mapping>
  get(caller: Caller, id: DbrpId, choice: OrgChoice): Promise<Mapping>
  list(caller: Caller, query: DbrpQuery): Promise<readonly Mapping[]>
  change(caller: Caller, id: DbrpId, choice: OrgChoice, change: DbrpChange): Promise<Mapping>
  delete(caller: Caller, id: DbrpId, choice: OrgChoice): Promise<void>
}

const on = (action: Action, { bucketId, orgId }: Pick<Dbrp, 'bucketId' | 'orgId'>): Permission => ({
  action,
  resource: { type: 'buckets', id: bucketId, orgId },
})
const notFound = () => new AppError('not found', 'unable to find DBRP')

export function dbrpAuthority(means: Means): DbrpAuthority {
  const { store } = means
  return {
    create: (caller, wanted) =>
      actFor(means, caller, async (act, current) => {
        const orgId = await orgOf(act, wanted)
        requireGoodNames(wanted.database, wanted.retentionPolicy)
        requirePermission(current, on('read', { bucketId: wanted.bucketId, orgId }))
        requirePermission(current, on('write', { bucketId: wanted.bucketId, orgId }))
        if ((await act.buckets.find(wanted.bucketId))?.orgId !== orgId)
          throw new AppError('not found', 'bucket not found')
        const create = () => createMapping(means, act, { ...wanted, orgId })
        const made = await movingNames({ act, current, ...wanted, orgId }, create)
        return { ...made, virtual: false }
      }),

    async get(caller, id, choice) {
      const mapping = await find(store, await orgOf(store, choice), id)
      requirePermission(caller, on('read', mapping))
      return mapping
    },

    async list(caller, query) {
      const mappings = await mappingsOf(store, await orgOf(store, query))
      return mappings.filter(mapping => matches(mapping, query) && may(caller, on('read', mapping)))
    },

    change: (caller, id, choice, change) =>
      actFor(means, caller, async (act, current) => {
        const mapping = await findExplicit(act, await orgOf(act, choice), id)
        requirePermission(current, on('write', mapping))
        if (change.retentionPolicy !== undefined) requireGoodNames(mapping.database, change.retentionPolicy)
        const { retentionPolicy = mapping.retentionPolicy } = change
        await movingNames({ act, current, ...mapping, retentionPolicy }, () => changeMapping(act, mapping, change))
        return find(act, mapping.orgId, id)
      }),

    delete: (caller, id, choice) =>
      actFor(means, caller, async (act, current) => {
        const mapping = await findExplicit(act, await orgOf(act, choice), id)
        requirePermission(current, on('write', mapping))
        await removeMappings(act, [mapping])
        await noted(act, 'dbrp.delete', mapping)
      }),
  }
}

/** Maps a database to a bucket of the org. The caller of this has checked who may. @throws AppError `conflict`, `invalid` */
export async function createMapping({ ids }: Means, act: Act, wanted: Omit<Dbrp, 'id'>): Promise<Dbrp> {
  const { orgId, bucketId, database, retentionPolicy } = wanted
  requireGoodNames(database, retentionPolicy)
  const others = await sameDatabase(act, orgId, database)
  const isDefault = wanted.isDefault || others.length === 0
  const dbrp: Dbrp = { id: ids.next(), orgId, bucketId, database, retentionPolicy, isDefault }
  await act.dbrps.create(dbrp).catch(mappedAlready)
  if (isDefault) await unsetDefaults(act, others)
  await noted(act, 'dbrp.create', dbrp)
  return dbrp
}

async function changeMapping(act: Act, mapping: Dbrp, change: DbrpChange): Promise<void> {
  const { id, orgId, database } = mapping
  await act.dbrps.update(id, change).catch(mappedAlready)
  const others = (await sameDatabase(act, orgId, database)).filter(other => other.id !== id)
  if (change.isDefault === true) await unsetDefaults(act, others)
  if (change.isDefault === false) await promoteFirst(act, mapping, others)
  await noted(act, 'dbrp.change', mapping)
}

const TAKEN = 'the database is the name of another bucket already: to give it away takes write on that'

interface Moving {
  readonly act: Act
  readonly current: Caller
  readonly orgId: OrgId
  readonly database: string
  readonly retentionPolicy: string
}

/**
 * Makes a change of mappings. If the database, alone or with the policy, means another bucket afterwards, that takes write
 * on the bucket that it meant: else whoever has one bucket would be sent what others write to another by its name. InfluxDB
 * asks for nothing here.
 *
 * @throws AppError `unauthorized`, which undoes the change
 */
async function movingNames<Done>(
  { act, current, orgId, database, retentionPolicy }: Moving,
  change: () => Promise<Done>,
): Promise<Done> {
  const meant = () => Promise.all(['', retentionPolicy].map(policy => bucketMappedTo(act, orgId, database, policy)))
  const before = await meant()
  const done = await change()
  const after = await meant()
  for (const [at, bucketId] of before.entries()) {
    if (bucketId === undefined || bucketId === after[at]) continue
    // Which bucket that is, is not told.
    if (!may(current, on('write', { bucketId, orgId }))) throw new AppError('unauthorized', TAKEN)
  }
  return done
}

/**
 * All mappings of an org: the explicit ones, and for each bucket without one a virtual mapping from its name.
 * An explicit mapping shadows a virtual one of the same database and retention policy.
 */
export async function mappingsOf(nouns: Nouns, orgId: OrgId): Promise<Mapping[]> {
  const explicit = await nouns.dbrps.ofOrg(orgId)
  const buckets = await nouns.buckets.ofOrg(orgId)
  return [
    ...explicit.map(dbrp => ({ ...dbrp, virtual: false })),
    ...buckets.flatMap(bucket => virtual(bucket, explicit)),
  ]
}

/**
 * The one mapping of an org that a database and retention policy mean, found by indexes; an empty policy means the default.
 *
 * @returns its bucket: the same as a search through `mappingsOf` finds
 */
export async function bucketMappedTo(
  nouns: Nouns,
  orgId: OrgId,
  database: string,
  retentionPolicy: string,
): Promise<BucketId | undefined> {
  const means = (mapping: Dbrp) =>
    retentionPolicy === '' ? mapping.isDefault : mapping.retentionPolicy === retentionPolicy
  const explicit = await sameDatabase(nouns, orgId, database)
  const found = explicit.find(means)
  if (found !== undefined) return found.bucketId
  if (database.includes('/')) return undefined
  const names = retentionPolicy === '' ? [database] : [database, `${database}/${retentionPolicy}`]
  for (const name of names) {
    const bucket = await nouns.buckets.findByName(orgId, name)
    const own = bucket === undefined ? [] : await nouns.dbrps.ofBucket(bucket.id)
    const mapping = bucket && virtual(bucket, [...own, ...explicit])[0]
    if (mapping !== undefined && means(mapping)) return mapping.bucketId
  }
  return undefined
}

/** `database/policy`, split at the first slash; without a slash the policy is `autogen` and the mapping a default. */
function virtual({ id, orgId, name }: Bucket, explicit: readonly Dbrp[]): Mapping[] {
  if (explicit.some(dbrp => dbrp.bucketId === id)) return []
  const slash = name.indexOf('/')
  const database = slash < 0 ? name : name.slice(0, slash)
  const retentionPolicy = slash < 0 ? 'autogen' : name.slice(slash + 1)
  const rivals = explicit.filter(dbrp => dbrp.database === database)
  if (rivals.some(dbrp => dbrp.retentionPolicy === retentionPolicy)) return []
  const isDefault = slash < 0 && !rivals.some(dbrp => dbrp.isDefault)
  return [{ id: id as string as DbrpId, orgId, bucketId: id, database, retentionPolicy, isDefault, virtual: true }]
}

function matches(mapping: Mapping, query: DbrpQuery): boolean {
  const { id, bucketId, database, retentionPolicy, isDefault } = query
  return (
    (id === undefined || mapping.id === id) &&
    (bucketId === undefined || mapping.bucketId === bucketId) &&
    (database === undefined || mapping.database === database) &&
    (retentionPolicy === undefined || mapping.retentionPolicy === retentionPolicy) &&
    (isDefault === undefined || mapping.isDefault === isDefault)
  )
}

async function orgOf(nouns: Nouns, { orgId, org }: OrgChoice): Promise<OrgId> {
  if (orgId !== undefined) return orgId
  if (org === undefined) throw new AppError('invalid', "either 'org' or 'orgID' must be provided")
  const found = await nouns.orgs.findByName(org)
  if (found === undefined) throw new AppError('not found', `invalid org "${org}": organization not found`)
  return found.id
}

async function find(nouns: Nouns, orgId: OrgId, id: DbrpId): Promise<Mapping> {
  const mapping = (await mappingsOf(nouns, orgId)).find(candidate => candidate.id === id)
  if (mapping === undefined) throw notFound()
  return mapping
}

/** A virtual mapping follows its bucket: it can be shadowed, not changed. */
async function findExplicit(nouns: Nouns, orgId: OrgId, id: DbrpId): Promise<Dbrp> {
  const dbrp = await nouns.dbrps.find(orgId, id)
  if (dbrp === undefined) throw notFound()
  return dbrp
}

async function sameDatabase(nouns: Nouns, orgId: OrgId, database: string): Promise<Dbrp[]> {
  return nouns.dbrps.ofDatabase(orgId, database)
}

async function unsetDefaults(act: Act, others: readonly Dbrp[]): Promise<void> {
  for (const other of others) if (other.isDefault) await act.dbrps.update(other.id, { isDefault: false })
}

/** Some mapping of a database must be its default; if there is no other, the one that was stays. */
async function promoteFirst(act: Act, former: Dbrp | undefined, others: readonly Dbrp[]): Promise<void> {
  const next = others.find(other => other.isDefault) ?? others[0] ?? former
  if (next !== undefined) await act.dbrps.update(next.id, { isDefault: true })
}

/** Removes mappings; where one was the default of its database, one that remains takes its place. */
export async function removeMappings(act: Act, mappings: readonly Dbrp[]): Promise<void> {
  for (const { id } of mappings) await act.dbrps.remove(id)
  for (const { isDefault, orgId, database } of mappings) {
    if (isDefault) await promoteFirst(act, undefined, await sameDatabase(act, orgId, database))
  }
}

async function noted(
  act: Act,
  action: string,
  { id, orgId, database, retentionPolicy, bucketId }: Dbrp,
): Promise<void> {
  await act.changes.note('dbrp', orgId)
  await act.record(action, id, { orgId, database, retentionPolicy, bucketId })
}

const MAX_NAME_LENGTH = 1024

function requireGoodNames(database: string, retentionPolicy: string): void {
  const bad = [['database', database] as const, ['retention policy', retentionPolicy] as const].find(
    ([, name]) =>
      name === '' || name === '.' || name === '..' || /[/\\\p{C}]/u.test(name) || name.length > MAX_NAME_LENGTH,
  )
  if (bad === undefined) return
  throw new AppError(
    'invalid',
    `DBRP provided is invalid: ${bad[0]} must contain printable characters only, ${MAX_NAME_LENGTH} at most and no slash, and be neither empty nor dots`,
  )
}

function mappedAlready(cause: unknown): never {
  if (!(cause instanceof AppError) || cause.code !== 'conflict') throw cause
  throw new AppError('conflict', 'another DBRP mapping with same orgID, db, and rp exists')
}
