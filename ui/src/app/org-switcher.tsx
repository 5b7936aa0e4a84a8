import { ChevronsUpDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useOrgs } from '../api/orgs.ts'
import { useRights } from '../api/rights.ts'
import { Button } from '../parts/button.tsx'
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from '../parts/menu.tsx'
import { CreateOrg } from './create-org.tsx'
import { addressOf, placeOf } from './places.ts'
import { useWorkspace } from './workspace.tsx'

/** The organization in which one works, and the way to the others: to the same screen there. */
export function OrgSwitcher() {
  const { org, user } = useWorkspace()
  const mayCreate = useRights(user.id)({ action: 'write', resource: { type: 'orgs' } })
  const { data: orgs = [org] } = useOrgs()
  const [path, navigate] = useLocation()
  const [isCreating, setCreating] = useState(false)
  const choices = orgs.some(({ id }) => id === org.id) ? orgs : [org, ...orgs]
  return (
    <>
      <Menu
        trigger={
          <Button
            variant="quiet"
            className="org-switcher"
            testId="org-switcher"
            aria-label={`Organization ${org.name}`}
          >
            <span className="org-name">{org.name}</span>
            <ChevronsUpDown aria-hidden="true" />
          </Button>
        }
      >
        <MenuLabel>Organizations</MenuLabel>
        <MenuChoices
          label="Organizations"
          value={org.id}
          onChange={id => navigate(addressOf(placeOf(path) ?? 'tokens', id))}
          choices={choices.map(({ id, name }) => ({ value: id, label: name, testId: `org-${id}` }))}
        />
        {mayCreate && (
          <>
            <MenuSeparator />
            <MenuItem icon={<Plus />} onSelect={() => setCreating(true)} testId="org-create">
              Create organization
            </MenuItem>
          </>
        )}
      </Menu>
      {isCreating && <CreateOrg onClose={() => setCreating(false)} />}
    </>
  )
}
