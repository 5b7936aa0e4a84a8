import { useState } from 'react'
import { useLocation } from 'wouter'
import { useCreateOrg } from '../api/orgs.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
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
    <Dialog
      title="Create organization"
      width="small"
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!isReady} busy={create.isBusy}>
            Create
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        data-autofocus
        hint="An organization has its own buckets, tokens and members. You become its owner."
      />
      <FailureNote failure={create.failure} />
    </Dialog>
  )
}
