import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { notify } from '../parts/notifications.ts'
import type { Authorization } from './authorization.ts'
import { type BulkAction, bulkPlan, counted } from './bulk.ts'
import { type BulkFailure, runBulk } from './run-bulk.ts'
import { StatusBadge } from './token-facts.tsx'
import { TokenName } from './token-name.tsx'

export interface BulkDialogProps {
  readonly action: BulkAction
  readonly tokens: readonly Authorization[]
  readonly onClose: () => void
  /** Told which have nothing left to be done to them. */
  readonly onDone: (ids: readonly string[]) => void
}

const VERBS: Record<BulkAction, { readonly button: string; readonly past: string }> = {
  activate: { button: 'Activate', past: 'activated' },
  deactivate: { button: 'Deactivate', past: 'deactivated' },
  delete: { button: 'Delete', past: 'deleted' },
}
const MOST_NAMES = 100

/** Says what will happen to the selected tokens, does it, and says what did not. Page contract 14. */
export function BulkDialog({ action, tokens, onClose, onDone }: BulkDialogProps) {
  const [{ affected, consequences, warnings }] = useState(() => bulkPlan(action, tokens, Date.now()))
  const { run, over, failures } = useBulk({ action, tokens, onClose, onDone }, affected)
  const { button, past } = VERBS[action]
  const isRunning = over !== undefined
  if (failures.length > 0) return <Failed past={past} failures={failures} onClose={onClose} />
  return (
    <Dialog
      title={`${button} ${counted(tokens.length)}`}
      onClose={() => isRunning || onClose()}
      footer={
        <>
          <span className="bulk-progress" role="status">
            {isRunning && `${over} of ${affected.length} done`}
          </span>
          <Button data-autofocus disabled={isRunning} onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant={action === 'delete' ? 'danger' : 'primary'}
            busy={isRunning}
            disabled={affected.length === 0}
            onClick={run}
            testId="bulk-confirm"
          >
            {button} {counted(affected.length)}
          </Button>
        </>
      }
    >
      <ul className="bulk-consequences">
        {consequences.map(words => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {warnings.map(words => (
        <Callout key={words} kind="warning">
          {words}
        </Callout>
      ))}
      <Names tokens={affected} />
    </Dialog>
  )
}

/** Does it, and tells how it went. `over` says how many are done while it runs. */
function useBulk({ action, tokens, onClose, onDone }: BulkDialogProps, affected: readonly Authorization[]) {
  const client = useQueryClient()
  const [over, setOver] = useState<number>()
  const [failures, setFailures] = useState<readonly BulkFailure[]>([])
  const { past } = VERBS[action]
  const run = async () => {
    if (over !== undefined) return
    setOver(0)
    const failed = await runBulk(client, action, affected, setOver)
    setOver(undefined)
    setFailures(failed)
    const failedIds = new Set(failed.map(({ token }) => token.id))
    onDone(tokens.map(({ id }) => id).filter(id => !failedIds.has(id)))
    if (failed.length > 0) return notifyFailures(`${failed.length} of ${counted(affected.length)}`, past)
    const words = `${counted(affected.length)} ${affected.length === 1 ? 'was' : 'were'} ${past}.`
    if (action === 'deactivate') notify.success(words, { label: 'Undo', run: () => void undo(client, affected) })
    else notify.success(words)
    onClose()
  }
  return { run, over, failures }
}

function notifyFailures(howMany: string, past: string): void {
  notify.error(
    `${howMany} could not be ${past}. Check them and try again; if it keeps failing, tell whoever runs this server.`,
  )
}

/** Makes active again what was made inactive. */
async function undo(client: QueryClient, tokens: readonly Authorization[]): Promise<void> {
  const failures = await runBulk(client, 'activate', tokens, () => {})
  if (failures.length === 0) notify.success(`${counted(tokens.length)} active again.`)
  else
    notify.error(`${failures.length} of ${counted(tokens.length)} could not be activated again. ${failures[0]?.reason}`)
}

function Names({ tokens }: { readonly tokens: readonly Authorization[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which has to be possible by keys
    <ul className="bulk-names" aria-label="Tokens" tabIndex={0}>
      {tokens.slice(0, MOST_NAMES).map(token => (
        <li key={token.id}>
          <span>
            <TokenName description={token.description} />
          </span>
          <StatusBadge status={token.status} />
        </li>
      ))}
      {tokens.length > MOST_NAMES && <li>and {tokens.length - MOST_NAMES} more</li>}
    </ul>
  )
}

function Failed({ past, failures, onClose }: { past: string; failures: readonly BulkFailure[]; onClose: () => void }) {
  return (
    <Dialog
      title={`${counted(failures.length)} could not be ${past}`}
      onClose={onClose}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <p>What failed is still selected, so that you can try again.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which has to be possible by keys */}
      <ul className="bulk-names" aria-label="Tokens that failed" tabIndex={0} data-testid="bulk-failures">
        {failures.map(({ token, reason }) => (
          <li key={token.id}>
            <span>
              <TokenName description={token.description} />
            </span>
            <span className="bulk-reason">{reason}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
