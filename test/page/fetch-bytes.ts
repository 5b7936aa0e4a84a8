import * as http from 'node:http'

export interface Fetched {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** As it came, compressed or not. */
  readonly body: Buffer
}

/** Asks for exactly this path, dots and all, which `fetch` would tidy up. */
export function fetchBytes(
  url: string,
  path: string,
  { method, headers }: { method: string; headers: Record<string, string> },
): Promise<Fetched> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path, method, headers }, async answer => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk)
      resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) })
    })
    request.on('error', reject)
    request.end()
  })
}
