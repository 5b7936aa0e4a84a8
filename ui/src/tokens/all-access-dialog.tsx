import { useState } from 'react'
import { Callout } from '../parts/callout.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { allAccessDescription } from './description.ts'
import { DescriptionField } from './description-field.tsx'
import './generate-dialog.css'
import { faultOf, type Lifetime, NEVER } from './expiry.ts'
import type { GenerateDialogProps } from './generation.ts'
import { LifetimeField } from './lifetime-field.tsx'
import { allAccess } from './permission-list.ts'
import { useCreateToken } from './use-create-token.ts'

/** A token that may do everything in the organization. Page contract 11. */
export function AllAccessDialog({ types, place, onClose, onCreated }: GenerateDialogProps) {
  const [description, setDescription] = useState('')
  const [lifetime, setLifetime] = useState<Lifetime>(NEVER)
  const create = useCreateToken()
  const generated = allAccessDescription(place.org)
  const fault = faultOf(lifetime, new Date())
  const save = async () => {
    if (fault !== undefined) return
    const done = await create.run({
      orgID: place.orgID,
      description: description.trim() === '' ? generated : description,
      permissions: allAccess(types, place),
      lifetime,
    })
    if (done) onCreated(done.result)
  }
  return (
    <FormDialog
      title="Generate All Access API Token"
      onClose={onClose}
      onSubmit={save}
      action="Save"
      isBusy={create.isBusy}
      isReady={fault === undefined}
      testId="generate-save"
    >
      <Callout kind="warning">
        Whoever has this token can read, change and delete everything in the organization <bdi>{place.org}</bdi>, its
        buckets and its tokens too. For a single purpose, generate a custom token instead.
      </Callout>
      <div className="generate-fields">
        <DescriptionField value={description} onChange={setDescription} generated={generated} hasFocus />
        <LifetimeField value={lifetime} onChange={setLifetime} fault={fault} />
      </div>
      <FailureNote failure={create.failure} />
    </FormDialog>
  )
}
