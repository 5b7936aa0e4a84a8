import { Copy, Settings, Trash2 } from 'lucide-react'
import { useId } from 'react'
import { IconButton } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import { type Authorization, nameOf } from './authorization.ts'
import { DeleteToken } from './delete-token.tsx'
import { TokenBadges, TokenFacts } from './token-facts.tsx'
import { TokenTitle } from './token-title.tsx'
import './token-row.css'
import type { Typed } from './use-token-actions.ts'

export interface TokenRowProps {
  readonly token: Authorization
  readonly isSelected: boolean
  readonly isEditing: boolean
  readonly onSelect: (isSelected: boolean) => void
  readonly onEditing: (isEditing: boolean) => void
  readonly onOpen: () => void
  readonly onDescribe: (typed: Typed) => Promise<boolean>
  readonly onRemove: () => Promise<boolean>
  readonly onClone: () => void
  /** Why the person cannot change tokens, if he cannot. */
  readonly refusal: string | undefined
}

/** One token of the list, in two lines. Page contract 7. */
export function TokenRow(props: TokenRowProps) {
  const { token, isSelected, isEditing, onSelect, onEditing, onOpen, onDescribe, refusal } = props
  const titleId = useId()
  const name = nameOf(token)
  const kind = token.status === 'inactive' ? 'token-row token-row-inactive' : 'token-row'
  return (
    <li
      className={isSelected ? `${kind} token-row-selected` : kind}
      aria-labelledby={isEditing ? undefined : titleId}
      data-testid={`token-row-${token.id}`}
    >
      <Checkbox
        label={`Select ${name}`}
        checked={isSelected}
        onChange={onSelect}
        disabled={refusal !== undefined}
        testId={`token-select-${token.id}`}
      />
      <div className="token-main">
        <div className="token-line">
          <TokenTitle
            token={token}
            titleId={titleId}
            isEditing={isEditing}
            onEditing={onEditing}
            onOpen={onOpen}
            save={onDescribe}
            refusal={refusal}
          />
          <TokenBadges token={token} />
        </div>
        <TokenFacts token={token} />
      </div>
      <RowControls {...props} name={name} />
    </li>
  )
}

function RowControls({ token, onRemove, onClone, refusal, name }: TokenRowProps & { readonly name: string }) {
  const isDisabled = refusal !== undefined
  return (
    <div className="token-controls">
      <DeleteToken
        token={token}
        remove={onRemove}
        trigger={
          <IconButton
            label={`Delete ${name}`}
            icon={<Trash2 />}
            disabled={isDisabled}
            testId={`token-delete-${token.id}`}
          />
        }
      />
      <Menu
        align="end"
        trigger={
          <IconButton
            label={`More actions for ${name}`}
            icon={<Settings />}
            disabled={isDisabled}
            testId={`token-menu-${token.id}`}
          />
        }
      >
        <MenuItem icon={<Copy />} hint={cloneHint(token)} onSelect={onClone} testId="token-clone">
          Clone
        </MenuItem>
      </Menu>
    </div>
  )
}

export function cloneHint({ status }: Pick<Authorization, 'status'>): string {
  return status === 'active'
    ? 'A new token with the same permissions'
    : 'The clone is inactive too, until you activate it'
}
