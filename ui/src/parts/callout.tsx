import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import './callout.css'

const ICONS = { note: Info, warning: TriangleAlert, danger: CircleAlert }

/** A paragraph that must not be overlooked. */
export function Callout({
  kind = 'note',
  children,
  isUrgent = false,
}: {
  kind?: keyof typeof ICONS
  children: ReactNode
  isUrgent?: boolean
}) {
  const Icon = ICONS[kind]
  return (
    <div className={`callout callout-${kind}`} role={isUrgent ? 'alert' : undefined}>
      <Icon aria-hidden="true" />
      <div>{children}</div>
    </div>
  )
}
