import type { BucketId } from '../domain/id.ts'
import { raw, type Sql, sql } from './sql.ts'

/** Where the points of a bucket are: a place of one upstream, which no other bucket has. */
export interface Place {
  /** By its name in the settings. */
  readonly upstream: string
  readonly database: string
  /** Of InfluxDB 1.x; empty means the database's own default. */
  readonly retentionPolicy: string
}

export interface Binding extends Place {
  readonly bucketId: BucketId
}

/**
 * The places of buckets. A place that was ever given keeps its row when its bucket goes, so that nobody is given by chance
 * what holds another's points.
 */
export interface Bindings {
  find(bucketId: BucketId): Promise<Binding | undefined>
  /** Whose a place is; undefined if it is nobody's, or was never given. */
  findPlace(place: Place): Promise<Binding | undefined>
  /** In the order of upstream, database and retention policy. */
  ofUpstream(upstream: string): Promise<Binding[]>
  /** How many places of a database were ever given, whoever has them now. */
  countInDatabase(upstream: string, database: string): Promise<number>
  /** How many places were ever given whose database is called as a text and more. */
  countBeginningWith(upstream: string, beginning: string): Promise<number>
  /** Gives a bucket another place. @throws AppError `conflict` if another bucket has it */
  set(binding: Binding): Promise<void>
  /** Lets go of a bucket's place. */
  release(bucketId: BucketId): Promise<void>
  /** Whether a place was ever given to anybody. */
  isKnown(place: Place): Promise<boolean>
}

const COLUMNS = raw(
  `bucket_id as "bucketId", upstream, database_name as "database", retention_policy as "retentionPolicy"`,
)

export function bindings(store: Sql): Bindings {
  const at = ({ upstream, database, retentionPolicy }: Place) =>
    sql`upstream = ${upstream} and database_name = ${database} and retention_policy = ${retentionPolicy}`

  async function release(bucketId: BucketId): Promise<void> {
    await store.run(sql`update bindings set bucket_id = null where bucket_id = ${bucketId}`)
  }
  return {
    release,

    async find(bucketId) {
      const [row] = await store.all<Binding>(sql`select ${COLUMNS} from bindings where bucket_id = ${bucketId}`)
      return row
    },

    async findPlace(place) {
      const [row] = await store.all<Binding>(
        sql`select ${COLUMNS} from bindings where ${at(place)} and bucket_id is not null`,
      )
      return row
    },

    ofUpstream: upstream =>
      store.all<Binding>(sql`
        select ${COLUMNS} from bindings where upstream = ${upstream} and bucket_id is not null
        order by database_name, retention_policy`),

    async countInDatabase(upstream, database) {
      const rows = await store.all(
        sql`select 1 as one from bindings where upstream = ${upstream} and database_name = ${database}`,
      )
      return rows.length
    },

    async countBeginningWith(upstream, beginning) {
      const rows = await store.all(sql`
        select 1 as one from bindings
        where upstream = ${upstream} and substr(database_name, 1, length(${beginning})) = ${beginning}`)
      return rows.length
    },

    async set(binding) {
      const { bucketId, upstream, database, retentionPolicy } = binding
      await release(bucketId)
      // A place that was let go of keeps its row: it is taken over, and a place that somebody has is not.
      await store.run(sql`delete from bindings where ${at(binding)} and bucket_id is null`)
      await store.run(sql`
        insert into bindings (upstream, database_name, retention_policy, bucket_id)
        values (${upstream}, ${database}, ${retentionPolicy}, ${bucketId})`)
    },

    async isKnown(place) {
      return (await store.all(sql`select 1 as one from bindings where ${at(place)}`)).length > 0
    },
  }
}
