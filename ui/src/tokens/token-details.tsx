import { Copy, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useAuthorization } from '../api/authorizations.ts'
import { Failure } from '../api/failure.ts'
import { useResources } from '../api/resources.ts'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import { type Authorization, isOperator } from './authorization.ts'
import { DeleteToken } from './delete-token.tsx'
import { DescriptionField } from './description-field.tsx'
import { ExpiryEditor } from './expiry-editor.tsx'
import { PermissionTable } from './permission-table.tsx'
import { permissionWords } from './permission-words.ts'
import { StatusSwitch } from './status-switch.tsx'
import './token-details.css'
import { UserText } from './token-name.tsx'
import { cloneHint } from './token-row.tsx'
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
  const [isSaving, setSaving] = useState(false)
  const isGone = error instanceof Failure && error.isNotFound
  const description = typed ?? token.description
  const isChanged = description !== token.description
  const save = async () => {
    if (!isChanged || isSaving) return
    setSaving(true)
    const done = await actions.describe(token, description)
    setSaving(false)
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
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!isChanged || isGone} busy={isSaving} testId="details-save">
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
        onChange={setTyped}
        current={token.description}
        isReadOnly={refusal !== undefined}
      />
      <Facts token={token} />
      <Words token={token} />
      <PermissionTable token={token} />
    </Dialog>
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

function Facts({ token }: { readonly token: Authorization }) {
  return (
    <dl className="details-facts">
      <div>
        <dt>Owner</dt>
        <dd>
          <UserText text={token.user} />
        </dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <Timestamp iso={token.createdAt} />
        </dd>
      </div>
      <div>
        <dt>Last modified</dt>
        <dd>
          <Timestamp iso={token.updatedAt} />
        </dd>
      </div>
      <div>
        <dt>ID</dt>
        <dd className="details-id">
          <code>{token.id}</code>
          <CopyButton text={token.id} label={`Copy ID ${token.id}`} success="The ID was copied." />
        </dd>
      </div>
    </dl>
  )
}

function Words({ token }: { readonly token: Authorization }) {
  const { data: types } = useResources()
  const clauses = permissionWords(token, types)
  return (
    <section className="details-words" aria-label="What this token may do" data-testid="permission-words">
      <h3>This token may</h3>
      <ul>
        {clauses.map((clause, at) => (
          <li key={clause}>
            <UserText text={clause} />
            {at < clauses.length - 1 ? ';' : '.'}
          </li>
        ))}
      </ul>
      <p className="details-secret-note">
        Its secret was shown once, when it was created. If it is lost, clone the token and use the clone’s secret.
      </p>
    </section>
  )
}
