import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { parseAccept } from 'hono/utils/accept'

/** The built page, in memory: few files, and not many bytes. */
export interface Page {
  /** Answers the request if it is for the page. @returns whether it was */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): boolean
}

interface File {
  readonly type: string
  readonly cacheControl: string
  /** By the name of the encoding: the text as it is, and compressed when it was built. */
  readonly variants: ReadonlyMap<Encoding, Variant>
}
interface Variant {
  readonly bytes: Buffer
  readonly etag: string
}

/** The smallest first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const
type Encoding = (typeof ENCODINGS)[number]
const SUFFIXES = { br: '.br', gzip: '.gz', identity: '' } as const

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
}

/** Every address that the page's own router knows. Exactly these letters: there is nothing to decode and nothing to climb. */
const ADDRESS = /^\/(?:signin|onboarding|me\/tokens|orgs(?:\/[\w-]+)+)?$/

/** Nothing from elsewhere, nothing inline, nobody's frame. One rule for every file of the page. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "font-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ')

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/**
 * Reads the built page.
 *
 * @returns undefined if it was not built, or the folder has no document: everything else works without it
 */
export function readPage(folder: string): Page | undefined {
  const files = readFiles(folder)
  const document = files.get('/index.html')
  if (document === undefined) return undefined
  return {
    answer(incoming, outgoing) {
      const path = (incoming.url ?? '/').replace(/[?#].*$/s, '')
      const file = files.get(path) ?? (isAddress(path, incoming) ? document : undefined)
      if (file === undefined || (incoming.method !== 'GET' && incoming.method !== 'HEAD')) return false
      send(file, incoming, outgoing)
      return true
    },
  }
}

/** `/` belongs to programs too, which ask it whether somebody is there: the page is for those who ask for a document. */
function isAddress(path: string, { headers }: IncomingMessage): boolean {
  if (path === '/') return parseAccept(headers.accept ?? '').some(({ type, q }) => type === 'text/html' && q > 0)
  return ADDRESS.test(path)
}

function send(file: File, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const encoding = bestEncoding(file, incoming)
  const { bytes, etag } = file.variants.get(encoding)!
  const isSeen = isListed(incoming.headers['if-none-match'], etag)
  outgoing.writeHead(isSeen ? 304 : 200, {
    ...HEADERS,
    'Cache-Control': file.cacheControl,
    ETag: etag,
    Vary: 'Accept, Accept-Encoding',
    ...(!isSeen && { 'Content-Type': file.type, 'Content-Length': bytes.length }),
    ...(!isSeen && encoding !== 'identity' && { 'Content-Encoding': encoding }),
  })
  outgoing.end(isSeen || incoming.method === 'HEAD' ? undefined : bytes)
}

function bestEncoding({ variants }: File, { headers }: IncomingMessage): Encoding {
  const accepted = parseAccept(String(headers['accept-encoding'] ?? ''))
  const takes = (name: Encoding) =>
    accepted.find(({ type }) => type === name) ?? accepted.find(({ type }) => type === '*')
  return ENCODINGS.find(name => variants.has(name) && (takes(name)?.q ?? 0) > 0) ?? 'identity'
}

function isListed(header: string | undefined, etag: string): boolean {
  const listed = (header ?? '').split(',').map(one => one.trim().replace(/^W\//, ''))
  return listed.includes(etag) || listed.includes('*')
}

function readFiles(folder: string): ReadonlyMap<string, File> {
  const names = namesIn(folder)
  const served = names.filter(name => TYPES[extname(name)] !== undefined)
  return new Map(served.map(name => [`/${name.split(sep).join('/')}`, readFile(folder, name, names)]))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
}

function readFile(folder: string, name: string, names: readonly string[]): File {
  const present = ENCODINGS.filter(encoding => names.includes(name + SUFFIXES[encoding]))
  return {
    type: TYPES[extname(name)]!,
    // The names of assets change with what is in them; those of the others do not.
    cacheControl: name.startsWith(`assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
    variants: new Map(present.map(encoding => [encoding, variant(join(folder, name + SUFFIXES[encoding]))])),
  }
}

function variant(file: string): Variant {
  const bytes = readFileSync(file)
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
