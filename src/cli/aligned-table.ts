/** A table for a person's eyes: columns lined up, the header set off, the last column cut to the width of the terminal. */
export function aligned(
  rows: readonly (readonly string[])[],
  { width, header, colours }: { readonly width: number; readonly header: boolean; readonly colours: boolean },
): string {
  const clean = rows.map(row => row.map(visible))
  const widths = (clean[0] ?? []).map((_, at) => Math.max(...clean.map(row => columnsOf(row[at] ?? ''))))
  return clean
    .map((row, line) => {
      const text = row
        .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - columnsOf(cell))))
        .join('  ')
      const short = cutTo(text, width)
      return colours && header && line === 0 ? `\u001b[1m${short}\u001b[0m\n` : `${short}\n`
    })
    .join('')
}

/** Nothing in a value may move the cursor or change colours. */
const visible = (text: string) => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ')

/** Characters of East Asian scripts and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u

function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += /\p{Mn}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return columns
}

function cutTo(text: string, width: number): string {
  if (columnsOf(text) <= width) return text
  let columns = 0
  let short = ''
  for (const character of text) {
    columns += columnsOf(character)
    if (columns > width - 1) break
    short += character
  }
  return `${short}…`
}
