// The harness for tests of the management API: every answer is held against openapi.json before a test sees it.
import { assertDescribed } from '../wire/answers.ts'
import { type Answer, type Asked, type Onboarded, type Server, type StartOptions, startServer } from './server.ts'

/** Somebody who asks, always with the same credential. */
export interface Client {
  get(path: string, asked?: Asked): Promise<Answer>
  post(path: string, body?: unknown, asked?: Asked): Promise<Answer>
  put(path: string, body?: unknown, asked?: Asked): Promise<Answer>
  patch(path: string, body?: unknown, asked?: Asked): Promise<Answer>
  delete(path: string, asked?: Asked): Promise<Answer>
}

/** A server that was set up with `SETUP`, and whose answers are described. */
export interface DescribedServer extends Server {
  readonly onboarded: Onboarded
  /** The one who may do everything. */
  readonly operator: Client
  /** Without a token: nobody in particular. */
  as(token?: string): Client
}

/** Makes a request function throw unless the answer is as `openapi.json` promises. */
export function described(request: Server['request']): Server['request'] {
  return async (method, path, asked) => {
    const answer = await request(method, path, asked)
    assertDescribed(method, path, answer.status, answer.headers['content-type'] ?? null, bodyOf(answer))
    return answer
  }
}

function bodyOf(answer: Answer): unknown {
  const isJson = answer.headers['content-type']?.startsWith('application/json') && answer.text !== ''
  return isJson ? answer.json() : answer.text
}

/** Starts a server and sets it up; see `startServer`. */
export async function startDescribedServer(options: Omit<StartOptions, 'onboard'> = {}): Promise<DescribedServer> {
  const server = await startServer({ ...options, onboard: true })
  const onboarded = server.onboarded as Onboarded
  const request = described(server.request)
  const as = (token?: string) => clientOf(request, token === undefined ? {} : { token })
  return { ...server, request, onboarded, as, operator: as(onboarded.operator) }
}

/** @param always sent with each request, such as a token or a cookie */
export function clientOf(request: Server['request'], always: Asked): Client {
  const ask = (method: string, path: string, asked: Asked = {}) =>
    request(method, path, { ...always, ...asked, headers: { ...always.headers, ...asked.headers } })
  return {
    get: (path, asked) => ask('GET', path, asked),
    post: (path, body, asked) => ask('POST', path, { ...asked, body }),
    put: (path, body, asked) => ask('PUT', path, { ...asked, body }),
    patch: (path, body, asked) => ask('PATCH', path, { ...asked, body }),
    delete: (path, asked) => ask('DELETE', path, asked),
  }
}
