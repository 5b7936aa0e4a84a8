import { Building2 } from 'lucide-react'
import { createContext, type ReactNode, useContext, useEffect } from 'react'
import { Link } from 'wouter'
import { Failure, reasonOf } from '../api/failure.ts'
import { type Org, useOrg } from '../api/orgs.ts'
import type { User } from '../api/session.ts'
import { LoadFailure, State } from '../parts/state.tsx'
import { useUser } from './signed-in.tsx'
import { Splash } from './splash.tsx'
import { remember } from './stored.ts'

const CurrentOrg = createContext<Org | undefined>(undefined)

/** Who works, and in which organization. Only on the screens of an organization. */
export function useWorkspace(): { readonly user: User; readonly org: Org } {
  const user = useUser()
  const org = useContext(CurrentOrg)
  if (org === undefined) throw new Error('outside of an organization')
  return { user, org }
}

/** Loads the organization of the address for the screens in it. */
export function WorkspaceOf({ orgId, children }: { readonly orgId: string; readonly children: ReactNode }) {
  const org = useOrg(orgId)
  const id = org.data?.id
  useEffect(() => {
    if (id !== undefined) remember('org', id)
  }, [id])
  if (org.data) return <CurrentOrg value={org.data}>{children}</CurrentOrg>
  if (org.isPending) return <Splash />
  if (org.error instanceof Failure && org.error.status >= 400 && org.error.status < 500) return <NoSuchOrg />
  return (
    <LoadFailure
      title="The organization could not be loaded"
      reason={reasonOf(org.error)}
      onRetry={() => org.refetch()}
    />
  )
}

function NoSuchOrg() {
  return (
    <State
      kind="no-such-org"
      title="There is no such organization, or you are not in it"
      icon={<Building2 />}
      action={
        <Link href="/" className="button button-secondary button-normal">
          Go to my organization
        </Link>
      }
    >
      <p>If somebody sent you this address, ask an owner of the organization to add you as a member.</p>
    </State>
  )
}
