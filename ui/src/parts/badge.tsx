import type { ReactNode } from 'react'
import './badge.css'

/** A word about something, such as its status. The word says it; the colour only helps. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  tone?: 'neutral' | 'success' | 'warning' | 'danger' | 'accent'
  children: ReactNode
}) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}
