import { maskSecrets } from './mask.ts'
import type { Terminal } from './terminal.ts'
import type { TransportRequest } from './transport.ts'

/** Shows requests and answers on stderr in raw HTTP form, with every secret masked. */
export function httpDebug(terminal: Terminal) {
  const show = (mark: string, text: string) =>
    terminal.err(`${new Date().toISOString()}\n${maskSecrets(text).replace(/^/gm, mark)}\n`)
  return {
    request(
      method: string,
      url: string,
      headers: Readonly<Record<string, string>>,
      body: TransportRequest['body'],
    ): void {
      const { pathname, search, host } = new URL(url)
      const lines = [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`]
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
      const content = typeof body === 'string' ? body : body === undefined ? '' : '(not shown)'
      show('> ', [...lines, '', content].join('\n').trimEnd())
    },
    async answer(response: Response): Promise<void> {
      const lines = [`HTTP/1.1 ${response.status} ${response.statusText}`]
      for (const [name, value] of response.headers) lines.push(`${name}: ${value}`)
      show('< ', [...lines, '', await response.clone().text()].join('\n').trimEnd())
    },
  }
}
