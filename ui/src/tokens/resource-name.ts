import type { Resource, ResourceType } from './authorization.ts'

/** Names that taking the API's word apart would not give. */
const IRREGULAR: Partial<Record<ResourceType, { readonly one: string; readonly many: string }>> = {
  orgs: { one: 'organization', many: 'organizations' },
  dbrp: { one: 'DBRP mapping', many: 'DBRP mappings' },
  telegrafs: { one: 'Telegraf configuration', many: 'Telegraf configurations' },
  instance: { one: 'instance', many: 'instances' },
}

/** A type as it stands in a sentence: `notificationRules` gives "notification rules". */
export function manyOf(type: ResourceType): string {
  return IRREGULAR[type]?.many ?? type.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
}

/** One of a type, as it stands in a sentence: "notification rule". */
export function oneOf(type: ResourceType): string {
  return IRREGULAR[type]?.one ?? manyOf(type).replace(/s$/, '')
}

/** A type as a heading: "Notification Rules". */
export function headingOf(type: ResourceType): string {
  if (type === 'telegrafs') return 'Telegrafs'
  return manyOf(type).replace(/(^| )[a-z]/g, letter => letter.toUpperCase())
}

/** What is known of the name of one object. */
export type Naming = 'named' | 'deleted' | 'not-kept-here'

/** Types whose objects Sluice keeps, so that a missing name means a missing object. */
const KEPT: readonly ResourceType[] = ['buckets', 'orgs', 'users']

/** The server adds the name of an object that it keeps, for as long as the object exists. */
export function namingOf({ type, name }: Resource): Naming {
  if (name !== undefined) return 'named'
  return KEPT.includes(type) ? 'deleted' : 'not-kept-here'
}
