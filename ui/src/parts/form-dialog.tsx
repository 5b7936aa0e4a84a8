import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog, type DialogProps } from './dialog.tsx'

export interface FormDialogProps extends Pick<DialogProps, 'title' | 'width' | 'onClose' | 'children'> {
  readonly onSubmit: () => void
  /** What its button says that it does. */
  readonly action: string
  readonly isBusy: boolean
  /** Whether there is anything to submit yet. */
  readonly isReady?: boolean
  /** Beside the buttons: how far one has come. */
  readonly note?: ReactNode
  /** Of the button that submits. */
  readonly testId?: string | undefined
}

/** A dialog that something is filled in in: "Cancel", and the button that does what it is there for. */
export function FormDialog(props: FormDialogProps) {
  const { action, isBusy, isReady = true, note, testId, children, ...dialog } = props
  return (
    <Dialog
      {...dialog}
      footer={
        <>
          {note}
          <Button onClick={dialog.onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={isBusy} disabled={!isReady} testId={testId}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}
