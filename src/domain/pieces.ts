/** How many pieces are kept apart: each takes some hundred bytes beside its own. */
const MAX_APART = 256

/** A body as it comes, in pieces of any size. */
export interface Pieces {
  add(piece: Buffer): void
  /** All of them in one. */
  whole(): Buffer
}

/**
 * Collects the pieces of a body so that they take about as much memory as they are long, also if somebody sends byte by
 * byte: a million pieces of a byte would take a hundred million.
 */
export function collectedPieces(): Pieces {
  const joined: Buffer[] = []
  let apart: Buffer[] = []
  return {
    add(piece) {
      apart.push(piece)
      if (apart.length < MAX_APART) return
      joined.push(Buffer.concat(apart))
      apart = []
      // Twice as long each time, so that no byte is copied often.
      while (joined.length > 1 && joined.at(-2)!.length <= joined.at(-1)!.length * 2) {
        joined.push(Buffer.concat(joined.splice(-2)))
      }
    },
    whole() {
      const all = [...joined, ...apart]
      return all.length === 1 ? all[0]! : Buffer.concat(all)
    },
  }
}
