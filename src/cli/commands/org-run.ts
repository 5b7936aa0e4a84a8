import { connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { fetchWhole } from '../paging.ts'
import { fetchList, fetchRecord } from './fetch-record.ts'
import { changeTo, givenId } from './given-id.ts'
import { printRecord, printRecords, type RecordKind } from './record.ts'

/** An organization as servers send it; all that is used of it. */
interface WireOrg {
  readonly id: string
  readonly name?: string
}

const LINKS = {
  buckets: true,
  dashboards: true,
  labels: true,
  members: true,
  owners: true,
  secrets: true,
  self: true,
  tasks: true,
} as const

const ORG_RECORD: RecordKind<WireOrg> = {
  columns: [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Name', of: ({ name = '' }) => name },
  ],
  shape: {
    createdAt: 'time',
    defaultStorageType: true,
    description: true,
    id: true,
    links: LINKS,
    name: true,
    status: true,
    updatedAt: 'time',
  },
}

/** `influx org create`. */
export async function createOrg(invocation: Invocation): Promise<void> {
  const name = invocation.text('name') ?? ''
  const description = invocation.text('description')
  const connection = await connect(invocation)
  const body = { ...(description && { description }), name }
  const org = await withPrefix(`failed to create org "${name}"`, () =>
    fetchRecord<WireOrg>(connection.api.POST('/api/v2/orgs', { body })),
  )
  await printRecord(invocation, ORG_RECORD, org)
}

/** `influx org delete`. */
export async function deleteOrg(invocation: Invocation): Promise<void> {
  const id = givenId(invocation)
  const params = { path: { orgID: id } }
  const connection = await connect(invocation)
  const org = await withPrefix(`org "${id}" not found`, () =>
    fetchRecord<WireOrg>(connection.api.GET('/api/v2/orgs/{orgID}', { params })),
  )
  await withPrefix(`failed to delete org "${id}"`, () => connection.api.DELETE('/api/v2/orgs/{orgID}', { params }))
  await printRecord(invocation, ORG_RECORD, org, { deleted: true })
}

/** `influx org list`. */
export async function listOrgs(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation)
  const filter = { org: invocation.text('name') || undefined, orgID: invocation.text('id') || undefined }
  const orgs = await withPrefix('failed to list orgs', () =>
    fetchWhole(page =>
      fetchList<WireOrg>(
        connection.api.GET('/api/v2/orgs', { params: { query: defined({ ...filter, ...page }) } }),
        'orgs',
      ),
    ),
  )
  await printRecords(invocation, ORG_RECORD, orgs)
}

/** `influx org update`: sends what is given. */
export async function updateOrg(invocation: Invocation): Promise<void> {
  const id = givenId(invocation)
  const params = { path: { orgID: id } }
  const description = changeTo(invocation, 'description')
  const name = invocation.text('name')
  const body = { ...(description !== undefined && { description }), ...(name && { name }) }
  const connection = await connect(invocation)
  const org = await withPrefix(`failed to update org "${id}"`, () =>
    fetchRecord<WireOrg>(connection.api.PATCH('/api/v2/orgs/{orgID}', { params, body })),
  )
  await printRecord(invocation, ORG_RECORD, org)
}
