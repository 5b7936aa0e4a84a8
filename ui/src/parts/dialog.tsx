import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { IconButton } from './button.tsx'
import './dialog.css'
import { EnclosingDialog, noteOpen } from './open-dialogs.ts'

export interface DialogProps {
  readonly title: string
  /** Asked for by Esc and by the cross. Whoever opened the dialog decides whether it closes, by not rendering it any more. */
  readonly onClose: () => void
  readonly children: ReactNode
  /** Buttons; the safe one first. */
  readonly footer?: ReactNode
  readonly width?: 'small' | 'medium' | 'large'
  /** Makes a form of it: Enter in a field submits. */
  readonly onSubmit?: () => void
  /** Without a cross, for what has to be answered. */
  readonly isClosable?: boolean
  readonly testId?: string | undefined
}

/**
 * A modal dialog: the browser's own, which keeps the focus inside, makes the rest inert, and gives the focus back. The
 * first element with `data-autofocus` in it gets the focus, else the first that can.
 */
export function Dialog(props: DialogProps) {
  const { title, onClose, children, footer, width = 'medium', onSubmit, isClosable = true, testId = 'dialog' } = props
  const element = useRef<HTMLDialogElement>(null)
  const [self, setSelf] = useState<HTMLDialogElement>()
  const titleId = useId()
  const Panel = onSubmit === undefined ? 'div' : 'form'
  useEffect(() => {
    const dialog = element.current!
    const before = document.activeElement
    dialog.showModal()
    setSelf(dialog)
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    const forget = noteOpen(dialog)
    return () => {
      forget()
      dialog.close()
      // Removed while open, the browser does not give it back.
      if (before instanceof HTMLElement && before.isConnected) before.focus()
      // Opened by its address, there is nothing to go back to: the content is where one goes on.
      if (document.activeElement === document.body) document.getElementById('content')?.focus()
    }
  }, [])
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={event => {
        event.preventDefault()
        if (event.target === event.currentTarget) onClose()
      }}
      onClose={event => {
        // Browsers close it without asking on a second Esc in a row.
        if (event.target !== event.currentTarget || !event.currentTarget.isConnected) return
        event.currentTarget.showModal()
        onClose()
      }}
    >
      <Panel
        className={`dialog-panel dialog-${width}`}
        noValidate={onSubmit === undefined ? undefined : true}
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          onSubmit?.()
        }}
      >
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          {isClosable && <IconButton label="Close" icon={<X />} onClick={onClose} testId="dialog-close" />}
        </header>
        <EnclosingDialog value={self}>
          <div className="dialog-body">{children}</div>
          {footer !== undefined && <footer className="dialog-footer">{footer}</footer>}
        </EnclosingDialog>
      </Panel>
    </dialog>
  )
}
