import type { Counts } from '../store/inspection.ts'

/** `1 token`, `2 tokens`. */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** How much is in a store, as part of a sentence. */
export const printCounts = ({ authorizations, users, orgs }: Counts) =>
  [counted(authorizations, 'token'), counted(users, 'user'), counted(orgs, 'organization')].join(', ')
