import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { SetupResult } from '../api/setup.ts'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { useLeaveWarning } from '../parts/leave-warning.ts'
import { Secret } from '../parts/secret.tsx'
import { FrontDoor } from './front-door.tsx'

/** The operator token, which is never shown again. The way on opens once the person has it, or says so. */
export function OperatorToken({ created }: { readonly created: SetupResult }) {
  const { user, org, bucket, auth } = created
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [isKept, setKept] = useState(false)
  useLeaveWarning(!isKept)
  const goOn = () => {
    if (!isKept) return
    client.clear()
    navigate('/', { replace: true })
  }
  return (
    <FrontDoor
      title="Keep your operator token"
      lead={
        <>
          <strong>{org.name}</strong>, the bucket <strong>{bucket.name}</strong> and the user{' '}
          <strong>{user.name}</strong> are ready.
        </>
      }
      onSubmit={goOn}
    >
      <Callout kind="warning">
        This token may do everything, in every organization. Copy or download it now: it is not shown again.
      </Callout>
      <Secret secret={auth.token} fileName="sluice-operator-token.txt" onKept={() => setKept(true)} />
      <Checkbox label="I keep the token in a safe place" checked={isKept} onChange={setKept} testId="secret-kept">
        I keep the token in a safe place
      </Checkbox>
      <Button type="submit" variant="primary" disabled={!isKept}>
        Continue to API Tokens
      </Button>
    </FrontDoor>
  )
}
