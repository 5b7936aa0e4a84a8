import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import './button.css'
import { Spinner } from './spinner.tsx'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: 'primary' | 'secondary' | 'quiet' | 'danger'
  readonly size?: 'normal' | 'small'
  readonly icon?: ReactNode
  /** Shown as working; pressing it again does nothing. It keeps its focus, which a disabled button would lose. */
  readonly busy?: boolean
  readonly testId?: string | undefined
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({
  variant = 'secondary',
  size = 'normal',
  icon,
  busy = false,
  testId,
  children,
  onClick,
  className = '',
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      data-testid={testId}
      {...rest}
      className={`button button-${variant} button-${size} ${className}`.trim()}
      aria-busy={busy || undefined}
      aria-disabled={busy || rest['aria-disabled']}
      onClick={busy ? event => event.preventDefault() : onClick}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'size'> {
  /** Its name, for those who do not see the icon, and as a tip for those who do. */
  readonly label: string
}

export function IconButton({ label, icon, variant = 'quiet', className = '', ...rest }: IconButtonProps) {
  return (
    <Button
      variant={variant}
      icon={icon}
      aria-label={label}
      title={label}
      className={`icon-button ${className}`}
      {...rest}
    />
  )
}
