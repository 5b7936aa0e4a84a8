/** Something wrong in the configuration. Printed as `where: message`. */
export interface Mistake {
  /** The flag (`--listen`), the variable (`SLUICE_LISTEN`), or the file and line (`/etc/sluice.toml:12`). */
  readonly where: string
  /** What is wrong and, where that can be said, what to write instead. */
  readonly message: string
}

const LONGEST_QUOTE = 80

/** A text from outside as it appears in a message: quoted, on one line, of bounded length. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text)
}
