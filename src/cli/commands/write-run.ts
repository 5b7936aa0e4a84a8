import { appendFileSync } from 'node:fs'
import { type Connection, connect } from '../connection.ts'
import { Canceled, pause } from '../interruption.ts'
import type { Invocation } from '../invocation.ts'
import { chosenOrg } from '../org-choice.ts'
import { UsageError } from '../usage-error.ts'
import { type ConvertOptions, csvPoints } from './csv-points.ts'
import { BATCH_BYTES, BATCH_WAIT_MS, batches } from './line-batches.ts'
import { linesOf } from './lines.ts'
import { type Precision, precisionOf } from './precision.ts'
import { createPacer, parseRate } from './rate-limit.ts'
import { sendBatch } from './send-batch.ts'
import { type Input, openInput } from './write-input.ts'
import { createProgress, type Progress, quantity } from './write-progress.ts'

/** `influx write`. */
export async function write(invocation: Invocation): Promise<void> {
  const { terminal } = invocation
  const precision = precisionOf(invocation)
  const pacer = createPacer(parseRate(invocation.text('rate-limit')))
  const connection = await connect(invocation)
  const query = { ...targetFor(invocation, connection), precision }
  const progress = createProgress(terminal)
  const say = (text: string) => progress.aside(text)
  let input: Input | undefined
  // Reading a pipe cannot be called back, but it can be closed.
  terminal.interrupted.addEventListener('abort', () => input?.close(), { once: true })
  try {
    input = await openInput(invocation)
    const points = pointsOf(invocation, input, precision, say)
    for await (const batch of batches(points, { maxBytes: pacer.maxBytes(BATCH_BYTES), maxWaitMs: BATCH_WAIT_MS })) {
      await pause(pacer.delayFor(batch.bytes.length, Date.now()), terminal.interrupted)
      await sendBatch(connection, query, batch, {
        say,
        wait: ms => pause(ms, terminal.interrupted),
      })
      progress.add(batch.bytes.length, batch.lines)
    }
    progress.end()
  } catch (cause) {
    progress.stop()
    throw explained(cause, terminal.interrupted.aborted, progress)
  } finally {
    input?.close()
  }
}

/** `influx write dryrun`. */
export async function dryRun(invocation: Invocation): Promise<void> {
  const { terminal } = invocation
  const precision = precisionOf(invocation)
  // Nothing is sent at any rate, but whoever tries his flags out wants to know which of them is wrong.
  parseRate(invocation.text('rate-limit'))
  const input = await openInput(invocation)
  const points = pointsOf(invocation, input, precision, text => terminal.err(`${text}\n`))
  try {
    const options = { maxBytes: BATCH_BYTES, maxWaitMs: SOON_MS }
    for await (const { bytes } of batches(points, options)) await terminal.write(bytes)
  } finally {
    input.close()
  }
}

/** Somebody may be looking. */
const SOON_MS = 100

/** The target, or why there is none: a flag behind the data is no flag. @throws Error */
function targetFor(invocation: Invocation, connection: Connection): ReturnType<typeof targetOf> {
  try {
    return targetOf(invocation, connection)
  } catch (cause) {
    const late = invocation.args.slice(1).find(word => word.startsWith('-') && word !== '-')
    if (late === undefined) throw cause
    const flag = late.replace(/=.*$/s, '')
    throw new Error(`${(cause as Error).message}\nFlags come before the data, and ${flag} stands behind it.`)
  }
}

/** Names and ids go under the same key: servers tell them apart. */
function targetOf(invocation: Invocation, connection: Connection): { readonly org: string; readonly bucket: string } {
  const { orgId, org = '' } = chosenOrg(invocation, connection)
  const bucket = invocation.text('bucket-id') || invocation.text('bucket')
  if (!bucket) throw new Error('must specify bucket ID or bucket name')
  return { org: orgId ?? org, bucket }
}

function pointsOf(
  invocation: Invocation,
  input: Input,
  precision: Precision,
  say: (text: string) => void,
): AsyncIterable<readonly Buffer[]> {
  const maxLength = invocation.integer('max-line-length') ?? 16_000_000
  if (!input.isCsv) return linesOf(input.bytes, maxLength)
  const errorsFile = invocation.text('errors-file')
  const skip = invocation.on('skipRowOnError') || errorsFile !== undefined
  const options: ConvertOptions = {
    precision,
    maxLength,
    warn: text => say(`warning: ${text}`),
    ...(invocation.on('debug') && { debug: say }),
    ...(skip && {
      skipped: (reason, row) => {
        say(`${reason}: the row is skipped`)
        if (errorsFile) appendFileSync(errorsFile, `# error : ${reason}\n${row}\n`)
      },
    }),
  }
  return csvPoints(input.bytes, options)
}

/** What went wrong, and what was written before. */
function explained(cause: unknown, interrupted: boolean, { lines, bytes }: Progress): Error {
  const before = lines === 0 ? '' : `\n${quantity(bytes, lines)} were written before that.`
  if (interrupted || cause instanceof Canceled) return new Canceled(`write canceled${before}`)
  if (cause instanceof UsageError) return cause
  return new Error(`${(cause as Error).message}${before}`, { cause })
}
