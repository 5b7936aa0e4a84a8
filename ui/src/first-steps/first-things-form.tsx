import { useRef, useState } from 'react'
import { useAction } from '../api/action.ts'
import { Failure } from '../api/failure.ts'
import { type SetupResult, setUp } from '../api/setup.ts'
import { PASSWORD_HINT } from '../app/password.ts'
import { Button } from '../parts/button.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { enter } from './enter.ts'
import { type Entry, faultsOf, NOTHING_YET } from './first-things.ts'
import { FrontDoor } from './front-door.tsx'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** Asks for the first user, organization and bucket. */
export function FirstThingsForm({ onCreated }: { readonly onCreated: (created: SetupResult) => void }) {
  const [entry, setEntry] = useState<Entry>(NOTHING_YET)
  const [isTried, setTried] = useState(false)
  const form = useRef<HTMLDivElement>(null)
  const setup = useAction(createAndEnter)
  const faults = isTried ? faultsOf(entry) : {}
  const field = (name: keyof Entry) => ({
    value: entry[name],
    onChange: (value: string) => setEntry(before => ({ ...before, [name]: value })),
    error: faults[name],
    name,
  })
  // Nobody is told beforehand whether a code is wanted; whoever comes from another machine probably needs one.
  const wantsCode = !LOOPBACK.includes(location.hostname) || isAboutCode(setup.failure)
  const submit = async () => {
    setTried(true)
    if (Object.keys(faultsOf(entry)).length > 0) {
      // After the faults are drawn.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus())
      return
    }
    const done = await setup.run(entry)
    if (done) onCreated(done.result)
  }
  return (
    <FrontDoor
      title="Welcome to Sluice"
      lead="Four names and a password, and your InfluxDB has a token authority."
      onSubmit={submit}
    >
      <div className="front-door-fields" ref={form}>
        <TextField
          label="User name"
          autoComplete="username"
          autoFocus
          hint="You sign in with it."
          {...field('username')}
        />
        <PasswordField label="Password" autoComplete="new-password" hint={PASSWORD_HINT} {...field('password')} />
        <PasswordField label="Password again" autoComplete="new-password" {...field('passwordAgain')} />
        <TextField
          label="Organization"
          hint="Owns buckets, tokens and members. Often the company or the team."
          {...field('org')}
        />
        <TextField label="Bucket" hint="Where data goes first, such as sensors." {...field('bucket')} />
        {wantsCode && (
          <TextField
            label="Set-up code"
            hint="Printed by the server when it started. Leave it empty if it printed none."
            {...field('setupCode')}
            error={isAboutCode(setup.failure) ? 'The code is missing or wrong.' : undefined}
          />
        )}
      </div>
      {!isAboutCode(setup.failure) && <FailureNote failure={setup.failure} />}
      <Button type="submit" variant="primary" busy={setup.isBusy}>
        Set up
      </Button>
    </FrontDoor>
  )
}

async function createAndEnter({ passwordAgain: _, ...wanted }: Entry): Promise<SetupResult> {
  const names = { username: wanted.username.trim(), org: wanted.org.trim(), bucket: wanted.bucket.trim() }
  const created = await setUp({ ...wanted, ...names })
  await enter({ username: names.username, password: wanted.password })
  return created
}

const isAboutCode = (failure: unknown) => failure instanceof Failure && failure.reason.includes('setupCode')
