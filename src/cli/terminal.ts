/** The streams of a call, and what is known about them. Tests bring their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  out(text: string): void
  /** Writes to stdout and waits until it is taken: output of any length needs no more memory than one piece of it. */
  write(piece: string | Uint8Array): Promise<void>
  err(text: string): void
  /** Whether a person reads stdout. */
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Whether a person can be asked: stdin and stdout are both terminals. */
  readonly interactive: boolean
  /** Columns of stdout. */
  readonly width: number
  readonly colours: boolean
  /** Aborted when somebody presses Ctrl-C, or the process is told to end. */
  readonly interrupted: AbortSignal
}

export function processTerminal(env: Readonly<Record<string, string | undefined>>, interrupted: AbortSignal): Terminal {
  const { stdin, stdout, stderr } = process
  const outIsTerminal = stdout.isTTY === true
  return {
    stdin,
    out: text => void stdout.write(text),
    write: piece => new Promise((resolve, reject) => stdout.write(piece, error => (error ? reject(error) : resolve()))),
    err: text => void stderr.write(text),
    outIsTerminal,
    errIsTerminal: stderr.isTTY === true,
    interactive: stdin.isTTY === true && outIsTerminal,
    width: stdout.columns ?? 80,
    colours: outIsTerminal && env.NO_COLOR === undefined && env.TERM !== 'dumb',
    interrupted,
  }
}
