import { CircleUser, LogOut, RectangleEllipsis } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from '../parts/menu.tsx'
import { ChangePassword } from './change-password.tsx'
import { useSignOut } from './sign-out.ts'
import { useUser } from './signed-in.tsx'
import { THEMES, useTheme } from './theme.ts'

export function UserMenu() {
  const user = useUser()
  const [theme, setTheme] = useTheme()
  const signOut = useSignOut()
  const [isChanging, setChanging] = useState(false)
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button variant="quiet" icon={<CircleUser />} testId="user-menu" aria-label={`User ${user.name}`}>
            <span className="user-name">{user.name}</span>
          </Button>
        }
      >
        <MenuLabel>Signed in as {user.name}</MenuLabel>
        <MenuSeparator />
        <MenuLabel>Theme</MenuLabel>
        <MenuChoices label="Theme" value={theme} onChange={setTheme} choices={THEMES} />
        <MenuSeparator />
        <MenuItem icon={<RectangleEllipsis />} onSelect={() => setChanging(true)} testId="change-password">
          Change password
        </MenuItem>
        <MenuItem icon={<LogOut />} onSelect={signOut} testId="sign-out">
          Sign out
        </MenuItem>
      </Menu>
      {isChanging && <ChangePassword onClose={() => setChanging(false)} />}
    </>
  )
}
