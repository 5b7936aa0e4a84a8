import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import { digestOf, isOwnToken, MAX_TOKEN_BYTES, type TokenDigest } from '../domain/token.ts'
import { type Denial, decide, isDenial } from '../domain/verdict.ts'
import type { Change } from '../store/changes.ts'
import type { AuthorizationStanding } from '../store/standings.ts'
import type { Store } from '../store/store.ts'
import { type Caller, callerOf, lookUpSession } from './caller.ts'
import type { Clock } from './clock.ts'
import type { Freshness } from './freshness.ts'
import type { Credentials } from './password.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { createThrottle } from './throttle.ts'
import { createV1Verifier } from './v1-verifier.ts'

export type { Caller } from './caller.ts'
export type { Credentials } from './password.ts'

/** Tells whom a secret stands for. The hot path: every request of every kind comes through here. */
export interface Verifier {
  /** Whom a token stands for, or why it is refused. Never older than the last change that was acknowledged anywhere. */
  verify(text: string): Promise<Caller | Denial>
  /** The same for the key of a session. */
  verifySession(key: string): Promise<Caller | Denial>
  /**
   * The same for a user name and password of a 1.x client: those of a v1 authorization, or else any name with a token in
   * place of the password. A token of our own making counts whatever the name is. Source: wire contract 2.3.
   *
   * @throws AppError `too many requests` for whoever guesses
   */
  verifyV1(credentials: Credentials): Promise<Caller | Denial>
  /** How many tokens are remembered. */
  size(): number
}

export interface VerifierOptions {
  /** Reads only; its own connection, on which nothing else is left open. */
  readonly store: Store
  /** Of the same store; asked before every verdict on a token or a password. */
  readonly freshness: Freshness
  readonly clock: Clock
  readonly hasher: PasswordHasher
  /** Bounds memory: beyond it, the token remembered longest is forgotten and looked up again when it comes back. */
  readonly maxRemembered?: number
  /** The same for the permissions of all remembered tokens together. */
  readonly maxRememberedPermissions?: number
}

const UNKNOWN: Denial = { allow: false, reason: 'unknown' }
const MAX_REMEMBERED = 100_000
/** Some 300 bytes each. */
const MAX_REMEMBERED_PERMISSIONS = 1_000_000
/** 64 random bytes as base64url. */
const SESSION_KEY_LENGTH = 88

/**
 * Remembers what tokens stand for, and drops what changed before it answers. Unknown tokens are not remembered, so that a new
 * one works at once and made-up ones take no memory.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { store, freshness, clock, hasher } = options
  const { maxRemembered = MAX_REMEMBERED, maxRememberedPermissions = MAX_REMEMBERED_PERMISSIONS } = options
  const memory = createMemory(maxRemembered, maxRememberedPermissions)
  freshness.listen(changes => {
    for (const change of changes) memory.forget(change)
  })

  async function lookUp(digest: TokenDigest): Promise<AuthorizationStanding | undefined> {
    const begun = freshness.generation()
    const standing = await store.standings.ofSecret(digest)
    if (standing !== undefined && begun === freshness.generation()) memory.remember(digest, standing)
    return standing
  }

  const verifyPassword = createV1Verifier(store, hasher, createThrottle(clock.nowMs))

  async function verify(text: string): Promise<Caller | Denial> {
    if (text === '' || text.length > MAX_TOKEN_BYTES || Buffer.byteLength(text) > MAX_TOKEN_BYTES) return UNKNOWN
    const digest = digestOf(text)
    const renewal = freshness.renew()
    if (renewal !== undefined) await renewal
    const standing = memory.find(digest) ?? (await lookUp(digest))
    const nowMs = clock.nowMs()
    const verdict = decide(standing, [], nowMs)
    return verdict.allow ? callerOf(standing as AuthorizationStanding, nowMs) : denialOf(verdict, standing)
  }

  return {
    verify,

    async verifySession(key) {
      if (key.length !== SESSION_KEY_LENGTH) return UNKNOWN
      return lookUpSession(store, digestOf(key), clock.nowMs())
    },

    async verifyV1(credentials) {
      // First, for it is quick and cannot be a guess; and so nobody can get into the way of others' tokens by giving a v1
      // authorization the user name that they write beside them.
      if (isOwnToken(credentials.password)) {
        const found = await verify(credentials.password)
        if (!isDenial(found) || found.reason !== 'unknown') return found
      }
      const standing = await verifyPassword(credentials)
      if (standing === 'no-such-user') return verify(credentials.password)
      // As after a token, whatever is remembered of names may be used now.
      const renewal = freshness.renew()
      if (renewal !== undefined) await renewal
      const nowMs = clock.nowMs()
      const verdict = decide(standing, [], nowMs)
      return verdict.allow ? callerOf(standing as AuthorizationStanding, nowMs) : denialOf(verdict, standing)
    },

    size: () => memory.size(),
  }
}

/** Names of measurements take as much room as permissions do. */
const weightOf = ({ permissions }: AuthorizationStanding) =>
  permissions.reduce((sum, { resource: { measurements } }) => sum + 1 + (measurements?.length ?? 0), 0)

/** A refusal says whose credential it was, if that is known: not to the client, but to those who look after tokens. */
const denialOf = (denial: Denial, standing: AuthorizationStanding | undefined): Denial =>
  standing === undefined ? denial : { ...denial, authorizationId: standing.authorizationId }

/** What is remembered, by digest, and what must be found to forget it. */
function createMemory(maxRemembered: number, maxPermissions: number) {
  let permissions = 0
  const standings = new Map<TokenDigest, AuthorizationStanding>()
  const digests = new Map<AuthorizationId, Set<TokenDigest>>()

  function drop(digest: TokenDigest): void {
    const standing = standings.get(digest)
    if (standing === undefined) return
    standings.delete(digest)
    permissions -= weightOf(standing)
    const siblings = digests.get(standing.authorizationId)
    siblings?.delete(digest)
    if (siblings?.size === 0) digests.delete(standing.authorizationId)
  }

  function dropWhere(matches: (standing: AuthorizationStanding) => boolean): void {
    for (const [digest, standing] of standings) if (matches(standing)) drop(digest)
  }

  return {
    find: (digest: TokenDigest) => standings.get(digest),

    remember(digest: TokenDigest, standing: AuthorizationStanding): void {
      // Two look-ups of one token may have run side by side.
      drop(digest)
      standings.set(digest, standing)
      permissions += weightOf(standing)
      while (standings.size > maxRemembered || permissions > maxPermissions) {
        drop(standings.keys().next().value as TokenDigest)
      }
      if (!standings.has(digest)) return
      const siblings = digests.get(standing.authorizationId)
      if (siblings === undefined) digests.set(standing.authorizationId, new Set([digest]))
      else siblings.add(digest)
    },

    /** Kinds that no standing depends on (buckets, sessions, memberships, mappings) are read anew each time anyway. */
    forget({ kind, id }: Change): void {
      if (kind === 'authorization') for (const digest of [...(digests.get(id as AuthorizationId) ?? [])]) drop(digest)
      else if (kind === 'secret') drop(id as TokenDigest)
      else if (kind === 'user') dropWhere(standing => standing.userId === (id as UserId))
      else if (kind === 'org') dropWhere(standing => standing.orgId === (id as OrgId))
    },

    size: () => standings.size,
  }
}
