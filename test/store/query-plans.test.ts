// However many authorizations there are, nothing that is asked for often reads them all: SQLite is asked how it would find
// each. Without statistics, which we never gather, its plan does not depend on how much there is.
import { expect, test } from 'vitest'
import { digestOf } from '../../src/domain/token.ts'
import type { AuthorizationFilter, AuthorizationPage, Scope } from '../../src/store/authorizations.ts'
import type { Sql, Statement } from '../../src/store/sql.ts'
import { type Nouns, type Store, storeOn } from '../../src/store/store.ts'
import { fresh } from '../contract/open.ts'
import { openSqliteStore } from '../contract/open-sqlite.ts'
import { authorization, id, NOW_MS, ORG, org, USER, user } from '../contract/samples.ts'

const OTHER_ORG = id<'org'>(0x0c)
const ONE = id<'authorization'>(1)
const TWO = id<'authorization'>(2)

/** The plans of all statements that some work runs. */
type PlansOf = (work: (nouns: Nouns) => Promise<unknown>) => Promise<string[]>

/** A small store, and a way to learn how it finds things. */
async function explained(): Promise<PlansOf> {
  const { sqlite, store } = (await fresh(openSqliteStore)) as Awaited<ReturnType<typeof openSqliteStore>>
  await fill(store)
  return async work => {
    const statements: Statement[] = []
    const listening: Sql = {
      all: statement => {
        statements.push(statement)
        return sqlite.all(statement)
      },
      run: statement => sqlite.run(statement),
      transaction: inside => sqlite.transaction(inside),
      close: async () => {},
    }
    await work(storeOn(listening))
    return Promise.all(statements.map(statement => planOf(sqlite, statement)))
  }
}

async function fill(store: Store): Promise<void> {
  await store.transaction(async nouns => {
    await nouns.orgs.create(org(0x0a))
    await nouns.orgs.create(org(0x0c))
    await nouns.users.create(user(0x0b), NOW_MS)
    for (let number = 1; number <= 3; number++) await nouns.authorizations.create(authorization(number))
  })
}

async function planOf(sqlite: Sql, { pieces, values }: Statement): Promise<string> {
  const [first, ...others] = pieces
  const rows = await sqlite.all<{ detail: string }>({ pieces: [`explain query plan ${first}`, ...others], values })
  return rows.map(({ detail }) => detail).join('\n')
}

/** Walks through a table from end to end, or gathers rows to sort them; the permissions of one row are few. */
const WASTEFUL = /SCAN (?:a|p|s|u|authorizations|permissions|secrets|users)\b|USE TEMP B-TREE FOR (?!string_agg)/
/** Walks through those of all orgs, in the order of their ids. */
const THROUGH_ALL = /authorizations_by_(?:kind|status) \((?:status=\? AND )?kind=\?(?: AND id[<>]\?)?\)/

const SCOPES: Readonly<Record<string, Scope>> = {
  'who sees all': 'all',
  'who sees one org': { orgIds: [ORG], ids: [] },
  'who sees two orgs': { orgIds: [ORG, OTHER_ORG], ids: [] },
  'who sees two single ones': { orgIds: [], ids: [ONE, TWO] },
  'who sees an org and a single one': { orgIds: [OTHER_ORG], ids: [ONE] },
  'who sees an org and one of another': { orgIds: [OTHER_ORG], ids: [], idsInOrgs: new Map([[ORG, [ONE]]]) },
}

/** What one can ask for, and the index that finds it for somebody who sees all. */
const FILTERS: readonly (readonly [what: string, filter: Partial<AuthorizationFilter>, index: string])[] = [
  ['everything', {}, 'authorizations_by_kind (kind=?'],
  ['those of a user', { userId: USER }, 'authorizations_by_user (user_id=? AND kind=?'],
  ['those of an org', { orgId: ORG }, 'authorizations_by_org (org_id=? AND kind=?'],
  [
    'those of a user in an org',
    { userId: USER, orgId: ORG },
    'authorizations_by_owner (org_id=? AND user_id=? AND kind=?',
  ],
  ['the active ones', { status: 'active' }, 'authorizations_by_status (status=? AND kind=?'],
  ['the inactive ones', { status: 'inactive' }, 'authorizations_by_status (status=? AND kind=?'],
  [
    'the inactive ones of an org',
    { status: 'inactive', orgId: ORG },
    'authorizations_by_org_status (org_id=? AND status=? AND kind=?',
  ],
  ['the inactive ones of a user', { status: 'inactive', userId: USER }, 'authorizations_by_user (user_id=? AND kind=?'],
  ['one', { id: ONE }, 'authorizations_by_kind (kind=? AND id=?'],
  ['one in an org', { id: ONE, orgId: ORG }, 'authorizations_by_kind (kind=? AND id=?'],
  ['one by its v1 name', { v1Name: 'telegraf' }, 'authorizations_by_v1_name (v1_name=?'],
]

const PAGES: Readonly<Record<string, AuthorizationPage>> = {
  'the first page': { limit: 20 },
  'the last page first': { limit: 20, descending: true },
  'a page further on': { limit: 20, offset: 40 },
  'the page after another': { limit: 20, afterId: ONE },
  'the page before another': { limit: 20, afterId: TWO, descending: true },
  all: {},
}

test.for(Object.entries(SCOPES))('%s gets any list by an index, in the order of the index', async ([, scope]) => {
  const plansOf = await explained()
  for (const [what, filter] of FILTERS) {
    for (const [where, page] of Object.entries(PAGES)) {
      const plans = await plansOf(({ authorizations }) => authorizations.list({ kind: 'api', scope, ...filter }, page))
      expect(plans.length, `${what}, ${where}`).toBeGreaterThan(0)
      for (const plan of plans) {
        expect(plan, `${what}, ${where}`).not.toMatch(WASTEFUL)
        if (scope !== 'all') expect(plan, `${what}, ${where}`).not.toMatch(THROUGH_ALL)
      }
    }
  }
})

test.for(FILTERS)('%s: the narrowest index finds them', async ([, filter, index]) => {
  const plansOf = await explained()
  for (const [where, page] of Object.entries(PAGES)) {
    const [plan] = await plansOf(({ authorizations }) =>
      authorizations.list({ kind: 'api', scope: 'all', ...filter }, page),
    )
    expect(plan, where).toContain(index)
  }
})

test('those of deleted users are found by their users, of whom there are few', async () => {
  const plansOf = await explained()
  for (const [who, scope] of Object.entries(SCOPES)) {
    const filter = { kind: 'api', scope, orphaned: true } as const
    for (const page of Object.values(PAGES)) {
      for (const plan of await plansOf(({ authorizations }) => authorizations.list(filter, page))) {
        expect(plan, who).not.toMatch(/SCAN (?:a|u|authorizations)\b/)
        expect(plan, who).not.toMatch(THROUGH_ALL)
      }
    }
  }
})

test('whoever may read only what he is named to is not counted for by counting all', async () => {
  const plansOf = await explained()
  for (const [who, scope] of Object.entries(SCOPES)) {
    if (scope === 'all') continue
    for (const [what, filter] of FILTERS) {
      const [plan] = await plansOf(({ authorizations }) => authorizations.count({ kind: 'api', scope, ...filter }))
      expect(plan, `${who}: ${what}`).not.toMatch(WASTEFUL)
      expect(plan, `${who}: ${what}`).not.toMatch(THROUGH_ALL)
    }
  }
})

test.for<[string, (nouns: Nouns) => Promise<unknown>]>([
  ['a secret', nouns => nouns.standings.ofSecret(digestOf('a secret'))],
  ['a v1 name', nouns => nouns.standings.ofV1Name('telegraf')],
  ['an id', nouns => nouns.standings.ofAuthorization(ONE)],
  ["a user's rights", nouns => nouns.standings.inForceOfUser(USER, NOW_MS)],
  ['an authorization', nouns => nouns.authorizations.find(ONE)],
  ['an authorization with names', nouns => nouns.authorizations.describe(ONE)],
  ['the authorization of a secret', nouns => nouns.secrets.findAuthorization(digestOf('a secret'))],
  ['a user by name', nouns => nouns.users.findByName('user 11')],
  ['an org by name', nouns => nouns.orgs.findByName('org 10')],
  ['the authorizations of an org', nouns => nouns.authorizations.idsOfOrg(ORG)],
])('%s is looked up by an index', async ([, work]) => {
  const plansOf = await explained()
  for (const plan of await plansOf(work)) expect(plan).not.toMatch(/\bSCAN\b/)
})
