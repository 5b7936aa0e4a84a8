import { useMemo, useState } from 'react'
import { FailureNote } from '../parts/failure-note.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { generatedDescription } from './description.ts'
import { DescriptionField } from './description-field.tsx'
import './generate-dialog.css'
import { faultOf, type Lifetime, NEVER } from './expiry.ts'
import type { GenerateDialogProps } from './generation.ts'
import { LifetimeField } from './lifetime-field.tsx'
import { PermissionPicker } from './permission-picker.tsx'
import { limitsFault, NOTHING, permissionsOf } from './selection.ts'
import { useCreateToken } from './use-create-token.ts'

/** A token with hand-picked permissions. Page contract 12. */
export function CustomDialog({ types, place, onClose, onCreated }: GenerateDialogProps) {
  const [description, setDescription] = useState('')
  const [lifetime, setLifetime] = useState<Lifetime>(NEVER)
  const [selection, setSelection] = useState(NOTHING)
  const permissions = useMemo(() => permissionsOf(selection, types, place), [selection, types, place])
  const create = useCreateToken()
  const generated = generatedDescription(permissions)
  const fault = faultOf(lifetime, new Date())
  const limits = limitsFault(selection)
  const isReady = permissions.length > 0 && fault === undefined && limits === undefined
  const generate = async () => {
    if (!isReady) return
    const done = await create.run({
      orgID: place.orgID,
      description: description.trim() === '' ? generated : description,
      permissions,
      lifetime,
    })
    if (done) onCreated(done.result)
  }
  return (
    <FormDialog
      title="Generate Custom API Token"
      width="large"
      onClose={onClose}
      onSubmit={generate}
      action="Generate"
      isBusy={create.isBusy}
      isReady={isReady}
      note={
        <span className="picker-chosen" role="status">
          {limits ?? chosenWords(permissions.length)}
        </span>
      }
      testId="generate-save"
    >
      <div className="generate-fields">
        <DescriptionField value={description} onChange={setDescription} generated={generated} hasFocus />
        <LifetimeField value={lifetime} onChange={setLifetime} fault={fault} />
      </div>
      <PermissionPicker types={types} place={place} selection={selection} onSelection={setSelection} />
      <FailureNote failure={create.failure} />
    </FormDialog>
  )
}

function chosenWords(count: number): string {
  if (count === 0) return 'Choose at least one permission.'
  return `${count} ${count === 1 ? 'permission' : 'permissions'} chosen`
}
