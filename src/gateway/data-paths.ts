import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Caller, Verifier } from '../authority/verifier.ts'
import { AppError } from '../domain/errors.ts'
import { isDenial } from '../domain/verdict.ts'
import { parseWriteUrl } from '../parse/write-url.ts'
import { failureOf, NO_UPSTREAM, type Refusal, refusalOf, sendRefusal } from './answer.ts'
import { codingOf } from './coding.ts'
import { type Api, identify } from './credential.ts'
import { bucketOfWrite } from './decide-write.ts'
import { deletePoints } from './delete-points.ts'
import { forward } from './forward.ts'
import { limitedBody } from './limited-body.ts'
import type { Places } from './place.ts'
import { type QueryMeans, queryV1 } from './query-v1.ts'
import { queryInfluxql, querySql } from './query-v3.ts'
import { oddShape } from './shape.ts'
import { queryBody, type WholeRequest } from './whole-body.ts'
import { writePath } from './write-request.ts'

export interface DataPathMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  readonly places: Places
  /** Told who a request came from, for the log. */
  readonly onCaller: (incoming: IncomingMessage, caller: Caller) => void
}

interface DataPath {
  readonly api: Api
  readonly methods: readonly string[]
  readonly writes: boolean
  /** Answers what is decided by the whole request; absent where that is not forwarded. */
  readonly answer?: Answering
}

type Answering = (means: QueryMeans, caller: Caller, whole: WholeRequest, outgoing: ServerResponse) => Promise<void>

/** The paths whose work is done by an InfluxDB. */
const DATA_PATHS: Readonly<Record<string, DataPath>> = {
  '/api/v2/write': { api: 'v2', methods: ['POST'], writes: true },
  '/api/v2/query': { api: 'v2', methods: ['POST'], writes: false },
  '/api/v2/delete': { api: 'v2', methods: ['POST'], writes: false, answer: deletePoints },
  '/write': { api: 'v1', methods: ['POST'], writes: true },
  '/query': { api: 'v1', methods: ['GET', 'POST'], writes: false, answer: queryV1 },
  '/api/v3/write_lp': { api: 'v3', methods: ['POST'], writes: true },
  '/api/v3/query_sql': { api: 'v3', methods: ['GET', 'POST'], writes: false, answer: querySql },
  '/api/v3/query_influxql': { api: 'v3', methods: ['GET', 'POST'], writes: false, answer: queryInfluxql },
}

export function dataPathOf(target: string): DataPath | undefined {
  const path = target.split('?', 1)[0] ?? ''
  return Object.hasOwn(DATA_PATHS, path) ? DATA_PATHS[path] : undefined
}

/**
 * Answers a data path: every refusal that a verdict gives; what it allows is asked of the upstream where the bucket is. A
 * bucket that is nowhere yet is 503, so that agents keep their data.
 */
export function answerDataPath({ verifier, catalogue, places, onCaller }: DataPathMeans) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse, path: DataPath): Promise<void> => {
    const { method = '' } = incoming
    const allow = ['OPTIONS', ...path.methods].join(', ')
    try {
      const caller = await identifySender(path.api, incoming)
      if (isDenial(caller)) return sendRefusal(outgoing, refusalOf(caller))
      onCaller(incoming, caller)
      if (!path.methods.includes(method)) return sendRefusal(outgoing, wrongMethod(allow), { Allow: allow })
      const odd = oddShape(incoming)
      if (odd !== undefined) return sendRefusal(outgoing, invalid(odd), { Connection: 'close' })
      if (path.answer !== undefined) return await answerWhole(caller, path.api, path.answer, incoming, outgoing)
      if (!path.writes) return sendRefusal(outgoing, NO_UPSTREAM)
      await write(caller, incoming, outgoing)
    } catch (cause) {
      sendRefusal(
        outgoing,
        failureOf(cause instanceof AppError ? cause : new AppError('internal error', 'failed', { cause })),
      )
    }
  }

  function identifySender(api: Api, { url: target = '', headers, socket }: IncomingMessage) {
    return identify(verifier, api, { headers, target, address: socket.remoteAddress ?? '' })
  }

  async function answerWhole(
    caller: Caller,
    api: Api,
    answer: Answering,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const begunMs = performance.now()
    const body = await queryBody(incoming, api === 'v1' ? 'form' : 'json')
    const isLate = performance.now() - begunMs > SLOW_BODY_MS
    const current = isLate ? await identifySender(api, incoming) : caller
    if (isDenial(current)) return sendRefusal(outgoing, refusalOf(current))
    await answer({ catalogue, places }, current, { incoming, body }, outgoing)
  }

  async function write(caller: Caller, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming
    const target = parseWriteUrl(method, url)
    if ('undecidable' in target) return sendRefusal(outgoing, invalid(target.undecidable))
    const coding = codingOf(headers['content-encoding'])
    if (typeof coding === 'object') return sendRefusal(outgoing, invalid(coding.undecidable))
    const bucket = await bucketOfWrite(catalogue, caller.orgId, target)
    const place = await places.of(caller, 'write', bucket)
    if (place === 'denied') return sendRefusal(outgoing, refusalOf({ allow: false, reason: 'missing-permission' }))
    if (place === 'unbound') return sendRefusal(outgoing, NO_UPSTREAM)
    const path = writePath(place, target)
    if (typeof path !== 'string') return sendRefusal(outgoing, invalid(path.untranslatable))
    const body = limitedBody(incoming, place.upstream.maxBodyBytes, coding)
    const about = {
      'content-type': 'text/plain; charset=utf-8',
      ...(coding === 'gzip' && { 'content-encoding': coding }),
    }
    await forward(place.upstream, { method: 'POST', path, headers: about, body }, incoming, outgoing)
  }
}

/** A body that takes longer may have outlived the token that it came with. */
const SLOW_BODY_MS = 1_000

const invalid = (message: string): Refusal => ({ status: 400, code: 'invalid', message })

const wrongMethod = (allow: string): Refusal => ({
  status: 405,
  code: 'method not allowed',
  message: `allow: ${allow}`,
})
