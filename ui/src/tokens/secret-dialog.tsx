import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { notify } from '../parts/notifications.ts'
import type { CreatedAuthorization } from './authorization.ts'
import { downloadText } from './download.ts'
import './secret-dialog.css'
import { TokenName } from './token-name.tsx'

/** A token that was just made, with its secret: kept only as long as the dialog is open. */
export interface Made {
  readonly created: CreatedAuthorization
  readonly by: 'creation' | 'cloning'
}

/** Shows a secret once. It does not close unless the secret was kept, or somebody says that he does not need it. */
export function SecretDialog({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  const { created, by } = made
  const [isKept, setKept] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const [result, setResult] = useState('')
  const secret = useRef<HTMLDivElement>(null)
  useLeavingGuard(!isKept)
  const close = () => (isKept ? onClose() : setAsking(true))
  const copied = (isCopied: boolean) => {
    if (isCopied) setKept(true)
    else selectAll(secret.current)
    setResult(isCopied ? 'Copied.' : 'Not copied. The token is selected: press Ctrl+C or ⌘C, or download it.')
  }
  const download = () => {
    downloadText(`api-token-${created.id}.txt`, `${created.token}\n`)
    setKept(true)
    setResult('Downloaded.')
    notify.success('The token was downloaded.')
  }
  return (
    <Dialog
      title={by === 'creation' ? 'API token created' : 'API token cloned'}
      width="large"
      onClose={close}
      footer={
        <>
          <Button icon={<Download />} onClick={download} testId="secret-download">
            Download
          </Button>
          <CopyButton
            text={created.token}
            label="Copy token"
            variant="primary"
            onResult={copied}
            success="The token is on the clipboard."
            testId="secret-copy"
          >
            Copy to Clipboard
          </CopyButton>
          <Button onClick={close} testId="secret-done">
            Done
          </Button>
        </>
      }
    >
      <Callout kind="warning">
        <strong>Copy the token now. It will not be shown again.</strong> Sluice keeps no copy that could be read.
      </Callout>
      <p>
        Secret of <TokenName description={created.description} />
        {created.status === 'inactive' && ', which is inactive: it is refused until you activate it'}:
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a field would show no more than its first line */}
      <div
        ref={secret}
        className="secret"
        role="textbox"
        aria-readonly="true"
        aria-label="API token"
        tabIndex={0}
        onFocus={() => selectAll(secret.current)}
        data-testid="secret"
      >
        {created.token}
      </div>
      <p role="status" className="secret-result">
        {result}
      </p>
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

/** Has the browser ask before the page is left or loaded anew. */
function useLeavingGuard(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isOn])
}

function selectAll(element: HTMLElement | null): void {
  if (element !== null) getSelection()?.selectAllChildren(element)
}
