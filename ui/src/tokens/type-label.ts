import type { ResourceType } from './authorization.ts'
import type { Place } from './permission-list.ts'
import { headingOf } from './resource-name.ts'

/** The line of a whole type. Of organizations and users it grants one's own only, so that it does not say "All". */
export function typeLabel(type: ResourceType, { org }: Pick<Place, 'org'>): string {
  if (type === 'orgs') return `Organization ${org}`
  if (type === 'users') return 'Your own user'
  return `All ${headingOf(type)}`
}
