import { STATUS_CODES } from 'node:http'

/** A server's refusal, or no answer at all, in the words that people know. Source: CLI contract 1.8. */
export class ApiError extends Error {
  /** 0 if there was no answer. */
  readonly status: number
  /** When to try again, as the server put it: seconds, or a date. */
  readonly retryAfter: string | undefined

  constructor(message: string, status = 0, retryAfter?: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** A command that this kind of server does not have; said instead of anything else. Source: CLI contract 1.8. */
export class WrongServer extends ApiError {}

/** The text of a failing answer: number, reason phrase, and what the server says. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status, statusText, headers } = response
  const line = `${status} ${statusText || STATUS_CODES[status] || ''}: `
  const said = saidBy(headers.get('content-type') ?? '', await response.text(), status)
  return new ApiError(line + said, status, headers.get('retry-after') ?? undefined)
}

function saidBy(type: string, text: string, status: number): string {
  if (text === '') return fromProxy(status)
  if (/^application\/(?:[\w.-]+\+)?json/.test(type)) return messageIn(text) + advice(text)
  return `unable to decode response content type "${type}"${fromProxy(status) || NOT_INFLUX}`
}

function messageIn(text: string): string {
  let answer: Record<string, unknown> | null
  try {
    answer = JSON.parse(text)
  } catch (cause) {
    return (cause as Error).message
  }
  const said = (name: string) => (typeof answer?.[name] === 'string' ? answer[name] : '')
  const message = said('message') || said('error')
  return said('err') === '' ? message : `${message}: ${said('err')}`
}

/** What to do, where the answer alone does not say it. On the same line: only its beginning is known from elsewhere. */
function advice(text: string): string {
  if (text.includes('token is inactive')) return '. Activate it with a token that may: influx auth active --id ID'
  if (text.includes('token is expired')) return '. Create a new one with a token that may: influx auth create'
  return ''
}

const NOT_INFLUX =
  '\nThis does not look like an InfluxDB or Sluice server: check --host, INFLUX_HOST and the active config.'

function fromProxy(status: number): string {
  return [502, 503, 504].includes(status) ? '\nA proxy answered in place of the server.' : ''
}

/** An answer of success whose content nobody expects from InfluxDB. */
export function notInflux(what: string): ApiError {
  return new ApiError(what + NOT_INFLUX)
}

/** An answer of success with content where InfluxDB sends none, or other content. */
export function unexpectedContent({ headers }: Response): ApiError {
  const type = headers.get('content-type') ?? ''
  return notInflux(
    /json/.test(type) ? 'the answer holds what was not asked for' : `unable to decode response content type "${type}"`,
  )
}
