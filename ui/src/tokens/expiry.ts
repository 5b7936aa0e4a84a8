import { localTime, relativeTime } from '../parts/time-text.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** From so near on, an expiry is pointed out. */
const SOON_MS = 7 * DAY_MS

/** An instant as a date field wants it: in the reader's zone, to the minute. */
const fieldValue = (instant: Date) => localTime(instant.toISOString()).slice(0, 16).replace(' ', 'T')

export interface Expiry {
  readonly kind: 'never' | 'later' | 'soon' | 'expired'
  readonly words: string
}

/** How a token's expiry is told. */
export function expiryOf(expiresAt: string | undefined, nowMs: number): Expiry {
  if (expiresAt === undefined) return { kind: 'never', words: 'Never expires' }
  const left = Date.parse(expiresAt) - nowMs
  const when = relativeTime(expiresAt, nowMs)
  if (left <= 0) return { kind: 'expired', words: `Expired ${when}` }
  return { kind: left <= SOON_MS ? 'soon' : 'later', words: `Expires ${when}` }
}

/** How long a token is to live: for ever, for some days, or until an instant that is typed. */
export type Lifetime =
  | { readonly kind: 'never' }
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'until'; readonly value: string }

export const NEVER: Lifetime = { kind: 'never' }

/** In the order in which they are offered. */
export const LIFETIMES: readonly { readonly value: string; readonly label: string; readonly days?: number }[] = [
  { value: 'never', label: 'Never' },
  { value: '7', label: 'In 7 days', days: 7 },
  { value: '30', label: 'In 30 days', days: 30 },
  { value: '90', label: 'In 90 days', days: 90 },
  { value: '365', label: 'In 1 year', days: 365 },
  { value: 'until', label: 'On a date…' },
]

/** What somebody chose of `LIFETIMES`. A date begins a month from now, for him to change. */
export function lifetimeFrom(value: string, now: Date): Lifetime {
  const found = LIFETIMES.find(lifetime => lifetime.value === value)
  if (found?.days !== undefined) return { kind: 'days', days: found.days }
  if (value !== 'until') return NEVER
  return { kind: 'until', value: fieldValue(new Date(now.getTime() + 30 * DAY_MS)) }
}

export const lifetimeValue = (lifetime: Lifetime): string =>
  lifetime.kind === 'days' ? String(lifetime.days) : lifetime.kind

/** A lifetime as an instant; undefined for never, and a sentence where it makes no sense. */
export function expiresAtOf(
  lifetime: Lifetime,
  now: Date,
): { readonly instant: string | undefined } | { readonly fault: string } {
  if (lifetime.kind === 'never') return { instant: undefined }
  const ms = lifetime.kind === 'days' ? now.getTime() + lifetime.days * DAY_MS : Date.parse(lifetime.value)
  if (Number.isNaN(ms)) return { fault: 'Choose a date and a time.' }
  if (ms <= now.getTime()) return { fault: 'Choose a time in the future. To end a token now, make it inactive.' }
  return { instant: new Date(ms).toISOString() }
}

/** What is wrong with a lifetime, in a sentence; undefined if nothing is. */
export function faultOf(lifetime: Lifetime, now: Date): string | undefined {
  const expiry = expiresAtOf(lifetime, now)
  return 'fault' in expiry ? expiry.fault : undefined
}
