import { type Audit, audit } from './audit.ts'
import { type Authorizations, authorizations } from './authorizations.ts'
import { type Bindings, bindings } from './bindings.ts'
import { type Buckets, buckets } from './buckets.ts'
import { type Changes, changes } from './changes.ts'
import { type Dbrps, dbrps } from './dbrps.ts'
import { type Memberships, memberships } from './memberships.ts'
import { type Orgs, orgs } from './orgs.ts'
import { type Passwords, passwords } from './passwords.ts'
import { type Permissions, permissions } from './permissions.ts'
import { type Secrets, secrets } from './secrets.ts'
import { type Sessions, sessions } from './sessions.ts'
import type { Sql } from './sql.ts'
import { type Standings, standings } from './standings.ts'
import { type Users, users } from './users.ts'

/** The nouns that are remembered, each behind its own small interface. */
export interface Nouns {
  readonly authorizations: Authorizations
  readonly permissions: Permissions
  readonly secrets: Secrets
  readonly standings: Standings
  readonly users: Users
  readonly orgs: Orgs
  readonly memberships: Memberships
  readonly buckets: Buckets
  readonly dbrps: Dbrps
  readonly bindings: Bindings
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly changes: Changes
  readonly audit: Audit
}

/**
 * What all implementations owe:
 *
 * - `find…` gives the row or `undefined`; a broken uniqueness rule is AppError `conflict`; all else is `unavailable`.
 * - What `transaction` resolves with is on disk; if its work throws, nothing of it remains. Work runs alone among writers,
 *   so what it reads stays true until it ends.
 * - Text comes back as it went in, ids and names are compared exactly, instants keep their milliseconds.
 *
 * The suite that holds every engine to this is `test/contract/store.ts`.
 */
export interface Store extends Nouns {
  transaction<T>(work: (inside: Nouns) => Promise<T>): Promise<T>
  close(): Promise<void>
}

function nounsOf(sql: Sql): Nouns {
  return {
    authorizations: authorizations(sql),
    permissions: permissions(sql),
    secrets: secrets(sql),
    standings: standings(sql),
    users: users(sql),
    orgs: orgs(sql),
    memberships: memberships(sql),
    buckets: buckets(sql),
    dbrps: dbrps(sql),
    bindings: bindings(sql),
    passwords: passwords(sql),
    sessions: sessions(sql),
    changes: changes(sql),
    audit: audit(sql),
  }
}

/** The store above an engine. */
export function storeOn(sql: Sql): Store {
  const inside = new WeakMap<Sql, Nouns>()
  const within = (engine: Sql): Nouns => {
    let nouns = inside.get(engine)
    if (nouns === undefined) {
      nouns = nounsOf(engine)
      inside.set(engine, nouns)
    }
    return nouns
  }
  return {
    ...nounsOf(sql),
    transaction: work => sql.transaction(engine => work(within(engine))),
    close: () => sql.close(),
  }
}
