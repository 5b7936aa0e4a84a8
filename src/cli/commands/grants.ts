import type { components } from '../../client/schema.ts'
import { notInflux } from '../api-error.ts'
import type { Connection } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import type { WirePermission } from './auth-record.ts'
import { GRANT_TYPES } from './grant-flags.ts'

export interface GrantScope {
  readonly orgId: string
  /** The owner, for whom an all-access token may read and write his own user; undefined if nobody says who that is. */
  readonly userId: () => Promise<string | undefined>
}

const ACTIONS = ['read', 'write'] as const

/** The permissions that flags ask for, in the reference's order. Source: CLI contract 2.2. */
export async function grantsOf(
  invocation: Invocation,
  connection: Connection,
  { orgId, userId }: GrantScope,
): Promise<readonly WirePermission[]> {
  const single = bucketGrants(invocation, orgId)
  const typed = typeGrants(invocation, orgId)
  const others = single.length + typed.length > 0
  if (invocation.on('operator') && others) throw new Error('cannot compose other permissions with operator permissions')
  if (invocation.on('all-access') && (others || invocation.on('operator'))) {
    throw new Error('cannot compose other permissions with all access permissions')
  }
  if (invocation.on('operator')) {
    return (await resourceTypes(connection)).flatMap(type => ACTIONS.map(action => ({ action, resource: { type } })))
  }
  if (invocation.on('all-access')) return allAccess(await resourceTypes(connection), orgId, await userId())
  return [...single, ...typed]
}

/**
 * Permissions as they are sent: null in place of none, as the reference does; the server says that they are missing. Their
 * types may be any that the server named.
 */
export function asSent(permissions: readonly WirePermission[]): Sent[] {
  return (permissions.length > 0 ? permissions : null) as Sent[]
}
type Sent = components['schemas']['PermissionInput']

/** What `--read-bucket` and `--write-bucket` grant. @throws Error for what is no bucket ID */
export function bucketGrants(invocation: Invocation, orgID: string): WirePermission[] {
  return ACTIONS.flatMap(action =>
    invocation.list(`${action}-bucket`).map(id => ({ action, resource: { type: 'buckets', id: bucketId(id), orgID } })),
  )
}

function typeGrants(invocation: Invocation, orgID: string): WirePermission[] {
  return GRANT_TYPES.flatMap(type =>
    ACTIONS.filter(action => invocation.on(`${action}-${type}`)).map(action => ({
      action,
      resource: type === 'orgs' || type === 'users' ? { type } : { type, orgID },
    })),
  )
}

/** Checked here, so that a name is told apart from an unknown id. */
export function bucketId(text: string): string {
  const refuse = (reason: string) =>
    new Error(`invalid bucket ID '${text}': ${reason} (did you pass a bucket name instead of an ID?)`)
  if (Buffer.byteLength(text) !== 16) throw refuse('id must have a length of 16 bytes')
  if (!/^[0-9a-f]{16}$/i.test(text) || /^0+$/.test(text)) throw refuse('invalid ID')
  return text
}

async function resourceTypes(connection: Connection): Promise<string[]> {
  const { data: types } = await connection.api.GET('/api/v2/resources')
  if (!Array.isArray(types)) throw notInflux('the answer holds no types of resources')
  return types.filter(type => type !== 'instance')
}

function allAccess(types: readonly string[], orgID: string, userId: string | undefined): WirePermission[] {
  return types.flatMap((type): WirePermission[] => {
    if (type === 'orgs') return [{ action: 'read', resource: { type, id: orgID } }]
    if (type === 'users' && userId === undefined) return []
    const resource = type === 'users' && userId !== undefined ? { type, id: userId } : { type, orgID }
    return ACTIONS.map(action => ({ action, resource }))
  })
}
