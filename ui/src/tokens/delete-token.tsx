import { type ReactElement, useState } from 'react'
import { ConfirmPopover } from '../parts/popover.tsx'
import { type Authorization, isOperator, nameOf } from './authorization.ts'
import { expiryOf } from './expiry.ts'

export interface DeleteTokenProps {
  readonly token: Authorization
  readonly trigger: ReactElement
  readonly remove: () => Promise<boolean>
  readonly align?: 'start' | 'end'
}

/** Asks before a token is deleted, naming it and what follows. */
export function DeleteToken({ token, trigger, remove, align = 'end' }: DeleteTokenProps) {
  const [isOpen, setOpen] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    const done = await remove()
    // If it succeeded there is nothing left to set.
    if (done) return
    setBusy(false)
    setOpen(false)
  }
  return (
    <ConfirmPopover
      trigger={trigger}
      open={isOpen}
      onOpenChange={setOpen}
      align={align}
      question={`Delete “${nameOf(token)}”?`}
      consequence={<Consequence token={token} />}
      confirm="Confirm"
      onConfirm={confirm}
      busy={isBusy}
      confirmTestId="token-delete-confirm"
    />
  )
}

function Consequence({ token }: { readonly token: Authorization }) {
  const isInUse = token.status === 'active' && expiryOf(token.expiresAt, Date.now()).kind !== 'expired'
  return (
    <>
      <p>
        {isInUse
          ? 'It is active: whatever uses it is refused at once, and a deleted token cannot be brought back.'
          : 'It is not accepted now, and once deleted it cannot be brought back.'}
      </p>
      {isOperator(token) && (
        <p>
          <strong>It is an operator token, which manages the whole server.</strong> Keep at least one: without any, only
          the command <code>sluice recovery</code> on the server makes a new one.
        </p>
      )}
    </>
  )
}
