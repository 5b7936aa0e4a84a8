import type { Authorization } from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import { INSTANCE_ID } from '../domain/id.ts'
import { operatorPermissions } from '../domain/permission.ts'
import { digestOf, MAX_TOKEN_BYTES, type TokenText, tokenFrom } from '../domain/token.ts'
import type { Bucket } from '../store/buckets.ts'
import type { User } from '../store/users.ts'
import { type Act, actAs, type Means } from './act.ts'
import { createBucket } from './buckets.ts'
import { createOrg } from './orgs.ts'
import { hashOf } from './password.ts'

export interface Onboarding {
  readonly username: string
  /** Without one the user cannot sign in. */
  readonly password?: string
  readonly org: string
  readonly bucket: string
  /** 0 keeps forever. */
  readonly retentionSeconds: number
  /** Chosen by the caller, or made. */
  readonly token?: TokenText
}

export interface Onboarded {
  readonly user: User
  readonly org: Awaited<ReturnType<typeof createOrg>>
  readonly bucket: Bucket
  readonly authorization: Authorization
  readonly token: TokenText
}

/** The first user, org, bucket and operator token. Source: wire contract 5.2. */
export interface SetupAuthority {
  /** Whether nobody has been here yet. */
  allowed(): Promise<boolean>
  /** @throws AppError `conflict` the second time */
  onboard(wanted: Onboarding): Promise<Onboarded>
}

export function setupAuthority(means: Means): SetupAuthority {
  const { store, hasher } = means
  return {
    allowed: async () => !(await store.users.any()) && !(await store.orgs.any()),

    async onboard(wanted) {
      if (!(await this.allowed())) throw done()
      const hash = wanted.password === undefined ? undefined : await hashOf(hasher, wanted.password)
      return actAs(means, 'system', async act => {
        if ((await act.users.any()) || (await act.orgs.any())) throw done()
        const user: User = { id: means.ids.next(), name: wanted.username, status: 'active', oauthId: undefined }
        await act.users.create(user, act.nowMs)
        if (hash !== undefined) await act.passwords.set({ kind: 'user', id: user.id }, hash, act.nowMs)
        const org = await createOrg(means, act, { name: wanted.org, description: '' })
        const bucket = await createBucket(means, act, {
          orgId: org.id,
          name: wanted.bucket,
          description: '',
          rp: '',
          retentionRules: [{ everySeconds: wanted.retentionSeconds }],
        })
        const owner = { userId: user.id, role: 'owner' } as const
        await act.memberships.add({ type: 'orgs', resourceId: org.id, ...owner }, act.nowMs)
        await act.memberships.add({ type: 'instance', resourceId: INSTANCE_ID, ...owner }, act.nowMs)
        await act.record('setup', user.id, { user: user.name, org: org.name, bucket: bucket.name })
        const issued = await createOperator(means, act, { orgId: org.id, user, token: wanted.token })
        return { user, org, bucket, ...issued }
      })
    },
  }
}

/**
 * Creates an authorization that may do everything: at set-up, and by `sluice recovery` when everybody lost theirs.
 *
 * @throws AppError `conflict` if the chosen token is known already, `invalid` if it could never be presented
 */
export async function createOperator(
  means: Means,
  act: Act,
  { orgId, user, token }: { orgId: Authorization['orgId']; user: User; token: TokenText | undefined },
): Promise<{ authorization: Authorization; token: TokenText }> {
  const authorization: Authorization = {
    id: means.ids.next(),
    kind: 'api',
    orgId,
    userId: user.id,
    v1Name: undefined,
    status: 'active',
    description: `${user.name}'s Token`,
    createdAtMs: act.nowMs,
    updatedAtMs: act.nowMs,
    version: 1,
    expiresAtMs: undefined,
    permissions: operatorPermissions(),
  }
  if (token !== undefined) requirePresentable(token)
  const text = token ?? tokenFrom(means.random(32))
  await act.authorizations.create(authorization)
  await act.secrets
    .add({
      digest: digestOf(text),
      authorizationId: authorization.id,
      label: '',
      createdAtMs: act.nowMs,
      notAfterMs: undefined,
    })
    .catch(cause => {
      throw cause instanceof AppError && cause.code === 'conflict'
        ? new AppError('conflict', 'token already exists')
        : cause
    })
  await act.changes.note('authorization', authorization.id)
  await act.record('authorization.create', authorization.id, { userId: user.id, orgId, operator: true })
  return { authorization, token: text }
}

/** A token that no header can carry would lock its owner out. */
function requirePresentable(token: TokenText): void {
  const bytes = Buffer.byteLength(token)
  if (bytes >= 1 && bytes <= MAX_TOKEN_BYTES && token === token.trim() && !/[\u0000-\u001f\u007f]/.test(token)) return
  throw new AppError(
    'invalid',
    `a chosen token must have 1 to ${MAX_TOKEN_BYTES} bytes, no control characters, and no space around it`,
  )
}

const done = () => new AppError('conflict', 'onboarding has already been completed')
