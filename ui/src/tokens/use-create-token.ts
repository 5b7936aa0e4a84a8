import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { type Action, useAction } from '../api/action.ts'
import { type AuthorizationCreate, createAuthorization } from '../api/authorizations.ts'
import { reasonOf } from '../api/failure.ts'
import { notify } from '../parts/notifications.ts'
import type { CreatedAuthorization } from './authorization.ts'
import { expiresAtOf, type Lifetime } from './expiry.ts'

export interface Wanted extends Omit<AuthorizationCreate, 'expiresAt'> {
  readonly lifetime: Lifetime
}

/** Creates a token, once however often it is asked to meanwhile, and tells how it went. */
export function useCreateToken(): Action<[Wanted], CreatedAuthorization> {
  const client = useQueryClient()
  const lastFailure = useRef(0)
  return useAction(async ({ lifetime, ...wanted }: Wanted) => {
    notify.dismiss(lastFailure.current)
    try {
      const expiry = expiresAtOf(lifetime, new Date())
      const expiresAt = 'fault' in expiry ? undefined : expiry.instant
      const created = await createAuthorization(client, { ...wanted, ...(expiresAt !== undefined && { expiresAt }) })
      notify.success('The API token was created.')
      return created
    } catch (cause) {
      lastFailure.current = notify.error(`The API token could not be created. ${reasonOf(cause)}`)
      throw cause
    }
  })
}
