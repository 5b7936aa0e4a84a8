import type { BucketId, DbrpId, OrgId } from '../domain/id.ts'
import { raw, type Sql, sql } from './sql.ts'

/** Maps a 1.x client's database and retention policy to a bucket of its org. */
export interface Dbrp {
  readonly id: DbrpId
  readonly orgId: OrgId
  readonly bucketId: BucketId
  readonly database: string
  readonly retentionPolicy: string
  readonly isDefault: boolean
}

/** The explicit mappings; the virtual ones follow from the buckets (`authority/dbrps.ts`). */
export interface Dbrps {
  find(orgId: OrgId, id: DbrpId): Promise<Dbrp | undefined>
  /** In the order of ids, which is that of creation. */
  ofOrg(orgId: OrgId): Promise<Dbrp[]>
  ofBucket(bucketId: BucketId): Promise<Dbrp[]>
  /** Of one database of an org, in the order of ids. */
  ofDatabase(orgId: OrgId, database: string): Promise<Dbrp[]>
  /** @throws AppError `conflict` if org, database and retention policy are mapped already */
  create(dbrp: Dbrp): Promise<void>
  /** @throws AppError `conflict` as `create` does */
  update(id: DbrpId, change: { readonly retentionPolicy?: string; readonly isDefault?: boolean }): Promise<void>
  remove(id: DbrpId): Promise<void>
}

interface Row extends Omit<Dbrp, 'isDefault'> {
  readonly is_default: number
}

const COLUMNS = raw(`id, org_id as "orgId", bucket_id as "bucketId", database_name as "database",
  retention_policy as "retentionPolicy", is_default`)
const dbrpOf = ({ is_default, ...fields }: Row): Dbrp => ({ ...fields, isDefault: is_default === 1 })

export function dbrps(store: Sql): Dbrps {
  return {
    async find(orgId, id) {
      const [row] = await store.all<Row>(sql`select ${COLUMNS} from dbrps where id = ${id} and org_id = ${orgId}`)
      return row && dbrpOf(row)
    },

    async ofOrg(orgId) {
      return (await store.all<Row>(sql`select ${COLUMNS} from dbrps where org_id = ${orgId} order by id`)).map(dbrpOf)
    },

    async ofBucket(bucketId) {
      return (await store.all<Row>(sql`select ${COLUMNS} from dbrps where bucket_id = ${bucketId} order by id`)).map(
        dbrpOf,
      )
    },

    async ofDatabase(orgId, database) {
      const rows = await store.all<Row>(
        sql`select ${COLUMNS} from dbrps where org_id = ${orgId} and database_name = ${database} order by id`,
      )
      return rows.map(dbrpOf)
    },

    async create({ id, orgId, bucketId, database, retentionPolicy, isDefault }) {
      await store.run(sql`
        insert into dbrps (id, org_id, bucket_id, database_name, retention_policy, is_default)
        values (${id}, ${orgId}, ${bucketId}, ${database}, ${retentionPolicy}, ${isDefault ? 1 : 0})`)
    },

    async update(id, { retentionPolicy, isDefault }) {
      if (retentionPolicy !== undefined) {
        await store.run(sql`update dbrps set retention_policy = ${retentionPolicy} where id = ${id}`)
      }
      if (isDefault !== undefined) {
        await store.run(sql`update dbrps set is_default = ${isDefault ? 1 : 0} where id = ${id}`)
      }
    },

    async remove(id) {
      await store.run(sql`delete from dbrps where id = ${id}`)
    },
  }
}
