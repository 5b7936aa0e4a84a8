import { useState } from 'react'
import { Select, TextField } from '../parts/field.tsx'
import { amountOf, RETENTION_CHOICES, type RetentionUnit, retentionOf, retentionWords } from './retention.ts'
import './retention-field.css'

const OTHER = 'other'
const CHOICES = [
  ...RETENTION_CHOICES.map(seconds => ({ value: String(seconds), label: retentionWords(seconds) })),
  { value: OTHER, label: 'Another duration…' },
]
const UNITS = [
  { value: 'hours', label: 'hours' },
  { value: 'days', label: 'days' },
] as const

export interface RetentionFieldProps {
  readonly initialSeconds: number
  /** Told the duration in seconds, or undefined while what is written is none. */
  readonly onChange: (everySeconds: number | undefined) => void
}

/** How long data is kept: one of the usual durations, or any number of hours or days. */
export function RetentionField({ initialSeconds, onChange }: RetentionFieldProps) {
  const [choice, setChoice] = useState(RETENTION_CHOICES.includes(initialSeconds) ? String(initialSeconds) : OTHER)
  const [written, setWritten] = useState(amountOf(initialSeconds || 86_400))
  const read = retentionOf(written.amount, written.unit)
  const write = (next: { amount: string; unit: RetentionUnit }) => {
    setWritten(next)
    const seconds = retentionOf(next.amount, next.unit)
    onChange(typeof seconds === 'number' ? seconds : undefined)
  }
  const choose = (next: string) => {
    setChoice(next)
    if (next === OTHER) write(written)
    else onChange(Number(next))
  }
  return (
    <>
      <Select
        label="Keep data for"
        value={choice}
        onChange={choose}
        choices={CHOICES}
        hint="Older data is deleted by InfluxDB. You can change this later."
        testId="bucket-retention"
      />
      {choice === OTHER && (
        <div className="retention-written">
          <TextField
            label="Duration"
            inputMode="numeric"
            value={written.amount}
            onChange={amount => write({ ...written, amount })}
            error={typeof read === 'string' ? read : undefined}
          />
          <Select label="Unit" value={written.unit} onChange={unit => write({ ...written, unit })} choices={UNITS} />
        </div>
      )}
    </>
  )
}
