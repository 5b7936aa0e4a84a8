import { Menu as MenuIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { IconButton } from '../parts/button.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import { Navigation, PLACE_ICONS } from './navigation.tsx'
import { OrgSwitcher } from './org-switcher.tsx'
import { addressOf, PLACE_NAMES, type Place } from './places.ts'
import './shell.css'
import { UserMenu } from './user-menu.tsx'
import { useWorkspace } from './workspace.tsx'

/** The frame around every screen of an organization. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { org } = useWorkspace()
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <header className="topbar">
        <NarrowNavigation />
        <Link href={addressOf('tokens', org.id)} className="brand">
          <img src="/icon.svg" alt="" width="24" height="24" />
          <span>Sluice</span>
        </Link>
        <OrgSwitcher />
        <span className="topbar-gap" />
        <UserMenu />
      </header>
      <Navigation />
      <main id="content" className="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

/** On narrow screens the navigation is a menu. */
function NarrowNavigation() {
  const { org } = useWorkspace()
  const [, navigate] = useLocation()
  return (
    <span className="narrow-only">
      <Menu trigger={<IconButton label="Navigation" icon={<MenuIcon />} testId="navigation" />}>
        {(Object.keys(PLACE_NAMES) as Place[]).map(place => (
          <MenuItem key={place} icon={PLACE_ICONS[place]} onSelect={() => navigate(addressOf(place, org.id))}>
            {PLACE_NAMES[place]}
          </MenuItem>
        ))}
      </Menu>
    </span>
  )
}
