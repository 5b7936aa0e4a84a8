import { KeyRound, ListChecks, Plus } from 'lucide-react'
import { Button } from '../parts/button.tsx'
import { Menu, MenuItem } from '../parts/menu.tsx'
import type { Generated } from './generation.ts'

export interface GenerateMenuProps {
  readonly onGenerate: (kind: Generated) => void
  /** Why it cannot be used, if it cannot. */
  readonly refusal?: string | undefined
  /** Whether the server is being asked for what the dialog needs. */
  readonly busy?: boolean
}

export function GenerateMenu({ onGenerate, refusal, busy = false }: GenerateMenuProps) {
  if (refusal !== undefined) {
    return (
      <Button variant="primary" icon={<Plus />} testId="generate" aria-disabled title={refusal}>
        Generate API Token
      </Button>
    )
  }
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="primary" icon={<Plus />} testId="generate" busy={busy}>
          Generate API Token
        </Button>
      }
    >
      <MenuItem
        icon={<KeyRound />}
        hint="May do anything in the organization"
        onSelect={() => onGenerate('all-access')}
        testId="generate-all-access"
      >
        All Access API Token
      </MenuItem>
      <MenuItem
        icon={<ListChecks />}
        hint="May do only what you choose"
        onSelect={() => onGenerate('custom-api')}
        testId="generate-custom"
      >
        Custom API Token
      </MenuItem>
    </Menu>
  )
}
