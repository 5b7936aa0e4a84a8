import { readFileSync } from 'node:fs'
import { errorOf } from './api-error.ts'
import type { StoredConfig } from './configs.ts'
import type { Invocation } from './invocation.ts'
import { UsageError } from './usage-error.ts'

/**
 * The token of a call: by flag, from a file or stdin, by environment, or from the config, in this order. Empty if there is none.
 *
 * @throws Error if it cannot be read, or is none
 */
export async function tokenOf(invocation: Invocation, config: StoredConfig): Promise<string> {
  const token = await givenToken(invocation, config)
  // Refused here, for whoever refuses it later repeats it.
  if (/[\x00-\x1f\x7f]/.test(token)) throw new Error('the token holds a line break or another control character')
  return token
}

async function givenToken(invocation: Invocation, config: StoredConfig): Promise<string> {
  const given = invocation.text('token')
  const file = invocation.text('token-file')
  if (invocation.given('token') && invocation.given('token-file')) {
    throw new UsageError('use --token or --token-file, not both')
  }
  const byFile = file && !invocation.given('token') ? file : undefined
  if ((byFile ?? given) === '-') return required(await readAll(invocation.terminal.stdin), 'stdin')
  return byFile === undefined ? (given ?? config.token) : required(fileContent(byFile), byFile)
}

function required(text: string, source: string): string {
  const token = text.trim()
  if (token === '') throw new Error(`there is no token in ${source}`)
  return token
}

function fileContent(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`--token-file: ${(cause as Error).message}`)
  }
}

export async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * The headers that prove who calls: the token, or else a session. A config may hold user and password in place of a token:
 * they are traded for a session. Source: CLI contract 1.7.
 *
 * @throws Error if the server gives no session
 */
export async function credentialOf(
  { text, terminal }: Invocation,
  token: string,
  { cookie }: StoredConfig,
  signIn: (headers: Record<string, string>) => Promise<Response>,
): Promise<Record<string, string>> {
  // Headers hold bytes: those of the token in UTF-8.
  if (token !== '') return { Authorization: `Token ${Buffer.from(token).toString('latin1')}` }
  // A token that was emptied on purpose means: without credentials.
  if (cookie === '' || text('token') !== undefined) return {}
  const decoded = Buffer.from(cookie, 'base64').toString('utf8')
  const password = decoded.includes(':')
    ? ''
    : `:${await (await import('./prompt.ts')).askPassword(terminal, 'Please provide your password')}`
  const basic = Buffer.from(decoded + password).toString('base64')
  const response = await signIn({ Authorization: `Basic ${basic}` })
  if (!response.ok) {
    const { message } = await errorOf(response)
    throw new Error(
      `error creating session: error signing in, verify signin was not called against cloud influxdb: ${message}`,
    )
  }
  const session = response.headers.getSetCookie().find(cookieText => cookieText.split('=')[0]?.includes('influxdb'))
  const value = session?.split(';')[0]?.split('=').slice(1).join('=')
  if (value === undefined) throw new Error('error creating session: failure getting session cookie, invalid cookies')
  return { Cookie: `influxdb-oss-session=${value}` }
}
