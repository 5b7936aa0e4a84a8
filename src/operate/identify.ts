import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { isOwnToken } from '../domain/token.ts'

/** `sluice token identify`: exit code 0 if it is one of ours, 1 if not. The text itself is never repeated. */
export async function identifyToken(tokenFile: string | undefined): Promise<void> {
  if (tokenFile === undefined && process.stdin.isTTY) {
    process.stderr.write('Paste the token, press Enter, then Ctrl-D. The terminal will show it.\n')
  }
  const { isOurs, sentence } = identify(
    await textOf(tokenFile === undefined ? process.stdin : createReadStream(tokenFile)),
  )
  process.stdout.write(`${sentence}\n`)
  if (!isOurs) process.exitCode = 1
}

/** Enough to see that it is no token. */
const MAX_CHARS = 4096

async function textOf(input: Readable): Promise<string> {
  let text = ''
  for await (const chunk of input.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_CHARS) break
  }
  return text
}

const LENGTH = 53

/** What a text says about itself. White space around it does not count: files and pipes end with a line feed. */
export function identify(input: string): { readonly isOurs: boolean; readonly sentence: string } {
  const text = input.trim()
  if (isOwnToken(text)) {
    const sentence = 'This is a token that Sluice made. Whether it is in force, only the server knows.'
    return { isOurs: true, sentence }
  }
  return { isOurs: false, sentence: whyNot(text) }
}

function whyNot(text: string): string {
  if (text === '') return 'There is no text to identify.'
  if (/\s/.test(text)) return 'This is no token of Sluice: there is white space in it.'
  if (!text.startsWith('slc_')) {
    return 'This is no token of Sluice: those begin with slc_. It may still be one that was chosen, or imported.'
  }
  const length = [...text].length
  if (length !== LENGTH) {
    return `This begins like a token of Sluice, but has ${length} characters, not ${LENGTH}: it was cut, or something was added.`
  }
  return 'This begins like a token of Sluice, but its checksum is wrong: it was mistyped, or made up.'
}
