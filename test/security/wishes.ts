// What is asked for, drawn at random: numbers that are given a meaning when the call is made (the third user, the caller's
// fifth permission), so that any sequence of calls makes sense, and goes on making sense when it is shortened.
import fc from 'fast-check'
import type { Permission } from '../../src/domain/permission.ts'
import { allAccessSet, both, operatorSet, permission, taskOf } from './reach.ts'
import type { World } from './world.ts'

/** The measurements of a bucket that a permission is limited to; undefined for all. */
type Only = readonly string[] | undefined
const ONLY: readonly Only[] = [undefined, ['cpu'], ['mem'], ['cpu', 'mem']]

/** A permission, still as a riddle. */
export type Wish =
  | {
      readonly like: 'raw'
      readonly action: 'read' | 'write'
      readonly type: string
      readonly id: number
      readonly org: number
      readonly only: Only
    }
  | {
      readonly like: 'held'
      readonly one: number
      readonly id: number
      readonly org: number
      readonly only: Only | 'as-held'
    }
  | { readonly like: 'lever'; readonly type: 'authorizations' | 'orgs' | 'users'; readonly where: number }
  | { readonly like: 'all-access'; readonly org: number; readonly user: number }
  | { readonly like: 'operator' }

/** The element that a number stands for; undefined if there is none. */
export const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]
/** The same; but half of the time what the last call was about, if it is in the list. */
export function near<T extends { readonly id: string }>(
  { focus }: World,
  list: readonly T[],
  at: number,
): T | undefined {
  const recent = at % 2 === 0 ? list.find(({ id }) => focus.includes(id)) : undefined
  return recent ?? pick(list, at)
}

export const index = fc.nat({ max: 1000 })
/** Nothing, half of the time. */
export const maybe = fc.oneof(fc.constant(-1), index)

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      like: fc.constant('held' as const),
      one: index,
      id: maybe,
      org: maybe,
      only: fc.constantFrom('as-held' as const, 'as-held' as const, ...ONLY),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      like: fc.constant('raw' as const),
      action: fc.constantFrom('read' as const, 'write' as const),
      type: fc.constantFrom('authorizations', 'buckets', 'orgs', 'users', 'tasks', 'instance'),
      id: maybe,
      org: maybe,
      only: fc.constantFrom(...ONLY),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      like: fc.constant('lever' as const),
      type: fc.constantFrom('authorizations' as const, 'orgs' as const, 'users' as const),
      where: maybe,
    }),
  },
  { weight: 1, arbitrary: fc.record({ like: fc.constant('all-access' as const), org: index, user: index }) },
  { weight: 1, arbitrary: fc.constant({ like: 'operator' as const }) },
)
export const wishes = fc.array(wish, { minLength: 1, maxLength: 3 })

/** Any object of a type; now and then one of another type, for an id is an id. */
function objectOf(world: World, type: string, at: number): string | undefined {
  const ids: Record<string, readonly string[]> = {
    authorizations: world.authorizations.map(({ id }) => id),
    buckets: world.buckets.map(({ id }) => id),
    orgs: world.orgs.map(({ id }) => id),
    users: world.users.map(({ id }) => id),
    tasks: world.orgs.map(({ id }) => taskOf(id)),
  }
  return pick(at % 9 === 8 ? Object.values(ids).flat() : (ids[type] ?? []), at)
}

/** What the wishes come to, for somebody who holds certain permissions. */
export function granted(world: World, wanted: readonly Wish[], held: readonly Permission[]): Permission[] {
  const orgAt = (at: number) => (at < 0 ? undefined : pick(world.orgs, at)?.id)
  return wanted.flatMap(one => {
    if (one.like === 'operator') return operatorSet()
    if (one.like === 'all-access')
      return allAccessSet(orgAt(one.org) as string, pick(world.users, one.user)?.id as string)
    // What others can be moved with: one type, read and written, all of it or in one place.
    if (one.like === 'lever') {
      if (one.where < 0) return both(one.type)
      const id = objectOf(world, one.type, one.where)
      return one.type === 'authorizations' ? both(one.type, { orgId: orgAt(one.where) }) : both(one.type, { id })
    }
    if (one.like === 'raw') {
      const id = one.id < 0 ? undefined : objectOf(world, one.type, one.id)
      return [permission(one.action, one.type, { id, orgId: orgAt(one.org), measurements: one.only })]
    }
    // What the caller holds, as it is, narrowed, or without the org beside it: wider, if there was nothing else.
    // Half of the time one that came last: what tokens add to a session is odder than what an org's owner has anyway.
    const mine = pick(one.one % 2 === 0 ? held : held.slice(-6), one.one >> 1)
    if (mine === undefined) return [permission('read', 'buckets', { orgId: orgAt(0) })]
    const { type, id, orgId, measurements } = mine.resource
    return [
      permission(mine.action, type, {
        id: one.id < 0 ? id : (id ?? objectOf(world, type, one.id)),
        orgId: one.org < 0 ? orgId : one.org % 3 === 0 ? undefined : (orgId ?? orgAt(one.org)),
        measurements: one.only === 'as-held' ? measurements : one.only,
      }),
    ]
  })
}
