import type { ChangeKind } from '../store/changes.ts'
import type { Catalogue } from './catalogue.ts'
import type { Freshness } from './freshness.ts'

/** What the answers of a catalogue follow from. */
const KINDS: readonly ChangeKind[] = ['bucket', 'dbrp', 'org']
const MAX_REMEMBERED = 100_000

export interface RememberedCatalogue extends Catalogue {
  /**
   * The same for who has just asked for a renewal, as every verdict on a token or a password does: it asks for no second one.
   */
  readonly renewed: Catalogue
}

/**
 * A catalogue that remembers what it found for requests that write and query. Any change of a bucket, a binding, a mapping or
 * an org empties it: such changes are rare, and one of a name can move what another name means. What is not there is not
 * remembered, so that a new bucket works at once and made-up names take no memory.
 *
 * @param maxRemembered bounds memory: beyond it, what was remembered longest is forgotten
 */
export function rememberCatalogue(
  catalogue: Catalogue,
  freshness: Freshness,
  maxRemembered = MAX_REMEMBERED,
): RememberedCatalogue {
  const found = new Map<string, object>()
  freshness.listen(changes => {
    if (changes.some(({ kind }) => KINDS.includes(kind))) found.clear()
  })

  async function recall<T extends object>(key: string, lookUp: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = found.get(key)
    if (known !== undefined) return known as T
    const begun = freshness.generation()
    const value = await lookUp()
    if (value === undefined || begun !== freshness.generation()) return value
    found.set(key, value)
    if (found.size > maxRemembered) found.delete(found.keys().next().value as string)
    return value
  }

  const renewed: Catalogue = {
    ...catalogue,
    findBucket: (org, bucket) => recall(keyOf('bucket', org, bucket), () => catalogue.findBucket(org, bucket)),
    findMapped: (orgId, database, retentionPolicy) =>
      recall(keyOf('mapped', orgId, database, retentionPolicy), () =>
        catalogue.findMapped(orgId, database, retentionPolicy),
      ),
    findBinding: bucketId => recall(keyOf('binding', bucketId), () => catalogue.findBinding(bucketId)),
  }

  async function renew(): Promise<void> {
    const renewal = freshness.renew()
    if (renewal !== undefined) await renewal
  }
  return {
    ...catalogue,
    renewed,
    findBucket: async (...asked) => renew().then(() => renewed.findBucket(...asked)),
    findMapped: async (...asked) => renew().then(() => renewed.findMapped(...asked)),
    findBinding: async bucketId => renew().then(() => renewed.findBinding(bucketId)),
  }
}

/** Parts may hold anything, so each but the last says how long it is. */
function keyOf(...parts: readonly string[]): string {
  let key = ''
  for (const part of parts) key += `${part.length}:${part}`
  return key
}
