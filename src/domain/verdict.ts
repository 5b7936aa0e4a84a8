import type { Status } from './authorization.ts'
import type { AuthorizationId } from './id.ts'
import { coversAny, type Permission } from './permission.ts'

/** Why a request is refused. Logs, metrics, ledger and dry-run all use these words. */
export const DENIAL_REASONS = [
  'no-credential',
  'unknown',
  'inactive',
  'expired',
  'owner-inactive',
  'missing-permission',
  'undecidable',
] as const
export type DenialReason = (typeof DENIAL_REASONS)[number]

/** What a request would touch: an action on a resource. */
export type Demand = Permission

/** Everything about a credential that a verdict depends on. */
export interface Standing {
  readonly status: Status
  /** Of the authorization or the secret, whichever ends first; undefined means never. */
  readonly expiresAtMs: number | undefined
  /** False if the owner is inactive or gone. */
  readonly ownerActive: boolean
  readonly permissions: readonly Permission[]
}

export interface Denial {
  readonly allow: false
  readonly reason: DenialReason
  /** The first demand that no permission covers, for `missing-permission`. */
  readonly missing?: Permission
  /** Of a credential that is known and not good. */
  readonly authorizationId?: AuthorizationId
}
export type Verdict = { readonly allow: true } | Denial

/** Tells a refusal from whatever was found instead. */
export function isDenial(found: object): found is Denial {
  return 'allow' in found && found.allow === false
}

const ALLOW: Verdict = { allow: true }

/**
 * The one function that decides. Pure: the same standing, demands and time give the same verdict.
 *
 * An empty list of demands asks only whether the credential is good. Status goes before expiry goes before owner goes before
 * permissions, so that the reason is the one its holder can act on first.
 *
 * @param standing of the presented credential; undefined if it is unknown
 * @param nowMs epoch milliseconds; an expiry is over at its very instant
 */
export function decide(standing: Standing | undefined, demands: readonly Demand[], nowMs: number): Verdict {
  if (standing === undefined) return { allow: false, reason: 'unknown' }
  if (standing.status !== 'active') return { allow: false, reason: 'inactive' }
  if (standing.expiresAtMs !== undefined && nowMs >= standing.expiresAtMs) return { allow: false, reason: 'expired' }
  if (!standing.ownerActive) return { allow: false, reason: 'owner-inactive' }
  for (const demand of demands) {
    if (!coversAny(standing.permissions, demand)) return { allow: false, reason: 'missing-permission', missing: demand }
  }
  return ALLOW
}
