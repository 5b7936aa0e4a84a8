import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button.tsx'
import { TextField, type TextFieldProps } from './field.tsx'

/** A password that its writer can look at. */
export function PasswordField(props: Omit<TextFieldProps, 'type' | 'addition'>) {
  const [isShown, show] = useState(false)
  return (
    <TextField
      spellCheck={false}
      autoCapitalize="none"
      {...props}
      type={isShown ? 'text' : 'password'}
      addition={
        <IconButton
          className="field-addition"
          label={isShown ? `Hide ${props.label.toLowerCase()}` : `Show ${props.label.toLowerCase()}`}
          aria-pressed={isShown}
          icon={isShown ? <EyeOff /> : <Eye />}
          onClick={() => show(!isShown)}
        />
      }
    />
  )
}
