import type { Authorization } from '../../src/domain/authorization.ts'
import { type AuthorizationId, type BucketId, type Id, idOf, type OrgId, type UserId } from '../../src/domain/id.ts'
import { digestOf } from '../../src/domain/token.ts'
import type { Bucket } from '../../src/store/buckets.ts'
import type { Dbrp } from '../../src/store/dbrps.ts'
import type { Org } from '../../src/store/orgs.ts'
import type { Secret } from '../../src/store/secrets.ts'
import type { Nouns } from '../../src/store/store.ts'
import type { User } from '../../src/store/users.ts'

/** Not a round number of seconds, and beyond 32 bits. */
export const NOW_MS = 1_799_999_999_987

/** The id with a number, of whatever kind is wanted. */
export const id = <Kind extends string>(value: number): Id<Kind> => idOf<Kind>(BigInt(value))

export const ORG: OrgId = id(0x0a)
export const USER: UserId = id(0x0b)

export function org(number: number, fields: Partial<Org> = {}): Org {
  const name = `org ${number}`
  return { id: id(number), name, description: '', createdAtMs: NOW_MS, updatedAtMs: NOW_MS, ...fields }
}

export function user(number: number, fields: Partial<User> = {}): User {
  return { id: id(number), name: `user ${number}`, status: 'active', oauthId: undefined, ...fields }
}

export function bucket(number: number, fields: Partial<Bucket> = {}): Bucket {
  return {
    id: id<'bucket'>(number) as BucketId,
    orgId: ORG,
    type: 'user',
    name: `bucket ${number}`,
    description: '',
    rp: '',
    retentionSeconds: 0,
    shardGroupSeconds: 604_800,
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    ...fields,
  }
}

export function dbrp(number: number, fields: Partial<Dbrp> = {}): Dbrp {
  return {
    id: id(number),
    orgId: ORG,
    bucketId: id(1),
    database: `database ${number}`,
    retentionPolicy: 'autogen',
    isDefault: true,
    ...fields,
  }
}

export function authorization(number: number, fields: Partial<Authorization> = {}): Authorization {
  return {
    id: id<'authorization'>(number) as AuthorizationId,
    kind: 'api',
    orgId: ORG,
    userId: USER,
    v1Name: undefined,
    status: 'active',
    description: `authorization ${number}`,
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    version: 1,
    expiresAtMs: undefined,
    permissions: [{ action: 'read', resource: { type: 'buckets', orgId: ORG } }],
    ...fields,
  }
}

/** The secret that an authorization of that number gets; its text is `secret N`. */
export function secret(number: number, fields: Partial<Secret> = {}): Secret {
  return {
    digest: digestOf(`secret ${number}`),
    authorizationId: id(number),
    label: '',
    createdAtMs: NOW_MS,
    notAfterMs: undefined,
    ...fields,
  }
}

/** The org and the user that samples belong to. */
export async function addOwners({ orgs, users }: Nouns): Promise<void> {
  await orgs.create(org(0x0a, { name: 'owning org' }))
  await users.create(user(0x0b, { name: 'owning user' }), NOW_MS)
}

/** An authorization with its secret. */
export async function addAuthorization(nouns: Nouns, number: number, fields: Partial<Authorization> = {}) {
  const added = authorization(number, fields)
  await nouns.authorizations.create(added)
  await nouns.secrets.add(secret(number))
  return added
}
