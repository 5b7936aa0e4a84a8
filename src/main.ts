import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { type Authority, createAuthority } from './authority/authority.ts'
import type { AuthorizationQuery } from './authority/authorization-list.ts'
import type { Caller } from './authority/caller.ts'
import { createCatalogue } from './authority/catalogue.ts'
import { systemClock } from './authority/clock.ts'
import { followChanges } from './authority/freshness.ts'
import { createIds } from './authority/ids.ts'
import { createPasswordHasher } from './authority/password-hasher.ts'
import { rememberCatalogue } from './authority/remembered-catalogue.ts'
import { createVerifier } from './authority/verifier.ts'
import { addressMatcher, isLoopback } from './config/address.ts'
import type { Config, InitConfig } from './config/config.ts'
import type { UpstreamConfig } from './config/upstream.ts'
import { authorizationOf } from './config/upstream-authorization.ts'
import type { TokenText } from './domain/token.ts'
import { openGateway } from './gateway/open-gateway.ts'
import type { WouldBeRefused } from './gateway/shadow/shadow.ts'
import type { UpstreamOptions } from './gateway/upstream/upstream.ts'
import { type AppMeans, createApp, unroutableAnswer } from './http/app.ts'
import { readPage } from './http/page.ts'
import { routeLabel } from './http/route-label.ts'
import { listen } from './http/server.ts'
import { createSetupGuard, requireGoodToken } from './http/setup-guard.ts'
import { createGatewayMetrics } from './observe/gateway-metrics.ts'
import type { Logger } from './observe/log.ts'
import { createRegistry } from './observe/metrics.ts'
import { registerProcessMetrics } from './observe/process-metrics.ts'
import { createRefusalTable } from './observe/refusals.ts'
import { observeRequests } from './observe/requests.ts'
import { openStore, prepareDirectory } from './store/open-sqlite-store.ts'
import { INFLUXDB_VERSION } from './version.ts'
import { openWorker } from './worker/channel.ts'

/** A server that answers. */
export interface RunningServer {
  readonly url: string
  readonly setUp: boolean
  /** Asked for at set-up because we listen beyond loopback; undefined if nobody needs one. */
  readonly setupCode: string | undefined
  /** Settles if the server can no longer work. */
  readonly lost: Promise<Error>
  /** Finishes what is running, within the configured time, and lets go of the data. */
  close(): Promise<void>
}

/**
 * Builds the server from its parts and starts it: the one place that knows everybody.
 *
 * @throws AppError or Error, in words for whoever started it
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const { dataDir, listen: address, tls } = config
  const lock = await prepareDirectory(dataDir, randomUUID)
  const upstreams = config.upstreams.map(({ name }) => name)
  const worker = await openWorker({ dataDir, sessionLengthMs: config.sessions.lengthMinutes * 60_000, upstreams })
  const { store, sqlite } = await openStore(dataDir, true)
  const hasher = createPasswordHasher()
  const freshness = await followChanges({ store, dataVersion: () => sqlite.dataVersion() })
  const verifier = createVerifier({ store, freshness, clock: systemClock, hasher })
  const means = { store, clock: systemClock, ids: createIds(systemClock, randomBytes), random: randomBytes, hasher }
  const reader = createAuthority(means, { sessionLengthMs: 0 })
  const authority = readingHere(reader, worker.authority)

  const publicHost = config.publicUrl?.host.replace(/:\d+$/, '')
  // A public URL means that somebody forwards the world to us, on whatever address we listen.
  const exposed = !isLoopback(address.host) || (publicHost !== undefined && !isLoopback(publicHost))
  if (config.init !== undefined && (await reader.setup.allowed())) {
    await initialize(config.init, worker.authority, log, exposed)
  }
  const setUp = !(await reader.setup.allowed())
  const setupCode = setUp || !exposed ? undefined : randomBytes(8).toString('hex')

  let lost: Error | undefined
  const registry = createRegistry()
  const stopMeasuring = registerProcessMetrics(registry)
  registry.readGauge({ name: 'sluice_verifier_remembered', help: 'Tokens remembered.', read: () => verifier.size() })
  const { gateway } = config
  const refusals = createRefusalTable(systemClock.nowMs)
  const observer = observeRequests(log, registry, routeLabel)
  const catalogue = rememberCatalogue(createCatalogue(store), freshness)
  const ownOrigins = config.publicUrl === undefined ? [] : [config.publicUrl.origin]
  const app = createApp({
    verifier,
    authority,
    ownOrigins,
    nowMs: systemClock.nowMs,
    maxBodyBytes: config.limits.maxBodyBytes,
    secureCookies: tls !== undefined || config.publicUrl?.protocol === 'https:',
    setupGuard: createSetupGuard({
      ownOrigins,
      publicHost,
      exposed,
      code: setupCode,
      warn: message => log.warn(message),
    }),
    metrics: config.metrics.enabled ? () => registry.render() : undefined,
    system: {
      version: INFLUXDB_VERSION,
      startedAtMs: Date.now(),
      nowMs: systemClock.nowMs,
      trouble: () => (lost === undefined ? undefined : 'the store is gone'),
      note: gateway.mode === 'observe' ? OBSERVING : undefined,
    },
    observations: { mode: gateway.mode, refusals },
    onCaller: c => observer.noteActor(c.env.incoming, actorName(c.get('caller'))),
    onFailure: failure => log.error('request failed', { failure }),
  } satisfies AppMeans)

  if (gateway.mode === 'observe') log.warn(OBSERVING, { setting: 'gateway.mode' })
  const observing = gateway.mode === 'observe' ? gateway.observeUpstream : undefined
  const { trusted, upstream } = config.forwardAuth
  const data = openGateway({
    verifier,
    catalogue,
    freshness,
    nowMs: systemClock.nowMs,
    metrics: createGatewayMetrics(registry),
    upstreams: config.upstreams.map(upstreamOptions),
    cutStreams: config.revoke.cutStreams,
    observe: observing === undefined ? undefined : { fallback: observing, onRefusal },
    forwardAuth: trusted.length === 0 ? undefined : { trusts: addressMatcher(trusted), upstream },
    onCaller: (request, caller) => observer.noteActor(request, actorName(caller)),
    onCut: caller => log.info('a running request was cut', { actor: actorName(caller) }),
    onFault: cause => log.error('request failed', { failure: cause instanceof Error ? cause : String(cause) }),
  })

  function onRefusal(refusal: WouldBeRefused): void {
    log.info('would be refused', { ...refusal })
    refusals.note(refusal)
  }

  const management = getRequestListener(app.fetch, {
    // Lets this thread's `Response` be the adapter's own, which goes out as it is, not through a stream: twice the rate.
    overrideGlobalObjects: true,
    // HTTP/1.0, which old health checks speak, names no host.
    hostname: 'localhost',
    errorHandler: unroutableAnswer,
  })

  const page = readPage(fileURLToPath(new URL('./ui', import.meta.url)))
  if (page === undefined) log.warn('the page was not built: only the API is served')

  function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
    outgoing.setHeader('X-Influxdb-Build', 'OSS')
    outgoing.setHeader('X-Influxdb-Version', INFLUXDB_VERSION)
    // Who may do what, and now and then a secret: nobody's to keep on the way, or to take for something else.
    outgoing.setHeader('Cache-Control', 'no-store')
    outgoing.setHeader('X-Content-Type-Options', 'nosniff')
    if (!data.answer(incoming, outgoing) && !page?.answer(incoming, outgoing)) void management(incoming, outgoing)
  }

  const server = await listen({
    ...address,
    tls,
    listener: observer.wrap(answer),
    grpc: observer.wrapGrpc(data.answerGrpc),
  })
  return {
    url: urlOf(config, server.port),
    setUp,
    setupCode,
    lost: worker.lost.then(cause => {
      lost = cause
      return cause
    }),
    async close() {
      await server.close(config.limits.shutdownSeconds * 1000)
      await data.close()
      stopMeasuring()
      // The connection that writes goes last: only such a one can leave everything in the one file.
      await store.close()
      await worker.close()
      lock.close()
    },
  }
}

/** What reads a little is done on this thread, with its own connection; what writes, or reads a lot, by the other. */
function readingHere(here: Authority, there: Authority): Authority {
  return {
    authorizations: {
      create: there.authorizations.create,
      change: there.authorizations.change,
      replacePermissions: there.authorizations.replacePermissions,
      delete: there.authorizations.delete,
      get: here.authorizations.get,
      list: (caller, query) => (isSmall(query) ? here : there).authorizations.list(caller, query),
    },
    v1Authorizations: {
      create: there.v1Authorizations.create,
      change: there.v1Authorizations.change,
      replacePermissions: there.v1Authorizations.replacePermissions,
      delete: there.v1Authorizations.delete,
      get: here.v1Authorizations.get,
      list: (caller, query) => (isSmall(query) ? here : there).v1Authorizations.list(caller, query),
    },
    v1Passwords: there.v1Passwords,
    users: {
      create: there.users.create,
      change: there.users.change,
      delete: there.users.delete,
      setPassword: there.users.setPassword,
      changePassword: there.users.changePassword,
      get: here.users.get,
      list: here.users.list,
      permissions: here.users.permissions,
    },
    orgs: {
      create: there.orgs.create,
      change: there.orgs.change,
      delete: there.orgs.delete,
      get: here.orgs.get,
      list: here.orgs.list,
    },
    members: there.members,
    buckets: {
      create: there.buckets.create,
      change: there.buckets.change,
      delete: there.buckets.delete,
      get: here.buckets.get,
      list: here.buckets.list,
    },
    bindings: {
      set: there.bindings.set,
      remove: there.bindings.remove,
      get: here.bindings.get,
    },
    dbrps: there.dbrps,
    sessions: there.sessions,
    setup: { allowed: here.setup.allowed, onboard: there.setup.onboard },
  }
}

const OBSERVING = 'gateway.mode is observe: nothing on the data paths is refused, only counted'

const SMALL_LIST = 100
const SMALL_OFFSET = 1000

/** Whether an index finds all that a list needs, and that is not much. */
function isSmall({ page, search, withTotal }: AuthorizationQuery): boolean {
  const { limit, offset = 0, sortBy = 'id' } = page
  return limit <= SMALL_LIST && offset <= SMALL_OFFSET && sortBy === 'id' && search === undefined && !withTotal
}

/** The unattended first start. The token goes nowhere but into the store: who wants to know it brings it in a file. */
async function initialize(init: InitConfig, authority: Authority, log: Logger, exposed: boolean): Promise<void> {
  const text = (file: string) => readFileSync(file, 'utf8').trim()
  const token = init.tokenFile === undefined ? undefined : (text(init.tokenFile) as TokenText)
  if (token !== undefined) requireGoodToken(token, exposed, message => log.warn(message))
  await authority.setup.onboard({
    username: init.username,
    org: init.org,
    bucket: init.bucket,
    retentionSeconds: 0,
    ...(init.passwordFile && { password: text(init.passwordFile) }),
    ...(token !== undefined && { token }),
  })
  log.info('set up unattended', { username: init.username, org: init.org, bucket: init.bucket })
}

function upstreamOptions(config: UpstreamConfig): UpstreamOptions {
  const { credential: _, ...rest } = config
  return { ...rest, authorization: authorizationOf(config, process.env) }
}

const actorName = ({ ref, userId }: Caller) => (ref.kind === 'session' ? `user:${userId}` : `authorization:${ref.id}`)

function urlOf({ publicUrl, listen: { host }, tls }: Config, port: number): string {
  if (publicUrl !== undefined) return publicUrl.origin
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls === undefined ? 'http' : 'https'}://${name}:${port}`
}
