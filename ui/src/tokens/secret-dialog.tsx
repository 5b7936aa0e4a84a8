import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useLeaveWarning } from '../parts/leave-warning.ts'
import { Secret } from '../parts/secret.tsx'
import type { CreatedAuthorization } from './authorization.ts'
import { TokenName } from './token-name.tsx'

/** A token that was just made, with its secret: kept only as long as the dialog is open. */
export interface Made {
  readonly created: Omit<CreatedAuthorization, 'token'>
  /** Emptied when the dialog closes: React keeps the state before the last one, and what is in it, for a while. */
  readonly secret: { text: string }
  readonly by: 'creation' | 'cloning'
}

/** Shows a secret once. It does not close unless the secret was kept, or somebody says that he does not need it. */
export function SecretDialog({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  const { created, secret, by } = made
  const [isKept, setKept] = useState(false)
  const [isAsking, setAsking] = useState(false)
  useLeaveWarning(!isKept)
  const close = () => (isKept ? onClose() : setAsking(true))
  return (
    <Dialog
      title={by === 'creation' ? 'API token created' : 'API token cloned'}
      width="large"
      onClose={close}
      footer={
        <Button onClick={close} testId="secret-done">
          Done
        </Button>
      }
    >
      <Callout kind="warning">
        <strong>Copy the token now. It will not be shown again.</strong> Sluice keeps no copy that could be read.
      </Callout>
      <p>
        The secret of <TokenName description={created.description} />:
      </p>
      <Secret secret={secret.text} fileName={`api-token-${created.id}.txt`} onKept={() => setKept(true)} />
      {created.status === 'inactive' && (
        <Callout>This token is inactive, like the one it was cloned from: it is refused until you activate it.</Callout>
      )}
      {isAsking && !isKept && <Acknowledgement onClose={onClose} onStay={() => setAsking(false)} />}
    </Dialog>
  )
}

function Acknowledgement({ onClose, onStay }: { readonly onClose: () => void; readonly onStay: () => void }) {
  const [isSure, setSure] = useState(false)
  return (
    <Dialog
      title="Close without keeping the token?"
      width="small"
      onClose={onStay}
      testId="secret-warning"
      footer={
        <>
          <Button onClick={onStay} data-autofocus>
            Back to the token
          </Button>
          <Button variant="danger" onClick={onClose} disabled={!isSure} testId="secret-close-anyway">
            Close
          </Button>
        </>
      }
    >
      <p>The token was neither copied nor downloaded. Once this closes, nobody can see it again.</p>
      <Checkbox
        label="I have kept the token, or do not need it"
        checked={isSure}
        onChange={setSure}
        testId="secret-sure"
      >
        I have kept the token, or do not need it
      </Checkbox>
    </Dialog>
  )
}
