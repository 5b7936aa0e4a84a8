import { AppError } from '../domain/errors.ts'
import type { BucketId, OrgId } from '../domain/id.ts'
import type { Action, Permission } from '../domain/permission.ts'
import type { Bucket, BucketChange, BucketPage, BucketScope } from '../store/buckets.ts'
import type { Nouns } from '../store/store.ts'
import { type Act, actFor, type Means } from './act.ts'
import { bindNew } from './bindings.ts'
import { type Caller, may, requirePermission } from './caller.ts'
import { removeMappings } from './dbrps.ts'

/** One rule of how long a bucket keeps what is written. */
export interface RetentionRule {
  /** 0 keeps forever; so does a new bucket without it, and a change without it leaves it. */
  readonly everySeconds?: number
  readonly shardGroupSeconds?: number
}

export interface NewBucket {
  readonly orgId: OrgId
  readonly name: string
  readonly description: string
  readonly rp: string
  readonly retentionRules: readonly RetentionRule[]
}

export interface BucketQuery {
  readonly id?: BucketId
  readonly orgId?: OrgId
  readonly org?: string
  readonly name?: string
  readonly page: BucketPage
}

export interface BucketWish {
  readonly name?: string
  readonly description?: string
  readonly retentionRules?: readonly RetentionRule[]
}

/** Who may do what to buckets. All methods throw AppError as the wire contract says (5.8). */
export interface BucketAuthority {
  create(caller: Caller, wanted: NewBucket): Promise<Bucket>
  get(caller: Caller, id: BucketId): Promise<Bucket>
  /** One more than the page's limit never comes back; unreadable buckets are left out before the page is cut. */
  list(caller: Caller, query: BucketQuery): Promise<readonly Bucket[]>
  change(caller: Caller, id: BucketId, wish: BucketWish): Promise<Bucket>
  delete(caller: Caller, id: BucketId): Promise<void>
}

const HOUR = 3600
const DAY = 24 * HOUR

/** What a bucket needs to be read or written. System buckets are read by whoever reads their org. */
function on(action: Action, bucket: Pick<Bucket, 'id' | 'orgId' | 'type'>): Permission {
  if (bucket.type === 'system' && action === 'read') return { action, resource: { type: 'orgs', id: bucket.orgId } }
  return { action, resource: { type: 'buckets', id: bucket.id, orgId: bucket.orgId } }
}

export function bucketAuthority(means: Means): BucketAuthority {
  const { store } = means
  return {
    create: (caller, wanted) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, { action: 'write', resource: { type: 'buckets', orgId: wanted.orgId } })
        if ((await act.orgs.find(wanted.orgId)) === undefined) throw new AppError('not found', 'organization not found')
        return createBucket(means, act, wanted)
      }),

    async get(caller, id) {
      const bucket = await get(store, id)
      requirePermission(caller, on('read', bucket))
      return bucket
    },

    async list(caller, query) {
      const readable = (buckets: readonly Bucket[]) => buckets.filter(bucket => may(caller, on('read', bucket)))
      if (query.id !== undefined) return readable([await get(store, query.id)])
      const orgId = query.orgId ?? (query.org === undefined ? undefined : await orgIdOf(store, query.org))
      const { name, page } = query
      if (orgId !== undefined && name !== undefined) {
        const bucket = await store.buckets.findByName(orgId, name)
        if (bucket === undefined) throw new AppError('not found', `bucket "${name}" not found`)
        return readable([bucket])
      }
      const filter = { scope: readableBy(caller), ...(orgId && { orgId }), ...(name !== undefined && { name }) }
      return readable(await store.buckets.list(filter, page))
    },

    change: (caller, id, wish) =>
      actFor(means, caller, async (act, current) => {
        const bucket = await get(act, id)
        requirePermission(current, on('write', bucket))
        if (wish.name !== undefined) requirePermission(current, on('read', bucket))
        const change = await changeOf(act, bucket, wish)
        const changed = (await act.buckets.update(id, change, act.nowMs)) as Bucket
        await act.changes.note('bucket', id)
        await act.record('bucket.change', id, { ...change })
        return changed
      }),

    delete: (caller, id) =>
      actFor(means, caller, async (act, current) => {
        const bucket = await get(act, id)
        requirePermission(current, on('write', bucket))
        if (bucket.type === 'system') throw new AppError('invalid', 'system buckets cannot be deleted')
        await removeBucket(act, bucket)
        await act.record('bucket.delete', id, { name: bucket.name })
      }),
  }
}

/** Creates a bucket in an org that exists. The caller of this has checked who may. */
export async function createBucket(means: Means, act: Act, wanted: NewBucket): Promise<Bucket> {
  await requireGoodName(wanted.name)
  if ((await act.buckets.findByName(wanted.orgId, wanted.name)) !== undefined) {
    throw new AppError('conflict', `bucket with name ${wanted.name} already exists`)
  }
  const { orgId, name, description, rp } = wanted
  const fields = { orgId, name, description, rp, type: 'user', ...retentionOf(wanted.retentionRules) } as const
  const bucket = await insertBucket(means, act, fields)
  await bindNew(means, act, bucket)
  return bucket
}

/** The two buckets that every org has. Source: wire contract 5.2. */
export async function createSystemBuckets(means: Means, act: Act, orgId: OrgId): Promise<void> {
  const system = { orgId, rp: '', type: 'system' } as const
  const tasks = { name: '_tasks', description: 'System bucket for task logs', ...retention(3 * DAY) }
  const monitoring = { name: '_monitoring', description: 'System bucket for monitoring logs', ...retention(7 * DAY) }
  for (const bucket of [tasks, monitoring]) await insertBucket(means, act, { ...system, ...bucket })
}

/** Removes a bucket with its members and mappings. The data behind it stays. */
export async function removeBucket(act: Act, { id }: Bucket): Promise<void> {
  await removeMappings(act, await act.dbrps.ofBucket(id))
  await act.memberships.removeResource('buckets', id)
  await act.bindings.release(id)
  await act.buckets.remove(id)
  await act.changes.note('bucket', id)
}

async function insertBucket(
  { ids }: Means,
  act: Act,
  fields: Omit<Bucket, 'id' | 'createdAtMs' | 'updatedAtMs'>,
): Promise<Bucket> {
  const bucket: Bucket = { ...fields, id: ids.random(), createdAtMs: act.nowMs, updatedAtMs: act.nowMs }
  await act.buckets.create(bucket)
  await act.changes.note('bucket', bucket.id)
  await act.record('bucket.create', bucket.id, { name: bucket.name, orgId: bucket.orgId })
  return bucket
}

async function changeOf(act: Act, bucket: Bucket, wish: BucketWish): Promise<BucketChange> {
  const { name, description, retentionRules = [] } = wish
  if (name !== undefined && name !== bucket.name) await requireNewName(act, bucket, name)
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(retentionRules.length > 0 && changedRetention(bucket, retentionRules)),
  }
}

async function requireNewName(act: Act, bucket: Bucket, name: string): Promise<void> {
  if (bucket.type === 'system') throw new AppError('invalid', 'system buckets cannot be renamed')
  await requireGoodName(name)
  if ((await act.buckets.findByName(bucket.orgId, name)) !== undefined) {
    throw new AppError('conflict', 'bucket name is not unique')
  }
}

async function requireGoodName(name: string): Promise<void> {
  const invalid = (reason: string) => new AppError('invalid', `bucket name ${name} is invalid. ${reason}`)
  if (name.trim() === '') throw new AppError('invalid', 'bucket name is empty')
  if (name.startsWith('_')) throw invalid('Buckets may not start with underscore')
  if (name.includes('"')) throw invalid('Bucket names may not include quotation marks')
}

function changedRetention(bucket: Bucket, rules: readonly RetentionRule[]) {
  const wanted = retentionOf(rules.map(rule => ({ everySeconds: bucket.retentionSeconds, ...rule })))
  const shardGiven = rules[0]?.shardGroupSeconds !== undefined
  const { retentionSeconds } = wanted
  if (!shardGiven && retentionSeconds > 0 && retentionSeconds < bucket.shardGroupSeconds) {
    throw new AppError(
      'unprocessable entity',
      'shard-group duration must also be updated to be smaller than new retention duration',
    )
  }
  return shardGiven ? wanted : { retentionSeconds, shardGroupSeconds: bucket.shardGroupSeconds }
}

function retentionOf(rules: readonly RetentionRule[]) {
  const refuse = (message: string) => new AppError('unprocessable entity', message)
  if (rules.length > 1) throw refuse('buckets cannot have more than one retention rule at this time')
  const { everySeconds = 0, shardGroupSeconds = 0 } = rules[0] ?? {}
  if (everySeconds < 0) throw refuse('expiration seconds cannot be negative')
  if (shardGroupSeconds < 0) throw refuse('shard-group duration seconds cannot be negative')
  if (everySeconds > 0 && everySeconds < HOUR) {
    throw new AppError('invalid', 'retention policy duration must be at least 1h0m0s')
  }
  if (everySeconds > 0 && shardGroupSeconds > everySeconds) {
    throw refuse('retention policy duration must be greater than the shard duration')
  }
  return retention(everySeconds, shardGroupSeconds)
}

/** Fills in how much time a shard group covers, by the reference's steps. Source: wire contract 5.1. */
function retention(retentionSeconds: number, shardGroupSeconds = 0) {
  const usual =
    retentionSeconds === 0 || retentionSeconds >= 180 * DAY ? 7 * DAY : retentionSeconds >= 2 * DAY ? DAY : HOUR
  return { retentionSeconds, shardGroupSeconds: shardGroupSeconds || usual }
}

async function get(nouns: Nouns, id: BucketId): Promise<Bucket> {
  const bucket = await nouns.buckets.find(id)
  if (bucket === undefined) throw new AppError('not found', 'bucket not found')
  return bucket
}

async function orgIdOf(nouns: Nouns, name: string): Promise<OrgId> {
  const org = await nouns.orgs.findByName(name)
  if (org === undefined) throw new AppError('not found', `organization name "${name}" not found`)
  return org.id
}

/** Where to look for what a caller may read; each bucket is still judged by the verdict. */
function readableBy(caller: Caller): BucketScope {
  const orgIds = new Set<OrgId>()
  const ids = new Set<BucketId>()
  const systemOrgIds = new Set<OrgId>()
  let all = false
  let systemAll = false
  for (const { action, resource } of caller.permissions) {
    if (action !== 'read') continue
    const { type, id, orgId } = resource
    if (type === 'instance') all = systemAll = true
    if (type === 'buckets' && id !== undefined) ids.add(id as BucketId)
    if (type === 'buckets' && id === undefined && orgId !== undefined) orgIds.add(orgId)
    if (type === 'buckets' && id === undefined && orgId === undefined) all = true
    if (type === 'orgs' && id !== undefined) systemOrgIds.add(id as OrgId)
    if (type === 'orgs' && id === undefined && orgId === undefined) systemAll = true
  }
  return { all, orgIds: [...orgIds], ids: [...ids], systemAll, systemOrgIds: [...systemOrgIds] }
}
