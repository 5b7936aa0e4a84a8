import type { Catalogue, CatalogueBucket } from '../../authority/catalogue.ts'
import { isDenial } from '../../domain/verdict.ts'
import { callerNameOf, type Judged } from '../judged.ts'
import { asked, malformed, type Outcome, type RefusedFor, refusedFor } from '../outcome.ts'
import type { Use } from '../place.ts'
import { oddShape } from '../shape.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { namedDatabase } from './named-database.ts'
import { rawRequest } from './raw-request.ts'

/** A request that would be refused if the gateway enforced. No secret is in it. */
export interface WouldBeRefused {
  /** The id of an authorization, `unknown token`, or `no credential`. */
  readonly credential: string
  readonly reason: RefusedFor
  readonly path: string
  /** The database or bucket that it seems to name; empty for none. */
  readonly database: string
  /** False if it was refused after all, because nobody passes such a request on. */
  readonly isForwarded: boolean
}

export interface ShadowMeans {
  readonly catalogue: Catalogue
  readonly upstreams: ReadonlyMap<string, Upstream>
  /** Gets what no bucket decides. */
  readonly fallback: Upstream
  readonly onRefusal: (refusal: WouldBeRefused) => void
}

/**
 * The mode `observe`: what would be refused is told, and passed on as it came.
 *
 * A known token comes with our own credential, for the upstream does not know it. Everybody else comes with what he
 * brought, so that the upstream itself decides, as it did before we were there; so does everything that administers the
 * upstream. What two servers might read in two ways is refused all the same.
 *
 * @returns what to do with the request instead of what was decided
 */
export function createShadow({ catalogue, upstreams, fallback, onRefusal }: ShadowMeans) {
  const upstreamOf = upstreamForUses({ catalogue, upstreams, fallback })

  return async (judged: Judged): Promise<Outcome> => {
    const { incoming, body, outcome } = judged
    const reason = refusedFor(outcome)
    if (reason === undefined) return outcome
    const odd = oddShape(incoming)
    const instead = odd === undefined ? await passedOn(judged) : malformed(odd)
    onRefusal({
      credential: callerNameOf(judged),
      reason: odd === undefined ? reason : 'malformed',
      path: (incoming.url ?? '').split('?', 1)[0] ?? '',
      database: namedDatabase(incoming, body),
      isForwarded: instead.kind === 'asked',
    })
    return instead
  }

  async function passedOn(judged: Judged): Promise<Outcome> {
    const { incoming, path, sender, body, outcome } = judged
    // Somebody began to read it and it broke off: half of a request is another request.
    if (incoming.readableDidRead && body === undefined) return outcome
    const isOurs = sender !== undefined && !isDenial(sender) && !path.administers
    const request = rawRequest(incoming, { body, credential: isOurs ? 'own' : 'client' })
    return request === undefined ? outcome : asked(await upstreamOf(judged.uses, () => bucketInUrl(judged)), request)
  }

  /** Of a request that got no further than its credential: version 2 alone says whose bucket it means. */
  async function bucketInUrl({ incoming }: Judged): Promise<CatalogueBucket | undefined> {
    const parameters = new URLSearchParams(/\?([^#]*)/.exec(incoming.url ?? '')?.[1] ?? '')
    const [org, bucket] = [parameters.get('orgID') ?? parameters.get('org'), parameters.get('bucket')]
    return org && bucket ? catalogue.findBucket(org, bucket) : undefined
  }
}

/**
 * Finds the upstream that gets what is passed on: that of the bucket that was looked at last, else of one that is seen
 * otherwise, else the one for all.
 */
export function upstreamForUses({ catalogue, upstreams, fallback }: Omit<ShadowMeans, 'onRefusal'>) {
  return async (
    uses: readonly Use[],
    otherwise: () => Promise<CatalogueBucket | undefined> = async () => undefined,
  ): Promise<Upstream> => {
    if (upstreams.size === 1) return fallback
    try {
      const bucket = uses.at(-1)?.bucket ?? (await otherwise())
      const binding = bucket && (await catalogue.findBinding(bucket.id))
      return (binding && upstreams.get(binding.upstream)) ?? fallback
    } catch {
      // What the catalogue cannot say must not stop a system that ran without it.
      return fallback
    }
  }
}
