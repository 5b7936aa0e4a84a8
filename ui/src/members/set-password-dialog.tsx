import { useState } from 'react'
import { type Member, useSetPassword } from '../api/members.ts'
import { PASSWORD_HINT, passwordFault } from '../app/password.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { notify } from '../parts/notifications.ts'
import { PasswordField } from '../parts/password-field.tsx'

/** A new password for somebody else. */
export function SetPasswordDialog({ user, onClose }: { readonly user: Member; readonly onClose: () => void }) {
  const [password, setPassword] = useState('')
  const [isTried, setTried] = useState(false)
  const change = useSetPassword()
  const weak = passwordFault(password)
  const submit = async () => {
    setTried(true)
    if (weak !== undefined || (await change.run(user.id, password)) === undefined) return
    notify.success(`${user.name} has a new password.`)
    onClose()
  }
  return (
    <Dialog
      title={`Set a password for ${user.name}`}
      width="small"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={change.isBusy}>
            Set password
          </Button>
        </>
      }
    >
      <PasswordField
        label="New password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        hint={`${PASSWORD_HINT} The old one stops working. Tell the new one to the person yourself: Sluice sends no mail.`}
        error={isTried ? weak : undefined}
        data-autofocus
      />
      <FailureNote failure={change.failure} />
    </Dialog>
  )
}
