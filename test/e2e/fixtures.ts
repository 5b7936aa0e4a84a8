// What tests of the management API create again and again, and how they say what was answered.
import { type Client, clientOf, type DescribedServer } from './described-server.ts'
import type { Answer } from './server.ts'

export const AUTHORIZATIONS = '/api/v2/authorizations'
export const V1_AUTHORIZATIONS = '/private/legacy/authorizations'
export const USERS = '/api/v2/users'
export const ORGS = '/api/v2/orgs'
export const BUCKETS = '/api/v2/buckets'
export const DBRPS = '/api/v2/dbrps'

/** An authorization as it was created, the secret with it. */
export interface Created {
  readonly id: string
  readonly token: string
  readonly orgID: string
  readonly userID: string
  readonly description: string
}

export interface PermissionJson {
  readonly action: 'read' | 'write'
  readonly resource: {
    readonly type: string
    readonly id?: string
    readonly orgID?: string
    readonly measurements?: readonly string[]
  }
}

/** The body of an answer that must have this status. @throws Error with the answer otherwise */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export function ok(answer: Answer, status = 200): any {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`)
  return answer.text === '' ? undefined : answer.json()
}

/** A refusal in one line, `400 invalid: the message`; for anything else only the status. */
export function refusal({ status, headers, text }: Answer): string {
  if (status < 400) return String(status)
  const { code, message } = JSON.parse(text)
  if (headers['x-platform-error-code'] !== code) return `${status} with two codes, ${code} in the body`
  return `${status} ${code}: ${message}`
}

export const may = (
  action: PermissionJson['action'],
  type: string,
  where: Omit<PermissionJson['resource'], 'type'> = {},
): PermissionJson => ({ action, resource: { type, ...where } })

/** Read and write. */
export const mayAll = (type: string, where: Omit<PermissionJson['resource'], 'type'> = {}): PermissionJson[] => [
  may('read', type, where),
  may('write', type, where),
]

export async function createUser(client: Client, name: string): Promise<string> {
  return ok(await client.post(USERS, { name }), 201).id
}

export async function createOrg(client: Client, name: string): Promise<string> {
  return ok(await client.post(ORGS, { name }), 201).id
}

export async function createBucket(client: Client, orgID: string, name: string): Promise<string> {
  return ok(await client.post(BUCKETS, { orgID, name }), 201).id
}

/** A token with some permission, unless told which. */
export async function createToken(
  client: Client,
  wanted: Record<string, unknown> & { orgID: string },
): Promise<Created> {
  const permissions = [may('read', 'buckets', { orgID: wanted.orgID })]
  return ok(await client.post(AUTHORIZATIONS, { permissions, ...wanted }), 201)
}

/** Gives a user a password and signs him in. */
export async function signIn(server: DescribedServer, userId: string, name: string, password: string): Promise<Client> {
  ok(await server.operator.post(`${USERS}/${userId}/password`, { password }), 204)
  const basic = Buffer.from(`${name}:${password}`).toString('base64')
  const answer = await server.request('POST', '/api/v2/signin', { headers: { Authorization: `Basic ${basic}` } })
  ok(answer, 204)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0]
  return clientOf(server.request, { headers: { Cookie: cookie } })
}

/** Does work for each, so many at once. */
export async function forEach<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>) {
  const waiting = [...items]
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
