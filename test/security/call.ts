// One call to the authority, and what the model learns from it if it is accepted.
import type fc from 'fast-check'
import type { Authority } from '../../src/authority/authority.ts'
import type { Caller } from '../../src/authority/caller.ts'
import { type Permission, printPermission } from '../../src/domain/permission.ts'
import type { By, Effect } from './check.ts'
import type { World } from './world.ts'

/** A call that is about to be made. */
export interface Attempt {
  readonly world: World
  readonly authority: Authority
  readonly caller: Caller
  readonly by: By
  readonly held: readonly Permission[]
  /** Writes down what is about to be asked for. */
  readonly say: (text: string) => void
}

export interface Kind<Arguments> {
  readonly arguments: fc.Arbitrary<Arguments>
  /** Makes the call, and tells the model what it did. Undefined if there is nothing to call. */
  readonly make: (attempt: Attempt, wanted: Arguments) => Promise<Effect | undefined>
}

export const kind = <Arguments>(wanted: fc.Arbitrary<Arguments>, make: Kind<Arguments>['make']): Kind<Arguments> => ({
  arguments: wanted,
  make,
})

/** For the history. */
export const inWords = (permissions: readonly Permission[]) =>
  permissions.length > 5 ? `${permissions.length} permissions` : permissions.map(printPermission).join(' + ')

let names = 0
/** One that nobody has used. */
export const newName = (prefix: string) => `${prefix} ${++names}`
