import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { createContext, type ReactElement, type ReactNode, useCallback, useContext, useRef } from 'react'
import './menu.css'
import { useEnclosingDialog } from './open-dialogs.ts'

/** Tells the menu what was chosen in it. */
const Choose = createContext<(action: () => void) => void>(action => action())

export interface MenuProps {
  /** A button; it gets the role and the state of a menu's. */
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
}

/** A menu under a button. Not modal: the modal one locks the scrolling with a style element, which our policy refuses. */
export function Menu({ trigger, children, align = 'start' }: MenuProps) {
  const dialog = useEnclosingDialog()
  const chosen = useRef<() => void>(undefined)
  const choose = useCallback((action: () => void) => {
    chosen.current = action
  }, [])
  const actWhenClosed = () => {
    const action = chosen.current
    chosen.current = undefined
    // Once the button has the focus again: a dialog that opens now gives it back there.
    if (action !== undefined) setTimeout(action)
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={dialog}>
        <DropdownMenu.Content
          className="menu"
          align={align}
          sideOffset={4}
          collisionPadding={8}
          loop
          onCloseAutoFocus={actWhenClosed}
        >
          <Choose value={choose}>{children}</Choose>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export interface MenuItemProps {
  readonly children: ReactNode
  readonly onSelect: () => void
  readonly icon?: ReactNode
  /** A second line, in smaller letters. */
  readonly hint?: string
  readonly isDangerous?: boolean
  readonly disabled?: boolean
  readonly testId?: string | undefined
}

export function MenuItem({
  children,
  onSelect,
  icon,
  hint,
  isDangerous = false,
  disabled = false,
  testId,
}: MenuItemProps) {
  const choose = useContext(Choose)
  const kind = isDangerous ? 'menu-item menu-item-danger' : 'menu-item'
  return (
    <DropdownMenu.Item className={kind} onSelect={() => choose(onSelect)} disabled={disabled} data-testid={testId}>
      {icon}
      <span>
        {children}
        {hint !== undefined && <span className="menu-hint">{hint}</span>}
      </span>
    </DropdownMenu.Item>
  )
}

export interface MenuChoicesProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly testId?: string }[]
}

/** One of several, marked. */
export function MenuChoices<Value extends string>({ label, value, onChange, choices }: MenuChoicesProps<Value>) {
  return (
    <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={chosen => onChange(chosen as Value)}>
      {choices.map(choice => (
        <DropdownMenu.RadioItem
          key={choice.value}
          value={choice.value}
          className="menu-item"
          data-testid={choice.testId}
        >
          <span className="menu-mark">
            <DropdownMenu.ItemIndicator>
              <Check />
            </DropdownMenu.ItemIndicator>
          </span>
          <span className="menu-choice">{choice.label}</span>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export const MenuLabel = ({ children }: { readonly children: ReactNode }) => (
  <DropdownMenu.Label className="menu-label">{children}</DropdownMenu.Label>
)

export const MenuSeparator = () => <DropdownMenu.Separator className="menu-separator" />
