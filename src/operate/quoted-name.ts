import { escapeControls } from '../observe/plain-text.ts'

const LONGEST = 60

/** A name that somebody chose, for a terminal: in quotes, on one line, of bounded length, without what a terminal obeys. */
export function quotedName(name: string): string {
  const characters = [...name]
  const short = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : name
  return escapeControls(JSON.stringify(short))
}
