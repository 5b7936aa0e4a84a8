// Requests that make sense, built from openapi.json, so that tests can spoil one thing in them.
import type { Schema } from '../wire/document.ts'
import { type ApiOperation, expanded, isIdSchema, propertiesOf } from '../wire/operations.ts'
import type { DescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  BUCKETS,
  createBucket,
  createOrg,
  createToken,
  createUser,
  DBRPS,
  mayAll,
  ORGS,
  ok,
  USERS,
  V1_AUTHORIZATIONS,
} from './fixtures.ts'
import type { Asked } from './server.ts'

/** Things that are there to be ill-treated, by the names that paths and bodies have for their ids. */
export interface Victims {
  readonly orgID: string
  readonly userID: string
  readonly bucketID: string
  readonly dbrpID: string
  readonly authID: string
  readonly legacyID: string
  /** A user who keeps his name, so that he can sign in. */
  readonly keeperID: string
}

const NAME = 'victim'
const KEEPER = 'keeper'
/** Before and after it is changed. */
const PASSWORD = 'a-long-password'
const BASIC = `Basic ${Buffer.from(`${KEEPER}:${PASSWORD}`).toString('base64')}`
/** The one in the settings of the server. */
export const UPSTREAM = 'lab'
const FUTURE = '2031-05-06T07:08:09Z'

export async function createVictims({ operator }: DescribedServer): Promise<Victims> {
  const orgID = await createOrg(operator, NAME)
  const userID = await createUser(operator, NAME)
  const keeperID = await createUser(operator, KEEPER)
  const bucketID = await createBucket(operator, orgID, NAME)
  const permissions = mayAll('buckets', { orgID })
  const mapping = { orgID, bucketID, database: NAME, retention_policy: 'rp' }
  ok(await operator.post(`${USERS}/${keeperID}/password`, { password: PASSWORD }), 204)
  const { id: dbrpID } = ok(await operator.post(DBRPS, mapping), 201)
  const { id: authID } = await createToken(operator, { orgID, userID, permissions, description: NAME })
  const { id: legacyID } = ok(await operator.post(V1_AUTHORIZATIONS, { orgID, userID, permissions, token: NAME }), 201)
  return { orgID, userID, bucketID, dbrpID, authID, legacyID, keeperID }
}

/** Who changes a password shows the old one, and comes with a session. */
const changesPassword = ({ method, path }: ApiOperation) => method === 'PUT' && path.endsWith('/password')

/** The path of an operation on the victims. @param other ids in place of theirs, by parameter */
export function pathOf(
  operation: ApiOperation,
  victims: Victims,
  other: Readonly<Record<string, string>> = {},
): string {
  const { path } = operation
  const ids = {
    ...victims,
    ...(path.startsWith(V1_AUTHORIZATIONS) && { authID: victims.legacyID }),
    ...(changesPassword(operation) && { userID: victims.keeperID }),
  }
  const filled = path.replaceAll(/\{(.+?)\}/g, (_, name) => other[name] ?? ids[name as keyof Victims])
  return path.startsWith(`${DBRPS}/`) ? `${filled}?orgID=${victims.orgID}` : filled
}

/** Who asks for an operation, and with what beside the body. */
export async function askedFor(operation: ApiOperation, server: DescribedServer, victims: Victims): Promise<Asked> {
  if (changesPassword(operation)) {
    const answer = await server.request('POST', '/api/v2/signin', { headers: { Authorization: BASIC } })
    ok(answer, 204)
    return { headers: { Authorization: BASIC, Cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] } }
  }
  if (operation.open) return {}
  const token = server.onboarded.operator
  if (!operation.parameters.some(({ name, required }) => name === 'If-Match' && required === true)) return { token }
  const { headers } = await server.operator.get(`${AUTHORIZATIONS}/${victims.authID}`)
  return { token, headers: { 'If-Match': headers.etag } }
}

let samples = 0

/** A body that makes sense: a value for every property that is described, by its name or else by its type. */
export function sampleBody(operation: ApiOperation, victims: Victims): Record<string, unknown> {
  const unused = (0x0d1a_0000_0000_0000n + BigInt(++samples)).toString(16).padStart(16, '0')
  const { path } = operation
  // What `id` means depends on where it stands.
  const id = path === USERS ? unused : /\/(members|owners)$/.test(path) ? victims.userID : victims.bucketID
  // Texts that differ from all others, since the search for secrets takes it for one where it is no name.
  const token = `token-of-a-sample-${unused}`
  const byName = { ...victims, id, token, password: PASSWORD, org: NAME, expiresAt: FUTURE, upstream: UPSTREAM }
  return sampleObject(byName, operation.body as Schema)
}

type ByName = Readonly<Record<string, unknown>>

function sampleObject(byName: ByName, schema: Schema): Record<string, unknown> {
  return Object.fromEntries(propertiesOf(schema).map(([name, property]) => [name, sample(byName, name, property)]))
}

function sample(byName: ByName, name: string, schema: Schema): unknown {
  const { type, items, enum: choices, const: only } = expanded(schema)
  if (only !== undefined) return only
  if (Array.isArray(choices)) return choices.includes('buckets') ? 'buckets' : choices[0]
  if (type === 'array') {
    const isOfObjects = expanded(items as Schema).type === 'object'
    return [isOfObjects ? sampleObject(byName, items as Schema) : sample(byName, name, items as Schema)]
  }
  if (type === 'object') return sampleObject(byName, schema)
  if (type === 'integer') return 86_400
  if (type === 'boolean') return true
  if (byName[name] !== undefined) return byName[name]
  if (isIdSchema(schema)) throw new Error(`no sample for the id ${name}: say in samples.ts which one it means`)
  return `sample-${++samples}`
}

/** Everything that can be seen, as one text. */
export async function everything({ operator }: DescribedServer, { orgID, bucketID }: Victims): Promise<string> {
  const lists = [`${USERS}?limit=100`, `${ORGS}?limit=100`, `${BUCKETS}?limit=100`, AUTHORIZATIONS, V1_AUTHORIZATIONS]
  const roles = [`${ORGS}/${orgID}`, `${BUCKETS}/${bucketID}`].flatMap(one => [`${one}/members`, `${one}/owners`])
  const texts: string[] = []
  for (const path of [...lists, ...roles, `${DBRPS}?orgID=${orgID}`]) texts.push((await operator.get(path)).text)
  return texts.join('\n')
}
