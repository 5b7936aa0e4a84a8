// Everything that can be done to users, orgs, buckets and memberships, as far as it could help somebody to more rights.
import fc from 'fast-check'
import type { Parent } from '../../src/authority/members.ts'
import type { BucketId, OrgId, UserId } from '../../src/domain/id.ts'
import { kind, newName } from './call.ts'
import { before, checkOperatorLeft } from './check.ts'
import { forEver, type Membership, personal } from './reach.ts'
import { index, near, pick } from './wishes.ts'
import { type ModelUser, passwordSet, type World } from './world.ts'

const memberOf = () => fc.record({ bucket: fc.boolean(), parent: index, owner: fc.boolean(), user: index })
const parentOf = (bucket: boolean, id: string) => ({ type: bucket ? 'buckets' : 'orgs', id }) as Parent

/** What sessions of a user take from him, for the check that nothing is lent for longer than it is held. */
const allOfUser = (world: World, userId: string) => [
  ...personal(userId, world.memberships),
  ...world.authorizations
    .filter(one => one.userId === userId && one.kind === 'api')
    .flatMap(({ permissions }) => permissions),
]

export const ON_CATALOGUE = {
  'set password': kind(index, async ({ world, authority, caller, by, say }, at) => {
    const user = near(world, world.users, at) as ModelUser
    say(`set the password of ${user.id}`)
    const password = newName('password')
    await authority.users.setPassword(caller, user.id as UserId, password)
    const handedOut = forEver(allOfUser(world, user.id))
    passwordSet(world, user.id, password, by.agent, by.secret)
    return { about: [user.id], handedOut }
  }),

  'change password': kind(fc.record({ at: index, know: index }), async (attempt, { at, know }) => {
    const { world, authority, caller, by, say } = attempt
    const user = near(world, world.users, at) as ModelUser
    const known = by.agent.secrets.filter(secret => secret.kind === 'password')
    const old = pick(known, know)?.password ?? 'a guess'
    say(`change the password of ${user.id}, with one that is ${old === user.password ? 'right' : 'wrong'}`)
    const password = newName('password')
    // From an address of its own, so that it is the rules that are tried, not the throttle.
    const proof = { user: user.id, password: old, address: newName('address') }
    await authority.users.changePassword(caller, user.id as UserId, proof, password)
    if (old !== user.password) throw new TypeError('a wrong password was accepted')
    passwordSet(world, user.id, password, by.agent, by.secret)
    return {}
  }),

  'add member': kind(memberOf(), async ({ world, authority, caller, say }, { bucket, parent, owner, user }) => {
    const place = bucket ? pick(world.buckets, parent) : pick(world.orgs, parent)
    const userId = near(world, world.users, user)?.id as string
    if (place === undefined) return undefined
    const role = owner ? 'owner' : 'member'
    say(`make ${userId} ${role} of ${place.id}`)
    await authority.members.add(caller, parentOf(bucket, place.id), role, userId as UserId)
    const { orgId } = { orgId: undefined, ...place } as { orgId: string | undefined }
    const membership: Membership = { type: bucket ? 'buckets' : 'orgs', id: place.id, userId, role, orgId }
    world.memberships = [...world.memberships, membership]
    const given = personal(userId, [membership]).slice(2)
    return { about: [userId], handedOut: forEver(given) }
  }),

  'remove member': kind(memberOf(), async ({ world, authority, caller, say }, { bucket, parent, user }) => {
    const place = bucket ? pick(world.buckets, parent) : pick(world.orgs, parent)
    const userId = near(world, world.users, user)?.id
    if (place === undefined) return undefined
    say(`remove ${userId} from ${place.id}`)
    await authority.members.remove(caller, parentOf(bucket, place.id), userId as UserId)
    world.memberships = world.memberships.filter(one => one.id !== place.id || one.userId !== userId)
    return {}
  }),

  'create user': kind(fc.record({ id: fc.nat({ max: 20 }) }), async ({ world, authority, caller, say }, { id: at }) => {
    // Made for him; or chosen: one that was somebody's, or is.
    const former = world.users.filter(({ deleted }) => deleted)
    const chosen = at < 10 ? (pick(former, at) ?? pick(world.users, at))?.id : undefined
    say(`create a user${chosen === undefined ? '' : ` with the id ${chosen}`}`)
    const name = newName('user')
    const wanted = { name, status: 'active' as const, ...(chosen !== undefined && { id: chosen as UserId }) }
    const { id } = await authority.users.create(caller, wanted)
    const was = world.users.findIndex(one => one.id === id)
    if (was >= 0) world.users.splice(was, 1)
    world.users.push({ id, name, active: true, deleted: false, password: undefined })
    return {}
  }),

  'rename user': kind(index, async ({ world, authority, caller, say }, at) => {
    const user = near(world, world.users, at) as ModelUser
    say(`rename ${user.id}`)
    const name = newName('renamed')
    await authority.users.change(caller, user.id as UserId, { name })
    user.name = name
    return {}
  }),

  'change user status': kind(fc.record({ at: index, active: fc.boolean() }), async (attempt, { at, active }) => {
    const { world, authority, caller, say } = attempt
    const user = near(world, world.users, at) as ModelUser
    say(`make user ${user.id} ${active ? 'active' : 'inactive'}`)
    await authority.users.change(caller, user.id as UserId, { status: active ? 'active' : 'inactive' })
    user.active = active
    return active
      ? { about: [user.id] }
      : { about: [user.id], touched: world.authorizations.filter(({ userId }) => userId === user.id) }
  }),

  'delete user': kind(index, async ({ world, authority, caller, say }, at) => {
    const user = near(world, world.users, at) as ModelUser
    say(`delete user ${user.id}`)
    await authority.users.delete(caller, user.id as UserId)
    Object.assign(user, { deleted: true, password: undefined })
    world.memberships = world.memberships.filter(({ userId }) => userId !== user.id)
    world.sessions = world.sessions.filter(({ userId }) => userId !== user.id)
    return { touched: world.authorizations.filter(({ userId }) => userId === user.id) }
  }),

  'create org': kind(fc.constant({}), async ({ world, authority, caller, say }) => {
    say('create an org')
    const { id } = await authority.orgs.create(caller, { name: newName('org'), description: '' })
    world.orgs = [...world.orgs, { id }]
    world.memberships = [...world.memberships, { type: 'orgs', id, userId: caller.userId, role: 'owner' }]
    return { newOrgId: id }
  }),

  'delete org': kind(index, async ({ world, authority, caller, say }, at) => {
    const orgId = pick(world.orgs, at)?.id
    if (orgId === undefined) return undefined
    say(`delete org ${orgId}`)
    const was = await before(world)
    await authority.orgs.delete(caller, orgId as OrgId)
    const touched = world.authorizations.filter(one => one.orgId === orgId)
    const gone = [orgId, ...world.buckets.filter(one => one.orgId === orgId).map(({ id }) => id)]
    world.orgs = world.orgs.filter(({ id }) => id !== orgId)
    world.buckets = world.buckets.filter(one => one.orgId !== orgId)
    world.memberships = world.memberships.filter(({ id }) => !gone.includes(id))
    world.authorizations = world.authorizations.filter(one => one.orgId !== orgId)
    checkOperatorLeft(world, was)
    return { touched }
  }),

  'create bucket': kind(index, async ({ world, authority, caller, say }, at) => {
    const orgId = pick(world.orgs, at)?.id
    if (orgId === undefined) return undefined
    say(`create a bucket in ${orgId}`)
    const wanted = { name: newName('bucket'), description: '', rp: '', retentionRules: [] }
    const { id } = await authority.buckets.create(caller, { ...wanted, orgId: orgId as OrgId })
    world.buckets = [...world.buckets, { id, orgId }]
    return {}
  }),

  'delete bucket': kind(index, async ({ world, authority, caller, say }, at) => {
    const bucket = pick(world.buckets, at)
    if (bucket === undefined) return undefined
    say(`delete bucket ${bucket.id}`)
    await authority.buckets.delete(caller, bucket.id as BucketId)
    world.buckets = world.buckets.filter(({ id }) => id !== bucket.id)
    world.memberships = world.memberships.filter(({ id }) => id !== bucket.id)
    return {}
  }),
}
