import { useState } from 'react'
import { Redirect } from 'wouter'
import { reasonOf } from '../api/failure.ts'
import { useSetupState } from '../api/session.ts'
import type { SetupResult } from '../api/setup.ts'
import { Splash } from '../app/splash.tsx'
import { useTitle } from '../app/title.ts'
import { LoadFailure } from '../parts/state.tsx'
import { FirstThingsForm } from './first-things-form.tsx'
import { OperatorToken } from './operator-token.tsx'

/** The first visit: what there is to be is created, then the operator token is shown, this once. */
export function Onboarding() {
  useTitle('Set up')
  const setup = useSetupState()
  const [created, setCreated] = useState<SetupResult>()
  if (created) return <OperatorToken created={created} />
  if (setup.isPending) return <Splash />
  if (setup.isError) {
    return (
      <LoadFailure
        title="Sluice could not be reached"
        reason={reasonOf(setup.error)}
        onRetry={() => void setup.refetch()}
      />
    )
  }
  if (!setup.data) return <Redirect to="/" replace />
  return <FirstThingsForm onCreated={setCreated} />
}
