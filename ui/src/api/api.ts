import { createApi } from '../../../src/client/client.ts'
import { Failure, failureOf } from './failure.ts'
import { renewal } from './renewal.ts'

/** The management API, by the session's cookie. Calls resolve to a success; anything else is thrown as `Failure`. */
export const api = createApi({ baseUrl: location.origin, fetch: send, failure: failureOf })

/** The same, for what is asked before anybody is signed in: a refusal is an answer, and opens no dialog. */
export const strangerApi = createApi({ baseUrl: location.origin, fetch: reach, failure: failureOf })

/** The answer's data, which a success that says so always has. */
export async function dataOf<Data>(call: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  const { data } = await call
  if (data === undefined || data === null) throw new Failure(502, 'the server answered with nothing')
  return data
}

async function send(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await reach(request)
  if (response.status !== 401 || !(await isSignedOut())) return response
  try {
    await renewal.untilRenewed()
  } catch {
    return response
  }
  return reach(again)
}

/** 401 is also how a missing permission is answered. Only the session's own address tells the two apart. */
async function isSignedOut(): Promise<boolean> {
  const answer = await reach(new Request(`${location.origin}/api/v2/me`, { cache: 'no-store' })).catch(() => undefined)
  return answer?.status === 401
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    // Given up by the page itself, not for want of a network.
    if (request.signal.aborted) throw cause
    throw new Failure(0, 'no answer')
  }
}
