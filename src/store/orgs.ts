import type { OrgId, UserId } from '../domain/id.ts'
import { among, EMPTY, join, portion, raw, type Sql, type Statement, sql } from './sql.ts'

export interface Org {
  readonly id: OrgId
  readonly name: string
  readonly description: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** Which orgs a list may show. `memberUserId` narrows to those in which that user has a role. */
export interface OrgFilter {
  readonly scope: 'all' | { readonly ids: readonly OrgId[] }
  readonly memberUserId?: UserId
}

/** Organizations. Names are unique ignoring surrounding white space; case counts. */
export interface Orgs {
  find(id: OrgId): Promise<Org | undefined>
  findByName(name: string): Promise<Org | undefined>
  /** In the order of ids. */
  list(filter: OrgFilter, page: { readonly limit: number; readonly offset: number }): Promise<Org[]>
  any(): Promise<boolean>
  /** @throws AppError `conflict` if the name is taken */
  create(org: Org): Promise<void>
  /** @returns the stored org, undefined if unknown; @throws AppError `conflict` if the name is taken */
  update(
    id: OrgId,
    change: { readonly name?: string; readonly description?: string },
    nowMs: number,
  ): Promise<Org | undefined>
  /** @returns whether it was there */
  remove(id: OrgId): Promise<boolean>
}

const COLUMNS = raw('id, name, description, created_at as "createdAtMs", updated_at as "updatedAtMs"')

/** What makes a name unique. */
const keyOf = (name: string) => name.trim()

export function orgs(store: Sql): Orgs {
  async function one(condition: Statement): Promise<Org | undefined> {
    return (await store.all<Org>(sql`select ${COLUMNS} from orgs where ${condition}`))[0]
  }
  const find = (id: OrgId) => one(sql`id = ${id}`)

  return {
    find,
    findByName: name => one(sql`name_key = ${keyOf(name)}`),

    async list({ scope, memberUserId }, { limit, offset }) {
      const conditions: Statement[] = []
      if (scope !== 'all') conditions.push(among('id', scope.ids))
      if (memberUserId !== undefined) {
        conditions.push(
          sql`id in (select resource_id from memberships where resource_type = 'orgs' and user_id = ${memberUserId})`,
        )
      }
      const where = conditions.length === 0 ? EMPTY : sql`where ${join(conditions, ' and ')}`
      return store.all<Org>(sql`select ${COLUMNS} from orgs ${where} order by id ${portion(limit, offset)}`)
    },

    async any() {
      return (await store.all(sql`select id from orgs limit 1`)).length > 0
    },

    async create({ id, name, description, createdAtMs, updatedAtMs }) {
      await store.run(sql`
        insert into orgs (id, name, name_key, description, created_at, updated_at)
        values (${id}, ${name}, ${keyOf(name)}, ${description}, ${createdAtMs}, ${updatedAtMs})`)
    },

    async update(id, change, nowMs) {
      const current = await find(id)
      if (current === undefined) return undefined
      const next: Org = { ...current, ...change, updatedAtMs: nowMs }
      await store.run(sql`
        update orgs set name = ${next.name}, name_key = ${keyOf(next.name)}, description = ${next.description},
          updated_at = ${nowMs} where id = ${id}`)
      return next
    },

    async remove(id) {
      return (await store.run(sql`delete from orgs where id = ${id}`)) > 0
    },
  }
}
