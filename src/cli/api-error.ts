import { STATUS_CODES } from 'node:http'

/** A server's refusal, or no answer at all, in the words that people know. Source: CLI contract 1.8. */
export class ApiError extends Error {
  /** 0 if there was no answer. */
  readonly status: number

  constructor(message: string, status = 0) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

/** The text of a failing answer: number, reason phrase, and what the server says. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { status } = response
  const line = `${status} ${response.statusText || STATUS_CODES[status] || ''}: `
  const type = response.headers.get('content-type') ?? ''
  const text = await response.text()
  if (text === '') return new ApiError(line, status)
  if (!/^application\/(?:[\w.-]+\+)?json/.test(type)) {
    return new ApiError(`${line}unable to decode response content type "${type}"${notInflux(status)}`, status)
  }
  return new ApiError(line + messageIn(text) + advice(status, text), status)
}

function messageIn(text: string): string {
  try {
    const { message = '', err, error } = JSON.parse(text) as { message?: string; err?: string; error?: string }
    const said = message || error || ''
    return err ? `${said}: ${err}` : said
  } catch (cause) {
    return (cause as Error).message
  }
}

/** What to do, where the answer alone does not say it. On a line of its own: scripts compare the first. */
function advice(status: number, text: string): string {
  if (status !== 401) return ''
  if (text.includes('token is inactive')) return '\nActivate it with a token that may: influx auth active --id ID'
  if (text.includes('token is expired')) return '\nCreate a new one with a token that may: influx auth create'
  return ''
}

function notInflux(status: number): string {
  if (status === 502 || status === 503 || status === 504) return '\nA proxy answered in place of the server.'
  return '\nThis does not look like an InfluxDB or Sluice server: check --host, INFLUX_HOST and the active config.'
}
