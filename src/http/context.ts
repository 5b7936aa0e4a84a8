import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Handler, Hono } from 'hono'
import type { Authority } from '../authority/authority.ts'
import type { Caller } from '../authority/caller.ts'
import { type Fields, failWith, fieldsOf } from './fields.ts'
import { parseFirstJson, readBytes } from './json-body.ts'

/** What Hono hands to our handlers: Node's request and answer as bindings, the caller once he is known. */
export interface Environment {
  Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse }
  Variables: { caller: Caller }
}
export type App = Hono<Environment>
export type RequestContext = Context<Environment>

/** What routes are built from. */
export interface RouteMeans {
  readonly authority: Authority
  readonly maxBodyBytes: number
}

/**
 * Reads a request's body as an object.
 *
 * @param prefix stands before the detail in the error, as the endpoint's clients know it
 */
export async function readFields(c: RequestContext, maxBodyBytes: number, prefix = ''): Promise<Fields> {
  const fail = failWith(prefix)
  const bytes = await readBytes(c.env.incoming, maxBodyBytes)
  try {
    return fieldsOf(parseFirstJson(bytes), fail)
  } catch (cause) {
    throw cause instanceof SyntaxError ? fail(cause.message) : cause
  }
}

/** The methods of one path. Any other method is answered 405. */
export type Methods = Partial<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler<Environment>>>

/** Routes by path, as data: the application registers them and refuses every other method. */
export type RouteTable = Readonly<Record<string, Methods>>

/** The address that a request comes from, as the throttle counts it. */
export function addressOf(c: RequestContext): string {
  // A request that broke off has no socket any more, whatever the types say.
  return c.env.incoming.socket?.remoteAddress ?? ''
}
