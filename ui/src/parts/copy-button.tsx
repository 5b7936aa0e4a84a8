import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { copyText } from './clipboard.ts'
import { notify } from './notifications.ts'
import { useEnclosingDialog } from './open-dialogs.ts'

export interface CopyButtonProps {
  readonly text: string
  /** Its accessible name: what is copied. */
  readonly label: string
  /** Shown on the button; without it the button is an icon. */
  readonly children?: string
  readonly variant?: 'primary' | 'secondary' | 'quiet'
  /** Told how it went, besides the notification. */
  readonly onResult?: (copied: boolean) => void
  /** Said once it is copied: never any part of the text itself. */
  readonly success?: string
  readonly testId?: string | undefined
}

const MARKED_MS = 2000
const FAILED = 'Your browser did not let this page copy. Select the text and copy it by hand.'

/** Copies, and says honestly whether it worked. */
export function CopyButton(props: CopyButtonProps) {
  const { text, label, children, variant, onResult, success = 'Copied to the clipboard.', testId } = props
  const dialog = useEnclosingDialog()
  const [isMarked, setMarked] = useState(false)
  useEffect(() => {
    if (!isMarked) return
    const timer = setTimeout(() => setMarked(false), MARKED_MS)
    return () => clearTimeout(timer)
  }, [isMarked])
  const copy = async () => {
    const copied = await copyText(text, dialog)
    setMarked(copied)
    if (copied) notify.success(success)
    else notify.error(FAILED)
    onResult?.(copied)
  }
  const icon = isMarked ? <Check /> : <Copy />
  if (children === undefined) return <IconButton label={label} icon={icon} onClick={copy} testId={testId} />
  return (
    <Button variant={variant ?? 'secondary'} icon={icon} aria-label={label} onClick={copy} testId={testId}>
      {children}
    </Button>
  )
}
