import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf, strangerApi } from './api.ts'
import { keys } from './keys.ts'

export type User = components['schemas']['User']

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Whether the server waits for its first set-up. */
export const useSetupState = () =>
  useQuery({ queryKey: keys.setup, queryFn: async () => (await dataOf(strangerApi.GET('/api/v2/setup'))).allowed })

/** Who is signed in. Fails with 401 if nobody is. */
export const useMe = () =>
  useQuery({ queryKey: keys.me, queryFn: () => dataOf(strangerApi.GET('/api/v2/me')), staleTime: 60_000 })

/** @throws Failure 401 for a wrong name or password, 429 after too many of them */
export async function signIn(credentials: Credentials): Promise<void> {
  await strangerApi.POST('/api/v2/signin', { headers: { Authorization: basic(credentials) } })
}

export async function signOut(): Promise<void> {
  await strangerApi.POST('/api/v2/signout')
}

/** Changes one's own password; other sessions end. @throws Failure 403 if the old one is wrong */
export async function changePassword(old: Credentials, password: string): Promise<void> {
  await api.PUT('/api/v2/me/password', { body: { password }, headers: { Authorization: basic(old) } })
}

const basic = ({ username, password }: Credentials) => `Basic ${base64(`${username}:${password}`)}`

/** Of any text: `btoa` alone takes Latin letters only. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
