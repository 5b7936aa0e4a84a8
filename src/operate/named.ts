import { AppError } from '../domain/errors.ts'
import type { Org } from '../store/orgs.ts'
import type { Nouns } from '../store/store.ts'
import type { User } from '../store/users.ts'
import { quotedName } from './quoted-name.ts'

/** @throws AppError `not found`, saying who there is */
export async function getUser(nouns: Nouns, name: string): Promise<User> {
  const found = await nouns.users.findByName(name)
  if (found !== undefined) return found
  const known = await nouns.users.list('all', { limit: LISTED + 1, offset: 0, descending: false })
  const names = known.map(({ name, status }) => quotedName(name) + (status === 'active' ? '' : ' (inactive)'))
  throw new AppError('not found', `there is no user ${quotedName(name)}${among(names)}`)
}

/** @throws AppError `not found`, saying what there is */
export async function getOrg(nouns: Nouns, name: string): Promise<Org> {
  const found = await nouns.orgs.findByName(name)
  if (found !== undefined) return found
  const known = await nouns.orgs.list({ scope: 'all' }, { limit: LISTED + 1, offset: 0 })
  throw new AppError(
    'not found',
    `there is no organization ${quotedName(name)}${among(known.map(org => quotedName(org.name)))}`,
  )
}

const LISTED = 20

/** What there is instead. */
function among(names: readonly string[]): string {
  if (names.length === 0) return ', nor any other: restore a backup, or set up anew in an empty directory'
  return `; there ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ', …' : ''}`
}
