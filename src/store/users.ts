import type { Status } from '../domain/authorization.ts'
import type { UserId } from '../domain/id.ts'
import { among, EMPTY, portion, raw, type Sql, type Statement, sql } from './sql.ts'

export interface User {
  readonly id: UserId
  readonly name: string
  readonly status: Status
  readonly oauthId: string | undefined
}

/** Which users a caller may see. */
export type UserScope = 'all' | { readonly ids: readonly UserId[] }

export interface UserPage {
  readonly limit: number
  readonly offset: number
  readonly afterId?: UserId
  readonly descending: boolean
}

/**
 * Users. A deleted user's row stays as a mark: its id is never given out again, so that nothing which still names the id
 * comes back to life with somebody new. Its name is free again.
 */
export interface Users {
  /** Not the deleted ones. */
  find(id: UserId): Promise<User | undefined>
  findByName(name: string): Promise<User | undefined>
  /** In the order of ids, which is that of creation. */
  list(scope: UserScope, page: UserPage): Promise<User[]>
  /** Whether any user exists or ever did. */
  any(): Promise<boolean>
  /** @throws AppError `conflict` if the name is taken, or the id is or was */
  create(user: User, nowMs: number): Promise<void>
  /** @returns the stored user, undefined if unknown; @throws AppError `conflict` if the name is taken */
  update(id: UserId, change: { readonly name?: string; readonly status?: Status }): Promise<User | undefined>
  /** @returns whether it was there */
  remove(id: UserId, nowMs: number): Promise<boolean>
}

interface Row {
  id: UserId
  name: string
  status: Status
  oauth_id: string | null
}

const COLUMNS = raw('id, name, status, oauth_id')
const userOf = (row: Row): User => ({
  id: row.id,
  name: row.name,
  status: row.status,
  oauthId: row.oauth_id ?? undefined,
})

export function users(store: Sql): Users {
  async function one(condition: Statement): Promise<User | undefined> {
    const [row] = await store.all<Row>(sql`select ${COLUMNS} from users where deleted_at is null and ${condition}`)
    return row && userOf(row)
  }
  const find = (id: UserId) => one(sql`id = ${id}`)

  return {
    find,
    findByName: name => one(sql`name = ${name}`),

    async list(scope, { limit, offset, afterId, descending }) {
      const after = descending ? sql`and id < ${afterId ?? ''}` : sql`and id > ${afterId ?? ''}`
      const rows = await store.all<Row>(sql`
        select ${COLUMNS} from users
        where deleted_at is null ${scope === 'all' ? EMPTY : sql`and ${among('id', scope.ids)}`}
          ${afterId === undefined ? EMPTY : after}
        order by id ${raw(descending ? 'desc' : 'asc')} ${portion(limit, offset)}`)
      return rows.map(userOf)
    },

    async any() {
      return (await store.all(sql`select id from users limit 1`)).length > 0
    },

    async create({ id, name, status, oauthId }, nowMs) {
      await store.run(sql`
        insert into users (id, name, status, oauth_id, created_at, deleted_at)
        values (${id}, ${name}, ${status}, ${oauthId ?? null}, ${nowMs}, null)`)
    },

    async update(id, change) {
      const current = await find(id)
      if (current === undefined) return undefined
      const next = { ...current, ...change }
      await store.run(sql`update users set name = ${next.name}, status = ${next.status} where id = ${id}`)
      return next
    },

    async remove(id, nowMs) {
      return (await store.run(sql`update users set deleted_at = ${nowMs} where id = ${id} and deleted_at is null`)) > 0
    },
  }
}
