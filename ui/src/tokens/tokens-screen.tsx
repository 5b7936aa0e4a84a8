import { useState } from 'react'
import { useLocation } from 'wouter'
import { addressOf as placeAddress } from '../app/places.ts'
import { LoadDataScreen } from '../app/screen.tsx'
import { useWorkspace } from '../app/workspace.tsx'
import { focusLater } from '../parts/focus-later.ts'
import { Pager } from '../parts/pager.tsx'
import { type BulkAction, pageCheck } from './bulk.ts'
import { BulkBar } from './bulk-bar.tsx'
import { GenerateMenu } from './generate-menu.tsx'
import { DEFAULT_STATE, neighbourOf, PAGE_SIZES } from './list-state.ts'
import { TokenDialogs } from './token-dialogs.tsx'
import { TokensContent } from './tokens-content.tsx'
import './tokens-screen.css'
import type { Authorization } from './authorization.ts'
import type { Made } from './secret-dialog.tsx'
import { Toolbar } from './toolbar.tsx'
import { addressOf, useListState } from './use-list-state.ts'
import { useSelection } from './use-selection.ts'
import { useTokenActions } from './use-token-actions.ts'
import { useTokensPage } from './use-tokens-page.ts'

/** Load Data > API Tokens. */
export function TokensScreen() {
  const { org } = useWorkspace()
  const [, navigate] = useLocation()
  const [state, setState] = useListState()
  const [isEditing, setEditing] = useState(false)
  const [opened, setOpened] = useState<Authorization>()
  const [made, setMade] = useState<Made>()
  const [bulk, setBulk] = useState<BulkAction>()
  const page = useTokensPage(state, setState, isEditing)
  const selection = useSelection()
  const actions = useTokenActions()
  const list = placeAddress('tokens', org.id)

  const remove = async (token: Authorization) => {
    const next = neighbourOf(page.tokens, token.id)
    const done = await actions.remove(token)
    if (!done) return false
    selection.remove([token.id])
    setOpened(undefined)
    focusLater(`token-title-${next}`, 'tokens-list', 'state-empty', 'state-no-match')
    return true
  }
  const clone = async (token: Authorization) => {
    const created = await actions.clone(token)
    if (created === undefined) return
    setOpened(undefined)
    setMade({ created, by: 'cloning' })
  }
  const generate = (
    <GenerateMenu onGenerate={kind => navigate(addressOf(`${list}/generate/${kind}`, state))} refusal={page.refusal} />
  )
  return (
    <LoadDataScreen place="tokens">
      <section className="card tokens" aria-label="API Tokens">
        <Toolbar
          state={state}
          onState={setState}
          pageBox={
            page.tokens.length === 0 || page.refusal !== undefined
              ? undefined
              : {
                  checked: pageCheck(new Set(selection.tokens.keys()), page.tokens),
                  onChange: () => selection.toggle(page.tokens),
                }
          }
          bulk={selection.tokens.size > 0 && <BulkBar selection={selection} page={page.tokens} onAction={setBulk} />}
        >
          {generate}
        </Toolbar>
        <TokensContent
          page={page}
          org={org.name}
          generate={generate}
          onClear={() => setState({ ...DEFAULT_STATE, sort: state.sort, pageSize: state.pageSize })}
          list={{
            selection,
            actions,
            onEditing: setEditing,
            onOpen: setOpened,
            onRemove: remove,
            onClone: clone,
            refusal: page.refusal,
          }}
        />
        <p className="visually-hidden" role="status">
          {page.kind === 'no-match' && 'No token matches.'}
        </p>
        {page.total !== undefined && page.total > 0 && (
          <Pager
            page={state.page}
            pageSize={state.pageSize}
            total={page.total}
            onPage={number => setState({ ...state, page: number })}
            onPageSize={pageSize => setState({ ...state, pageSize, page: 1 })}
            pageSizes={PAGE_SIZES}
            nouns={page.isFiltered ? ['token that matches', 'tokens that match'] : ['token', 'tokens']}
            testId="tokens-pager"
          />
        )}
      </section>
      <TokenDialogs
        list={list}
        opened={opened}
        onOpened={setOpened}
        made={made}
        onMade={setMade}
        bulk={bulk}
        onBulk={setBulk}
        selection={selection}
        actions={actions}
        onRemove={remove}
        onClone={clone}
        refusal={page.refusal}
      />
    </LoadDataScreen>
  )
}
