import { useState } from 'react'
import type { Authorization } from './authorization.ts'
import { TokenRow } from './token-row.tsx'
import type { TokenSelection } from './use-selection.ts'
import type { TokenActions } from './use-token-actions.ts'

export interface TokenListProps {
  readonly tokens: readonly Authorization[]
  /** Whether other rows are on their way. */
  readonly isBusy: boolean
  readonly selection: TokenSelection
  readonly actions: TokenActions
  readonly onEditing: (isEditing: boolean) => void
  readonly onOpen: (token: Authorization) => void
  readonly onRemove: (token: Authorization) => Promise<boolean>
  readonly onClone: (token: Authorization) => void
  readonly refusal: string | undefined
}

/** The rows of one page. At most one description is being edited. */
export function TokenList(props: TokenListProps) {
  const { tokens, isBusy, selection, actions, onEditing, onOpen, onRemove, onClone, refusal } = props
  const [editingId, setEditingId] = useState<string>()
  const edit = (id: string, isEditing: boolean) => {
    setEditingId(isEditing ? id : undefined)
    onEditing(isEditing)
  }
  return (
    <ul className="tokens-list" aria-label="API tokens" aria-busy={isBusy} tabIndex={-1} data-testid="tokens-list">
      {tokens.map(token => (
        <TokenRow
          key={token.id}
          token={token}
          isSelected={selection.tokens.has(token.id)}
          isEditing={editingId === token.id}
          onSelect={isSelected => selection.set(token, isSelected)}
          onEditing={isEditing => edit(token.id, isEditing)}
          onOpen={() => onOpen(token)}
          onDescribe={typed => actions.describe(token, typed)}
          onRemove={() => onRemove(token)}
          onClone={() => onClone(token)}
          refusal={refusal}
        />
      ))}
    </ul>
  )
}
