import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { Redirect, useLocation, useSearch } from 'wouter'
import { Failure, reasonOf } from '../api/failure.ts'
import { renewal } from '../api/renewal.ts'
import { type User, useMe, useSetupState } from '../api/session.ts'
import { LoadFailure } from '../parts/state.tsx'
import { signInAddress } from './places.ts'
import { Splash } from './splash.tsx'

const Me = createContext<User | undefined>(undefined)

/** Who is signed in. Only inside `SignedIn`. */
export function useUser(): User {
  const me = useContext(Me)
  if (me === undefined) throw new Error('nobody is signed in here')
  return me
}

/** Shows its children to somebody who is signed in, and sends everybody else to sign in and back. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const me = useMe()
  const [path] = useLocation()
  const search = useSearch()
  const isIn = me.data !== undefined
  useEffect(() => {
    if (isIn) renewal.begin()
  }, [isIn])
  // Also if asking again failed: the page stays as it is, and calls that are refused open the question for the password.
  if (me.data) return <Me value={me.data}>{children}</Me>
  if (me.isPending) return <Splash />
  if (me.error instanceof Failure && me.error.status === 401) {
    return <Stranger returnTo={search === '' ? path : `${path}?${search}`} />
  }
  return <LoadFailure title="Sluice could not be reached" reason={reasonOf(me.error)} onRetry={() => me.refetch()} />
}

/** Before the first set-up there is nobody to sign in as. */
function Stranger({ returnTo }: { readonly returnTo: string }) {
  const setup = useSetupState()
  if (setup.isPending) return <Splash />
  return <Redirect to={setup.data === true ? '/onboarding' : signInAddress(returnTo)} replace />
}
