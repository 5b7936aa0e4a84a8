import { Switch as Primitive } from 'radix-ui'
import './switch.css'

export interface SwitchProps {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  /** The state in words, beside it: it is never told by colour alone. */
  readonly words?: readonly [on: string, off: string]
  readonly busy?: boolean
  readonly disabled?: boolean
  readonly testId?: string | undefined
}

/** Takes effect at once. */
export function Switch({ label, checked, onChange, words, busy = false, disabled = false, testId }: SwitchProps) {
  return (
    <span className="switch-line">
      <Primitive.Root
        className="switch"
        aria-label={label}
        aria-busy={busy || undefined}
        checked={checked}
        onCheckedChange={busy ? () => {} : onChange}
        disabled={disabled}
        data-testid={testId}
      >
        <Primitive.Thumb className="switch-thumb" />
      </Primitive.Root>
      {words && <span aria-hidden="true">{checked ? words[0] : words[1]}</span>}
    </span>
  )
}
