import type { ReactNode } from 'react'
import { useLocation } from 'wouter'
import { Select } from '../parts/field.tsx'
import { addressOf, LOAD_DATA, PLACE_NAMES, type Place } from './places.ts'
import './screen.css'
import { LoadDataTabs } from './tabs.tsx'
import { useTitle } from './title.ts'
import { useWorkspace } from './workspace.tsx'

export interface ScreenProps {
  readonly place: Place
  readonly children: ReactNode
  /** A sentence below the heading. */
  readonly lead?: ReactNode
  /** Beside the heading, at the far right. */
  readonly action?: ReactNode
}

/** A screen of its own: heading, lead, content. */
export function Screen({ place, lead, action, children }: ScreenProps) {
  useTitle(PLACE_NAMES[place])
  return (
    <div className="screen">
      <header className="screen-header">
        <div>
          <h1>{PLACE_NAMES[place]}</h1>
          {lead !== undefined && <p className="screen-lead">{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}

/** A screen below "Load Data": its heading, the tabs, and what the current tab shows. */
export function LoadDataScreen({ place, children }: { readonly place: Place; readonly children: ReactNode }) {
  const { org } = useWorkspace()
  const [, navigate] = useLocation()
  useTitle(PLACE_NAMES[place], 'Load Data')
  return (
    <div className="screen">
      <h1>Load Data</h1>
      <LoadDataTabs current={place} />
      <div className="tabs-narrow">
        <Select
          label="Load Data"
          isLabelHidden
          value={place}
          onChange={chosen => navigate(addressOf(chosen, org.id))}
          choices={LOAD_DATA.map(one => ({ value: one, label: PLACE_NAMES[one] }))}
        />
      </div>
      {children}
    </div>
  )
}
