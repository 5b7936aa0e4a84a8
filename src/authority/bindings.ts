import { AppError } from '../domain/errors.ts'
import type { BucketId } from '../domain/id.ts'
import { isOperator } from '../domain/permission.ts'
import type { Binding, Place } from '../store/bindings.ts'
import type { Bucket } from '../store/buckets.ts'
import type { Nouns } from '../store/store.ts'
import { type Act, actFor, type Means } from './act.ts'
import { type Caller, requirePermission } from './caller.ts'

export type { Binding, Place } from '../store/bindings.ts'

/**
 * Where buckets are. Names decide nothing: a bucket is bound to a place of an upstream, and only an operator binds one to a
 * place that exists, for whoever may read the bucket then reads what is there. All methods throw AppError.
 */
export interface BindingAuthority {
  get(caller: Caller, bucketId: BucketId): Promise<Binding>
  set(caller: Caller, bucketId: BucketId, place: Place): Promise<Binding>
  remove(caller: Caller, bucketId: BucketId): Promise<void>
}

const NONE = () => new AppError('not found', 'the bucket is bound to no upstream')

export function bindingAuthority(means: Means): BindingAuthority {
  return {
    async get(caller, bucketId) {
      const { id, orgId } = await bucketOf(means.store, bucketId)
      requirePermission(caller, { action: 'read', resource: { type: 'buckets', id, orgId } })
      const binding = await means.store.bindings.find(bucketId)
      if (binding === undefined) throw NONE()
      return binding
    },

    set: (caller, bucketId, place) =>
      actFor(means, caller, async (act, current) => {
        await requireOperator(current)
        await bucketOf(act, bucketId)
        return bindExisting(means, act, { ...place, bucketId })
      }),

    remove: (caller, bucketId) =>
      actFor(means, caller, async (act, current) => {
        await requireOperator(current)
        if ((await act.bindings.find(bucketId)) === undefined) throw NONE()
        await act.bindings.release(bucketId)
        await noted(act, 'binding.remove', bucketId)
      }),
  }
}

/** Binds a bucket to a place that may hold something. The caller of this has checked who may. */
export async function bindExisting({ upstreams = [] }: Means, act: Act, binding: Binding): Promise<Binding> {
  requireGoodPlace(binding, upstreams)
  const holder = await act.bindings.findPlace(binding)
  if (holder !== undefined && holder.bucketId !== binding.bucketId) {
    throw new AppError('conflict', `the bucket with id ${holder.bucketId} is bound to that place`)
  }
  return bind(act, binding)
}

/** Gives a new bucket a place that nobody has had and that nobody can guess: ordinary callers create buckets too. */
export async function bindNew({ upstreams = [] }: Means, act: Act, { id, orgId, name }: Bucket): Promise<void> {
  const [upstream, ...others] = upstreams
  // Of several, an operator says which.
  if (upstream === undefined || others.length > 0) return
  const org = await act.orgs.find(orgId)
  await bind(act, { bucketId: id, upstream, database: databaseName(org?.name ?? '', name, id), retentionPolicy: '' })
}

/**
 * `plant_raw_0d0d0d0d0d0d0d0d`: org and bucket for people who look at the upstream, the id so that it is like no other. In
 * the letters that every generation takes; InfluxDB 3 wants a letter or digit first.
 */
export function databaseName(org: string, bucket: string, id: BucketId): string {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return [plain(org).slice(0, 20), plain(bucket).slice(0, 30), id].filter(Boolean).join('_')
}

async function bind(act: Act, binding: Binding): Promise<Binding> {
  await act.bindings.set(binding)
  const { bucketId, ...place } = binding
  await noted(act, 'binding.set', bucketId, place)
  return binding
}

async function noted(act: Act, action: string, bucketId: BucketId, detail = {}): Promise<void> {
  await act.changes.note('bucket', bucketId)
  await act.record(action, bucketId, detail)
}

async function bucketOf(nouns: Nouns, id: BucketId): Promise<Bucket> {
  const bucket = await nouns.buckets.find(id)
  if (bucket === undefined) throw new AppError('not found', 'bucket not found')
  return bucket
}

async function requireOperator({ permissions }: Caller): Promise<void> {
  if (isOperator(permissions)) return
  throw new AppError('unauthorized', 'only an operator binds a bucket to a database')
}

/** What an upstream's languages quote or escape has no place in a name: it might be read in two ways. */
const PLAIN = /^[^\p{C}"'\\]{1,255}$/u

function requireGoodPlace({ upstream, database, retentionPolicy }: Place, upstreams: readonly string[]): void {
  if (!upstreams.includes(upstream)) {
    const known = upstreams.length === 0 ? 'none is configured' : `there are ${upstreams.join(', ')}`
    throw new AppError('invalid', `upstream ${JSON.stringify(upstream)} is not in the settings: ${known}`)
  }
  if (!PLAIN.test(database)) {
    throw new AppError('invalid', 'database must be a name without quotes, backslashes and control characters')
  }
  if (retentionPolicy !== '' && !PLAIN.test(retentionPolicy)) {
    throw new AppError('invalid', 'retentionPolicy must be a name without quotes, backslashes and control characters')
  }
}
