import { maskSecrets } from './mask.ts'
import type { Terminal } from './terminal.ts'

interface Shown {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Shows requests and answers on stderr in raw HTTP form, with every secret masked. */
export function httpDebug(terminal: Terminal) {
  /** Credentials that were sent: masked wherever they come up, for a server may repeat them in its own words. */
  const sent = new Set<string>()

  function show(mark: string, text: string): void {
    const masked = [...sent].reduce((rest, secret) => rest.replaceAll(secret, '***'), maskSecrets(text))
    terminal.err(`${new Date().toISOString()}\n${masked.trimEnd().replace(/^/gm, mark)}\n`)
  }
  return {
    request({ method, url, headers }: Shown, body: unknown): void {
      for (const [name, value] of Object.entries(headers)) for (const secret of secretsOf(name, value)) sent.add(secret)
      const { pathname, search, host } = new URL(url)
      const lines = [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`]
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
      const content = typeof body === 'string' ? body : body === undefined ? '' : '(not shown)'
      show('> ', [...lines, '', content].join('\n'))
    },
    async answer(response: Response): Promise<void> {
      const lines = [`HTTP/1.1 ${response.status} ${response.statusText}`]
      for (const [name, value] of response.headers) lines.push(`${name}: ${value}`)
      show('< ', [...lines, '', await response.clone().text()].join('\n'))
    },
  }
}

/** What of a header is secret: the value without its scheme. */
function secretsOf(name: string, value: string): string[] {
  if (!/auth|cookie|token|secret|password|key/i.test(name)) return []
  const secret = value.replace(/^(?:token|bearer|basic) +/i, '').replace(/^influxdb-oss-session=/, '')
  // Shorter ones would mask every other word.
  return secret.length < 4 ? [] : [secret]
}
