import type { Terminal } from '../terminal.ts'

/** What was written so far; shown while it grows, where a person looks at stderr. */
export interface Progress {
  readonly bytes: number
  readonly lines: number
  add(bytes: number, lines: number): void
  /** Says something without tearing the line that shows the progress. */
  aside(text: string): void
  /** Takes the line away. */
  stop(): void
  /** Takes the line away and says what was done. */
  end(): void
}

const CLEAR_LINE = '\r\u001b[K'

export function createProgress({ errIsTerminal, err }: Pick<Terminal, 'errIsTerminal' | 'err'>): Progress {
  let bytes = 0
  let lines = 0
  const show = (text: string) => {
    if (errIsTerminal) err(CLEAR_LINE + text)
  }
  return {
    get bytes() {
      return bytes
    },
    get lines() {
      return lines
    },
    add(moreBytes, moreLines) {
      bytes += moreBytes
      lines += moreLines
      show(`${quantity(bytes, lines)} written`)
    },
    aside(text) {
      show('')
      err(`${text}\n`)
    },
    stop: () => show(''),
    end: () => show(lines === 0 ? 'Nothing to write.\n' : `${quantity(bytes, lines)} written.\n`),
  }
}

/** `12,345 lines (1.2 MB)`. */
export function quantity(bytes: number, lines: number): string {
  const many = lines === 1 ? '1 line' : `${lines.toLocaleString('en')} lines`
  return `${many} (${size(bytes)})`
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} kB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`
}
