import { readFileSync } from 'node:fs'
import type { SecretSource, UpstreamConfig } from './upstream.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The whole header with which an upstream is asked, its secret read from where the settings point; undefined if it asks for
 * none.
 *
 * @throws Error if a file cannot be read, or holds no secret of one line
 */
export function authorizationOf(
  { kind, credential }: Pick<UpstreamConfig, 'kind' | 'credential'>,
  env: Environment,
): string | undefined {
  if (credential === undefined) return undefined
  if ('token' in credential) {
    const scheme = kind.startsWith('influxdb3') ? 'Bearer' : 'Token'
    return `${scheme} ${secretAt(credential.token, env)}`
  }
  const pair = `${credential.username}:${secretAt(credential.password, env)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

function secretAt(source: SecretSource, env: Environment): string {
  const text = ('file' in source ? readFileSync(source.file, 'utf8') : (env[source.variable] ?? '')).trim()
  if (/^[^\x00-\x1f\x7f]+$/.test(text)) return text
  throw new Error(`${'file' in source ? source.file : source.variable} holds no secret of one line`)
}
