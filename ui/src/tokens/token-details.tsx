import { Copy, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useAuthorization } from '../api/authorizations.ts'
import { Failure } from '../api/failure.ts'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { type Authorization, isOperator } from './authorization.ts'
import { DeleteToken } from './delete-token.tsx'
import { DescriptionField } from './description-field.tsx'
import { ExpiryEditor } from './expiry-editor.tsx'
import { PermissionTable } from './permission-table.tsx'
import { StatusSwitch } from './status-switch.tsx'
import './token-details.css'
import { cloneHint } from './token-row.tsx'
import { Facts, Words } from './token-summary.tsx'
import type { TokenActions } from './use-token-actions.ts'

export interface TokenDetailsProps {
  /** As the list shows it; what the server has now takes its place as soon as it is known. */
  readonly listed: Authorization
  readonly actions: TokenActions
  readonly onClose: () => void
  readonly onRemove: (token: Authorization) => Promise<boolean>
  readonly onClone: (token: Authorization) => void
  readonly refusal: string | undefined
}

/** All about one token. Status and expiry take effect at once; "Save" is for the description. Page contract 9. */
export function TokenDetails({ listed, actions, onClose, onRemove, onClone, refusal }: TokenDetailsProps) {
  const { data: token = listed, error } = useAuthorization(listed.orgID, listed)
  const [typed, setTyped] = useState<string>()
  // The description as it was when typing began; anew after a failure, which says what it is now.
  const [seen, setSeen] = useState<string>()
  const [isSaving, setSaving] = useState(false)
  const isGone = error instanceof Failure && error.isNotFound
  const description = typed ?? token.description
  const canSave = description !== token.description && !isGone
  const save = async () => {
    if (!canSave || isSaving) return
    setSaving(true)
    const done = await actions.describe(token, { description, seen: seen ?? token.description })
    setSaving(false)
    setSeen(undefined)
    if (done) onClose()
  }
  return (
    <Dialog
      title="API Token Summary"
      width="large"
      onClose={onClose}
      onSubmit={save}
      footer={
        <>
          <MoreButtons token={token} isGone={isGone} onRemove={onRemove} onClone={onClone} refusal={refusal} />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!canSave} busy={isSaving} testId="details-save">
            Save
          </Button>
        </>
      }
    >
      <Notes token={token} isGone={isGone} refusal={refusal} />
      <div className="details-status">
        <StatusSwitch token={token} setStatus={status => actions.setStatus(token, status)} refusal={refusal} />
        <ExpiryEditor token={token} setExpiry={expiresAt => actions.setExpiry(token, expiresAt)} refusal={refusal} />
      </div>
      <DescriptionField
        value={description}
        onChange={text => {
          setTyped(text)
          setSeen(seen ?? token.description)
        }}
        current={token.description}
        isReadOnly={refusal !== undefined}
      />
      <Facts token={token} />
      <Words token={token} />
      <PermissionTable token={token} />
    </Dialog>
  )
}

interface MoreButtonsProps extends Pick<TokenDetailsProps, 'onRemove' | 'onClone' | 'refusal'> {
  readonly token: Authorization
  readonly isGone: boolean
}

function MoreButtons({ token, isGone, onRemove, onClone, refusal }: MoreButtonsProps) {
  return (
    <span className="details-extra">
      <DeleteToken
        token={token}
        align="start"
        remove={() => onRemove(token)}
        trigger={
          <Button icon={<Trash2 />} disabled={refusal !== undefined} testId="details-delete">
            Delete
          </Button>
        }
      />
      <Button
        icon={<Copy />}
        title={cloneHint(token)}
        disabled={refusal !== undefined || isGone}
        onClick={() => onClone(token)}
        testId="details-clone"
      >
        Clone
      </Button>
    </span>
  )
}

function Notes({
  token,
  isGone,
  refusal,
}: Pick<TokenDetailsProps, 'refusal'> & { token: Authorization; isGone: boolean }) {
  return (
    <>
      {isGone && (
        <Callout kind="danger" isUrgent>
          Somebody else has deleted this token meanwhile. What you see is how it was.
        </Callout>
      )}
      {refusal !== undefined && <Callout>{refusal}</Callout>}
      {isOperator(token) && (
        <Callout kind="warning">
          This is an operator token: it reaches every organization of this server. Keep at least one active.
        </Callout>
      )}
    </>
  )
}
