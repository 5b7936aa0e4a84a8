import { Link } from 'wouter'
import { addressOf, LOAD_DATA, PLACE_NAMES, type Place } from './places.ts'
import { useWorkspace } from './workspace.tsx'

/** Links that look like tabs: each has its address. */
export function LoadDataTabs({ current }: { readonly current: Place }) {
  const { org } = useWorkspace()
  return (
    <nav className="tabs" aria-label="Load Data">
      {LOAD_DATA.map(place => (
        <Link
          key={place}
          href={addressOf(place, org.id)}
          className="tab"
          aria-current={place === current ? 'page' : undefined}
          data-testid={`tab-${place}`}
        >
          {PLACE_NAMES[place]}
        </Link>
      ))}
    </nav>
  )
}
