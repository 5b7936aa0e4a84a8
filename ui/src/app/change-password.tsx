import { useState } from 'react'
import { useAction } from '../api/action.ts'
import { changePassword } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
import { notify } from '../parts/notifications.ts'
import { PASSWORD_HINT, passwordFault } from './password.ts'

/** One's own password. */
export function ChangePassword({ onClose }: { readonly onClose: () => void }) {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [isTried, setTried] = useState(false)
  const change = useAction(changePassword)
  const fault = passwordFault(password)
  const differ = password !== again ? 'The two passwords differ.' : undefined
  const submit = async () => {
    setTried(true)
    if (fault !== undefined || differ !== undefined || (await change.run(password)) === undefined) return
    notify.success('Your password was changed.')
    onClose()
  }
  const field = { type: 'password', autoComplete: 'new-password' } as const
  return (
    <Dialog
      title="Change password"
      width="small"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={change.isBusy}>
            Change password
          </Button>
        </>
      }
    >
      <TextField
        {...field}
        label="New password"
        value={password}
        onChange={setPassword}
        hint={PASSWORD_HINT}
        error={isTried ? fault : undefined}
        data-autofocus
      />
      <TextField
        {...field}
        label="New password again"
        value={again}
        onChange={setAgain}
        error={isTried ? differ : undefined}
      />
      <FailureNote failure={change.failure} />
    </Dialog>
  )
}
