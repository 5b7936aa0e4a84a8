import { useState } from 'react'
import { useLocation } from 'wouter'
import { addressOf as placeAddress } from '../app/places.ts'
import { LoadDataScreen } from '../app/screen.tsx'
import { useWorkspace } from '../app/workspace.tsx'
import { Pager } from '../parts/pager.tsx'
import { pageCheck } from './bulk.ts'
import { BulkBar } from './bulk-bar.tsx'
import { GenerateMenu } from './generate-menu.tsx'
import { DEFAULT_STATE, type ListState, PAGE_SIZES } from './list-state.ts'
import { TokenDialogs } from './token-dialogs.tsx'
import { TokensContent } from './tokens-content.tsx'
import './tokens-screen.css'
import { Toolbar } from './toolbar.tsx'
import { addressOf, useListState } from './use-list-state.ts'
import { useTokenFlows } from './use-token-flows.ts'
import { type TokensPage, useTokensPage } from './use-tokens-page.ts'

/** Load Data > API Tokens. */
export function TokensScreen() {
  const { org } = useWorkspace()
  const [, navigate] = useLocation()
  const [state, setState] = useListState()
  const [isEditing, setEditing] = useState(false)
  const page = useTokensPage(state, setState, isEditing)
  const flows = useTokenFlows(page.tokens)
  const { selection, actions, open, remove, clone } = flows
  const { tokens, refusal } = page
  const list = placeAddress('tokens', org.id)
  const selectedIds = new Set(selection.tokens.keys())
  const pageBox = { checked: pageCheck(selectedIds, tokens), onChange: () => selection.toggle(tokens) }
  const generate = (
    <GenerateMenu onGenerate={kind => navigate(addressOf(`${list}/generate/${kind}`, state))} refusal={refusal} />
  )
  return (
    <LoadDataScreen place="tokens">
      <section className="card tokens" aria-label="API Tokens">
        <Toolbar
          state={state}
          onState={setState}
          pageBox={tokens.length === 0 || refusal !== undefined ? undefined : pageBox}
          bulk={selectedIds.size > 0 && <BulkBar selection={selection} page={tokens} onAction={flows.ask} />}
        >
          {generate}
        </Toolbar>
        <TokensContent
          page={page}
          org={org.name}
          generate={generate}
          onClear={() => setState({ ...DEFAULT_STATE, sort: state.sort, pageSize: state.pageSize })}
          list={{ selection, actions, onEditing: setEditing, onOpen: open, onRemove: remove, onClone: clone, refusal }}
        />
        <p className="visually-hidden" role="status">
          {page.kind === 'no-match' && 'No token matches.'}
        </p>
        <TokensPager page={page} state={state} onState={setState} />
      </section>
      <TokenDialogs list={list} flows={flows} refusal={refusal} />
    </LoadDataScreen>
  )
}

interface TokensPagerProps {
  readonly page: TokensPage
  readonly state: ListState
  readonly onState: (state: ListState) => void
}

function TokensPager({ page: { total, isFiltered }, state, onState }: TokensPagerProps) {
  if (total === undefined || total === 0) return null
  return (
    <Pager
      page={state.page}
      pageSize={state.pageSize}
      total={total}
      onPage={page => onState({ ...state, page })}
      onPageSize={pageSize => onState({ ...state, pageSize, page: 1 })}
      pageSizes={PAGE_SIZES}
      nouns={isFiltered ? ['token that matches', 'tokens that match'] : ['token', 'tokens']}
      testId="tokens-pager"
    />
  )
}
