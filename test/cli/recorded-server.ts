// A server that answers only what was recorded of InfluxDB OSS 2.x, in the order in which it was recorded; and the same with
// what is different about InfluxDB Cloud Serverless. Anything else it is asked is a violation, which fails the test.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the scenarios look like that
import * as http from 'node:http'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { fill, loadScenarios, pick, type Step } from '../conformance/replay.js'
import { listen } from './recording-server.ts'

const RECORDED = new Map(
  loadScenarios(fileURLToPath(new URL('../conformance/data/http', import.meta.url))).map(scenario => [
    `${scenario.topic}/${scenario.name}`,
    scenario.steps,
  ]),
)

/** Steps of a recorded scenario; all of them unless a range is given. @param name `topic/name` */
export function recorded(name: string, from = 0, to?: number): readonly Step[] {
  const steps = RECORDED.get(name)
  if (steps === undefined) throw new Error(`nothing was recorded as ${name}`)
  return steps.slice(from, to)
}

export interface RecordedServerOptions {
  /** Requests that may come at any time: what they ask for stays the same. */
  readonly lookups?: readonly Step[]
  /** With the differences of Cloud Serverless. Source: wire contract 8. */
  readonly isCloud?: boolean
}

export interface RecordedServer {
  readonly url: string
  /** What the steps captured so far, by name, and what was there from the beginning. */
  readonly vars: Record<string, string>
  /** What was asked that was not recorded at this point, in words. */
  readonly violations: readonly string[]
  /** How many steps are left. */
  left(): number
  /** Lets the next steps happen as if somebody else had sent their requests. */
  happened(count: number): void
}

interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Plays the steps of a tape. */
export async function recordedServer(
  tape: readonly Step[],
  { lookups = [], isCloud = false }: RecordedServerOptions = {},
): Promise<RecordedServer> {
  const waiting = [...tape]
  const violations: string[] = []
  const vars: Record<string, string> = { operator: 'operator-token' }
  for (const name of ['adminId', 'orgId', 'bucketId', 'operatorAuthId']) vars[name] = newId()

  function play(step: Step): Reply {
    const { status, headers = {}, body } = step.expect
    const template = rendered(body)
    for (const [name, spec] of Object.entries(step.capture ?? {})) {
      const found = String(pick(spec, { status, headers: {}, text: JSON.stringify(template) }))
      // A recorded answer may name what is captured from it.
      vars[name] = found.includes('${') ? newValue(spec) : found
    }
    const answer = fill(template, vars)
    const shown = isCloud && step.request.method !== 'POST' ? redacted(answer) : answer
    const text = shown === undefined ? '' : typeof shown === 'string' ? shown : JSON.stringify(shown)
    const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null)
    return { status, headers: Object.fromEntries(present), text }
  }

  function replyTo(asked: Asked): Reply {
    if (isCloud && isMissingInCloud(asked.url.pathname)) {
      return { status: 404, headers: JSON_TYPE, text: '{"code":"not found","message":"path not found"}' }
    }
    const [next] = waiting
    if (next !== undefined && matches(next, asked, vars)) return play(waiting.shift()!)
    const lookup = lookups.find(step => matches(step, asked, vars))
    if (lookup !== undefined) return ofCloud(play(lookup))
    const expected = next === undefined ? 'nothing' : `${next.request.method} ${next.request.path}`
    violations.push(
      `${asked.method} ${asked.url.pathname}${asked.url.search} ${asked.body}, where ${expected} was recorded`,
    )
    return { status: 599, headers: {}, text: '' }
  }

  /** Cloud lacks the types that OSS alone has. */
  function ofCloud(reply: Reply): Reply {
    if (!isCloud || !reply.text.startsWith('["')) return reply
    const types = (JSON.parse(reply.text) as string[]).filter(type => !OSS_TYPES.includes(type))
    return { ...reply, text: JSON.stringify(types) }
  }

  function answerTo(asked: Asked): Reply {
    try {
      return replyTo(asked)
    } catch (cause) {
      violations.push(`${asked.method} ${asked.url.pathname}: ${(cause as Error).message}`)
      return { status: 599, headers: {}, text: '' }
    }
  }

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost')
      const body = Buffer.concat(chunks).toString()
      const reply = answerTo({ method: request.method ?? '', url, headers: request.headers, body })
      response.writeHead(reply.status, { ...reply.headers, 'X-Influxdb-Build': isCloud ? 'Cloud' : 'OSS' })
      response.end(reply.text)
    })
  })
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    vars,
    violations,
    left: () => waiting.length,
    happened(count) {
      for (const step of waiting.splice(0, count)) play(step)
    },
  }
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const OSS_TYPES = ['instance', 'sources', 'scrapers', 'notebooks', 'remotes', 'replications']

function isMissingInCloud(path: string): boolean {
  return /^\/(?:api\/v2\/(?:setup|signin|signout|me|users|delete)|private)(?:\/|$)/.test(path)
}

// --- Comparing -------------------------------------------------------------------------------

/** Whether a request is the recorded one: method, path, parameters, credential and body. */
function matches({ request }: Step, asked: Asked, vars: Record<string, string>): boolean {
  let wanted: typeof request
  try {
    wanted = fill(request, vars)
  } catch {
    // Speaks of something that nobody has captured yet.
    return false
  }
  const url = new URL(wanted.path, 'http://localhost')
  return (
    wanted.method === asked.method &&
    url.pathname === asked.url.pathname &&
    isDeepStrictEqual(parametersOf(url), parametersOf(asked.url)) &&
    (wanted.headers?.Authorization ?? undefined) === asked.headers.authorization &&
    isSameBody(wanted.body, asked.body)
  )
}

const parametersOf = ({ searchParams }: URL) => [...searchParams].sort()

function isSameBody(wanted: unknown, body: string): boolean {
  if (wanted === undefined || typeof wanted === 'string') return (wanted ?? '') === body
  try {
    return isDeepStrictEqual(wanted, JSON.parse(body))
  } catch {
    return false
  }
}

// --- Answering -------------------------------------------------------------------------------

let made = 0
const TIME = '2024-01-01T10:00:00.123456789Z'
const newId = () => `0d0d0d0d0d0d${(++made).toString(16).padStart(4, '0')}`
const newToken = () => `token-number-${++made}-of-the-double==`

function newValue(spec: string): string {
  if (spec.endsWith('At')) return TIME
  return spec.endsWith('token') ? newToken() : newId()
}

/** A recorded body with values in place of what was only said about them. */
function rendered(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(rendered)
  if (typeof body === 'string') {
    return body.replace(/<<(\w+)>>/g, (_, kind: string) => {
      if (kind === 'id') return newId()
      if (kind === 'time') return TIME
      return kind === 'token' ? newToken() : 'anything'
    })
  }
  if (body === null || typeof body !== 'object') return body
  const { '<<unordered>>': unordered, ...fields } = body as Record<string, unknown>
  if (unordered !== undefined) return rendered(unordered)
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, rendered(value)]))
}

/** Cloud shows the value of a token to whoever creates it, and to nobody else. */
function redacted(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(redacted)
  if (body === null || typeof body !== 'object') return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, name === 'token' ? 'redacted' : redacted(value)]),
  )
}
