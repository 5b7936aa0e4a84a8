import { useState } from 'react'
import { useLocation } from 'wouter'
import { useCreateOrg } from '../api/orgs.ts'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { useDialogAction } from './dialog-action.ts'
import { addressOf } from './places.ts'

export function CreateOrg({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [, navigate] = useLocation()
  const create = useDialogAction({
    work: useCreateOrg(),
    success: org => `The organization ${org.name} was created.`,
    failure: (wanted: string) => `The organization ${wanted} was not created.`,
    onDone: org => {
      onClose()
      navigate(addressOf('tokens', org.id))
    },
  })
  const isReady = name.trim() !== ''
  const submit = () => {
    if (isReady) void create.run(name.trim())
  }
  return (
    <FormDialog
      title="Create organization"
      width="small"
      onClose={onClose}
      onSubmit={submit}
      action="Create"
      isBusy={create.isBusy}
      isReady={isReady}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        data-autofocus
        hint="An organization has its own buckets, tokens and members. You become its owner."
      />
      <FailureNote failure={create.failure} />
    </FormDialog>
  )
}
