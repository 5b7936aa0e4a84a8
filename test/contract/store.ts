import { describe } from 'vitest'
import { auditCases } from './cases/audit.ts'
import { authorizationListCases } from './cases/authorization-lists.ts'
import { authorizationCases } from './cases/authorizations.ts'
import { bindingCases } from './cases/bindings.ts'
import { bucketCases } from './cases/buckets.ts'
import { changeCases } from './cases/changes.ts'
import { closingCases } from './cases/closing.ts'
import { dbrpCases } from './cases/dbrps.ts'
import { membershipCases } from './cases/memberships.ts'
import { orgCases } from './cases/orgs.ts'
import { passwordCases } from './cases/passwords.ts'
import { permissionCases } from './cases/permissions.ts'
import { processCases } from './cases/processes.ts'
import { secretCases } from './cases/secrets.ts'
import { sessionCases } from './cases/sessions.ts'
import { standingCases } from './cases/standings.ts'
import { transactionCases } from './cases/transactions.ts'
import { userCases } from './cases/users.ts'
import type { OpenStore } from './open.ts'

const CASES = [
  orgCases,
  userCases,
  membershipCases,
  bucketCases,
  bindingCases,
  dbrpCases,
  authorizationCases,
  authorizationListCases,
  permissionCases,
  secretCases,
  standingCases,
  passwordCases,
  sessionCases,
  changeCases,
  auditCases,
  transactionCases,
  processCases,
  closingCases,
]

/** What every engine owes, as tests. An engine joins by a file of ten lines that calls this. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`the store on ${name}`, () => {
    for (const cases of CASES) cases(open)
  })
}
