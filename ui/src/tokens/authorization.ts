import type { components } from '../../../src/client/schema.ts'
import type { Authorization } from '../api/authorizations.ts'
import { oneLine } from './visible-text.ts'

export type { Authorization, CreatedAuthorization } from '../api/authorizations.ts'
export type Permission = components['schemas']['Permission']
export type Resource = components['schemas']['Resource']
export type ResourceType = components['schemas']['ResourceType']
export type Action = components['schemas']['Action']
export type Status = components['schemas']['Status']

export const ACTIONS: readonly Action[] = ['read', 'write']

/** Text as people sort it: case does not matter, and digits count as numbers. */
export const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Where a token has no description, what it is called instead. */
export const UNNAMED = 'token without a description'

/** Longer names would fill a notification. */
const NAME_LENGTH = 90

/** What a token is called in sentences and in names of controls. */
export const nameOf = ({ description }: Pick<Authorization, 'description'>): string =>
  oneLine(description.trim(), NAME_LENGTH) || UNNAMED

/** Whether it reaches beyond its organization, as the token of first-time set-up does: some permission names no organization. */
export function isOperator({ permissions }: Pick<Authorization, 'permissions'>): boolean {
  return permissions.some(
    ({ resource: { type, id, orgID } }) => type === 'instance' || (id === undefined && orgID === undefined),
  )
}
