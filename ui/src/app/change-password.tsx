import { useState } from 'react'
import { Failure } from '../api/failure.ts'
import { changePassword } from '../api/session.ts'
import { FailureNote } from '../parts/failure-note.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { useDialogAction } from './dialog-action.ts'
import { PASSWORD_HINT, passwordFault } from './password.ts'
import { useUser } from './signed-in.tsx'

/** One's own password. */
export function ChangePassword({ onClose }: { readonly onClose: () => void }) {
  const { name } = useUser()
  const [old, setOld] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [isTried, setTried] = useState(false)
  const change = useDialogAction({
    work: changePassword,
    success: () => 'Your password was changed.',
    failure: () => 'Your password was not changed.',
    onDone: onClose,
  })
  const fault = passwordFault(password)
  const differ = password !== again ? 'The two passwords differ.' : undefined
  const submit = () => {
    setTried(true)
    if (old === '' || fault !== undefined || differ !== undefined) return
    void change.run({ username: name, password: old }, password)
  }
  const field = { autoComplete: 'new-password' } as const
  return (
    <FormDialog
      title="Change password"
      width="small"
      onClose={onClose}
      onSubmit={submit}
      action="Change password"
      isBusy={change.isBusy}
    >
      <PasswordField
        label="Current password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
        error={isTried && old === '' ? 'Enter the password that you sign in with today.' : wrongOld(change.failure)}
        data-autofocus
      />
      <PasswordField
        {...field}
        label="New password"
        value={password}
        onChange={setPassword}
        hint={`${PASSWORD_HINT} Your sessions elsewhere end.`}
        error={isTried ? fault : undefined}
      />
      <PasswordField
        {...field}
        label="New password again"
        value={again}
        onChange={setAgain}
        error={isTried ? differ : undefined}
      />
      {wrongOld(change.failure) === undefined && <FailureNote failure={change.failure} />}
    </FormDialog>
  )
}

const wrongOld = (failure: unknown) =>
  failure instanceof Failure && failure.status === 403 ? 'This is not your current password.' : undefined
