import type { Means } from './act.ts'
import { type AuthorizationAuthority, authorizationAuthority } from './authorizations.ts'
import { type BindingAuthority, bindingAuthority } from './bindings.ts'
import { type BucketAuthority, bucketAuthority } from './buckets.ts'
import { type DbrpAuthority, dbrpAuthority } from './dbrps.ts'
import { type MemberAuthority, memberAuthority } from './members.ts'
import { type OrgAuthority, orgAuthority } from './orgs.ts'
import { type SessionAuthority, sessionAuthority } from './sessions.ts'
import { type SetupAuthority, setupAuthority } from './setup.ts'
import { createThrottle } from './throttle.ts'
import { type UserAuthority, userAuthority } from './users.ts'
import { type V1PasswordAuthority, v1PasswordAuthority } from './v1-passwords.ts'

/** Everything that may be done, by noun. Arguments and results are plain values, so that a call can cross a thread. */
export interface Authority {
  readonly authorizations: AuthorizationAuthority
  /** v1 authorizations: the same rules, a user name and password instead of a secret. */
  readonly v1Authorizations: AuthorizationAuthority
  readonly v1Passwords: V1PasswordAuthority
  readonly users: UserAuthority
  readonly orgs: OrgAuthority
  readonly members: MemberAuthority
  readonly buckets: BucketAuthority
  readonly bindings: BindingAuthority
  readonly dbrps: DbrpAuthority
  readonly sessions: SessionAuthority
  readonly setup: SetupAuthority
}

export interface AuthorityOptions {
  readonly sessionLengthMs: number
}

export function createAuthority(means: Means, { sessionLengthMs }: AuthorityOptions): Authority {
  const throttle = createThrottle(() => means.clock.nowMs())
  return {
    authorizations: authorizationAuthority(means, 'api'),
    v1Authorizations: authorizationAuthority(means, 'v1'),
    v1Passwords: v1PasswordAuthority(means),
    users: userAuthority(means, throttle),
    orgs: orgAuthority(means),
    members: memberAuthority(means),
    buckets: bucketAuthority(means),
    bindings: bindingAuthority(means),
    dbrps: dbrpAuthority(means),
    sessions: sessionAuthority(means, throttle, sessionLengthMs),
    setup: setupAuthority(means),
  }
}
