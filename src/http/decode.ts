import type { AuthorizationWish, NewAuthorization } from '../authority/authorizations.ts'
import type { Status } from '../domain/authorization.ts'
import { MAX_DESCRIPTION_LENGTH, MAX_PERMISSIONS, STATUSES } from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import type { OrgId, ResourceId, UserId } from '../domain/id.ts'
import {
  ACTIONS,
  type Action,
  MAX_ALL_MEASUREMENTS,
  MAX_MEASUREMENT_BYTES,
  MAX_MEASUREMENTS,
  type Permission,
  RESOURCE_TYPES,
  type ResourceType,
} from '../domain/permission.ts'
import { checkName, checkText, type Fields } from './fields.ts'
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
  const permissions = checkedPermissions(entries)
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
  return checkedPermissions(entries)
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
  readonly measurements: readonly string[] | undefined
}

function rawPermissions(fields: Fields): RawPermission[] | undefined {
  const entries = fields.objects('permissions')
  if (entries !== undefined && entries.length > MAX_PERMISSIONS) {
    throw invalid(`permissions must have at most ${MAX_PERMISSIONS} entries`)
  }
  return entries?.map(entry => {
    const resource = entry.object('resource')
    // Elsewhere null is like nothing; here nothing would mean all.
    if (resource?.isNull('measurements')) throw invalid('measurements must be an array; leave it out to mean all')
    return {
      action: entry.text('action') ?? '',
      type: resource?.text('type') ?? '',
      id: resource?.id('id'),
      orgId: resource?.id<'org'>('orgID'),
      measurements: resource?.texts('measurements'),
    }
  })
}

function checkedPermissions(entries: readonly RawPermission[]): Permission[] {
  const permissions = entries.map(checkedPermission)
  const names = entries.reduce((sum, { measurements = [] }) => sum + measurements.length, 0)
  if (names > MAX_ALL_MEASUREMENTS) {
    throw invalid(`permissions must name at most ${MAX_ALL_MEASUREMENTS} measurements together`)
  }
  return permissions
}

function checkedPermission({ action, type, id, orgId, measurements }: RawPermission): Permission {
  if (!RESOURCE_TYPES.includes(type as ResourceType)) {
    throw invalid('invalid resource type for permission: unknown resource type for permission')
  }
  if (!ACTIONS.includes(action as Action))
    throw invalid('invalid action type for permission: unknown action for permission')
  if (measurements !== undefined) checkMeasurements(type as ResourceType, measurements)
  return {
    action: action as Action,
    resource: {
      type: type as ResourceType,
      ...(id && { id }),
      ...(orgId && { orgId }),
      ...(measurements && { measurements }),
    },
  }
}

/** An empty list would look like no limit to whoever only sees whether something is in it. */
function checkMeasurements(type: ResourceType, names: readonly string[]): void {
  if (type !== 'buckets') throw invalid('measurements limit permissions on buckets only')
  if (names.length === 0) throw invalid('measurements must name at least one; leave it out to mean all')
  if (names.length > MAX_MEASUREMENTS) throw invalid(`measurements must have at most ${MAX_MEASUREMENTS} entries`)
  if (new Set(names).size < names.length) throw invalid('measurements must name each measurement once')
  for (const name of names) {
    checkName('a measurement', name)
    if (name === '' || Buffer.byteLength(name) > MAX_MEASUREMENT_BYTES) {
      throw invalid(`the name of a measurement must have 1 to ${MAX_MEASUREMENT_BYTES} bytes`)
    }
  }
}

const invalid = (message: string) => new AppError('invalid', message)
