import { readFileSync } from 'node:fs'
import type { Action, ResourceType } from '../../src/domain/permission.ts'

/** The objects that vectors speak of; whoever runs them says which ids these have. */
export const OBJECTS = [
  'orgA',
  'orgB',
  'userB',
  'bucketA',
  'bucketA2',
  'bucketB',
  'authorizationA',
  'authorizationB',
] as const
export type ObjectName = (typeof OBJECTS)[number]

/** As on the wire, with the names of objects in place of ids. */
export interface VectorPermission {
  readonly action: Action
  readonly resource: { readonly type: ResourceType; readonly id?: ObjectName; readonly orgID?: ObjectName }
}

/** A decision as data: who holds this, may he do that? */
export interface Vector {
  readonly name: string
  /** The rule of the wire contract that it shows. */
  readonly why: string
  readonly held: readonly VectorPermission[]
  readonly required: VectorPermission
  readonly allowed: boolean
}

export const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL('./permissions.json', import.meta.url), 'utf8'),
)
