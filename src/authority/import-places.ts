import type { BucketId, OrgId } from '../domain/id.ts'
import type { Binding, Place } from '../store/bindings.ts'
import type { Nouns } from '../store/store.ts'
import type { Act, Means } from './act.ts'
import { bindExisting } from './bindings.ts'
import { createBucket } from './buckets.ts'
import { createMapping } from './dbrps.ts'

/** A place that an upstream has, and the bucket that it should become. */
export interface FoundPlace extends Place {
  /** Of the bucket. */
  readonly name: string
  /** How long points are kept there; 0 for ever. */
  readonly retentionSeconds: number
  /** Of InfluxDB 1.x: the retention policy by its name, and whether it is what a client means who names none. */
  readonly policy?: { readonly name: string; readonly isDefault: boolean }
}

/** What comes of a place: a new bucket, nothing because a bucket has it, or nothing for a reason that people must see to. */
export type Planned = { readonly found: FoundPlace } & (
  | { readonly outcome: 'create'; readonly wasDeleted: boolean }
  | { readonly outcome: 'created' | 'bound'; readonly bucketId: BucketId }
  | { readonly outcome: 'refused'; readonly reason: string }
)

/** What an import would do. */
export async function planImport(nouns: Nouns, orgId: OrgId, places: readonly FoundPlace[]): Promise<Planned[]> {
  const plan: Planned[] = []
  for (const found of defaultsFirst(places)) plan.push(await planOne(nouns, orgId, found))
  return plan
}

/**
 * Creates a bucket with its binding, and for 1.x its mapping, for each place that is nobody's; decided anew, on what is true
 * within the transaction. The caller of this has checked who may.
 */
export async function importPlaces(
  means: Means,
  act: Act,
  orgId: OrgId,
  places: readonly FoundPlace[],
): Promise<Planned[]> {
  const done: Planned[] = []
  for (const found of defaultsFirst(places)) {
    const planned = await planOne(act, orgId, found)
    done.push(planned.outcome === 'create' ? await createOne(means, act, orgId, found) : planned)
  }
  return done
}

/** The first mapping of a database becomes its default, so that it has to be the right one. */
const defaultsFirst = (places: readonly FoundPlace[]) =>
  [...places].sort((one, other) => Number(other.policy?.isDefault === true) - Number(one.policy?.isDefault === true))

async function planOne(nouns: Nouns, orgId: OrgId, found: FoundPlace): Promise<Planned> {
  const holder = await holderOf(nouns, found)
  if (holder !== undefined) return { found, outcome: 'bound', bucketId: holder.bucketId }
  const reason = unfit(found) ?? (await taken(nouns, orgId, found))
  if (reason !== undefined) return { found, outcome: 'refused', reason }
  return { found, outcome: 'create', wasDeleted: await nouns.bindings.isKnown(found) }
}

/** The default retention policy has two names, its own and none: whoever has either has the place. */
async function holderOf(nouns: Nouns, found: FoundPlace): Promise<Binding | undefined> {
  const { upstream, database, policy } = found
  const names = policy?.isDefault === true ? ['', policy.name] : [found.retentionPolicy]
  for (const retentionPolicy of names) {
    const holder = await nouns.bindings.findPlace({ upstream, database, retentionPolicy })
    if (holder !== undefined) return holder
  }
  return undefined
}

/** Names that would mean something else on the way to the upstream, or that buckets cannot have. */
const FIT = /^[^\p{C}"'\\]{1,255}$/u

function unfit({ name, database, policy }: FoundPlace): string | undefined {
  if ([database, policy?.name ?? 'autogen'].every(one => FIT.test(one)) && !name.startsWith('_')) return undefined
  return 'no bucket can be bound to such a name: no quotes, backslashes and control characters, and no _ in front'
}

async function taken(nouns: Nouns, orgId: OrgId, { name, database, policy }: FoundPlace): Promise<string | undefined> {
  const namesake = await nouns.buckets.findByName(orgId, name)
  if (namesake !== undefined) return `another bucket has this name: rename or bind it (id ${namesake.id})`
  if (policy === undefined) return undefined
  const mapped = (await nouns.dbrps.ofOrg(orgId)).find(
    one => one.database === database && one.retentionPolicy === policy.name,
  )
  return mapped && `a mapping leads from this database and policy to the bucket with id ${mapped.bucketId}: delete it`
}

async function createOne(means: Means, act: Act, orgId: OrgId, found: FoundPlace): Promise<Planned> {
  const { name, upstream, database, retentionPolicy, retentionSeconds, policy } = found
  const retentionRules = retentionSeconds >= HOUR ? [{ everySeconds: retentionSeconds }] : []
  // Without upstreams: it is to get this place, not one of its own that would then be left behind.
  const { upstreams: _, ...withoutPlaces } = means
  const wanted = { orgId, name, description: '', rp: '', retentionRules }
  const { id: bucketId } = await createBucket(withoutPlaces, act, wanted)
  await bindExisting(means, act, { bucketId, upstream, database, retentionPolicy })
  if (policy !== undefined) await mapDatabase(means, act, orgId, bucketId, database, policy)
  return { found, outcome: 'created', bucketId }
}

/** Makes clients' names of a 1.x database go on working, and lets none of them mean another bucket than before. */
async function mapDatabase(
  means: Means,
  act: Act,
  orgId: OrgId,
  bucketId: BucketId,
  database: string,
  policy: NonNullable<FoundPlace['policy']>,
): Promise<void> {
  const others = (await act.dbrps.ofOrg(orgId)).filter(one => one.database === database)
  const isDefault = policy.isDefault && !others.some(other => other.isDefault)
  // Alone it would become the default: it is left to what follows from the bucket's name.
  if (!isDefault && others.length === 0) return
  await createMapping(means, act, { orgId, bucketId, database, retentionPolicy: policy.name, isDefault })
}

/** Buckets keep nothing for less. */
const HOUR = 3600
