import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import { IconButton } from '../parts/button.tsx'
import { Spinner } from '../parts/spinner.tsx'
import { type Authorization, nameOf } from './authorization.ts'
import { DescriptionEdit } from './description-edit.tsx'
import { TokenName } from './token-name.tsx'
import type { Typed } from './use-token-actions.ts'

export interface TokenTitleProps {
  readonly token: Authorization
  readonly titleId: string
  readonly isEditing: boolean
  readonly onEditing: (isEditing: boolean) => void
  readonly onOpen: () => void
  readonly save: (typed: Typed) => Promise<boolean>
  /** Why it cannot be edited, if it cannot. */
  readonly refusal: string | undefined
}

/** A row's description: a way to the details, and with the pencil a field. */
export function TokenTitle({ token, titleId, isEditing, onEditing, onOpen, save, refusal }: TokenTitleProps) {
  const { id, description } = token
  const [draft, setDraft] = useState<string>()
  const [isSaving, setSaving] = useState(false)
  const pencil = useRef<HTMLButtonElement>(null)
  // Once the pencil is there again.
  const toPencil = () => setTimeout(() => pencil.current?.focus())
  const commit = async (typed: string, seen: string) => {
    const hadFocus =
      document.activeElement === document.body || document.activeElement?.matches('[data-testid="token-edit-input"]')
    onEditing(false)
    setDraft(undefined)
    setSaving(true)
    const again = () => {
      setDraft(typed)
      onEditing(true)
    }
    await save({ description: typed, seen, again })
    setSaving(false)
    if (hadFocus && document.activeElement === document.body) toPencil()
  }
  if (isEditing) {
    return (
      <DescriptionEdit
        id={id}
        description={description}
        draft={draft}
        onCommit={commit}
        onCancel={byKey => {
          setDraft(undefined)
          onEditing(false)
          if (byKey) toPencil()
        }}
      />
    )
  }
  if (isSaving) {
    return (
      <span className="token-saving" role="status">
        <Spinner />
        Saving…
      </span>
    )
  }
  return (
    <>
      <button type="button" id={titleId} className="token-title" data-testid={`token-title-${id}`} onClick={onOpen}>
        {description.trim() === '' ? <em>Describe this token</em> : <TokenName description={description} />}
      </button>
      <IconButton
        ref={pencil}
        className="token-pencil"
        label={`Edit description of ${nameOf(token)}`}
        icon={<Pencil />}
        disabled={refusal !== undefined}
        onClick={() => onEditing(true)}
        testId={`token-edit-${id}`}
      />
    </>
  )
}
