import type { ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { Skeleton } from '../parts/spinner.tsx'
import { LoadFailure } from '../parts/state.tsx'
import { NoMatch, NoTokens, NotPermitted } from './list-states.tsx'
import { TokenList, type TokenListProps } from './token-list.tsx'
import type { TokensPage } from './use-tokens-page.ts'

export interface TokensContentProps {
  readonly page: TokensPage
  readonly org: string
  readonly generate: ReactNode
  readonly onClear: () => void
  readonly list: Omit<TokenListProps, 'tokens' | 'isBusy'>
}

/** The rows, or what is said instead of them. Page contract 16. */
export function TokensContent({ page, org, generate, onClear, list }: TokensContentProps) {
  const { kind, tokens, isBusy, reason, retry } = page
  if (kind === 'loading') return <Skeleton label="Loading API tokens" rows={6} />
  if (kind === 'forbidden') return <NotPermitted org={org} />
  if (kind === 'error')
    return <LoadFailure title="The API tokens could not be loaded" reason={reason ?? ''} onRetry={retry} />
  if (kind === 'empty') return <NoTokens generate={generate} />
  if (kind === 'no-match') return <NoMatch onClear={onClear} />
  return (
    <>
      {reason !== undefined && (
        <Callout kind="warning">
          The list could not be read again, so that it may be old. {reason}{' '}
          <Button size="small" onClick={retry}>
            Try again
          </Button>
        </Callout>
      )}
      {list.refusal !== undefined && <Callout>{list.refusal}</Callout>}
      <TokenList tokens={tokens} isBusy={isBusy} {...list} />
    </>
  )
}
