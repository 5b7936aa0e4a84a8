import type { AuthorizationWish, NewAuthorization } from '../authority/authorizations.ts'
import type { Status } from '../domain/authorization.ts'
import { MAX_DESCRIPTION_LENGTH, MAX_PERMISSIONS, STATUSES } from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import type { OrgId, ResourceId, UserId } from '../domain/id.ts'
import { ACTIONS, type Action, type Permission, RESOURCE_TYPES, type ResourceType } from '../domain/permission.ts'
import { checkText, type Fields } from './fields.ts'
import { parseTime } from './time.ts'

/** InfluxDB's JSON as our values. What is missing or wrong is told in its order and words. Source: wire contract 3.4, 3.6. */

/** The body of a creation, for both kinds of authorization. */
export function newAuthorization(
  fields: Fields,
): Omit<NewAuthorization, 'v1Name'> & { readonly v1Name: string | undefined } {
  // All types first: a wrong one anywhere is told before anything that is missing.
  const orgId = fields.id<'org'>('orgID')
  const userId = fields.id<'user'>('userID')
  const status = fields.text('status')
  const description = fields.text('description') ?? ''
  const expiresAt = fields.text('expiresAt')
  const v1Name = fields.text('token')
  const entries = rawPermissions(fields)

  if (entries === undefined || entries.length === 0) throw invalid('authorization must include permissions')
  const permissions = entries.map(checkedPermission)
  if (orgId === undefined) throw invalid('org id required: invalid ID')
  return {
    orgId,
    ...(userId && { userId: userId as UserId }),
    status: statusOf(status, 'invalid status: must be active or inactive'),
    description: checkText('description', description, MAX_DESCRIPTION_LENGTH),
    permissions,
    ...(expiresAt !== undefined && { expiresAtMs: parseTime('expiresAt', expiresAt) }),
    v1Name,
  }
}

/** The body of `PUT …/permissions`. */
export function permissionList(fields: Fields): Permission[] {
  const entries = rawPermissions(fields)
  if (entries === undefined || entries.length === 0) throw invalid('authorization must include permissions')
  return entries.map(checkedPermission)
}

/** The body of a change: what it says of status, description and expiry. Everything else, permissions too, is ignored. */
export function authorizationWish(fields: Fields): AuthorizationWish {
  const status = fields.text('status')
  const description = fields.text('description')
  const expiresAt = fields.text('expiresAt')
  return {
    // An unknown one is refused by the authority, after it knows that there is something to change.
    ...(status !== undefined && { status: status === '' ? 'active' : status }),
    ...(description !== undefined && { description: checkText('description', description, MAX_DESCRIPTION_LENGTH) }),
    ...(fields.isNull('expiresAt') && { expiresAtMs: null }),
    ...(expiresAt !== undefined && { expiresAtMs: parseTime('expiresAt', expiresAt) }),
  }
}

/** An empty status is the usual one. @throws AppError `invalid` */
export function statusOf(text: string | undefined, unknown: string): Status {
  if (text === undefined || text === '') return 'active'
  if (!STATUSES.includes(text as Status)) throw invalid(unknown)
  return text as Status
}

interface RawPermission {
  readonly action: string
  readonly type: string
  readonly id: ResourceId | undefined
  readonly orgId: OrgId | undefined
}

function rawPermissions(fields: Fields): RawPermission[] | undefined {
  const entries = fields.objects('permissions')
  if (entries !== undefined && entries.length > MAX_PERMISSIONS) {
    throw invalid(`permissions must have at most ${MAX_PERMISSIONS} entries`)
  }
  return entries?.map(entry => {
    const resource = entry.object('resource')
    return {
      action: entry.text('action') ?? '',
      type: resource?.text('type') ?? '',
      id: resource?.id('id'),
      orgId: resource?.id<'org'>('orgID'),
    }
  })
}

function checkedPermission({ action, type, id, orgId }: RawPermission): Permission {
  if (!RESOURCE_TYPES.includes(type as ResourceType)) {
    throw invalid('invalid resource type for permission: unknown resource type for permission')
  }
  if (!ACTIONS.includes(action as Action))
    throw invalid('invalid action type for permission: unknown action for permission')
  return {
    action: action as Action,
    resource: { type: type as ResourceType, ...(id && { id }), ...(orgId && { orgId }) },
  }
}

const invalid = (message: string) => new AppError('invalid', message)
