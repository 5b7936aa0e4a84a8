import { type ReactNode, useId } from 'react'
import { Button } from './button.tsx'
import './state.css'

export interface StateProps {
  /** Becomes the test hook `state-<kind>`. */
  readonly kind: string
  readonly title: string
  readonly children?: ReactNode
  readonly icon?: ReactNode
  readonly action?: ReactNode
  /** Whether it is said at once to those who do not see it. */
  readonly isUrgent?: boolean
}

/** What is shown in place of content: nothing there yet, nothing found, not permitted, gone wrong. */
export function State({ kind, title, children, icon, action, isUrgent = false }: StateProps) {
  const titleId = useId()
  return (
    <section className="state" aria-labelledby={titleId} tabIndex={-1} data-testid={`state-${kind}`}>
      {icon !== undefined && (
        <span className="state-icon" aria-hidden="true">
          {icon}
        </span>
      )}
      <h2 id={titleId} role={isUrgent ? 'alert' : undefined}>
        {title}
      </h2>
      {children !== undefined && <div className="state-words">{children}</div>}
      {action}
    </section>
  )
}

/** Something could not be loaded: never taken for "there is nothing". */
export function LoadFailure({ title, reason, onRetry }: { title: string; reason: string; onRetry: () => void }) {
  return (
    <State kind="error" title={title} action={<Button onClick={onRetry}>Try again</Button>}>
      <p role="alert">{reason}</p>
    </State>
  )
}
