import type { Status } from '../domain/authorization.ts'
import { coversAny } from '../domain/permission.ts'
import { PERMISSION_COLUMNS, type PermissionRow, permissionOf } from './permissions.ts'
import { raw, type Sql, sql } from './sql.ts'

/** What was taken away since a backup, and would be there again. */
export const UNDONE = [
  'user deactivated',
  'user deleted',
  'password changed',
  'role removed',
  'token deactivated',
  'token deleted',
  'token expires earlier',
  'token lost permissions',
  'secret ended',
] as const
export type Undone = (typeof UNDONE)[number]

/** One revocation that a restore would undo. */
export interface Revocation {
  readonly undone: Undone
  /** Of the token (for a secret, too), or of the user. */
  readonly id: string
  /** The token's description, or the user's name. */
  readonly name: string
  /** The token's owner; what the user's role was in. */
  readonly of: string
}

/** What a restore would change in who may do what. */
export interface Difference {
  readonly revocations: readonly Revocation[]
  /** Tokens and users that are in use now, were created since the backup, and would be gone. */
  readonly lost: { readonly authorizations: number; readonly users: number }
}

/**
 * Compares a backup with the store that it would replace, from the side of those who were shut out since: what is good in
 * the backup, and is not, or not as good, in the present store.
 *
 * @param store the backup; the present store is attached to it as `present`. Both are of this program's schema
 */
export async function differenceToPresent(store: Sql, nowMs: number): Promise<Difference> {
  const revocations = [
    ...(await usersShutOut(store)),
    ...(await passwordsChanged(store)),
    ...(await rolesRemoved(store)),
    ...(await tokensRevoked(store, nowMs)),
    ...(await tokensNarrowed(store, nowMs)),
    ...(await secretsEnded(store, nowMs)),
  ]
  return { revocations, lost: await countLost(store, nowMs) }
}

async function usersShutOut(store: Sql): Promise<Revocation[]> {
  const rows = await store.all<{ id: string; name: string; deleted: number }>(sql`
    select b.id, b.name, (n.id is null or n.deleted_at is not null) as deleted
    from main.users b left join present.users n on n.id = b.id
    where b.deleted_at is null and b.status = 'active'
      and (n.id is null or n.deleted_at is not null or n.status <> 'active')
    order by b.id`)
  return rows.map(({ id, name, deleted }) => ({
    undone: deleted ? 'user deleted' : 'user deactivated',
    id,
    name,
    of: '',
  }))
}

/** Of users who are there still; a deleted one's old password comes back with him. */
async function passwordsChanged(store: Sql): Promise<Revocation[]> {
  return store.all<Revocation>(sql`
    select 'password changed' as undone, u.id, u.name, '' as "of"
    from main.passwords b
    join main.users u on b.owner_kind = 'user' and u.id = b.owner_id and u.deleted_at is null
    join present.users n on n.id = u.id and n.deleted_at is null
    left join present.passwords p on p.owner_kind = b.owner_kind and p.owner_id = b.owner_id
    where p.hash is null or p.hash <> b.hash
    union all
    select 'password changed', a.id, a.description, a.v1_name
    from main.passwords b
    join main.authorizations a on b.owner_kind = 'v1' and a.id = b.owner_id
    join present.authorizations n on n.id = a.id
    left join present.passwords p on p.owner_kind = b.owner_kind and p.owner_id = b.owner_id
    where p.hash is null or p.hash <> b.hash`)
}

async function rolesRemoved(store: Sql): Promise<Revocation[]> {
  return store.all<Revocation>(sql`
    select 'role removed' as undone, u.id, u.name,
      b.role || ' of ' || coalesce(o.name, k.name, b.resource_id) as "of"
    from main.memberships b
    join main.users u on u.id = b.user_id and u.deleted_at is null
    join present.users n on n.id = u.id and n.deleted_at is null
    left join present.memberships p
      on p.resource_type = b.resource_type and p.resource_id = b.resource_id and p.user_id = b.user_id
    left join main.orgs o on b.resource_type = 'orgs' and o.id = b.resource_id
    left join main.buckets k on b.resource_type = 'buckets' and k.id = b.resource_id
    where p.user_id is null or (b.role = 'owner' and p.role <> 'owner')
    order by u.id, b.resource_id`)
}

/** What makes a token of the backup good: without this, nothing is undone by its coming back. */
const inForce = (nowMs: number) => sql`
  b.status = 'active' and (b.expires_at is null or b.expires_at > ${nowMs})
  and exists (select 1 from main.users u where u.id = b.user_id and u.deleted_at is null and u.status = 'active')
  and exists (select 1 from main.orgs o where o.id = b.org_id)`

interface TokenRow {
  id: string
  name: string
  owner: string
}
const revocationOf = (undone: Undone, { id, name, owner }: TokenRow): Revocation => ({ undone, id, name, of: owner })

async function tokensRevoked(store: Sql, nowMs: number): Promise<Revocation[]> {
  const rows = await store.all<TokenRow & { status: Status | null }>(sql`
    select b.id, b.description as name, u.name as owner, n.status
    from main.authorizations b
    join main.users u on u.id = b.user_id
    left join present.authorizations n on n.id = b.id
    where ${inForce(nowMs)} and (n.id is null or n.status <> 'active'
      or (n.expires_at is not null and (b.expires_at is null or b.expires_at > n.expires_at)))
    order by b.id`)
  return rows.map(row => {
    if (row.status === null) return revocationOf('token deleted', row)
    return revocationOf(row.status === 'active' ? 'token expires earlier' : 'token deactivated', row)
  })
}

async function tokensNarrowed(store: Sql, nowMs: number): Promise<Revocation[]> {
  // Candidates only: one permission may have been replaced by another that covers it.
  const rows = await store.all<TokenRow>(sql`
    select b.id, b.description as name, u.name as owner
    from main.authorizations b
    join main.users u on u.id = b.user_id
    join present.authorizations n on n.id = b.id and n.status = 'active' and n.version <> b.version
    where ${inForce(nowMs)} and exists (
      select 1 from main.permissions p where p.authorization_id = b.id and not exists (
        select 1 from present.permissions q where q.authorization_id = b.id and q.action = p.action
          and q.type = p.type and q.resource_id is p.resource_id and q.org_id is p.org_id
          and q.measurements is p.measurements))
    order by b.id`)
  const narrowed = await Promise.all(rows.map(({ id }) => isNarrower(store, id)))
  return rows.filter((_, at) => narrowed[at]).map(row => revocationOf('token lost permissions', row))
}

async function isNarrower(store: Sql, id: string): Promise<boolean> {
  const heldIn = async (database: 'main' | 'present') => {
    const rows = await store.all<PermissionRow>(sql`
      select ${PERMISSION_COLUMNS} from ${raw(database)}.permissions p where p.authorization_id = ${id}`)
    return rows.map(permissionOf)
  }
  const now = await heldIn('present')
  return (await heldIn('main')).some(permission => !coversAny(now, permission))
}

async function secretsEnded(store: Sql, nowMs: number): Promise<Revocation[]> {
  const rows = await store.all<TokenRow>(sql`
    select distinct b.id, b.description as name, u.name as owner
    from main.secrets s
    join main.authorizations b on b.id = s.authorization_id
    join main.users u on u.id = b.user_id
    join present.authorizations n on n.id = b.id and n.status = 'active'
    left join present.secrets p on p.algorithm = s.algorithm and p.digest = s.digest
    where ${inForce(nowMs)} and (s.not_after is null or s.not_after > ${nowMs})
      and (p.digest is null or (p.not_after is not null and (s.not_after is null or s.not_after > p.not_after)))
    order by b.id`)
  return rows.map(row => revocationOf('secret ended', row))
}

async function countLost(store: Sql, nowMs: number): Promise<Difference['lost']> {
  const [row] = await store.all<Difference['lost']>(sql`select
    (select count(*) from present.authorizations n
      where n.status = 'active' and (n.expires_at is null or n.expires_at > ${nowMs})
        and not exists (select 1 from main.authorizations b where b.id = n.id)) as authorizations,
    (select count(*) from present.users n
      where n.deleted_at is null and not exists (select 1 from main.users b where b.id = n.id)) as users`)
  return row as Difference['lost']
}
