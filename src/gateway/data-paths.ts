import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Caller, Verifier } from '../authority/verifier.ts'
import { AppError } from '../domain/errors.ts'
import { isDenial } from '../domain/verdict.ts'
import { parseWriteUrl } from '../parse/write-url.ts'
import { failureOf, type Refusal, refusalOf, sendRefusal } from './answer.ts'
import { type Api, identify } from './credential.ts'
import { decideWrite } from './decide-write.ts'

export interface DataPathMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  /** Told who a request came from, for the log. */
  readonly onCaller: (incoming: IncomingMessage, caller: Caller) => void
}

interface DataPath {
  readonly api: Api
  readonly methods: readonly string[]
  readonly writes: boolean
}

/** The paths whose work is done by an InfluxDB. */
const DATA_PATHS: Readonly<Record<string, DataPath>> = {
  '/api/v2/write': { api: 'v2', methods: ['POST'], writes: true },
  '/api/v2/query': { api: 'v2', methods: ['POST'], writes: false },
  '/api/v2/delete': { api: 'v2', methods: ['POST'], writes: false },
  '/write': { api: 'v1', methods: ['POST'], writes: true },
  '/query': { api: 'v1', methods: ['GET', 'POST'], writes: false },
  '/api/v3/write_lp': { api: 'v3', methods: ['POST'], writes: true },
  '/api/v3/query_sql': { api: 'v3', methods: ['GET', 'POST'], writes: false },
  '/api/v3/query_influxql': { api: 'v3', methods: ['GET', 'POST'], writes: false },
}

export function dataPathOf(target: string): DataPath | undefined {
  const path = target.split('?', 1)[0] ?? ''
  return Object.hasOwn(DATA_PATHS, path) ? DATA_PATHS[path] : undefined
}

/**
 * Answers a data path while there is no upstream to forward to: every refusal that a verdict gives, and 503 where it
 * allows, so that agents keep their data.
 */
export function answerDataPath({ verifier, catalogue, onCaller }: DataPathMeans) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse, path: DataPath): Promise<void> => {
    const { method = '', url: target = '', headers } = incoming
    const allow = ['OPTIONS', ...path.methods].join(', ')
    try {
      const address = incoming.socket.remoteAddress ?? ''
      const caller = await identify(verifier, path.api, { headers, target, address })
      if (isDenial(caller)) return sendRefusal(outgoing, refusalOf(caller))
      onCaller(incoming, caller)
      if (!path.methods.includes(method)) return sendRefusal(outgoing, wrongMethod(allow), { Allow: allow })
      sendRefusal(outgoing, (path.writes ? await writeRefusal(caller, method, target) : undefined) ?? NO_UPSTREAM)
    } catch (cause) {
      sendRefusal(
        outgoing,
        failureOf(cause instanceof AppError ? cause : new AppError('internal error', 'failed', { cause })),
      )
    }
  }

  async function writeRefusal(caller: Caller, method: string, target: string): Promise<Refusal | undefined> {
    const parsed = parseWriteUrl(method, target)
    if ('undecidable' in parsed) return { status: 400, code: 'invalid', message: parsed.undecidable }
    const verdict = await decideWrite(catalogue, caller, parsed)
    return verdict.allow ? undefined : refusalOf(verdict)
  }
}

const NO_UPSTREAM: Refusal = {
  status: 503,
  code: 'unavailable',
  message: 'the token may do this, but no upstream InfluxDB is configured to do it',
  retryAfterSeconds: 60,
}

const wrongMethod = (allow: string): Refusal => ({
  status: 405,
  code: 'method not allowed',
  message: `allow: ${allow}`,
})
