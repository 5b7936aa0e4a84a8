import { useQueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import { useLocation } from 'wouter'
import { reasonOf } from '../api/failure.ts'
import { keys } from '../api/keys.ts'
import { renewal } from '../api/renewal.ts'
import { signIn, type User } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { signInAddress } from './places.ts'

/** Asks for the password over the page when the session has ended, so that nothing typed is lost. */
export function Renewal() {
  const isNeeded = useSyncExternalStore(renewal.subscribe, () => renewal.isNeeded)
  const name = useQueryClient().getQueryData<User>(keys.me)?.name
  return isNeeded && name !== undefined ? <RenewalDialog name={name} /> : null
}

function RenewalDialog({ name }: { readonly name: string }) {
  const client = useQueryClient()
  const [path, navigate] = useLocation()
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async () => {
    if (password === '' || isBusy) return
    setBusy(true)
    try {
      await signIn({ username: name, password })
      renewal.renewed()
    } catch (cause) {
      setBusy(false)
      setError(
        cause instanceof Error && 'status' in cause && cause.status === 401
          ? 'The password is wrong.'
          : reasonOf(cause),
      )
    }
  }
  const leave = () => {
    const returnTo = path + location.search
    renewal.end()
    navigate(signInAddress(returnTo))
    client.clear()
  }
  return (
    <Dialog
      title="Your session has ended"
      width="small"
      isClosable={false}
      onClose={() => {}}
      onSubmit={submit}
      testId="renewal"
      footer={
        <>
          <Button onClick={leave}>Sign in as somebody else</Button>
          <Button type="submit" variant="primary" busy={isBusy} disabled={password === ''}>
            Continue
          </Button>
        </>
      }
    >
      <p>
        Sign in again as <strong>{name}</strong> to continue. Everything you typed is still here.
      </p>
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={error}
        data-autofocus
      />
    </Dialog>
  )
}
