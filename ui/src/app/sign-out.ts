import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { Failure, reasonOf } from '../api/failure.ts'
import { renewal } from '../api/renewal.ts'
import { signOut } from '../api/session.ts'
import { notify } from '../parts/notifications.ts'

/** Ends the session and forgets all that was loaded in it. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  const [, navigate] = useLocation()
  return async () => {
    try {
      await signOut()
    } catch (cause) {
      // Refused means that there was no session any more, which is what was wanted.
      if (!(cause instanceof Failure && cause.status === 401)) {
        notify.error(`You are still signed in. ${reasonOf(cause)}`)
        return
      }
    }
    renewal.end()
    notify.clear()
    navigate('/signin')
    client.clear()
  }
}
