import { Database, HardDriveUpload, Info, KeyRound, Users } from 'lucide-react'
import type { ReactElement } from 'react'
import { Link, useLocation } from 'wouter'
import { addressOf, LOAD_DATA, PLACE_NAMES, type Place, placeOf } from './places.ts'
import { useWorkspace } from './workspace.tsx'

export const PLACE_ICONS: Readonly<Record<Place, ReactElement>> = {
  buckets: <Database />,
  tokens: <KeyRound />,
  members: <Users />,
  about: <Info />,
}

/** The left navigation: "Load Data" with what is below it, then the rest. */
export function Navigation() {
  const { org } = useWorkspace()
  const [path] = useLocation()
  const current = placeOf(path)
  return (
    <nav className="navigation" aria-label="Main">
      <ul>
        <li>
          <Link href={addressOf('buckets', org.id)} className="navigation-item">
            <HardDriveUpload aria-hidden="true" />
            Load Data
          </Link>
          <ul className="navigation-below">
            {LOAD_DATA.map(place => (
              <Item key={place} place={place} current={current} />
            ))}
          </ul>
        </li>
        <Item place="members" current={current} icon={PLACE_ICONS.members} />
        <Item place="about" current={current} icon={PLACE_ICONS.about} />
      </ul>
    </nav>
  )
}

interface ItemProps {
  readonly place: Place
  readonly current: Place | undefined
  readonly icon?: ReactElement
}

function Item({ place, current, icon }: ItemProps) {
  const { org } = useWorkspace()
  return (
    <li>
      <Link
        href={addressOf(place, org.id)}
        className="navigation-item"
        aria-current={place === current ? 'page' : undefined}
        data-testid={`navigation-${place}`}
      >
        {icon}
        {PLACE_NAMES[place]}
      </Link>
    </li>
  )
}
