/** Why a call to the API did not succeed. `message` is for people; `reason` is what the server said, if it said anything. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string) {
    super(status === 0 ? 'The server could not be reached. Check the connection and try again.' : sentence(reason))
    this.status = status
    this.reason = reason
  }

  /** Nothing came back: whether the server did what was asked is not known. */
  get isUnreachable(): boolean {
    return this.status === 0
  }

  /** Signed in, but not permitted. */
  get isForbidden(): boolean {
    return this.status === 401 || this.status === 403
  }

  /** What was to be changed is not as `If-Match` said. */
  get isOvertaken(): boolean {
    return this.status === 412
  }

  get isNotFound(): boolean {
    return this.status === 404
  }
}

/** Reads the reason from an answer that is no success, whoever sent it: a proxy's page is not shown to people. */
export async function failureOf(response: Response): Promise<Failure> {
  const fallback = `The server answered with the status ${response.status}.`
  const body: unknown = await response.json().catch(() => undefined)
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined
  return new Failure(response.status, typeof message === 'string' && message !== '' ? message : fallback)
}

/** What to tell people about anything that was thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Failure
    ? cause.message
    : 'Something unexpected went wrong on this page. Reload it and try again.'
}

function sentence(text: string): string {
  const trimmed = text.trim()
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
