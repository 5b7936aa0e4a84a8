import type { components } from '../../../src/client/schema.ts'
import { dataOf, strangerApi } from './api.ts'

export interface FirstThings {
  readonly username: string
  readonly password: string
  readonly org: string
  readonly bucket: string
  /** What the server printed when it started, if it listens beyond its own machine. */
  readonly setupCode: string
}

export type SetupResult = components['schemas']['SetupResult']

/** Creates the first user, organization, bucket and token. @throws Failure 403 if a set-up code is wanted */
export async function setUp({ setupCode, ...wanted }: FirstThings): Promise<SetupResult> {
  const code = setupCode.trim()
  return dataOf(strangerApi.POST('/api/v2/setup', { body: { ...wanted, ...(code !== '' && { setupCode: code }) } }))
}
