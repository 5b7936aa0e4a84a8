import type { BucketId, OrgId } from '../domain/id.ts'
import { among, EMPTY, join, portion, raw, type Sql, type Statement, sql } from './sql.ts'

export interface Bucket {
  readonly id: BucketId
  readonly orgId: OrgId
  readonly type: 'user' | 'system'
  readonly name: string
  readonly description: string
  /** The retention policy's name that a client gave; empty if none. */
  readonly rp: string
  /** 0 keeps forever. */
  readonly retentionSeconds: number
  readonly shardGroupSeconds: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export type BucketChange = Partial<Pick<Bucket, 'name' | 'description' | 'retentionSeconds' | 'shardGroupSeconds'>>

/** What a caller may see: user buckets by org or id, system buckets by org alone. */
export interface BucketScope {
  readonly all: boolean
  readonly orgIds: readonly OrgId[]
  readonly ids: readonly BucketId[]
  readonly systemAll: boolean
  readonly systemOrgIds: readonly OrgId[]
}

export interface BucketFilter {
  readonly scope: BucketScope
  readonly orgId?: OrgId
  readonly name?: string
}

export interface BucketPage {
  readonly limit: number
  readonly offset: number
  readonly afterId?: BucketId
  readonly descending: boolean
}

/** Buckets. Names are unique within their org. */
export interface Buckets {
  find(id: BucketId): Promise<Bucket | undefined>
  findByName(orgId: OrgId, name: string): Promise<Bucket | undefined>
  /** By name within one org, by id over all. */
  list(filter: BucketFilter, page: BucketPage): Promise<Bucket[]>
  ofOrg(orgId: OrgId): Promise<Bucket[]>
  /** @throws AppError `conflict` if the name is taken */
  create(bucket: Bucket): Promise<void>
  /** @returns the stored bucket, undefined if unknown; @throws AppError `conflict` if the name is taken */
  update(id: BucketId, change: BucketChange, nowMs: number): Promise<Bucket | undefined>
  remove(id: BucketId): Promise<void>
}

const COLUMNS = raw(`id, org_id as "orgId", type, name, description, rp, retention_seconds as "retentionSeconds",
  shard_group_seconds as "shardGroupSeconds", created_at as "createdAtMs", updated_at as "updatedAtMs"`)

export function buckets(store: Sql): Buckets {
  async function one(condition: Statement): Promise<Bucket | undefined> {
    return (await store.all<Bucket>(sql`select ${COLUMNS} from buckets where ${condition}`))[0]
  }
  const find = (id: BucketId) => one(sql`id = ${id}`)

  return {
    find,
    findByName: (orgId, name) => one(sql`org_id = ${orgId} and name = ${name}`),

    list({ scope, orgId, name }, { limit, offset, afterId, descending }) {
      const conditions = [visible(scope)]
      if (orgId !== undefined) conditions.push(sql`org_id = ${orgId}`)
      if (name !== undefined) conditions.push(sql`name = ${name}`)
      if (afterId !== undefined) conditions.push(descending ? sql`id < ${afterId}` : sql`id > ${afterId}`)
      // A cursor is a position in the order of ids, so it sorts by them even within one org.
      const key = raw(orgId === undefined || afterId !== undefined ? 'id' : 'name')
      return store.all<Bucket>(sql`
        select ${COLUMNS} from buckets where ${join(conditions, ' and ')}
        order by ${key} ${raw(descending ? 'desc' : 'asc')} ${portion(limit, offset)}`)
    },

    ofOrg: orgId => store.all<Bucket>(sql`select ${COLUMNS} from buckets where org_id = ${orgId} order by name`),

    async create(bucket) {
      const { id, orgId, type, name, description, rp, retentionSeconds, shardGroupSeconds } = bucket
      await store.run(sql`
        insert into buckets (id, org_id, type, name, description, rp, retention_seconds, shard_group_seconds,
          created_at, updated_at)
        values (${id}, ${orgId}, ${type}, ${name}, ${description}, ${rp}, ${retentionSeconds}, ${shardGroupSeconds},
          ${bucket.createdAtMs}, ${bucket.updatedAtMs})`)
    },

    async update(id, change, nowMs) {
      const current = await find(id)
      if (current === undefined) return undefined
      const next: Bucket = { ...current, ...change, updatedAtMs: nowMs }
      await store.run(sql`
        update buckets set name = ${next.name}, description = ${next.description},
          retention_seconds = ${next.retentionSeconds}, shard_group_seconds = ${next.shardGroupSeconds},
          updated_at = ${nowMs} where id = ${id}`)
      return next
    },

    async remove(id) {
      await store.run(sql`delete from buckets where id = ${id}`)
    },
  }
}

function visible({ all, orgIds, ids, systemAll, systemOrgIds }: BucketScope): Statement {
  const ordinary = all ? EMPTY : sql`and (${among('org_id', orgIds)} or ${among('id', ids)})`
  const system = systemAll ? EMPTY : sql`and ${among('org_id', systemOrgIds)}`
  return sql`((type <> 'system' ${ordinary}) or (type = 'system' ${system}))`
}
