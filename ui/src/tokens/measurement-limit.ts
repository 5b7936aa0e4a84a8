/** Most names of one permission, and most bytes of a name. What the server takes; `test/page/measurement-rules.test.ts` compares. */
const MAX_NAMES = 100
const MAX_BYTES = 255
/** Most names of all permissions of a token together. */
const MAX_TOGETHER = 1000

const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * The measurements that somebody typed, one per line. A line counts as it is, blanks too, because they can be part of a
 * name; an empty one is none.
 */
export const namesIn = (typed: string): string[] => typed.split('\n').filter(line => line !== '')

/** Why the server would refuse what was typed, as a sentence that says where; undefined if it would not. */
export function limitFault(typed: string): string | undefined {
  const count = namesIn(typed).length
  if (count > MAX_NAMES) return `These are ${count} names: one limit takes at most ${MAX_NAMES}.`
  const lines = typed.split('\n')
  for (const [at, line] of lines.entries()) {
    const first = lines.indexOf(line)
    const repeated = line !== '' && first < at ? `says the same as line ${first + 1}` : undefined
    const fault = nameFault(line) ?? repeated
    if (fault !== undefined) return `Line ${at + 1} ${fault}.`
  }
  return undefined
}

function nameFault(name: string): string | undefined {
  if (CONTROL.test(name)) return 'has a tab or another control character'
  if (!name.isWellFormed()) return 'has half of a character'
  const bytes = new TextEncoder().encode(name).length
  return bytes > MAX_BYTES ? `has ${bytes} bytes: a name has at most ${MAX_BYTES}` : undefined
}

/** The same of all limits of a token together, of each as often as there are permissions with it. */
export function togetherFault(limits: readonly string[]): string | undefined {
  const count = limits.reduce((sum, typed) => sum + namesIn(typed).length, 0)
  if (count <= MAX_TOGETHER) return undefined
  return `These are ${count} measurements, reading and writing counted apart: one token takes at most ${MAX_TOGETHER}.`
}

/** What nobody sees but the server counts: a name that begins or ends with a blank. Undefined if there is none. */
export function limitRemark(typed: string): string | undefined {
  const at = typed.split('\n').findIndex(line => line !== line.trim())
  return at < 0 ? undefined : `Line ${at + 1} begins or ends with a blank, which counts as part of the name.`
}

/** A name as it stands in a list: in quotation marks if it would read like two names, or if its ends could not be seen. */
export const inList = (name: string): string => (/[,“”"]| and |^\s|\s$/.test(name) ? `“${name}”` : name)
