import { Check, Minus } from 'lucide-react'
import { Checkbox as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import './checkbox.css'

export interface CheckboxProps {
  /** Its name. Shown beside it only as `children`. */
  readonly label: string
  readonly checked: boolean | 'mixed'
  readonly onChange: (checked: boolean) => void
  readonly disabled?: boolean
  readonly children?: ReactNode
  readonly testId?: string | undefined
}

export function Checkbox({ label, checked, onChange, disabled = false, children, testId }: CheckboxProps) {
  const box = (
    <Primitive.Root
      className="checkbox"
      aria-label={label}
      checked={checked === 'mixed' ? 'indeterminate' : checked}
      onCheckedChange={value => onChange(value === true)}
      disabled={disabled}
      data-testid={testId}
    >
      <Primitive.Indicator className="checkbox-mark">{checked === 'mixed' ? <Minus /> : <Check />}</Primitive.Indicator>
    </Primitive.Root>
  )
  if (children === undefined) return box
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the box is a button inside it
    <label className="checkbox-line">
      {box}
      <span>{children}</span>
    </label>
  )
}
