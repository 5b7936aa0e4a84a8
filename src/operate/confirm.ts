import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'

/** Asks somebody at a terminal. Only a whole `yes` is one; the end of the input is a no. */
export async function confirm(question: string, input: Readable, output: Writable): Promise<boolean> {
  const lines = createInterface({ input, output })
  try {
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')))
    const answer = await Promise.race([lines.question(`${question} Type yes to go on: `), ended])
    return answer.trim().toLowerCase() === 'yes'
  } finally {
    lines.close()
  }
}
