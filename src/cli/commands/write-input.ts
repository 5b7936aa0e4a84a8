import { fstatSync } from 'node:fs'
import type { Invocation } from '../invocation.ts'
import { UsageError } from '../usage-error.ts'
import { decoded, decompressed, decompressedIfNeeded, withoutLines, withoutMark } from './input-bytes.ts'
import { openFile, openUrl, type Source, textSource } from './sources.ts'

/** What is to be written: all sources, one after the other. */
export interface Input {
  readonly isCsv: boolean
  readonly bytes: AsyncIterable<Uint8Array>
  close(): void
}

/** How long to wait for stdin, beside files, before saying that it is waited for. */
const STDIN_SILENCE_MS = 2000

/**
 * Opens headers, files, addresses and the argument or stdin, in this order, before anything is read: a name that is wrong is
 * found before something is written. Source: CLI contract 3.9.
 */
export async function openInput(invocation: Invocation): Promise<Input> {
  const format = oneOf(invocation, 'format', ['lp', 'csv'])
  const compression = oneOf(invocation, 'compression', ['none', 'gzip'])
  const headers = invocation.list('header').map(line => textSource('--header', line))
  const sources: Source[] = []
  let skipped: Source | undefined
  try {
    for (const file of invocation.list('file')) sources.push(await openFile(file))
    for (const url of invocation.list('url')) sources.push(await openUrl(url, invocation))
    // A pipe may be there without anybody's thinking of it: the header to skip is that of what was named.
    skipped = sources.at(-1)
    const last = await argumentOrStdin(invocation, sources.length > 0)
    if (last !== undefined) sources.push(last)
    skipped ??= last
  } catch (cause) {
    for (const source of sources) source.close()
    throw cause
  }
  const all = [...headers, ...sources]
  const skip = invocation.integer('skipHeader') ?? 0
  const encoding = invocation.text('encoding') || 'UTF-8'
  return {
    isCsv: format === undefined ? headers.length > 0 || all.some(({ isCsv }) => isCsv) : format === 'csv',
    bytes: concatenated(all.map(source => read(source, source === skipped ? skip : 0))),
    close: () => {
      for (const source of all) source.close()
    },
  }

  function read(source: Source, lines: number): AsyncIterable<Uint8Array> {
    if (source.isText) return withoutLines(source.bytes, lines)
    const zipped = compression === undefined ? source.isGzip : compression === 'gzip'
    const plain = zipped === 'if-it-is' ? decompressedIfNeeded(source) : decompressed(source, zipped)
    return withoutLines(withoutMark(decoded(plain, encoding)), lines)
  }
}

function oneOf<T extends string>(invocation: Invocation, flag: string, known: readonly T[]): T | undefined {
  const given = invocation.text(flag)
  if (given === undefined || given === '') return undefined
  const found = known.find(value => value === given)
  if (found === undefined) {
    throw new UsageError(`--${flag} takes ${known.join(' or ')}, not ${JSON.stringify(given)}`, 'with-message')
  }
  return found
}

/** The positional argument, or stdin where there is none. */
async function argumentOrStdin(invocation: Invocation, besides: boolean): Promise<Source | undefined> {
  const [argument, second] = invocation.args
  if (second !== undefined) {
    const hint = invocation.args.some(word => word.startsWith('-') && word !== '-')
    throw new UsageError(
      `only one argument of data is taken, not also ${JSON.stringify(second)}` +
        (hint ? ': flags come before the data' : ': put the data into quotes'),
    )
  }
  if (argument?.startsWith('@')) return openFile(argument.slice(1))
  if (argument !== undefined && argument !== '-') return textSource('the argument', argument)
  const tokenIsThere = invocation.text('token') === '-'
  if (argument === '-' && tokenIsThere) throw new UsageError('stdin cannot hold the token and the data')
  if (tokenIsThere || (argument === undefined && !isPiped())) return undefined
  return stdinSource(invocation, besides && argument === undefined)
}

/** Whether stdin is there and is neither a terminal nor /dev/null. */
function isPiped(): boolean {
  try {
    return !fstatSync(0).isCharacterDevice()
  } catch {
    return false
  }
}

/** @param besides whether it is read without being asked for: said if nothing comes, for it may be open for ever */
function stdinSource({ terminal }: Invocation, besides: boolean): Source {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const say = () =>
      terminal.err('Waiting for standard input, which is written after the files; </dev/null ends it.\n')
    const timer = besides ? setTimeout(say, STDIN_SILENCE_MS) : undefined
    try {
      for await (const piece of terminal.stdin) {
        clearTimeout(timer)
        yield Buffer.from(piece)
      }
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    name: 'stdin',
    isCsv: false,
    isGzip: false,
    isText: false,
    bytes: bytes(),
    close: () => terminal.stdin.destroy(),
  }
}

const LINE_BREAK = Buffer.from('\n')

/** One after the other; the last line of each ends where it ends. */
async function* concatenated(sources: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  for (const source of sources) {
    let last: number | undefined
    for await (const piece of source) {
      last = piece.at(-1) ?? last
      yield piece
    }
    if (last !== undefined && last !== LINE_BREAK[0]) yield LINE_BREAK
  }
}
