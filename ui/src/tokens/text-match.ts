const fold = (text: string) => text.toLocaleLowerCase('en')

/** Whether a filter's text is part of another; case does not matter, nor do blanks before it. */
export const matches = (text: string, term: string): boolean => fold(text).includes(fold(term.trimStart()))

/** A text in pieces, of which those that match a filter are marked. Joined they are the text. */
export function marked(text: string, term: string): readonly { readonly text: string; readonly isMatch: boolean }[] {
  const wanted = fold(term.trimStart())
  const folded = fold(text)
  // Letters that change their length when folded would shift the marks; the text then goes unmarked.
  if (wanted === '' || folded.length !== text.length) return [{ text, isMatch: false }]
  const pieces: { text: string; isMatch: boolean }[] = []
  let from = 0
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), isMatch: false })
    pieces.push({ text: text.slice(at, at + wanted.length), isMatch: true })
    from = at + wanted.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isMatch: false })
  return pieces
}
