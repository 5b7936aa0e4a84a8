import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { actAs, type Means } from '../authority/act.ts'
import { systemClock } from '../authority/clock.ts'
import { createIds } from '../authority/ids.ts'
import { endOtherSessions, hashOf } from '../authority/password.ts'
import { createPasswordHasher } from '../authority/password-hasher.ts'
import { createOperator } from '../authority/setup.ts'
import type { Flags } from '../config/statement.ts'
import { AppError } from '../domain/errors.ts'
import { lockStore } from '../store/lock.ts'
import { migrate } from '../store/migrations.ts'
import { lockPath, openStore } from '../store/open-sqlite-store.ts'
import type { User } from '../store/users.ts'
import { configured, presentStore } from './configured.ts'
import { getOrg, getUser } from './named.ts'
import { quotedName } from './quoted-name.ts'

/** Who did it, as the audit log says it. Whoever may write the data's files is asked for nothing else. */
const ACTOR = 'recovery'

/** `sluice recovery create-operator`: the token, alone, on standard output; everything else on standard error. */
export async function recoverOperator(wanted: { user: string; org: string }, flags: Flags): Promise<void> {
  const { token, authorization } = await offline(flags, means =>
    actAs(means, ACTOR, async act => {
      const user = await getUser(act, wanted.user)
      if (user.status !== 'active') throw new AppError('invalid', inactive(user))
      const org = await getOrg(act, wanted.org)
      return createOperator(means, act, { orgId: org.id, user, token: undefined })
    }),
  )
  process.stderr.write(
    `Created the authorization ${authorization.id} of ${wanted.user} in ${wanted.org}, which may do everything and does not ` +
      'expire. Its token is shown this once:\n',
  )
  process.stdout.write(`${token}\n`)
}

/** `sluice recovery set-password`. */
export async function recoverPassword(wanted: { user: string; passwordFile: string }, flags: Flags): Promise<void> {
  const password = readFileSync(wanted.passwordFile, 'utf8').replace(/\r?\n$/, '')
  await offline(flags, async means => {
    const hash = await hashOf(means.hasher, password)
    return actAs(means, ACTOR, async act => {
      const { id } = await getUser(act, wanted.user)
      await act.passwords.set({ kind: 'user', id }, hash, act.nowMs)
      await endOtherSessions(act, id, undefined)
      await act.record('user.password', id)
    })
  })
  process.stderr.write(`Set the password of ${wanted.user}.\n`)
}

/** `sluice recovery activate-user`. */
export async function recoverUser(wanted: { user: string }, flags: Flags): Promise<void> {
  await offline(flags, means =>
    actAs(means, ACTOR, async act => {
      const { id } = await getUser(act, wanted.user)
      await act.users.update(id, { status: 'active' })
      await act.changes.note('user', id)
      await act.record('user.change', id, { status: 'active' })
    }),
  )
  process.stderr.write(`Made ${wanted.user} active.\n`)
}

/** Works on the data alone: no server, no other recovery. */
async function offline<T>(flags: Flags, work: (means: Means) => Promise<T>): Promise<T> {
  const { dataDir } = configured(flags)
  presentStore(dataDir)
  const lock = await lockStore(lockPath(dataDir), 'alone')
  try {
    const { store, sqlite } = await openStore(dataDir, false)
    try {
      await migrate(sqlite, randomUUID())
      const ids = createIds(systemClock, randomBytes)
      return await work({ store, clock: systemClock, ids, random: randomBytes, hasher: createPasswordHasher() })
    } finally {
      await store.close()
    }
  } finally {
    lock.close()
  }
}

const inactive = ({ name }: User) =>
  `user ${quotedName(name)} is inactive, so his tokens are refused: run sluice recovery activate-user first`
