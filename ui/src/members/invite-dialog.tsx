import { useState } from 'react'
import { Failure } from '../api/failure.ts'
import { type Role, useInvite } from '../api/members.ts'
import { useDialogAction } from '../app/dialog-action.ts'
import { PASSWORD_HINT, passwordFault } from '../app/password.ts'
import { useWorkspace } from '../app/workspace.tsx'
import { Callout } from '../parts/callout.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { Select, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { PasswordField } from '../parts/password-field.tsx'

const ROLES = [
  { value: 'member', label: 'Member: reads what is in the organization' },
  { value: 'owner', label: 'Owner: also changes it, and who belongs' },
] as const

const ACCOUNTS = [
  { value: 'new', label: 'Somebody new: I choose a first password' },
  { value: 'existing', label: 'Somebody who signs in here already' },
] as const
type Account = (typeof ACCOUNTS)[number]['value']

export interface InviteDialogProps {
  /** Only an operator may; others add those who are users already. */
  readonly mayCreateUsers: boolean
  readonly onClose: () => void
}

/** Somebody joins the organization: as a new user with a first password, or as a user that there is. */
export function InviteDialog({ mayCreateUsers, onClose }: InviteDialogProps) {
  const { org } = useWorkspace()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<Account>('new')
  // What somebody may becomes known while the dialog is open already.
  const account = mayCreateUsers ? chosen : 'existing'
  const [password, setPassword] = useState('')
  const [role, setRole] = useState<Role>('member')
  const [isTried, setTried] = useState(false)
  const invite = useDialogAction({
    work: useInvite(org.id),
    success: (_, invitation) => `${invitation.name} now belongs to ${org.name}.`,
    failure: invitation => `${invitation.name} was not added.`,
    onDone: onClose,
  })
  const wanted = name.trim()
  const nameFault = wanted === '' ? 'Enter the name with which this person signs in.' : colonFault(wanted)
  const weak = account === 'new' ? passwordFault(password) : undefined
  const submit = () => {
    setTried(true)
    if (nameFault !== undefined || weak !== undefined) return
    void invite.run({ name: wanted, password: account === 'new' ? password : '', role })
  }
  return (
    <FormDialog
      title={`Invite a member to ${org.name}`}
      width="small"
      onClose={onClose}
      onSubmit={submit}
      action="Invite"
      isBusy={invite.isBusy}
      testId="invite-submit"
    >
      <TextField
        label={account === 'new' ? 'User name' : 'User name or user ID'}
        value={name}
        onChange={setName}
        error={isTried ? nameFault : undefined}
        data-autofocus
        autoCapitalize="none"
        spellCheck={false}
      />
      {mayCreateUsers ? (
        <Select label="Who is it?" value={account} onChange={setChosen} choices={ACCOUNTS} />
      ) : (
        <Callout>
          You can add people who sign in here already; under About, everybody finds the own user ID. To create a new
          user, ask an operator.
        </Callout>
      )}
      {account === 'new' && (
        <PasswordField
          label="First password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          hint={`${PASSWORD_HINT} Tell it to the person yourself: Sluice sends no mail. It can be changed after signing in.`}
          error={isTried ? weak : undefined}
        />
      )}
      <Select label="Role" value={role} onChange={setRole} choices={ROLES} />
      {isTaken(invite.failure) ? (
        <Callout kind="danger" isUrgent>
          There is a user with the name {wanted} already. Choose “{ACCOUNTS[1].label}” to add that person, or another
          name.
        </Callout>
      ) : (
        <FailureNote failure={invite.failure} />
      )}
    </FormDialog>
  )
}

const colonFault = (name: string) => (name.includes(':') ? 'A user name cannot contain a colon.' : undefined)

const isTaken = (failure: unknown) =>
  failure instanceof Failure && failure.status === 422 && /user/.test(failure.reason) && !/mapping/.test(failure.reason)
