/** What the server wants of a password: 8 to 72 bytes. Said beforehand wherever one is chosen. */
export const PASSWORD_HINT = 'At least 8 characters, at most 72.'

const MIN_BYTES = 8
const MAX_BYTES = 72

/** What is wrong with a password, in words; undefined if nothing. Accented letters and emoji count as two to four. */
export function passwordFault(password: string): string | undefined {
  const bytes = new TextEncoder().encode(password).length
  if (bytes < MIN_BYTES) return 'The password is too short: use at least 8 characters.'
  if (bytes > MAX_BYTES)
    return 'The password is too long: use at most 72 characters; letters beyond English ones count as two or more.'
  return undefined
}
