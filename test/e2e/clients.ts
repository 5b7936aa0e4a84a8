// Clients that change things and remember what was acknowledged, to be compared with what a server has afterwards.
import type * as http from 'node:http'
import { sql } from '../../src/store/sql.ts'
import type { Sqlite } from '../../src/store/sqlite.ts'
import { chance } from './chance.ts'
import type { Answer, Onboarded, Server } from './server.ts'

/** Something that a client created, as it was last acknowledged. */
interface Thing {
  readonly id: string
  status: 'active' | 'inactive'
  /** The description of an authorization, the name of a user. */
  text: string
  gone: boolean
  /** How many changes were acknowledged, the creation included. */
  changes: number
}
interface User extends Thing {}
interface Token extends Thing {
  readonly token: string
  readonly owner: User
}

/** What was asked and not answered yet: after a crash it has happened, or it has not. */
interface Asking {
  readonly apply: (answer?: Answer) => void
  /** Undefined for a creation, whose id only its answer tells. */
  readonly target: Thing | undefined
  readonly text: string
}

/** One connection that does one thing after the other, to users and tokens of its own. */
export interface Client {
  acknowledged: number
  readonly users: User[]
  readonly tokens: Token[]
  /** Changed since it was last emptied. */
  readonly touched: Set<Token>
  /** Creations that happened without an answer, by text: nobody knows their secrets, they only must be whole. */
  readonly unanswered: Set<string>
  /** Set while an answer is awaited; left over when the server dies. */
  asking: Asking | undefined
  /** Works until the connection fails. @throws Error for an answer that is no success */
  work(server: Server, agent: http.Agent): Promise<void>
}

const API = '/api/v2'
/** What a client asks for, and how often in proportion. */
const ACTS = { create: 6, status: 8, description: 3, remove: 4, createUser: 2, userStatus: 1, removeUser: 1 } as const

export function createClient(name: string, seed: number, ids: Onboarded): Client {
  const random = chance(seed)
  const self: Client = {
    acknowledged: 0,
    users: [],
    tokens: [],
    touched: new Set(),
    unanswered: new Set(),
    asking: undefined,
    work,
  }
  let texts = 0

  async function work(server: Server, agent: http.Agent): Promise<void> {
    for (;;) {
      const [method, path, body, asking] = nextAct()
      self.asking = asking
      const answer = await server.request(method, path, { token: ids.operator, agent, body }).catch(() => undefined)
      if (answer === undefined) return
      if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
      self.asking = undefined
      self.acknowledged++
      asking.apply(answer)
    }
  }

  type Act = [method: string, path: string, body: unknown, asking: Asking]

  function nextAct(): Act {
    const [users, tokens] = [
      self.users.filter(isThere),
      self.tokens.filter(token => isThere(token) && isThere(token.owner)),
    ]
    if (users.length === 0) return createUser()
    const act = random.weighted(ACTS)
    if (act === 'createUser') return createUser()
    if (act === 'userStatus') return changeStatus(`${API}/users`, random.pick(users))
    if (act === 'removeUser') return remove(`${API}/users`, random.pick(users))
    if (act === 'create' || tokens.length === 0) return createToken(random.pick(users))
    const token = random.pick(tokens)
    if (act === 'remove') return remove(`${API}/authorizations`, token)
    return act === 'status' ? changeStatus(`${API}/authorizations`, token) : changeDescription(token)
  }

  const newText = () => `${name}-${++texts}`

  function createUser(): Act {
    const text = newText()
    const apply = (answer?: Answer) => {
      if (answer) self.users.push({ id: answer.json().id, status: 'active', text, gone: false, changes: 1 })
    }
    return ['POST', `${API}/users`, { name: text }, { apply, target: undefined, text }]
  }

  function createToken(owner: User): Act {
    const text = newText()
    const status = random.weighted({ active: 4, inactive: 1 })
    const permissions = ['authorizations', 'buckets'].map(type => ({
      action: 'read',
      resource: { type, orgID: ids.orgId },
    }))
    const body = { orgID: ids.orgId, userID: owner.id, description: text, status, permissions }
    const apply = (answer?: Answer) => {
      if (answer === undefined) return
      const { id, token } = answer.json()
      touch({ id, token, owner, status, text, gone: false, changes: 1 })
    }
    return ['POST', `${API}/authorizations`, body, { apply, target: undefined, text }]
  }

  /** An act on something that is there; once it is known to have happened, it counts. */
  function change(method: string, path: string, target: Thing, wanted: Partial<Thing>): Act {
    const apply = () => {
      Object.assign(target, wanted)
      target.changes++
      for (const token of self.tokens) if (token === target || token.owner === target) self.touched.add(token)
    }
    const { status, text } = wanted
    const body = wanted.gone ? undefined : { ...(status && { status }), ...(text && { description: text }) }
    return [method, `${path}/${target.id}`, body, { apply, target, text: target.text }]
  }
  const changeStatus = (path: string, target: Thing) =>
    change('PATCH', path, target, { status: target.status === 'active' ? 'inactive' : 'active' })
  const changeDescription = (target: Token) => change('PATCH', `${API}/authorizations`, target, { text: newText() })
  const remove = (path: string, target: Thing) => change('DELETE', path, target, { gone: true })

  function touch(token: Token): void {
    self.tokens.push(token)
    self.touched.add(token)
  }
  return self
}

const isThere = ({ gone }: Thing) => !gone

// --- What a store has of it ----------------------------------------------------------------------

interface Row {
  readonly id: string
  readonly status: string
  readonly text: string
  readonly changes: number
}

/**
 * Everything in which a store differs from what its clients were told, in sentences. What was asked but not answered may
 * have happened or not; the clients learn here which.
 */
export async function differences(sqlite: Sqlite, clients: readonly Client[], ids: Onboarded): Promise<string[]> {
  const tokens = await sqlite.all<Row>(sql`
    select id, status, description as text, (select count(*) from audit where target = a.id) as changes
    from authorizations a where id <> ${ids.operatorAuthId}`)
  const users = await sqlite.all<Row>(sql`
    select id, status, name as text, (select count(*) from audit where target = u.id and action like 'user.%') as changes
    from users u where deleted_at is null and id <> ${ids.adminId}`)
  const deleted = await sqlite.all<{ target: string }>(sql`select target from audit where action like '%.delete'`)
  const rows = new Map([...tokens, ...users].map(row => [row.id, row]))
  const gone = new Set(deleted.map(row => row.target))

  const found: string[] = []
  for (const client of clients) {
    settle(client, rows, gone)
    for (const thing of [...client.users, ...client.tokens]) {
      const row = rows.get(thing.id)
      rows.delete(thing.id)
      const wanted = thing.gone ? undefined : { status: thing.status, text: thing.text, changes: thing.changes }
      const there = row && { status: row.status, text: row.text, changes: Number(row.changes) }
      if (JSON.stringify(there) !== JSON.stringify(wanted))
        found.push(`${thing.id} is ${JSON.stringify(there)}, but ${JSON.stringify(wanted)} was acknowledged`)
      if (thing.gone !== gone.has(thing.id)) found.push(`${thing.id} has no record of its deletion`)
    }
  }
  for (const { id, text } of rows.values())
    if (!clients.some(({ unanswered }) => unanswered.has(text))) found.push(`${id} (${text}) was never asked for`)
  return found
}

function settle(client: Client, rows: ReadonlyMap<string, Row>, gone: ReadonlySet<string>): void {
  const { asking } = client
  client.asking = undefined
  if (asking === undefined) return
  const { target, text, apply } = asking
  if (target === undefined) client.unanswered.add(text)
  else if (gone.has(target.id) || Number(rows.get(target.id)?.changes) > target.changes) apply()
}

/** What using a token must be answered, as status and message. */
export function expectedUse({ gone, status, owner }: Token): [number, string] {
  if (gone) return [401, 'unauthorized access']
  if (status === 'inactive') return [401, 'token is inactive']
  return owner.gone || owner.status === 'inactive' ? [403, 'User is inactive'] : [200, '']
}
