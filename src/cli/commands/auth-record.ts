import type { Invocation } from '../invocation.ts'
import { type Column, outputForm, print } from '../output.ts'

/** An authorization as servers send it; all that is used of it. */
export interface WireAuthorization {
  readonly id: string
  readonly description?: string
  readonly token?: string
  readonly status?: string
  readonly user?: string
  readonly userID?: string
  readonly orgID?: string
  readonly permissions?: readonly WirePermission[] | null
  readonly expiresAt?: string
}

export interface WirePermission {
  readonly action: string
  readonly resource: {
    readonly type: string
    readonly id?: string
    readonly orgID?: string
    readonly measurements?: readonly string[]
  }
}

/**
 * `read:orgs/O/buckets/B`, and `?measurements=cpu,mem` behind it where it is limited to some. Source: CLI contract 2.1; the
 * measurements are ours.
 */
export function permissionText({ action, resource: { type, id, orgID, measurements } }: WirePermission): string {
  const only = measurements === undefined ? '' : `?measurements=${measurements.map(encodeURIComponent).join(',')}`
  return `${action}:${orgID ? `orgs/${orgID}` : ''}/${type}${id ? `/${id}` : ''}${only}`
}

const texts = ({ permissions }: WireAuthorization) => (permissions ?? []).map(permissionText)

const STANDING: readonly Column<WireAuthorization>[] = [
  { title: 'Status', of: ({ status = '' }) => status },
  { title: 'Expires', of: ({ expiresAt = '' }) => expiresAt },
]

function columns(invocation: Invocation, deleted: boolean): Column<WireAuthorization>[] {
  // Said to people only: for a program an empty value is the honest one.
  const forPeople = invocation.terminal.outIsTerminal && outputForm(invocation) === 'table'
  const hidden = forPeople ? '(shown once)' : ''
  const all: Column<WireAuthorization>[] = [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Description', of: ({ description = '' }) => description },
    { title: 'Token', of: ({ token }) => token || hidden },
    { title: 'User Name', of: ({ user = '' }) => user },
    { title: 'User ID', of: ({ userID = '' }) => userID },
    // Programs know the columns of the reference by their places.
    ...(forPeople ? STANDING : []),
    { title: 'Permissions', of: record => `[${texts(record).join(' ')}]` },
  ]
  return deleted ? [...all, { title: 'Deleted', of: () => 'true' }] : all
}

/** As programs get it. Source: CLI contract 2.1. */
export function authorizationJson(record: WireAuthorization) {
  const { id, description = '', token = '', status = '', user = '', userID = '', expiresAt } = record
  const permissions = texts(record)
  return { id, description, token, status, userName: user, userID, permissions, ...(expiresAt && { expiresAt }) }
}

/** Prints one authorization, or several as a list. */
export function printAuthorizations(
  invocation: Invocation,
  records: readonly WireAuthorization[] | WireAuthorization,
  options: { readonly deleted?: boolean } = {},
): Promise<void> {
  const list = Array.isArray(records) ? (records as readonly WireAuthorization[]) : undefined
  return print(invocation, {
    columns: columns(invocation, options.deleted ?? false),
    records: list ?? [records as WireAuthorization],
    json: list === undefined ? authorizationJson(records as WireAuthorization) : list.map(authorizationJson),
  })
}
