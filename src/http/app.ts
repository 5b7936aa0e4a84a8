import { RequestError } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { denialError } from '../authority/caller.ts'
import { EXTENSION_MS } from '../authority/sessions.ts'
import type { Verifier } from '../authority/verifier.ts'
import { AppError } from '../domain/errors.ts'
import { digestOf } from '../domain/token.ts'
import { isDenial } from '../domain/verdict.ts'
import { clientError, errorAnswer, STATUS } from './answer.ts'
import type { App, Environment, RequestContext, RouteMeans, RouteTable } from './context.ts'
import { credentialOf } from './credential.ts'
import { authorizationRoutes } from './routes/authorizations.ts'
import { bucketRoutes } from './routes/buckets.ts'
import { dbrpRoutes } from './routes/dbrps.ts'
import { memberRoutes } from './routes/members.ts'
import { type ObservationMeans, observationRoutes } from './routes/observations.ts'
import { orgRoutes } from './routes/orgs.ts'
import { sessionRoutes } from './routes/sessions.ts'
import { setupRoutes } from './routes/setup.ts'
import { type SystemMeans, systemRoutes } from './routes/system.ts'
import { userRoutes } from './routes/users.ts'
import { v1AuthorizationRoutes } from './routes/v1-authorizations.ts'
import { refuseForeign } from './session.ts'
import type { SetupGuard } from './setup-guard.ts'

export interface AppMeans extends RouteMeans {
  readonly verifier: Verifier
  readonly nowMs: () => number
  readonly system: SystemMeans
  readonly observations: ObservationMeans
  readonly setupGuard: SetupGuard
  /** Our own origins, as browsers write them. */
  readonly ownOrigins: readonly string[]
  /** Whether cookies may travel over TLS only. */
  readonly secureCookies: boolean
  /** Text for `/metrics`; undefined if metrics are switched off. */
  readonly metrics: (() => string) | undefined
  /** Told who a request came from, for the log. */
  readonly onCaller: (c: RequestContext) => void
  /** Told of failures that are ours. */
  readonly onFailure: (cause: AppError) => void
}

/** What needs no credential: these paths exactly, with these methods. Source: wire contract 2.1. */
const PUBLIC = [
  'GET /',
  'GET /api/v2',
  'GET /api/v2/setup',
  'POST /api/v2/setup',
  'POST /api/v2/signin',
  'POST /api/v2/signout',
  'GET /ping',
  'HEAD /ping',
  'GET /health',
  'GET /ready',
  'GET /metrics',
]
/** Where authentication goes before routing: a stranger does not learn which paths exist. */
const GUARDED = /^\/(?:api\/v2|private)(?:\/|$)/

const CORS_METHODS = 'POST, GET, OPTIONS, PUT, DELETE, PATCH'
const CORS_HEADERS = 'Accept, Content-Type, Content-Length, Accept-Encoding, Authorization, User-Agent'

/** The management API as an application: requests in, answers out, no port. */
export function createApp(means: AppMeans): App {
  // Routed by the path as it was sent, which is what authentication looks at; the URL of the request has its dots resolved.
  const app: App = new Hono<Environment>({ getPath: (_, { env } = {}) => routedPath(env as Environment['Bindings']) })
  app.use(cors)
  app.use(authentication(means))
  register(app, {
    '/': { GET: c => c.text('Sluice is running. Its API is at /api/v2.\n') },
    '/metrics': { GET: c => metricsAnswer(c, means) },
    ...systemRoutes(means.system),
    ...setupRoutes(means, means.setupGuard),
    ...sessionRoutes(means, means),
    ...authorizationRoutes(means),
    ...v1AuthorizationRoutes(means),
    ...userRoutes(means),
    ...orgRoutes(means),
    ...memberRoutes(means),
    ...bucketRoutes(means),
    ...dbrpRoutes(means),
    ...observationRoutes(means.observations),
  })
  app.notFound(c => errorAnswer(c, new AppError('not found', 'path not found')))
  app.onError((cause, c) => {
    const error = clientError(cause)
    if (error.code === 'internal error' || error.code === 'unavailable') means.onFailure(error)
    return errorAnswer(c, error)
  })
  return app
}

function register(app: App, table: RouteTable): void {
  for (const [path, methods] of Object.entries(table)) {
    app.all(path, (c, next) => {
      // The middleware has seen to it already. This does not depend on how paths are read: no caller, no route.
      const open = !GUARDED.test(path) || PUBLIC.includes(`${c.req.method} ${path}`)
      if (!open && c.get('caller') === undefined) throw denialError({ allow: false, reason: 'no-credential' })
      const handler = Object.hasOwn(methods, c.req.method) ? methods[c.req.method as keyof typeof methods] : undefined
      if (handler !== undefined) return handler(c, next)
      const allow = Object.keys(methods).join(', ')
      c.header('Allow', allow)
      return errorAnswer(c, new AppError('method not allowed', `allow: ${allow}`))
    })
  }
}

/** Any origin may ask, but not with a browser's session: credentials are never allowed. Source: wire contract 1.5. */
const cors: MiddlewareHandler<Environment> = async (c, next) => {
  const { origin } = c.env.incoming.headers
  if (origin === undefined || !GUARDED.test(c.req.path)) return next()
  c.header('Access-Control-Allow-Origin', origin)
  c.header('Vary', 'Origin')
  if (c.req.method !== 'OPTIONS') return next()
  return c.body(null, 204, {
    'Access-Control-Allow-Methods': CORS_METHODS,
    'Access-Control-Allow-Headers': CORS_HEADERS,
  })
}

/** Finds out who asks before anything else happens, wherever a credential is needed. */
function authentication(means: AppMeans): MiddlewareHandler<Environment> {
  return async (c, next) => {
    const path = sentPath(c.env)
    if (PUBLIC.includes(`${c.req.method} ${path}`) || !GUARDED.test(path)) return next()
    const caller = await callerOf(means, c)
    if (isDenial(caller)) throw denialError(caller)
    c.set('caller', caller)
    means.onCaller(c)
    return next()
  }
}

async function callerOf({ verifier, authority, ownOrigins, nowMs }: AppMeans, c: RequestContext) {
  const credential = credentialOf(c.env.incoming)
  if (credential.kind === 'none') return { allow: false, reason: 'no-credential' } as const
  if (credential.kind === 'token') return verifier.verify(credential.text)
  const caller = await verifier.verifySession(credential.key)
  if (isDenial(caller)) return caller
  refuseForeign(c.env.incoming, ownOrigins)
  const ends = caller.expiresAtMs ?? Number.POSITIVE_INFINITY
  if (ends < nowMs() + EXTENSION_MS) await authority.sessions.extend(digestOf(credential.key))
  return caller
}

function metricsAnswer(c: RequestContext, { metrics }: AppMeans) {
  if (metrics === undefined) return errorAnswer(c, new AppError('forbidden', 'metrics disabled'))
  return c.body(metrics(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
}

/** The path of the request line, as it stands there. */
function sentPath({ incoming: { url = '/' } }: Environment['Bindings']): string {
  const target = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*/i, '')
  return /^[^?#]*/.exec(target)?.[0] || '/'
}

/** Where a credential is needed, a slash at the end is overlooked. Source: wire contract 1.4. */
function routedPath(env: Environment['Bindings']): string {
  const path = sentPath(env)
  return GUARDED.test(path) ? path.replace(/\/$/, '') : path
}

/** What is answered before anything can be routed: to a request that makes no URL, such as one with a broken host. */
export function unroutableAnswer(cause: unknown): Response {
  const malformed = 'the target or the Host header of the request is malformed'
  const { code, message } = clientError(cause instanceof RequestError ? new AppError('invalid', malformed) : cause)
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'X-Platform-Error-Code': code }
  return new Response(JSON.stringify({ code, message }), { status: STATUS[code], headers })
}
