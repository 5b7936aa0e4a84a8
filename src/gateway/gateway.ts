import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Caller, Verifier } from '../authority/verifier.ts'
import { type Denial, isDenial } from '../domain/verdict.ts'
import type { ParameterBody } from '../parse/parameters.ts'
import {
  type Dialect,
  dialectOf,
  failureOf,
  type Refusal,
  refusalOfCredential,
  sendJson,
  sendRefusal,
  sendText,
} from './answer.ts'
import { identify } from './credential.ts'
import type { DataPath } from './data-paths.ts'
import type { Judged } from './judged.ts'
import { type Answered, type Asked, malformed, type Outcome, refused } from './outcome.ts'
import { mayStill, notingUses, type Places, type Use } from './place.ts'
import { takeRequestId } from './request-id.ts'
import type { Running } from './running.ts'
import { oddShape } from './shape.ts'
import { forward } from './upstream/forward.ts'
import { closeWhenRead } from './upstream/linger.ts'
import { isThree, type Upstream } from './upstream/upstream.ts'
import { keptQueryBody, queryBody, type ReadBody, SLOW_BODY_MS } from './whole-body.ts'

export interface GatewayMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  readonly places: Places
  /** The same for who has just found out who asks: what was acknowledged before that counts. */
  readonly renewed: { readonly catalogue: Catalogue; readonly places: Places }
  /** By name. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly running: Running
  /** Told who a request came from, for the log. */
  readonly onCaller: (incoming: IncomingMessage, caller: Caller) => void
  /** Told of each request when all is decided and nothing is done yet. */
  readonly onJudged: (judged: Judged) => void
  /** In the mode `observe`: says what is done with a request instead of what was decided. */
  readonly shadow: ((judged: Judged) => Promise<Outcome>) | undefined
}

/**
 * Answers a data path: every refusal that a verdict gives; what it allows is asked of the upstream where the bucket is. A
 * bucket that is nowhere yet is 503, so that agents keep their data.
 */
export function answerDataPath(means: GatewayMeans) {
  const { verifier, catalogue, places, renewed, upstreams, running, onCaller, onJudged, shadow } = means
  const all = [...upstreams.values()]
  const isForThree = all.some(isThree)

  return async (incoming: IncomingMessage, outgoing: ServerResponse, path: DataPath): Promise<void> => {
    const dialect = dialectOf(path.api, all)
    if (isPipelined(outgoing)) return sendRefusal(outgoing, PIPELINED, dialect, { Connection: 'close' })
    outgoing.setHeader('X-Request-Id', takeRequestId(incoming))
    const judged = await judge(incoming, path)
    onJudged(judged)
    const outcome = shadow === undefined ? judged.outcome : await shadow(judged)
    if (outcome.kind === 'asked') return ask(outcome, incoming, outgoing, dialect)
    closeWhenRead({ incoming, outgoing })
    if (outcome.kind === 'refused') sendRefusal(outgoing, outcome.refusal, dialect, outcome.headers)
    else sendAnswer(outgoing, outcome)
  }

  async function ask(
    { upstream, request, allowedBy }: Asked,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    dialect: Dialect,
  ): Promise<void> {
    const end = allowedBy && running.watch({ ...allowedBy, cut: () => outgoing.destroy() })
    await forward(upstream, request, { incoming, outgoing, dialect })
    end?.()
  }

  async function judge(incoming: IncomingMessage, path: DataPath): Promise<Judged> {
    const found: Findings = { sender: undefined, body: undefined, uses: [] }
    let outcome: Outcome
    try {
      outcome = await decide(incoming, path, found)
    } catch (cause) {
      outcome = refused(failureOf(cause))
    }
    return { incoming, path, ...found, outcome }
  }

  async function decide(incoming: IncomingMessage, path: DataPath, found: Findings): Promise<Outcome> {
    let since = running.mark()
    const senderNow = async () => {
      found.sender = await identifySender(path, incoming)
      return found.sender
    }
    const caller = await senderNow()
    if (isDenial(caller)) return refused(refusalOfCredential(caller, path.api))
    onCaller(incoming, caller)
    const wrong = wrongMethod(incoming, path) ?? wrongShape(incoming)
    if (wrong !== undefined) return wrong
    const { body, isLate } = path.body === 'stream' ? UNREAD : await bodyOf(incoming, path.body, found)
    if (isLate) since = running.mark()
    const current = isLate ? await senderNow() : caller
    if (isDenial(current)) return refused(refusalOfCredential(current, path.api))
    const { uses } = found
    const asOf = path.body === 'stream' || incoming.method === 'GET' ? renewed : { catalogue, places }
    const means = { catalogue: asOf.catalogue, places: notingUses(asOf.places, uses), upstreams, isForThree }
    const onRead = (bytes: Buffer) => {
      found.body = { bytes, rest: undefined }
    }
    const outcome = await path.decide(means, current, { incoming, body, senderNow, onRead })
    if (outcome.kind !== 'asked') return outcome
    const stillAllowed = async () => mayStill(await identifySender(path, incoming), uses)
    return { ...outcome, allowedBy: { caller: current, since, stillAllowed } }
  }

  function identifySender({ api }: DataPath, incoming: IncomingMessage): Promise<Caller | Denial> {
    const { url: target = '', headers, socket } = incoming
    return identify(verifier, api, { headers, target, address: socket.remoteAddress ?? '', isForThree })
  }

  async function bodyOf(
    incoming: IncomingMessage,
    kind: ParameterBody['kind'],
    found: Findings,
  ): Promise<{ readonly body: ParameterBody | undefined; readonly isLate: boolean }> {
    const begunMs = performance.now()
    const keep = (read: ReadBody) => {
      found.body = read
    }
    const isKept = shadow !== undefined
    const body = await (isKept ? keptQueryBody(incoming, kind, keep) : queryBody(incoming, kind))
    return { body, isLate: performance.now() - begunMs > SLOW_BODY_MS }
  }
}

function sendAnswer(outgoing: ServerResponse, { status, answer, contentType }: Answered): void {
  if (contentType === undefined) sendJson(outgoing, status, answer)
  else sendText(outgoing, status, String(answer), { 'Content-Type': contentType })
}

/** The answer to a request that came before the one before it was answered has no connection yet. */
const isPipelined = ({ socket }: ServerResponse) => socket === null

const PIPELINED: Refusal = {
  status: 400,
  code: 'invalid',
  message: 'a request came before the one before it was answered: send one at a time on a connection',
}

/** A body that is left where it is. */
const UNREAD = { body: undefined, isLate: false }

/** What is known of a request, as far as its verdict got. */
interface Findings {
  sender: Judged['sender']
  body: Judged['body']
  readonly uses: Use[]
}

function wrongMethod({ method = '' }: IncomingMessage, { methods }: DataPath): Outcome | undefined {
  if (methods.includes(method)) return undefined
  const allow = ['OPTIONS', ...methods].join(', ')
  return refused({ status: 405, code: 'method not allowed', message: `allow: ${allow}` }, { Allow: allow })
}

function wrongShape(incoming: IncomingMessage): Outcome | undefined {
  const odd = oddShape(incoming)
  return odd === undefined ? undefined : malformed(odd)
}
