import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from './api.ts'
import { Failure } from './failure.ts'
import { keys } from './keys.ts'

export type Member = components['schemas']['Member'] | components['schemas']['Owner']
export type Role = Member['role']

/** Everybody who has a role in the organization, by name. */
export const useMembers = (orgId: string) =>
  useQuery({
    queryKey: keys.members(orgId),
    queryFn: async (): Promise<readonly Member[]> => {
      const params = { params: { path: { orgID: orgId } } }
      const [owners, members] = await Promise.all([
        dataOf(api.GET('/api/v2/orgs/{orgID}/owners', params)),
        dataOf(api.GET('/api/v2/orgs/{orgID}/members', params)),
      ])
      return [...owners.users, ...members.users].sort((one, other) => one.name.localeCompare(other.name, 'en'))
    },
  })

export interface Invitation {
  readonly name: string
  /** The first one; empty for somebody who is a user already. */
  readonly password: string
  readonly role: Role
}

/**
 * Invites somebody in three steps: a user, a password, a role. If one fails, asking again goes on from there instead of
 * stumbling over what is done already.
 */
export function useInvite(orgId: string): (invitation: Invitation) => Promise<void> {
  const client = useQueryClient()
  const done = useRef<{ name: string; id: string; hasPassword: boolean }>(undefined)
  return async ({ name, password, role }) => {
    if (done.current?.name !== name) {
      const id = password === '' ? await idOfUser(name) : await createUser(name)
      done.current = { name, id, hasPassword: password === '' }
    }
    if (!done.current.hasPassword) {
      await setPassword(done.current.id, password)
      done.current.hasPassword = true
    }
    await addToOrg(orgId, done.current.id, role)
    await client.invalidateQueries({ queryKey: keys.members(orgId) })
  }
}

/** Takes either role away. */
export function useRemoveMember(orgId: string): (member: Member) => Promise<void> {
  const client = useQueryClient()
  return async ({ id }) => {
    try {
      await api.DELETE('/api/v2/orgs/{orgID}/members/{userID}', { params: { path: { orgID: orgId, userID: id } } })
    } finally {
      await client.invalidateQueries({ queryKey: keys.members(orgId) })
    }
  }
}

async function createUser(name: string): Promise<string> {
  return (await dataOf(api.POST('/api/v2/users', { body: { name } }))).id
}

/** @param name or the id, which whoever may not look up names can be told by its bearer */
async function idOfUser(name: string): Promise<string> {
  if (/^[0-9a-f]{16}$/.test(name)) return name
  const { users } = await dataOf(api.GET('/api/v2/users', { params: { query: { name } } }))
  const found = users.find(user => user.name === name)
  if (found === undefined) throw new Failure(404, `there is no user with the name ${name}`)
  return found.id
}

/** Sets a user's password; the old one stops working. */
export async function setPassword(userId: string, password: string): Promise<void> {
  await api.POST('/api/v2/users/{userID}/password', { params: { path: { userID: userId } }, body: { password } })
}

async function addToOrg(orgId: string, userId: string, role: Role): Promise<void> {
  const params = { params: { path: { orgID: orgId } }, body: { id: userId } }
  if (role === 'owner') await api.POST('/api/v2/orgs/{orgID}/owners', params)
  else await api.POST('/api/v2/orgs/{orgID}/members', params)
}
