import type { Status } from '../domain/authorization.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import type { Permission } from '../domain/permission.ts'
import type { TokenDigest } from '../domain/token.ts'
import type { Standing } from '../domain/verdict.ts'
import { PACKED, PERMISSION_COLUMNS, type PermissionRow, permissionOf, unpacked } from './permissions.ts'
import { raw, type Sql, type Statement, sql } from './sql.ts'

/** What a credential stands for, as a verdict needs it. */
export interface AuthorizationStanding extends Standing {
  readonly authorizationId: AuthorizationId
  readonly orgId: OrgId
  readonly userId: UserId
}

/** A permission, and how long it is held: epoch milliseconds, undefined means for ever. */
export interface LastingPermission {
  readonly permission: Permission
  readonly expiresAtMs: number | undefined
}

/** Reads for verdicts: one look-up each, whatever the number of authorizations. */
export interface Standings {
  /** Undefined if the secret is unknown, or the authorization's org is gone. */
  ofSecret(digest: TokenDigest): Promise<AuthorizationStanding | undefined>
  /** Of a v1 authorization by its user name. */
  ofV1Name(name: string): Promise<AuthorizationStanding | undefined>
  ofAuthorization(id: AuthorizationId): Promise<AuthorizationStanding | undefined>
  /** What a user's authorizations that are in force give together: each permission once, as long as the longest gives it. */
  inForceOfUser(userId: UserId, nowMs: number): Promise<LastingPermission[]>
  /** Each permission that any authorization of a user has, in force or not. */
  everOfUser(userId: UserId): Promise<Permission[]>
}

interface Row {
  id: AuthorizationId
  org_id: OrgId
  user_id: UserId
  status: Status
  expires_at: number | null
  not_after: number | null
  user_status: Status | null
  deleted_at: number | null
  permissions: string | null
}

const COLUMNS = sql`a.id, a.org_id, a.user_id, a.status, a.expires_at, u.status as user_status, u.deleted_at,
  ${PACKED} as permissions`
const JOINS = raw(`join orgs o on o.id = a.org_id left join users u on u.id = a.user_id`)

export function standings(store: Sql): Standings {
  async function one(query: Statement): Promise<AuthorizationStanding | undefined> {
    const [row] = await store.all<Row>(query)
    return (
      row && {
        authorizationId: row.id,
        orgId: row.org_id,
        userId: row.user_id,
        status: row.status,
        expiresAtMs: earlier(row.expires_at, row.not_after),
        ownerActive: row.user_status === 'active' && row.deleted_at === null,
        permissions: unpacked(row.permissions),
      }
    )
  }

  return {
    ofSecret: digest =>
      one(sql`
        select ${COLUMNS}, s.not_after from secrets s join authorizations a on a.id = s.authorization_id ${JOINS}
        where s.algorithm = 'sha256' and s.digest = ${digest}`),

    ofV1Name: name =>
      one(sql`select ${COLUMNS}, null as not_after from authorizations a ${JOINS} where a.v1_name = ${name}`),

    ofAuthorization: id =>
      one(sql`select ${COLUMNS}, null as not_after from authorizations a ${JOINS} where a.id = ${id}`),

    async inForceOfUser(userId, nowMs) {
      const rows = await store.all<PermissionRow & { until: number }>(sql`
        select ${PERMISSION_COLUMNS}, max(coalesce(a.expires_at, ${NEVER})) as until
        from authorizations a join orgs o on o.id = a.org_id join permissions p on p.authorization_id = a.id
        where a.user_id = ${userId} and a.kind = 'api' and a.status = 'active'
          and (a.expires_at is null or a.expires_at > ${nowMs})
        group by ${PERMISSION_COLUMNS}`)
      return rows.map(row => ({
        permission: permissionOf(row),
        expiresAtMs: row.until === NEVER ? undefined : row.until,
      }))
    },

    async everOfUser(userId) {
      const rows = await store.all<PermissionRow>(sql`
        select distinct ${PERMISSION_COLUMNS}
        from authorizations a join permissions p on p.authorization_id = a.id
        where a.user_id = ${userId} and a.kind = 'api'`)
      return rows.map(permissionOf)
    },
  }
}

/** Later than any instant, for comparing within a statement. */
const NEVER = Number.MAX_SAFE_INTEGER

function earlier(one: number | null, other: number | null): number | undefined {
  if (one === null) return other ?? undefined
  return other === null ? one : Math.min(one, other)
}
