import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import type { Authorization } from './authorization.ts'
import { expiresAtOf, expiryOf, type Lifetime, NEVER } from './expiry.ts'
import { LifetimeField } from './lifetime-field.tsx'
import { ExpiryBadge } from './token-facts.tsx'

export interface ExpiryEditorProps {
  readonly token: Authorization
  /** @param expiresAt undefined for never */
  readonly setExpiry: (expiresAt: string | undefined) => Promise<boolean>
  readonly refusal: string | undefined
}

/** When the token ends, and a way to change that. It stays open if the change fails. */
export function ExpiryEditor({ token, setExpiry, refusal }: ExpiryEditorProps) {
  const [lifetime, setLifetime] = useState<Lifetime>()
  const [isBusy, setBusy] = useState(false)
  if (lifetime === undefined) {
    return (
      <div className="expiry">
        <Expires expiresAt={token.expiresAt} />
        <Button
          size="small"
          onClick={() => setLifetime(NEVER)}
          disabled={refusal !== undefined}
          testId="token-expiry-change"
        >
          Change expiry
        </Button>
      </div>
    )
  }
  const wanted = expiresAtOf(lifetime, new Date())
  const set = async () => {
    if ('fault' in wanted) return
    setBusy(true)
    const done = await setExpiry(wanted.instant)
    setBusy(false)
    if (done) setLifetime(undefined)
  }
  return (
    <div className="expiry expiry-open">
      <LifetimeField value={lifetime} onChange={setLifetime} fault={'fault' in wanted ? wanted.fault : undefined} />
      <Button size="small" onClick={() => setLifetime(undefined)}>
        Keep as it is
      </Button>
      <Button size="small" onClick={set} busy={isBusy} disabled={'fault' in wanted} testId="token-expiry-set">
        Set expiry
      </Button>
    </div>
  )
}

function Expires({ expiresAt }: { readonly expiresAt: string | undefined }) {
  const { kind, words } = expiryOf(expiresAt, Date.now())
  if (expiresAt === undefined || kind === 'never') return <span>{words}</span>
  return (
    <span className="expiry-words">
      <ExpiryBadge expiresAt={expiresAt} /> <Timestamp iso={expiresAt} />
    </span>
  )
}
