import { Readable } from 'node:stream'
import type { Terminal } from '../../src/cli/terminal.ts'

/** A terminal that remembers what was written to it. */
export interface RecordingTerminal extends Terminal {
  stdout(): string
  stderr(): string
}

/** @param input what stands on stdin */
export function recordingTerminal(facts: Partial<Terminal> = {}, input = ''): RecordingTerminal {
  let stdout = ''
  let stderr = ''
  const out = (piece: string | Uint8Array) => {
    stdout += typeof piece === 'string' ? piece : Buffer.from(piece).toString()
  }
  return {
    stdin: Readable.from(input === '' ? [] : [input]) as unknown as NodeJS.ReadStream,
    out,
    write: async piece => out(piece),
    err: text => {
      stderr += text
    },
    outIsTerminal: false,
    errIsTerminal: false,
    interactive: false,
    width: 80,
    colours: false,
    interrupted: new AbortController().signal,
    ...facts,
    stdout: () => stdout,
    stderr: () => stderr,
  }
}
