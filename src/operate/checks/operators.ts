import { INSTANCE_ID } from '../../domain/id.ts'
import { isOperator, operatorPermissions } from '../../domain/permission.ts'
import type { Store } from '../../store/store.ts'
import { bad, DAY_MS, type Finding, ok, printDays, warn } from './finding.ts'

const SOON_DAYS = 14

/** Whether anybody is left who may do everything, and for how long. */
export async function checkOperators(store: Store, nowMs: number): Promise<Finding[]> {
  if (!(await store.users.any())) return [ok('Nobody has set this up yet; the start of the server says how.')]
  const candidates = await store.authorizations.activeWithoutBounds(operatorPermissions().length, nowMs)
  const operators = candidates.filter(({ permissions }) => isOperator(permissions))
  if (operators.length > 0) {
    return [operatorFinding(operators.length, Math.max(...operators.map(expiryOf)) - nowMs)]
  }
  const name = await nameOfInstanceOwner(store)
  if (name !== undefined) {
    const what = `There is no active operator token, but ${JSON.stringify(name)} owns the instance and has a password.`
    return [warn(what, 'Sign in by it, and create one.')]
  }
  const todo = 'Stop the server and run sluice recovery create-operator --user NAME --org NAME.'
  return [bad('There is no active operator token: nobody can manage users and organizations.', todo)]
}

const expiryOf = ({ expiresAtMs = Number.POSITIVE_INFINITY }: { readonly expiresAtMs: number | undefined }) =>
  expiresAtMs

function operatorFinding(count: number, leftMs: number): Finding {
  const what = count === 1 ? 'There is one active operator token' : `There are ${count} active operator tokens`
  if (leftMs >= SOON_DAYS * DAY_MS) return ok(`${what}.`)
  return warn(`${what}; the last of them expires in ${printDays(leftMs)}.`, 'Create one that lasts longer.')
}

/** Somebody whose session may do everything. */
async function nameOfInstanceOwner(store: Store): Promise<string | undefined> {
  for (const user of await store.memberships.usersOf('instance', INSTANCE_ID, 'owner')) {
    if (user.status !== 'active') continue
    if ((await store.passwords.find({ kind: 'user', id: user.id })) !== undefined) return user.name
  }
  return undefined
}
