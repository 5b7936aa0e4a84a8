import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '../parts/button.tsx'

/** Long enough not to ask for every letter, short enough not to be waited for. */
const PAUSE_MS = 120

export interface SearchBoxProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onSearch: (term: string) => void
  readonly testId: string
}

/** Searches as somebody types, after a short pause, and at once when he leaves the box or presses Enter. */
export function SearchBox({ label, placeholder, value, onSearch, testId }: SearchBoxProps) {
  const [typed, setTyped] = useState(value)
  const told = useRef(value)
  const box = useRef<HTMLInputElement>(null)
  const tell = (term: string) => {
    if (term === told.current) return
    told.current = term
    onSearch(term)
  }
  useEffect(() => {
    // Changed from outside, such as by a button that clears the filter: what is typed gives way.
    if (value === told.current) return
    told.current = value
    setTyped(value)
  }, [value])
  useEffect(() => {
    const timer = setTimeout(() => tell(typed), PAUSE_MS)
    return () => clearTimeout(timer)
  })
  return (
    <search className="search-box">
      <Search aria-hidden="true" />
      <input
        ref={box}
        type="search"
        className="input"
        aria-label={label}
        placeholder={placeholder}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        data-testid={testId}
        onChange={event => setTyped(event.target.value)}
        onBlur={() => tell(typed)}
        onKeyDown={event => {
          if (event.key === 'Enter') tell(typed)
        }}
      />
      {typed !== '' && (
        <IconButton
          label="Clear search"
          icon={<X />}
          onClick={() => {
            setTyped('')
            tell('')
            box.current?.focus()
          }}
        />
      )}
    </search>
  )
}
