import { CalendarClock, TriangleAlert } from 'lucide-react'
import { Badge } from '../parts/badge.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { exactTime, localTime } from '../parts/time-text.ts'
import { Timestamp } from '../parts/timestamp.tsx'
import { type Authorization, isOperator } from './authorization.ts'
import { expiryOf } from './expiry.ts'
import { UserText } from './token-name.tsx'

/** The words beside a description: status, expiry, and what is special. */
export function TokenBadges({ token }: { readonly token: Authorization }) {
  return (
    <span className="token-badges">
      <StatusBadge status={token.status} />
      {isOperator(token) && <Badge tone="accent">Operator</Badge>}
      <ExpiryBadge expiresAt={token.expiresAt} />
    </span>
  )
}

export function StatusBadge({ status }: Pick<Authorization, 'status'>) {
  return status === 'active' ? <Badge tone="success">Active</Badge> : <Badge>Inactive</Badge>
}

const TONES = { later: 'neutral', soon: 'warning', expired: 'danger' } as const

/** Nothing for a token that never expires. */
export function ExpiryBadge({ expiresAt }: { readonly expiresAt: string | undefined }) {
  const expiry = expiryOf(expiresAt, Date.now())
  if (expiresAt === undefined || expiry.kind === 'never') return null
  return (
    <Badge tone={TONES[expiry.kind]}>
      {expiry.kind === 'later' ? <CalendarClock aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      <time dateTime={expiresAt} title={`${localTime(expiresAt)} · ${exactTime(expiresAt)}`}>
        {expiry.words}
      </time>
    </Badge>
  )
}

/** The second line of a row. */
export function TokenFacts({ token }: { readonly token: Authorization }) {
  const { id, user, createdAt, updatedAt } = token
  return (
    <dl className="token-facts">
      <div>
        <dt>Created</dt>
        <dd>
          <Timestamp iso={createdAt} />
        </dd>
      </div>
      <div>
        <dt>Owner</dt>
        <dd className="token-owner">
          <UserText text={user} />
        </dd>
      </div>
      <div>
        <dt>Last modified</dt>
        <dd>
          <Timestamp iso={updatedAt} isRelative />
        </dd>
      </div>
      <div className="token-id">
        <dt>ID</dt>
        <dd>
          <code>{id}</code>
          <CopyButton text={id} label={`Copy ID ${id}`} success="The ID was copied." testId={`token-id-copy-${id}`} />
        </dd>
      </div>
    </dl>
  )
}
