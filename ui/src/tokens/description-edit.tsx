import { useEffect, useRef, useState } from 'react'
import { MAX_DESCRIPTION } from './description.ts'

export interface DescriptionEditProps {
  readonly id: string
  readonly description: string
  /** What to begin with, if it is not the description: a text that could not be saved. */
  readonly draft?: string | undefined
  /**
   * @param description is new and not empty
   * @param seen what it replaces: the description as it was when the edit began
   */
  readonly onCommit: (description: string, seen: string) => void
  readonly onCancel: (byKey: boolean) => void
}

/**
 * Edits a description where it stands. Enter, Tab and a press anywhere else save; Esc cancels. What is empty or unchanged is
 * as if it was never typed. Page contract 8.1.
 */
export function DescriptionEdit({ id, description, draft, onCommit, onCancel }: DescriptionEditProps) {
  const [typed, setTyped] = useState(draft ?? description)
  const [seen] = useState(description)
  const input = useRef<HTMLInputElement>(null)
  const isOver = useRef(false)
  const end = (isWanted: boolean, byKey: boolean) => {
    if (isOver.current) return
    isOver.current = true
    const isNew = typed.trim() !== '' && typed !== seen
    if (isWanted && isNew) onCommit(typed, seen)
    else onCancel(byKey)
  }
  useEffect(() => input.current?.select(), [])
  useEffect(() => {
    // Pressed where nothing takes the focus, the field would keep it in some browsers.
    const pressed = (event: PointerEvent) => {
      if (!input.current?.contains(event.target as Node)) input.current?.blur()
    }
    document.addEventListener('pointerdown', pressed, true)
    return () => document.removeEventListener('pointerdown', pressed, true)
  }, [])
  return (
    <input
      ref={input}
      className="input token-edit-input"
      aria-label="Description"
      data-testid="token-edit-input"
      data-token={id}
      value={typed}
      // One that is longer already, from elsewhere, can be shortened.
      maxLength={Math.max(MAX_DESCRIPTION, description.length)}
      spellCheck={false}
      autoComplete="off"
      onChange={event => setTyped(event.target.value)}
      onKeyDown={event => {
        // These keys are the input method's own while it puts a character together.
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') end(true, true)
        if (event.key === 'Escape') {
          event.stopPropagation()
          end(false, true)
        }
      }}
      onBlur={event => {
        // Another window came to the front: the field is still the document's own focus.
        if (document.activeElement !== event.currentTarget) end(true, false)
      }}
    />
  )
}
