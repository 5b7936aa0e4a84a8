import { KeyRound, Lock, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { State } from '../parts/state.tsx'

/** An organization without a token. */
export function NoTokens({ generate }: { readonly generate: ReactNode }) {
  return (
    <State kind="empty" title="There are no API tokens yet" icon={<KeyRound />} action={generate}>
      <p>A token lets a program, such as Telegraf or your own, write or read data. Generate one to begin.</p>
    </State>
  )
}

export function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <State
      kind="no-match"
      title="No token matches"
      icon={<SearchX />}
      action={
        <Button onClick={onClear} testId="tokens-clear-filter">
          Clear the filter
        </Button>
      }
    >
      <p>Search finds parts of a description, or a whole ID.</p>
    </State>
  )
}

export function NotPermitted({ org }: { readonly org: string }) {
  return (
    <State kind="forbidden" title="You may not see the tokens of this organization" icon={<Lock />}>
      <p>
        Ask an owner of <bdi>{org}</bdi> to make you a member or an owner of it.
      </p>
    </State>
  )
}
