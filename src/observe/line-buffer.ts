/** Where lines go: a stream of the process. */
export interface LineSink {
  write(text: string): unknown
}

/** Collects lines and writes them together, so that a busy server does not wait for its log line by line. */
export interface LineBuffer {
  write(line: string): void
  flush(): void
}

const FLUSH_AFTER_MS = 50
const FLUSH_AT_LENGTH = 64 * 1024

export function bufferLines(sink: LineSink): LineBuffer {
  let text = ''
  let timer: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (text !== '') sink.write(text)
    text = ''
  }
  return {
    write(line) {
      text += line
      if (text.length >= FLUSH_AT_LENGTH) flush()
      else timer ??= setTimeout(flush, FLUSH_AFTER_MS)
    },
    flush,
  }
}
