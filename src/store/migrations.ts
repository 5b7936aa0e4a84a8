import { AppError } from '../domain/errors.ts'
import { type Sql, sql } from './sql.ts'

/**
 * The schema, as an ordered list; each entry is applied once, in one transaction. Entries are never edited after a release:
 * a change is a new entry. Types are those both engines share: `text`, `bigint` (epoch milliseconds, counters).
 *
 * Ids are 16 lower-case hexadecimal digits. What each table holds: `docs/architecture.md`, "Data".
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `create table sequences (name text primary key, value bigint not null)`,
    `insert into sequences (name, value) values ('changes', 0), ('audit', 0)`,

    `create table orgs (
      id text primary key, name text not null, name_key text not null, description text not null,
      created_at bigint not null, updated_at bigint not null)`,
    `create unique index orgs_by_name on orgs (name_key)`,

    `create table users (
      id text primary key, name text not null, status text not null, oauth_id text,
      created_at bigint not null, deleted_at bigint)`,
    `create unique index users_by_name on users (name) where deleted_at is null`,

    `create table memberships (
      resource_type text not null, resource_id text not null, user_id text not null, role text not null,
      created_at bigint not null, primary key (resource_type, resource_id, user_id))`,
    `create index memberships_by_user on memberships (user_id)`,

    `create table buckets (
      id text primary key, org_id text not null, type text not null, name text not null, description text not null,
      rp text not null, retention_seconds bigint not null, shard_group_seconds bigint not null,
      created_at bigint not null, updated_at bigint not null)`,
    `create unique index buckets_by_name on buckets (org_id, name)`,
    `create index buckets_by_plain_name on buckets (name)`,

    `create table dbrps (
      id text primary key, org_id text not null, bucket_id text not null, database_name text not null,
      retention_policy text not null, is_default bigint not null)`,
    `create unique index dbrps_by_target on dbrps (org_id, database_name, retention_policy)`,
    `create index dbrps_by_bucket on dbrps (bucket_id)`,

    `create table authorizations (
      id text primary key, kind text not null, org_id text not null, user_id text not null, v1_name text,
      status text not null, description text not null, description_key text not null,
      created_at bigint not null, updated_at bigint not null, version bigint not null, expires_at bigint)`,
    `create unique index authorizations_by_v1_name on authorizations (v1_name) where v1_name is not null`,
    `create index authorizations_by_kind on authorizations (kind, id)`,
    `create index authorizations_by_org on authorizations (org_id, kind, id)`,
    `create index authorizations_by_user on authorizations (user_id, kind, id)`,
    `create index authorizations_by_owner on authorizations (org_id, user_id, kind, id)`,
    `create index authorizations_by_status on authorizations (status, kind, id)`,
    `create index authorizations_by_org_status on authorizations (org_id, status, kind, id)`,

    `create table permissions (
      authorization_id text not null, position bigint not null, action text not null, type text not null,
      resource_id text, org_id text, primary key (authorization_id, position))`,
    `create index permissions_without_bounds on permissions (authorization_id) where resource_id is null and org_id is null`,

    `create table secrets (
      algorithm text not null, digest text not null, authorization_id text not null, label text not null,
      created_at bigint not null, not_after bigint, primary key (algorithm, digest))`,
    `create index secrets_by_authorization on secrets (authorization_id)`,

    `create table passwords (
      owner_kind text not null, owner_id text not null, salt text not null, parameters text not null,
      hash text not null, updated_at bigint not null, primary key (owner_kind, owner_id))`,

    `create table sessions (
      digest text primary key, user_id text not null, created_at bigint not null, expires_at bigint not null)`,
    `create index sessions_by_user on sessions (user_id)`,
    `create index sessions_by_expiry on sessions (expires_at)`,

    `create table changes (seq bigint primary key, kind text not null, id text not null)`,

    `create table audit (
      seq bigint primary key, at bigint not null, actor text not null, action text not null, target text not null,
      detail text not null, previous text not null, hash text not null)`,
  ],
  [
    `alter table authorizations add column description_order text not null default ''`,
    // Without numbers as numbers, which SQL cannot tell, until the description is written again.
    `update authorizations set description_order = lower(description_key)`,
  ],
  [
    `create table bindings (
      upstream text not null, database_name text not null, retention_policy text not null, bucket_id text,
      primary key (upstream, database_name, retention_policy))`,
    `create unique index bindings_by_bucket on bindings (bucket_id) where bucket_id is not null`,
  ],
  // As `packedNames` in permissions.ts writes them; null where a permission is not limited to some.
  [`alter table permissions add column measurements text`],
]

/** The version of the schema that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** @returns 0 for an empty database */
export async function schemaVersion(store: Sql): Promise<number> {
  await store.run(sql`create table if not exists meta (key text primary key, value text not null)`)
  const rows = await store.all<{ value: string }>(sql`select value from meta where key = 'schema-version'`)
  return Number(rows[0]?.value ?? 0)
}

/**
 * Brings a database up to this program's schema. The caller holds the lock that keeps other programs out.
 *
 * @param instanceId given to a new database
 * @throws AppError `unavailable` if the database was written by a newer program
 */
export async function migrate(store: Sql, instanceId: string): Promise<void> {
  await store.transaction(async inside => {
    const version = await schemaVersion(inside)
    assertNotNewer(version)
    for (const statements of MIGRATIONS.slice(version)) {
      for (const text of statements) await inside.run({ pieces: [text], values: [] })
    }
    if (version === 0) {
      await inside.run(sql`insert into meta (key, value) values ('instance-id', ${instanceId}), ('epoch', '1')`)
      await inside.run(sql`insert into meta (key, value) values ('schema-version', ${String(SCHEMA_VERSION)})`)
    } else if (version < SCHEMA_VERSION) {
      await inside.run(sql`update meta set value = ${String(SCHEMA_VERSION)} where key = 'schema-version'`)
    }
  })
}

/** @throws AppError `unavailable`, saying what to do */
export function assertNotNewer(version: number): void {
  if (version <= SCHEMA_VERSION) return
  throw new AppError(
    'unavailable',
    `this data was written by a newer Sluice (schema ${version}, this program knows ${SCHEMA_VERSION}): ` +
      'start the newer program, or restore a backup that was made before the upgrade',
  )
}
