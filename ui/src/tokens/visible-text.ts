/** Characters that show nothing or turn the text around: people have to see that they are there. */
const ODD =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\u3164\ufeff\uffa0]+/gu

/** So much of a text is looked at where it has one line only. */
const ONE_LINE = 300

export interface Piece {
  readonly text: string
  /** What is shown for characters that cannot be seen, such as `U+200B`, and how many there are of them. */
  readonly code?: string
}

/** The beginning of a text, for a place with one line. Cut between characters. */
export function oneLine(text: string, length = ONE_LINE): string {
  if (text.length <= length) return text
  const cut = text.slice(0, length)
  return `${cut.isWellFormed() || !text.isWellFormed() ? cut : cut.slice(0, -1)}…`
}

/** A text in pieces, of which those that cannot be seen have a code. Joined, the pieces are the text. */
export function visiblePieces(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(ODD)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push({ text: match[0], code: codeOf(match[0]) })
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

function codeOf(odd: string): string {
  const hex = odd.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return odd.length === 1 ? `U+${hex}` : `U+${hex} +${odd.length - 1}`
}
