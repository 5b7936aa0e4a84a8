import { type Connection, connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, orgIdOf, withPrefix } from '../org-choice.ts'
import { DBRP_RECORD, givenDefault, orgQuery, type WireDbrp } from './dbrp-record.ts'
import { fetchObject, identified } from './fetch-record.ts'
import { givenId } from './given-id.ts'
import { printRecord } from './record.ts'

/** Servers wrap a mapping in `content`, except the one that was just created. Source: wire contract 5.9. */
type Answer = WireDbrp & { readonly content?: WireDbrp }
const unwrapped = ({ content, ...bare }: Answer): WireDbrp => identified(content ?? bare)

/** `influx v1 dbrp create`. */
export async function createDbrp(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const text = (flag: string) => invocation.text(flag) ?? ''
  const isDefault = givenDefault(invocation)
  const connection = await connect(invocation)
  const body = {
    bucketID: text('bucket-id'),
    database: text('db'),
    ...(isDefault !== undefined && { default: isDefault }),
    orgID: await orgIdOf(invocation, connection),
    retention_policy: text('rp'),
  }
  const created = await withPrefix(`failed to create dbrp for bucket "${body.bucketID}"`, () =>
    fetchObject<Answer>(connection.api.POST('/api/v2/dbrps', { body })),
  )
  await printRecord(invocation, DBRP_RECORD, unwrapped(created))
}

/** `influx v1 dbrp update`: sends what is given. */
export async function updateDbrp(invocation: Invocation): Promise<void> {
  const { id, connection, params } = await selected(invocation)
  const policy = invocation.text('rp')
  const isDefault = givenDefault(invocation)
  const body = { ...(isDefault !== undefined && { default: isDefault }), ...(policy && { retention_policy: policy }) }
  const changed = await withPrefix(`failed to update DBRP mapping "${id}"`, () =>
    fetchObject<Answer>(connection.api.PATCH('/api/v2/dbrps/{dbrpID}', { params, body })),
  )
  await printRecord(invocation, DBRP_RECORD, unwrapped(changed))
}

/** `influx v1 dbrp delete`. */
export async function deleteDbrp(invocation: Invocation): Promise<void> {
  const { id, connection, params } = await selected(invocation)
  const found = await withPrefix(`failed to find DBRP mapping "${id}"`, () =>
    fetchObject<Answer>(connection.api.GET('/api/v2/dbrps/{dbrpID}', { params })),
  )
  await withPrefix(`failed to delete DBRP mapping "${id}"`, () =>
    connection.api.DELETE('/api/v2/dbrps/{dbrpID}', { params }),
  )
  await printRecord(invocation, DBRP_RECORD, unwrapped(found))
}

interface Selected {
  readonly id: string
  readonly connection: Connection
  readonly params: { readonly path: { readonly dbrpID: string }; readonly query: ReturnType<typeof orgQuery> }
}

async function selected(invocation: Invocation): Promise<Selected> {
  givenOrg(invocation)
  const id = givenId(invocation)
  const connection = await connect(invocation)
  return { id, connection, params: { path: { dbrpID: id }, query: orgQuery(invocation, connection) } }
}
