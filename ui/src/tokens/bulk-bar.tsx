import { Button } from '../parts/button.tsx'
import { focusLater } from '../parts/focus-later.ts'
import { type BulkAction, counted, selectionWords } from './bulk.ts'
import './bulk.css'
import type { TokenSelection } from './use-selection.ts'

export interface BulkBarProps {
  readonly selection: TokenSelection
  readonly page: readonly { readonly id: string }[]
  readonly onAction: (action: BulkAction) => void
}

/** Stands in for search and sort while something is selected. */
export function BulkBar({ selection, page, onAction }: BulkBarProps) {
  const ids = new Set(selection.tokens.keys())
  const clear = () => {
    selection.toggle([])
    focusLater('token-select-page')
  }
  return (
    <div className="bulk-bar">
      <span className="bulk-count" role="status" data-testid="bulk-count">
        {selectionWords(ids, page)}
      </span>
      <Button onClick={() => onAction('activate')} testId="bulk-activate">
        Activate
      </Button>
      <Button onClick={() => onAction('deactivate')} testId="bulk-deactivate">
        Deactivate
      </Button>
      <Button variant="danger" onClick={() => onAction('delete')} testId="bulk-delete">
        Delete {counted(ids.size)}
      </Button>
      <Button variant="quiet" onClick={clear} testId="bulk-clear">
        Clear selection
      </Button>
    </div>
  )
}
