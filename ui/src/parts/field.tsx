import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useId } from 'react'
import './field.css'

interface Described {
  readonly label: string
  /** What is expected, said beforehand. */
  readonly hint?: ReactNode
  /** What is wrong with it and how to put it right. */
  readonly error?: string | undefined
}

export interface TextFieldProps
  extends Described,
    Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'id'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly testId?: string | undefined
  /** Stands inside the field, at its end. */
  readonly addition?: ReactNode
  readonly ref?: Ref<HTMLInputElement>
}

export function TextField({ label, hint, error, value, onChange, testId, addition, ...rest }: TextFieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {rest.required === false && <span className="field-optional"> (optional)</span>}
      </label>
      <span className="field-box">
        <input
          autoComplete="off"
          {...rest}
          {...marks(id, hint, error, testId)}
          className="input"
          value={value}
          onChange={event => onChange(event.target.value)}
        />
        {addition}
      </span>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  )
}

export interface TextAreaProps
  extends Described,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value' | 'id'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly testId?: string | undefined
}

/** A text of several lines. */
export function TextArea({ label, hint, error, value, onChange, testId, ...rest }: TextAreaProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        autoComplete="off"
        {...rest}
        {...marks(id, hint, error, testId)}
        className="input textarea"
        value={value}
        onChange={event => onChange(event.target.value)}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  )
}

export interface SelectProps<Value extends string> extends Described {
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly choices: readonly { readonly value: Value; readonly label: string }[]
  /** Whether the label is for assistive technology only. */
  readonly isLabelHidden?: boolean
  readonly disabled?: boolean
  readonly testId?: string | undefined
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, error, value, onChange, choices, isLabelHidden = false, disabled = false, testId } = props
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <select
        {...marks(id, hint, error, testId)}
        className="input select"
        value={value}
        disabled={disabled}
        onChange={event => onChange(event.target.value as Value)}
      >
        {choices.map(choice => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  )
}

/** By what a control is known: to its label and its notes, to assistive technology and to tests. */
function marks(id: string, hint: ReactNode, error: string | undefined, testId: string | undefined) {
  const notes = [...(error === undefined ? [] : [`${id}-error`]), ...(hint === undefined ? [] : [`${id}-hint`])]
  return {
    id,
    'data-testid': testId,
    'aria-invalid': error !== undefined || undefined,
    'aria-describedby': notes.join(' ') || undefined,
  }
}

function FieldNotes({ id, hint, error }: { id: string; hint: ReactNode; error: string | undefined }) {
  return (
    <>
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  )
}
