import type { Permission } from './authorization.ts'

/** Longest description that can be typed, in characters as browsers count them. Longer ones from elsewhere can be shortened. */
export const MAX_DESCRIPTION = 90
/** Longest that the server takes. */
const MAX_STORED = 4096

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function partOf({ action, resource: { type, name } }: Permission): string {
  return [capital(action), type, ...(name !== undefined && type !== 'orgs' ? [name] : [])].join(' ')
}

/** What a custom token is called if nothing was typed. Page contract 12.6. */
export function generatedDescription(permissions: readonly Permission[]): string {
  if (permissions.length <= 2) return permissions.map(partOf).join(' ').trim()
  const holds = (action: string) => permissions.some(permission => permission.action === action)
  return ['read', 'write']
    .filter(holds)
    .map(action => `${capital(action)} Multiple`)
    .join(' ')
}

/** What an all-access token is called if nothing was typed. */
export const allAccessDescription = (org: string) => `All access to ${org}`.slice(0, MAX_DESCRIPTION)

/** What a clone is called. The suffix says when, in UTC; page contract 8.3. A source that fills the limit loses its end. */
export function cloneDescription(source: string | null | undefined, now: Date): string {
  const suffix = ` (cloned at ${now.toISOString().slice(0, 19).replace('T', ' ')})`
  const kept = (source ?? '').trim().slice(0, MAX_STORED - suffix.length)
  // Half of a surrogate pair is not text.
  return (kept.isWellFormed() ? kept : kept.slice(0, -1)) + suffix
}
