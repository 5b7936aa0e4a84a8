import type { Change, Freshness } from '../authority/freshness.ts'
import type { Caller } from '../authority/verifier.ts'
import { AppError } from '../domain/errors.ts'

/** A request that was allowed and is still being asked or answered. */
export interface Stream {
  readonly caller: Caller
  /** What `mark` gave before the caller was verified. */
  readonly since: number
  /** Asks for the verdict again, as if the request came now. */
  readonly stillAllowed: () => Promise<boolean>
  /** Ends it on both sides at once. */
  readonly cut: () => void
}

/** Streams that are running, so that they end when what they were allowed by does. */
export interface Running {
  /** Call it before the caller is verified: what changes between that and `watch` counts. */
  mark(): number
  /** @returns what to call when the stream has ended by itself */
  watch(stream: Stream): () => void
}

export interface RunningOptions {
  readonly freshness: Freshness
  readonly nowMs: () => number
  /** Told of each stream that was cut. */
  readonly onCut: (caller: Caller) => void
  readonly everyMs?: number
}

/** A change by another process is noticed within so long, even if no request comes in. */
const EVERY_MS = 50

/**
 * Judges running streams anew when the log of changes names their authorization, owner or org, or any secret, and cuts those
 * that would not be let in now. While streams run, it asks for changes on a beat of its own; without any it is idle. A verdict
 * that cannot be had, because the store does not answer, is asked for again on the next beat.
 */
export function watchRunning({ freshness, nowMs, onCut, everyMs = EVERY_MS }: RunningOptions): Running {
  const streams = new Set<Stream>()
  const unsure = new Set<Stream>()
  let beat: NodeJS.Timeout | undefined

  freshness.listen(changes => {
    if (streams.size === 0) return
    const concerns = concernedBy(changes)
    for (const stream of streams) if (concerns(stream.caller)) void judge(stream)
  })

  function cut(stream: Stream): void {
    if (!streams.delete(stream)) return
    unsure.delete(stream)
    onCut(stream.caller)
    stream.cut()
  }

  async function judge(stream: Stream): Promise<void> {
    try {
      if (await stream.stillAllowed()) unsure.delete(stream)
      else cut(stream)
    } catch (cause) {
      if (cause instanceof AppError && cause.code === 'unavailable' && streams.has(stream)) unsure.add(stream)
      else cut(stream)
    }
  }

  async function look(): Promise<void> {
    if (streams.size === 0) {
      clearInterval(beat)
      beat = undefined
      return
    }
    const now = nowMs()
    for (const stream of streams) if (isOver(stream.caller, now)) cut(stream)
    for (const stream of [...unsure]) void judge(stream)
    try {
      // The listener does the rest.
      await freshness.renew()
    } catch {
      // A store that does not answer now may do so on the next beat.
    }
  }

  return {
    mark: () => freshness.generation(),
    watch(stream) {
      streams.add(stream)
      beat ??= setInterval(look, everyMs).unref()
      if (stream.since !== freshness.generation()) void judge(stream)
      return () => {
        streams.delete(stream)
        unsure.delete(stream)
      }
    },
  }
}

/** Where nobody wants streams to be cut. */
export const RUN_ON: Running = { mark: () => 0, watch: () => () => {} }

const isOver = ({ expiresAtMs }: Caller, nowMs: number) => expiresAtMs !== undefined && expiresAtMs <= nowMs

function concernedBy(changes: readonly Change[]): (caller: Caller) => boolean {
  const ids = (kind: Change['kind']) => new Set(changes.filter(change => change.kind === kind).map(({ id }) => id))
  const [authorizations, users, orgs, secrets] = [ids('authorization'), ids('user'), ids('org'), ids('secret')]
  return ({ ref, userId, orgId }) =>
    // Nobody says which secret he came with.
    secrets.size > 0 ||
    (ref.kind === 'authorization' && authorizations.has(ref.id)) ||
    users.has(userId) ||
    (orgId !== undefined && orgs.has(orgId))
}
