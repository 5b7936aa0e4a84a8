import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Redirect, useLocation, useSearch } from 'wouter'
import { useAction } from '../api/action.ts'
import { Failure } from '../api/failure.ts'
import { signIn, useSetupState } from '../api/session.ts'
import { returnAddress } from '../app/places.ts'
import { useTitle } from '../app/title.ts'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { FrontDoor } from './front-door.tsx'

export function SignIn() {
  useTitle('Sign in')
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const search = useSearch()
  const setup = useSetupState()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [isTried, setTried] = useState(false)
  const entry = useAction(signIn)
  if (setup.data === true) return <Redirect to="/onboarding" replace />
  const submit = async () => {
    if (username === '' || password === '') return setTried(true)
    if ((await entry.run({ username, password })) === undefined) return
    // Whatever was loaded for somebody else, or refused to a stranger, says nothing any more.
    client.clear()
    navigate(returnAddress(search), { replace: true })
  }
  return (
    <FrontDoor title="Sign in to Sluice" lead="The token authority for InfluxDB." onSubmit={submit}>
      {isWrong(entry.failure) ? (
        <Callout kind="danger" isUrgent>
          The user name or the password is wrong.
        </Callout>
      ) : (
        <FailureNote failure={entry.failure} />
      )}
      <TextField
        label="User name"
        name="username"
        autoComplete="username"
        autoFocus
        value={username}
        onChange={setUsername}
        error={isTried && username === '' ? 'Enter your user name.' : undefined}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={isTried && password === '' ? 'Enter your password.' : undefined}
      />
      <Button type="submit" variant="primary" busy={entry.isBusy}>
        Sign in
      </Button>
      <p className="front-door-note">
        Forgot the password? An owner of your organization can set a new one under Members. On the server itself,{' '}
        <code>sluice recovery</code> does.
      </p>
    </FrontDoor>
  )
}

const isWrong = (failure: unknown) => failure instanceof Failure && failure.status === 401
