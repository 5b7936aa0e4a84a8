import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { AppError } from '../domain/errors.ts'

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

/** Asks whoever called a command, unless he has said yes already. @throws AppError `invalid` if nobody says yes */
export async function requireConsent(question: string, { yes }: { readonly yes: boolean }): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY) {
    throw new AppError('invalid', 'nothing was changed: there is no terminal to ask at; say --yes if you mean it')
  }
  if (!(await confirm(question, process.stdin, process.stderr))) throw new AppError('invalid', 'nothing was changed')
}
