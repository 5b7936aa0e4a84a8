import type { Revocation, Undone } from '../store/revocations.ts'
import { counted, printCounts } from './counted.ts'
import { quotedName } from './quoted-name.ts'
import { isoOf, type Plan } from './restore-plan.ts'

/** Longer lists are not read. */
const MAX_LINES = 50

/** What a restore would mean, for people: what comes back to life first. */
export function listRevocations({ counts, newestAtMs, warning, present }: Plan): string {
  const lines = [`Backup: ${printCounts(counts)}; newest change ${isoOf(newestAtMs) ?? 'unknown'}.`]
  if (warning !== undefined) lines.push(warning)
  if (!present.there) lines.push('There is no data here yet that it would replace.')
  else if ('unknown' in present) lines.push(`Nobody can say which revocations it would undo: ${present.unknown}.`)
  else lines.push(...revocationLines(present.difference.revocations), lostLine(present.difference.lost))
  return `${lines.join('\n')}\n`
}

function revocationLines(revocations: readonly Revocation[]): string[] {
  if (revocations.length === 0) return ['It would undo no revocation.']
  const shown = revocations.slice(0, MAX_LINES).map(revocation => `  ${lineOf(revocation)}`)
  const more = revocations.length - shown.length
  return [
    `It would undo ${revocations.length === 1 ? 'one revocation' : `${revocations.length} revocations`} made since:`,
    ...shown,
    ...(more > 0 ? [`  … and ${more} more; --json shows all.`] : []),
  ]
}

/** How each kind reads. Total, so that a new kind without words does not compile. */
const WORDS: Readonly<Record<Undone, (name: string, of: string) => string>> = {
  'user deactivated': name => `user ${name} was made inactive`,
  'user deleted': name => `user ${name} was deleted`,
  'password changed': (name, of) =>
    of === '' ? `the password of user ${name} was changed` : `the password of ${of} (${name}) was changed`,
  'role removed': (name, of) => `user ${name} is no longer ${of}`,
  'token deactivated': (name, of) => `token ${name} of ${of} was made inactive`,
  'token deleted': (name, of) => `token ${name} of ${of} was deleted`,
  'token expires earlier': (name, of) => `token ${name} of ${of} was made to expire earlier`,
  'token lost permissions': (name, of) => `token ${name} of ${of} lost permissions`,
  'secret ended': (name, of) => `a secret of token ${name} of ${of} was ended`,
}

function lineOf({ undone, id, name, of }: Revocation): string {
  return `${id}  ${WORDS[undone](quotedName(name), of === '' ? '' : quotedName(of))}`
}

function lostLine({ authorizations, users }: { readonly authorizations: number; readonly users: number }): string {
  if (authorizations === 0 && users === 0) return 'Nothing that was created since would be lost.'
  return `Created since, and lost: ${counted(authorizations, 'token')}, ${counted(users, 'user')}.`
}
