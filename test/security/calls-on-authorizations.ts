// Everything that can be done to authorizations, v1 ones with them.
import fc from 'fast-check'
import type { AuthorizationId, OrgId, UserId } from '../../src/domain/id.ts'
import { type Attempt, inWords, kind, newName } from './call.ts'
import { allows } from './reach.ts'
import { granted, index, maybe, near, pick, wishes } from './wishes.ts'
import type { ModelAuthorization } from './world.ts'

const authorizationAt = ({ world }: Attempt, at: number) => near(world, world.authorizations, at)
const until = (expiresAtMs: number | undefined) => expiresAtMs ?? Number.POSITIVE_INFINITY
const nounOf = ({ authority }: Attempt, { kind: which }: ModelAuthorization) =>
  which === 'v1' ? authority.v1Authorizations : authority.authorizations

export const ON_AUTHORIZATIONS = {
  'create authorization': kind(
    fc.record({ org: index, user: maybe, wishes, minutes: maybe, v1: fc.nat({ max: 3 }) }),
    async (attempt, { org, user, wishes: wanted, minutes, v1 }) => {
      const { world, authority, caller, by, held, say } = attempt
      const which = v1 === 0 ? 'v1' : 'api'
      const orgId = pick(world.orgs, org)?.id
      if (orgId === undefined) return undefined
      const userId = user < 0 ? caller.userId : (near(world, world.users, user)?.id as string)
      const permissions = granted(world, wanted, held)
      const v1Name = which === 'v1' ? newName('v1') : undefined
      const expiresAtMs = minutes < 0 ? undefined : world.parts.clock.nowMs() + (minutes + 1) * 60_000
      say(`${which} authorization in ${orgId} for ${userId}: ${inWords(permissions)}, expires ${expiresAtMs}`)
      const noun = which === 'v1' ? authority.v1Authorizations : authority.authorizations
      const { authorization, token } = await noun.create(caller, {
        orgId: orgId as OrgId,
        userId: userId as UserId,
        status: 'active',
        description: '',
        permissions,
        ...(expiresAtMs !== undefined && { expiresAtMs }),
        ...(v1Name !== undefined && { v1Name }),
      })
      const { id } = authorization
      const ends = until(authorization.expiresAtMs)
      world.authorizations.push({
        id,
        kind: which,
        orgId,
        userId,
        active: true,
        permissions,
        until: ends,
        v1Name,
        v1Password: undefined,
      })
      if (token !== undefined) by.agent.secrets.push({ kind: 'token', id, text: token })
      return { about: [id, userId], handedOut: { permissions, until: ends } }
    },
  ),

  'change status': kind(fc.record({ at: index, active: fc.boolean(), seen: fc.boolean() }), async (attempt, wanted) => {
    const { at, active, seen } = wanted
    const found = authorizationAt(attempt, at)
    if (found === undefined) return undefined
    attempt.say(`make ${found.id} ${active ? 'active' : 'inactive'}`)
    const id = found.id as AuthorizationId
    const wish = { status: active ? 'active' : 'inactive' }
    const version = (await attempt.world.parts.store.authorizations.find(id))?.version ?? 0
    await nounOf(attempt, found).change(attempt.caller, id, wish, seen ? version : undefined)
    const touched = [{ ...found }]
    found.active = active
    return { about: [found.id, found.userId], touched }
  }),

  'move expiry': kind(fc.record({ at: index, minutes: maybe }), async (attempt, { at, minutes }) => {
    const found = authorizationAt(attempt, at)
    if (found === undefined) return undefined
    const expiresAtMs = minutes < 0 ? null : attempt.world.parts.clock.nowMs() + (minutes + 1) * 60_000
    attempt.say(`let ${found.id} expire at ${expiresAtMs}`)
    await nounOf(attempt, found).change(attempt.caller, found.id as AuthorizationId, { expiresAtMs })
    const was = { ...found }
    found.until = until(expiresAtMs ?? undefined)
    const moved = found.until === was.until ? {} : { moved: { authorization: was, until: found.until } }
    return { about: [found.id, found.userId], touched: [was], ...moved }
  }),

  'replace permissions': kind(fc.record({ at: index, wishes, keep: fc.boolean() }), async (attempt, wanted) => {
    const { world, authority, caller, held, say } = attempt
    const found = authorizationAt(attempt, wanted.at)
    if (found === undefined || found.kind === 'v1') return undefined
    const added = granted(world, wanted.wishes, held)
    const permissions = wanted.keep ? [...found.permissions, ...added] : added
    say(`replace permissions of ${found.id} by ${inWords(permissions)}`)
    const id = found.id as AuthorizationId
    const stored = await world.parts.store.authorizations.find(id)
    const version = stored?.version ?? 0
    const changed = await authority.authorizations.replacePermissions(caller, id, version, permissions)
    if (changed === 'stale') throw new TypeError('there is nobody else who could have changed it')
    const was = { ...found }
    found.permissions = permissions
    const known = was.permissions.map(one => JSON.stringify(one))
    const more = permissions.filter(one => !known.includes(JSON.stringify(one)))
    return { about: [found.id, found.userId], touched: [was], handedOut: { permissions: more, until: found.until } }
  }),

  'delete authorization': kind(index, async (attempt, at) => {
    const found = authorizationAt(attempt, at)
    if (found === undefined) return undefined
    attempt.say(`delete ${found.id}`)
    await nounOf(attempt, found).delete(attempt.caller, found.id as AuthorizationId)
    attempt.world.authorizations = attempt.world.authorizations.filter(({ id }) => id !== found.id)
    return { about: [found.userId], touched: [found] }
  }),

  'list authorizations': kind(maybe, async ({ world, authority, caller, by, say }, user) => {
    const userId = user < 0 ? undefined : (pick(world.users, user)?.id as UserId)
    say(`list authorizations of ${userId ?? 'everybody'}`)
    const query = { page: { limit: 1000 }, ...(userId && { userId }) }
    const { authorizations } = await authority.authorizations.list(caller, query)
    for (const { id, orgId } of authorizations) {
      const deed = { action: 'read' as const, type: 'authorizations', id, org: orgId }
      if (!by.power.some(({ permissions }) => permissions.some(one => allows(one, deed)))) {
        throw new TypeError(`the list shows ${id}, which the caller may not read`)
      }
    }
    return {}
  }),

  'set v1 password': kind(index, async ({ world, authority, caller, by, say }, at) => {
    const found = pick(
      world.authorizations.filter(one => one.kind === 'v1'),
      at,
    )
    if (found === undefined) return undefined
    const password = newName('v1 password')
    say(`set the password of v1 ${found.id}`)
    await authority.v1Passwords.set(caller, found.id as AuthorizationId, password)
    found.v1Password = password
    by.agent.secrets.push({ kind: 'v1', id: found.id, name: found.v1Name as string, password })
    return { about: [found.id, found.userId], handedOut: { permissions: found.permissions, until: found.until } }
  }),
}
