import { Select, TextField } from '../parts/field.tsx'
import { LIFETIMES, type Lifetime, lifetimeFrom, lifetimeValue } from './expiry.ts'

export interface LifetimeFieldProps {
  readonly value: Lifetime
  readonly onChange: (value: Lifetime) => void
  /** What is wrong with the date, if anything is. */
  readonly fault: string | undefined
}

/** When a token ends: never, in so many days, or on a date. */
export function LifetimeField({ value, onChange, fault }: LifetimeFieldProps) {
  return (
    <div className="lifetime">
      <Select
        label="Expires"
        value={lifetimeValue(value)}
        onChange={chosen => onChange(lifetimeFrom(chosen, new Date()))}
        choices={LIFETIMES.map(({ value, label }) => ({ value, label }))}
        testId="token-lifetime"
      />
      {value.kind === 'until' && (
        <TextField
          label="Date and time"
          type="datetime-local"
          value={value.value}
          onChange={typed => onChange({ kind: 'until', value: typed })}
          hint={`In your time zone, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`}
          error={fault}
          testId="token-expires-at"
        />
      )}
    </div>
  )
}
