import { useState } from 'react'
import { recall, remember } from './stored.ts'

export type Theme = 'system' | 'light' | 'dark'

export const THEMES: readonly { readonly value: Theme; readonly label: string; readonly testId: string }[] = [
  { value: 'system', label: 'As the system', testId: 'theme-system' },
  { value: 'light', label: 'Light', testId: 'theme-light' },
  { value: 'dark', label: 'Dark', testId: 'theme-dark' },
]

function chosen(): Theme {
  const theme = recall('theme')
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** The theme chosen by hand. `public/theme.js` applies it at the next visit, before anything is drawn. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(chosen)
  const choose = (next: Theme) => {
    setTheme(next)
    remember('theme', next === 'system' ? undefined : next)
    if (next === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = next
  }
  return [theme, choose]
}
