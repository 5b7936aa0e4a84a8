import type { FirstThings } from '../api/setup.ts'
import { passwordFault } from '../app/password.ts'

export type Entry = FirstThings & { readonly passwordAgain: string }
export type Faults = Partial<Record<keyof Entry, string>>

export const NOTHING_YET: Entry = {
  username: '',
  password: '',
  passwordAgain: '',
  org: '',
  bucket: '',
  setupCode: '',
}

/** What keeps these from being sent, by field, in words. */
export function faultsOf({ username, password, passwordAgain, org, bucket }: Entry): Faults {
  const weak = passwordFault(password)
  return {
    ...(username.trim() === '' && { username: 'Choose the name with which you will sign in.' }),
    // Signing in sends both in one text, in which the first colon ends the name.
    ...(username.includes(':') && { username: 'A user name cannot contain a colon.' }),
    ...(weak !== undefined && { password: weak }),
    ...(password !== passwordAgain && { passwordAgain: 'The two passwords differ.' }),
    ...(org.trim() === '' && { org: 'Give the organization a name, such as that of your company or team.' }),
    ...(bucket.trim() === '' && { bucket: 'Give the bucket a name, such as sensors.' }),
    ...(bucket.trim().startsWith('_') && { bucket: 'Names that begin with an underscore are kept for the system.' }),
  }
}
