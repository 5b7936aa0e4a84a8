import { Popover as Primitive } from 'radix-ui'
import { type ReactElement, type ReactNode, useId, useRef } from 'react'
import { Button } from './button.tsx'
import { useEnclosingDialog } from './open-dialogs.ts'
import './popover.css'

export interface PopoverProps {
  readonly trigger: ReactElement
  /** The name of what opens. */
  readonly label: string
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly children: ReactNode
  readonly align?: 'start' | 'center' | 'end'
}

/** Something beside a button, that Esc and a press elsewhere close. The first element with `data-autofocus` gets the focus. */
export function Popover({ trigger, label, open, onOpenChange, children, align = 'end' }: PopoverProps) {
  const dialog = useEnclosingDialog()
  const content = useRef<HTMLDivElement>(null)
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal container={dialog}>
        <Primitive.Content
          ref={content}
          className="popover"
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          onOpenAutoFocus={event => {
            const wanted = content.current?.querySelector<HTMLElement>('[data-autofocus]')
            if (!wanted) return
            event.preventDefault()
            wanted.focus()
          }}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

export interface ConfirmPopoverProps extends Pick<PopoverProps, 'trigger' | 'open' | 'onOpenChange' | 'align'> {
  /** Names what it is about, as a question. */
  readonly question: string
  readonly consequence: ReactNode
  readonly confirm: string
  readonly onConfirm: () => void
  readonly busy?: boolean
  readonly confirmTestId?: string | undefined
}

/** Asks before something that cannot be undone. The focus is on the safe answer. */
export function ConfirmPopover(props: ConfirmPopoverProps) {
  const { question, consequence, confirm, onConfirm, busy = false, confirmTestId, onOpenChange, ...popover } = props
  const consequenceId = useId()
  return (
    <Popover {...popover} label={question} onOpenChange={onOpenChange}>
      <div className="confirm">
        <p className="confirm-question">{question}</p>
        <div className="confirm-consequence" id={consequenceId}>
          {consequence}
        </div>
        <div className="confirm-answers">
          <Button data-autofocus onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button
            variant="danger"
            onClick={onConfirm}
            busy={busy}
            testId={confirmTestId}
            aria-describedby={consequenceId}
          >
            {confirm}
          </Button>
        </div>
      </div>
    </Popover>
  )
}
