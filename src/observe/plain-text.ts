const LONGEST_CHARS = 8192

/** Whatever begins like one of our tokens and is at least as long. See `domain/token.ts`. */
const TOKEN = /slc_[0-9A-Za-z]{49,}/g

/** Text that may be written down: without our tokens, of bounded length. Tokens go first, so that none is cut in half. */
export function plainText(text: string): string {
  const safe = text.includes('slc_') ? text.replace(TOKEN, 'slc_***') : text
  return safe.length > LONGEST_CHARS ? `${safe.slice(0, LONGEST_CHARS)}…` : safe
}

/**
 * Controls that JSON leaves as they are and that terminals or log viewers obey: delete and C1, other line ends, and those
 * that turn the direction of writing.
 */
const CONTROLS = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g

/** Makes JSON safe to show: the same document, with every remaining control character as an escape. */
export function escapeControls(json: string): string {
  return json.replace(CONTROLS, control => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
