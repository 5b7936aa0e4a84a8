import type { ReactNode } from 'react'
import './front-door.css'

export interface FrontDoorProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly onSubmit?: () => void
  readonly children: ReactNode
}

/** What stands alone in the middle of the page: signing in, and setting up. */
export function FrontDoor({ title, lead, onSubmit, children }: FrontDoorProps) {
  return (
    <main className="front-door">
      <form
        className="front-door-card"
        noValidate
        onSubmit={event => {
          event.preventDefault()
          onSubmit?.()
        }}
      >
        <header>
          <img src="/icon.svg" alt="" width="40" height="40" />
          <h1>{title}</h1>
          {lead !== undefined && <p className="front-door-note">{lead}</p>}
        </header>
        {children}
      </form>
    </main>
  )
}
