import { useState } from 'react'
import { type Member, setPassword } from '../api/members.ts'
import { useDialogAction } from '../app/dialog-action.ts'
import { PASSWORD_HINT, passwordFault } from '../app/password.ts'
import { FailureNote } from '../parts/failure-note.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { PasswordField } from '../parts/password-field.tsx'

/** A new password for somebody else. */
export function SetPasswordDialog({ user, onClose }: { readonly user: Member; readonly onClose: () => void }) {
  const [password, write] = useState('')
  const [isTried, setTried] = useState(false)
  const change = useDialogAction({
    work: setPassword,
    success: () => `${user.name} has a new password.`,
    failure: () => `${user.name} still has the old password.`,
    onDone: onClose,
  })
  const weak = passwordFault(password)
  const submit = () => {
    setTried(true)
    if (weak === undefined) void change.run(user.id, password)
  }
  return (
    <FormDialog
      title={`Set a password for ${user.name}`}
      width="small"
      onClose={onClose}
      onSubmit={submit}
      action="Set password"
      isBusy={change.isBusy}
    >
      <PasswordField
        label="New password"
        autoComplete="new-password"
        value={password}
        onChange={write}
        hint={`${PASSWORD_HINT} The old one stops working. Tell the new one to the person yourself: Sluice sends no mail.`}
        error={isTried ? weak : undefined}
        data-autofocus
      />
      <FailureNote failure={change.failure} />
    </FormDialog>
  )
}
