import { setImmediate } from 'node:timers/promises'
import { lineProtocolReader } from '../../parse/line-protocol.ts'
import type { Undecidable } from '../../parse/undecidable.ts'

/** Other requests have their turn in between. */
const SLICE_BYTES = 65_536

/**
 * Whether a body of line protocol has points of measurements alone that may be written.
 *
 * @returns undefined if it does; `foreign` from the first that may not
 */
export async function judgeLines(
  body: Uint8Array,
  mayWrite: (measurement: string) => boolean,
): Promise<'foreign' | Undecidable | undefined> {
  const reader = lineProtocolReader()
  for (let at = 0; at < body.length; at += SLICE_BYTES) {
    if (at > 0) await setImmediate()
    const found = reader.push(body.subarray(at, at + SLICE_BYTES))
    if ('undecidable' in found) return inLine(found)
    if (!found.every(mayWrite)) return 'foreign'
  }
  const refusal = reader.end()
  return refusal && inLine(refusal)
}

const inLine = ({ undecidable, line }: Undecidable & { readonly line: number }): Undecidable => ({
  undecidable: `line ${line}: ${undecidable}`,
})
