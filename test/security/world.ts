// What is so, as far as the model knows: users, orgs, memberships, authorizations, and who knows which secret. The model never
// asks the store; it learns from the calls that were accepted, and `check.ts` holds the two against each other.
import type { Caller } from '../../src/authority/caller.ts'
import type { Permission } from '../../src/domain/permission.ts'
import type { Denial } from '../../src/domain/verdict.ts'
import { ADDRESS, type Cast, type Parts, passwordOf, SESSION_MS } from './cast.ts'
import { allAccessSet, forEver, type Lasting, type Membership, operatorSet, permission, personal } from './reach.ts'

export interface ModelUser {
  readonly id: string
  name: string
  active: boolean
  deleted: boolean
  password: string | undefined
}
export interface ModelBucket {
  readonly id: string
  readonly orgId: string
}
export interface ModelAuthorization {
  readonly id: string
  readonly kind: 'api' | 'v1'
  readonly orgId: string
  readonly userId: string
  active: boolean
  permissions: readonly Permission[]
  /** Infinity for never. */
  until: number
  readonly v1Name: string | undefined
  v1Password: string | undefined
}
export interface ModelSession {
  readonly key: string
  readonly userId: string
  readonly until: number
}

/** Something by which one is taken for somebody. */
export type Secret =
  | { readonly kind: 'token'; readonly id: string; readonly text: string }
  | { readonly kind: 'session'; readonly key: string; readonly userId: string }
  | { readonly kind: 'password'; readonly userId: string; readonly password: string }
  | { readonly kind: 'v1'; readonly id: string; readonly name: string; readonly password: string }

/** A person, and all that he knows. */
export interface Agent {
  readonly name: string
  readonly secrets: Secret[]
}

export interface World {
  readonly parts: Parts
  readonly users: ModelUser[]
  orgs: { readonly id: string }[]
  buckets: ModelBucket[]
  memberships: Membership[]
  authorizations: ModelAuthorization[]
  sessions: ModelSession[]
  readonly agents: readonly Agent[]
  /** The calls so far, in words, for whoever has to understand a failure. */
  readonly history: string[]
  /** What the last accepted call was about: ids. Plots need several calls about the same things. */
  focus: readonly string[]
  /** By whom, and with what, it was made. */
  last: { readonly agent: Agent; readonly secret: Secret } | undefined
}

/** The world as `cast.ts` has staged it. Mallory has nothing but what is handed to him. */
export function beginning(parts: Parts, cast: Cast): World {
  const { users, orgs, buckets, operator, annToken, catToken } = cast
  const authorization = (id: string, userId: string, permissions: readonly Permission[]): ModelAuthorization => ({
    id,
    kind: 'api',
    orgId: orgs.plant,
    userId,
    active: true,
    permissions,
    until: Number.POSITIVE_INFINITY,
    v1Name: undefined,
    v1Password: undefined,
  })
  const onPlant = { orgId: orgs.plant }
  const knows = (name: keyof Cast['users']): Secret => ({
    kind: 'password',
    userId: users[name],
    password: passwordOf(name),
  })
  const token = ({ id, token: text }: { id: string; token: string }): Secret => ({ kind: 'token', id, text })
  return {
    parts,
    users: Object.entries(users).map(([name, id]) => ({
      id,
      name,
      active: true,
      deleted: false,
      password: name === 'ann' ? undefined : passwordOf(name),
    })),
    orgs: Object.values(orgs).map(id => ({ id })),
    buckets: [...buckets],
    memberships: [
      { type: 'instance', id: 'instance', userId: users.admin, role: 'owner' },
      { type: 'orgs', id: orgs.plant, userId: users.admin, role: 'owner' },
      { type: 'orgs', id: orgs.plant, userId: users.bob, role: 'owner' },
      { type: 'orgs', id: orgs.plant, userId: users.cat, role: 'member' },
      { type: 'orgs', id: orgs.harbour, userId: users.dan, role: 'owner' },
    ],
    authorizations: [
      authorization(operator.id, users.admin, operatorSet()),
      authorization(annToken.id, users.ann, allAccessSet(orgs.plant, users.ann)),
      authorization(catToken.id, users.cat, [
        permission('read', 'authorizations', onPlant),
        permission('write', 'authorizations', onPlant),
      ]),
    ],
    sessions: [],
    agents: [
      { name: 'admin', secrets: [token(operator), knows('admin')] },
      { name: 'ann', secrets: [token(annToken)] },
      { name: 'bob', secrets: [knows('bob')] },
      { name: 'cat', secrets: [token(catToken), knows('cat')] },
      { name: 'dan', secrets: [knows('dan')] },
      { name: 'mallory', secrets: [knows('eve')] },
    ],
    history: [],
    focus: [],
    last: undefined,
  }
}

export const userOf = (world: World, id: string) => world.users.find(user => user.id === id && !user.deleted)
export const authorizationOf = (world: World, id: string) => world.authorizations.find(one => one.id === id)

const inForce = (one: ModelAuthorization, nowMs: number) => one.active && nowMs < one.until
const apiOf = (world: World, userId: string) =>
  world.authorizations.filter(one => one.userId === userId && one.kind === 'api')

/** What a session of a user is good for at an instant. */
function sessionPower(world: World, userId: string, nowMs: number): Lasting[] {
  const tokens = apiOf(world, userId).filter(one => inForce(one, nowMs))
  return [
    forEver(personal(userId, world.memberships)),
    ...tokens.map(({ permissions, until }) => ({ permissions, until })),
  ]
}

/** What a secret is good for at an instant; nothing if it is refused. */
export function powerOf(world: World, secret: Secret, nowMs: number): Lasting[] {
  if (secret.kind === 'password') return []
  if (secret.kind === 'session') {
    const session = world.sessions.find(({ key }) => key === secret.key)
    const good = session !== undefined && nowMs < session.until && userOf(world, secret.userId)?.active === true
    return good ? sessionPower(world, secret.userId, nowMs) : []
  }
  const found = authorizationOf(world, secret.id)
  if (found === undefined || !inForce(found, nowMs) || userOf(world, found.userId)?.active !== true) return []
  if (secret.kind === 'v1' && found.v1Password !== secret.password) return []
  return [{ permissions: found.permissions, until: found.until }]
}

/**
 * What a secret might ever be good for without anybody granting anything more: whatever is inactive or expired may be put in
 * force again, by somebody who does not hold it himself. So this counts as held already, and re-enabling changes nothing.
 */
function reachOf(world: World, secret: Secret): readonly Permission[] {
  if (secret.kind === 'token' || secret.kind === 'v1') {
    const found = authorizationOf(world, secret.id)
    if (found === undefined || userOf(world, found.userId) === undefined) return []
    return secret.kind === 'v1' && found.v1Password !== secret.password ? [] : found.permissions
  }
  const user = userOf(world, secret.userId)
  const proof =
    secret.kind === 'password'
      ? user?.password === secret.password
      : world.sessions.some(({ key }) => key === secret.key)
  if (user === undefined || !proof) return []
  return [...personal(user.id, world.memberships), ...apiOf(world, user.id).flatMap(({ permissions }) => permissions)]
}

/** What somebody might ever do with all that he knows. */
export const reachOfAgent = (world: World, { secrets }: Agent): Permission[] =>
  secrets.flatMap(secret => reachOf(world, secret))

/** Whether an agent can act as a user: by a session, or by his password. */
export function isMasterOf(world: World, { secrets }: Agent, userId: string): boolean {
  return secrets.some(secret => 'userId' in secret && secret.userId === userId && reachOf(world, secret).length > 0)
}

/** Asks the real verifier. */
export async function verify({ parts: { verifier, newVerifier } }: World, secret: Secret): Promise<Caller | Denial> {
  if (secret.kind === 'token') return verifier.verify(secret.text)
  if (secret.kind === 'session') return verifier.verifySession(secret.key)
  if (secret.kind === 'v1') {
    // All who hold an old password try it after each call, which is no guessing that should be slowed down.
    return (await newVerifier()).verifyV1({ user: secret.name, password: secret.password, address: ADDRESS })
  }
  return { allow: false, reason: 'no-credential' }
}

/** Signs in for real, and notes it. @throws what the authority throws */
export async function signIn(
  world: World,
  agent: Agent,
  { userId, password }: Secret & { kind: 'password' },
  address: string,
): Promise<Secret> {
  const user = world.users.find(({ id }) => id === userId) as ModelUser
  const { key } = await world.parts.authority.sessions.signIn({ user: user.name, password, address })
  world.sessions.push({ key, userId, until: world.parts.clock.nowMs() + SESSION_MS })
  const session: Secret = { kind: 'session', key, userId }
  agent.secrets.push(session)
  return session
}

/** A password was set: whoever knew the old one knows nothing, and all sessions end but the one that asked. */
export function passwordSet(world: World, userId: string, password: string, agent: Agent, by: Secret): void {
  const user = userOf(world, userId) as ModelUser
  user.password = password
  const own = by.kind === 'session' && by.userId === userId ? by.key : undefined
  world.sessions = world.sessions.filter(session => session.userId !== userId || session.key === own)
  agent.secrets.push({ kind: 'password', userId, password })
}
