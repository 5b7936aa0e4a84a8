import { useState } from 'react'
import { useLocation } from 'wouter'
import { useCreateOrg } from '../api/orgs.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
import { notify } from '../parts/notifications.ts'
import { addressOf } from './places.ts'

export function CreateOrg({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const [, navigate] = useLocation()
  const create = useCreateOrg()
  const isReady = name.trim() !== ''
  const submit = async () => {
    if (!isReady) return
    const done = await create.run(name.trim())
    if (done === undefined) return
    notify.success(`The organization ${done.result.name} was created.`)
    onClose()
    navigate(addressOf('tokens', done.result.id))
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
