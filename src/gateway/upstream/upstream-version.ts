import type { Upstream } from './upstream.ts'

/** By name; a generation of InfluxDB is known by them. */
export type VersionHeaders = Readonly<Record<string, string>>

const NAMES = ['x-influxdb-version', 'x-influxdb-build']
/** What a version may look like: it becomes a header of ours. */
const PLAIN = /^[\w.+~-]{1,64}$/
/** Upstreams are upgraded behind our back. */
const REMEMBERED_MS = 60_000
const ANSWER_WITHIN_MS = 5_000

/**
 * The version headers of an upstream, as it tells them itself at `/ping`: asked for at once, and again by whoever wants to
 * know after a minute. Nobody waits for it; until it has answered, it is undefined, and whatever it told last stays.
 *
 * @param nowMs any clock in milliseconds
 */
export function versionOf({ pool, authorization }: Upstream, nowMs: () => number): () => VersionHeaders | undefined {
  let known: VersionHeaders | undefined
  let askedAtMs = Number.NEGATIVE_INFINITY

  async function ask(): Promise<void> {
    askedAtMs = nowMs()
    const { headers, body } = await pool.request({
      method: 'GET',
      path: '/ping',
      headers: { ...(authorization && { authorization }) },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    await body.dump()
    const told = NAMES.flatMap(name => {
      const value = headers[name]
      return typeof value === 'string' && PLAIN.test(value) ? [[name, value] as const] : []
    })
    if (told.length > 0) known = Object.fromEntries(told)
  }
  const askUnnoticed = () => {
    // An upstream that is down is no trouble of this request.
    ask().catch(() => {})
  }

  askUnnoticed()
  return () => {
    if (nowMs() - askedAtMs > REMEMBERED_MS) askUnnoticed()
    return known
  }
}
