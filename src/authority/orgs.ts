import { AppError } from '../domain/errors.ts'
import type { OrgId, UserId } from '../domain/id.ts'
import { type Action, isOperator, operatorPermissions, type Permission } from '../domain/permission.ts'
import type { Org, OrgFilter } from '../store/orgs.ts'
import { type Act, actFor, type Means } from './act.ts'
import { requireNoneOutranks } from './authorization-rules.ts'
import { removeAuthorization } from './authorizations.ts'
import { createSystemBuckets, removeBucket } from './buckets.ts'
import { type Caller, may, requirePermission } from './caller.ts'

export interface NewOrg {
  readonly name: string
  readonly description: string
}

export interface OrgQuery {
  readonly id?: OrgId
  readonly name?: string
  readonly userId?: UserId
  readonly page: { readonly limit: number; readonly offset: number }
}

/** Who may do what to organizations. All methods throw AppError as the wire contract says (5.6). */
export interface OrgAuthority {
  /** Makes the caller's user its owner, and its two system buckets. */
  create(caller: Caller, wanted: NewOrg): Promise<Org>
  get(caller: Caller, id: OrgId): Promise<Org>
  list(caller: Caller, query: OrgQuery): Promise<readonly Org[]>
  change(caller: Caller, id: OrgId, change: Partial<NewOrg>): Promise<Org>
  /**
   * With its buckets, mappings, memberships and authorizations, none of which may outrank the caller. Refused for the org of
   * the last active operator.
   */
  delete(caller: Caller, id: OrgId): Promise<void>
}

const on = (action: Action, id: OrgId): Permission => ({ action, resource: { type: 'orgs', id } })
const notFound = () => new AppError('not found', 'organization not found')

export function orgAuthority(means: Means): OrgAuthority {
  const { store } = means
  return {
    create: (caller, wanted) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, { action: 'write', resource: { type: 'orgs' } })
        const org = await createOrg(means, act, wanted)
        const membership = { type: 'orgs', resourceId: org.id, userId: current.userId, role: 'owner' } as const
        await act.memberships.add(membership, act.nowMs)
        await act.changes.note('membership', current.userId)
        return org
      }),

    async get(caller, id) {
      requirePermission(caller, on('read', id))
      const org = await store.orgs.find(id)
      if (org === undefined) throw notFound()
      return org
    },

    async list(caller, query) {
      const readable = (orgs: readonly Org[]) => orgs.filter(org => may(caller, on('read', org.id)))
      if (query.id !== undefined) {
        const org = await store.orgs.find(query.id)
        if (org === undefined) throw notFound()
        return readable([org])
      }
      if (query.name !== undefined) {
        const org = await store.orgs.findByName(query.name)
        if (org === undefined) throw new AppError('not found', `organization name "${query.name}" not found`)
        return readable([org])
      }
      return readable(await store.orgs.list(filterOf(caller, query.userId), query.page))
    },

    change: (caller, id, change) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, on('write', id))
        const before = await act.orgs.find(id)
        if (before === undefined) throw notFound()
        if (change.name !== undefined) await requireGoodName(act, change.name, id)
        const org = (await act.orgs.update(id, change, act.nowMs)) as Org
        await act.changes.note('org', id)
        await act.record('org.change', id, { ...change })
        return org
      }),

    delete: (caller, id) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, on('write', id))
        if ((await act.orgs.find(id)) === undefined) {
          throw new AppError('not found', `error deleting organization id: ${id}: organization not found`)
        }
        await requireNoneOutranks(act, current, { orgId: id })
        await requireAnotherOperator(act, id)
        await removeOrg(act, id)
        await act.record('org.delete', id)
      }),
  }
}

/** Creates an org with its system buckets. The caller of this has checked who may. */
export async function createOrg(means: Means, act: Act, { name, description }: NewOrg): Promise<Org> {
  await requireGoodName(act, name, undefined)
  const org: Org = { id: means.ids.random(), name, description, createdAtMs: act.nowMs, updatedAtMs: act.nowMs }
  await act.orgs.create(org)
  await createSystemBuckets(means, act, org.id)
  await act.changes.note('org', org.id)
  await act.record('org.create', org.id, { name, description })
  return org
}

async function removeOrg(act: Act, id: OrgId): Promise<void> {
  for (const authorizationId of await act.authorizations.idsOfOrg(id)) await removeAuthorization(act, authorizationId)
  for (const bucket of await act.buckets.ofOrg(id)) await removeBucket(act, bucket)
  for (const dbrp of await act.dbrps.ofOrg(id)) await act.dbrps.remove(dbrp.id)
  await act.memberships.removeResource('orgs', id)
  await act.orgs.remove(id)
  await act.changes.note('org', id)
}

/** Whoever deletes the last operator authorization with its org locks everybody out. */
async function requireAnotherOperator(act: Act, id: OrgId): Promise<void> {
  const candidates = await act.authorizations.activeWithoutBounds(operatorPermissions().length, act.nowMs)
  const operators = candidates.filter(({ permissions }) => isOperator(permissions))
  const inside = operators.some(({ orgId }) => orgId === id)
  if (!inside || operators.some(({ orgId }) => orgId !== id)) return
  throw new AppError('conflict', 'this organization holds the last active operator token: create one elsewhere first')
}

async function requireGoodName(act: Act, name: string, ownId: OrgId | undefined): Promise<void> {
  if (name.trim() === '') throw new AppError('invalid', 'org name is empty')
  const known = await act.orgs.findByName(name)
  if (known === undefined || known.id === ownId) return
  throw new AppError('conflict', `organization with name ${name} already exists`)
}

/** Without a filter, whoever cannot read all orgs is shown only those in which his user has a role. */
function filterOf(caller: Caller, userId: UserId | undefined): OrgFilter {
  const ids = new Set<OrgId>()
  let all = false
  for (const { action, resource } of caller.permissions) {
    if (action !== 'read') continue
    if (resource.type === 'instance') all = true
    if (resource.type !== 'orgs') continue
    if (resource.id !== undefined) ids.add(resource.id as OrgId)
    else if (resource.orgId === undefined) all = true
  }
  if (all) return { scope: 'all', ...(userId && { memberUserId: userId }) }
  return { scope: { ids: [...ids] }, memberUserId: userId ?? caller.userId }
}
