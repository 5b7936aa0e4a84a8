import { TextField } from '../parts/field.tsx'
import { MAX_DESCRIPTION } from './description.ts'

export interface DescriptionFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** What the token is called if nothing is typed. */
  readonly generated?: string
  /** What the token is called now; may be longer than can be typed. */
  readonly current?: string
  readonly hasFocus?: boolean
  readonly isReadOnly?: boolean
}

/** The description of a token, with the one limit that holds everywhere. */
export function DescriptionField({
  value,
  onChange,
  generated,
  current = '',
  hasFocus = false,
  isReadOnly = false,
}: DescriptionFieldProps) {
  const isGenerated = generated !== undefined
  return (
    <TextField
      label="Description"
      value={value}
      onChange={onChange}
      maxLength={Math.max(MAX_DESCRIPTION, current.length)}
      spellCheck={false}
      readOnly={isReadOnly}
      placeholder={generated || 'What the token is for'}
      hint={
        isGenerated
          ? `Up to ${MAX_DESCRIPTION} characters. Left empty, the token is called as shown.`
          : `Up to ${MAX_DESCRIPTION} characters.`
      }
      data-autofocus={hasFocus || undefined}
      testId="token-description"
    />
  )
}
