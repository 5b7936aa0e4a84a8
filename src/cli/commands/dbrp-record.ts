import type { Connection } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { chosenOrg } from '../org-choice.ts'
import type { RecordKind } from './record.ts'

/** A mapping as servers send it; all that is used of it. */
export interface WireDbrp {
  readonly id: string
  readonly database?: string
  readonly bucketID?: string
  readonly retention_policy?: string
  readonly default?: boolean
  readonly orgID?: string
  /** Follows from the name of a bucket; cannot be changed. */
  readonly virtual?: boolean
}

export const DBRP_RECORD: RecordKind<WireDbrp> = {
  columns: [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Database', of: ({ database = '' }) => database },
    { title: 'Bucket ID', of: ({ bucketID = '' }) => bucketID },
    { title: 'Retention Policy', of: record => record.retention_policy ?? '' },
    { title: 'Default', of: record => String(record.default ?? false) },
    { title: 'Organization ID', of: ({ orgID = '' }) => orgID },
  ],
  shape: {
    bucketID: true,
    database: true,
    default: true,
    id: true,
    links: true,
    orgID: true,
    retention_policy: true,
    virtual: true,
  },
}

/** Every request for mappings must say the organization, in the query. @throws Error if there is none */
export function orgQuery(invocation: Invocation, connection: Connection) {
  const { org, orgId } = chosenOrg(invocation, connection)
  return defined({ org, orgID: orgId })
}

/** What `--default` says; undefined if nothing. */
export function givenDefault(invocation: Invocation): boolean | undefined {
  return invocation.given('default') ? invocation.on('default') : undefined
}
