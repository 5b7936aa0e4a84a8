import { Building2 } from 'lucide-react'
import { useState } from 'react'
import { Redirect, useSearch } from 'wouter'
import { reasonOf } from '../api/failure.ts'
import { useOrgs } from '../api/orgs.ts'
import { Button } from '../parts/button.tsx'
import { LoadFailure, State } from '../parts/state.tsx'
import { CreateOrg } from './create-org.tsx'
import { addressOf } from './places.ts'
import { useSignOut } from './sign-out.ts'
import { SignedIn } from './signed-in.tsx'
import { Splash } from './splash.tsx'
import { recall } from './stored.ts'

/** `/` and `/me/tokens`: on to the tokens of the organization where the person was last, or of the first that he sees. */
export function Home() {
  return (
    <SignedIn>
      <ToTokens />
    </SignedIn>
  )
}

function ToTokens() {
  const orgs = useOrgs()
  const search = useSearch()
  if (orgs.isPending) return <Splash />
  if (orgs.isError) {
    return (
      <LoadFailure
        title="Your organizations could not be loaded"
        reason={reasonOf(orgs.error)}
        onRetry={() => orgs.refetch()}
      />
    )
  }
  const last = recall('org')
  const org = orgs.data.find(({ id }) => id === last) ?? orgs.data[0]
  if (org === undefined) return <NoOrg />
  return <Redirect to={addressOf('tokens', org.id) + (search === '' ? '' : `?${search}`)} replace />
}

function NoOrg() {
  const [isCreating, setCreating] = useState(false)
  const signOut = useSignOut()
  return (
    <State
      kind="no-org"
      title="You belong to no organization yet"
      icon={<Building2 />}
      action={
        <span className="state-actions">
          <Button onClick={signOut}>Sign out</Button>
          <Button variant="primary" onClick={() => setCreating(true)}>
            Create an organization
          </Button>
        </span>
      }
    >
      <p>Ask an owner of an organization to add you as a member, or create one if you are permitted to.</p>
      {isCreating && <CreateOrg onClose={() => setCreating(false)} />}
    </State>
  )
}
