import { Download } from 'lucide-react'
import { useId, useRef } from 'react'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { download } from './download.ts'
import './secret.css'

export interface SecretProps {
  readonly secret: string
  /** Told when the person has it: it was copied or downloaded. */
  readonly onKept: () => void
  /** Name of the downloaded file. */
  readonly fileName: string
}

/** A token that is shown this once. Its text is nowhere but in this field while it is on the screen. */
export function Secret({ secret, onKept, fileName }: SecretProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const settle = (copied: boolean) => {
    if (copied) onKept()
    // For copying by hand.
    else field.current?.select()
  }
  return (
    <div className="secret">
      <label htmlFor={id} className="visually-hidden">
        API token
      </label>
      <textarea
        ref={field}
        id={id}
        className="secret-text"
        data-testid="secret"
        readOnly
        rows={2}
        spellCheck={false}
        autoComplete="off"
        value={secret}
        onFocus={event => event.target.select()}
      />
      <div className="secret-actions">
        <CopyButton
          text={secret}
          // Begins as assistive technology is promised it does, and holds what is seen (WCAG 2.5.3).
          label="Copy token: Copy to Clipboard"
          variant="primary"
          success="The token is on the clipboard."
          onResult={settle}
          testId="secret-copy"
        >
          Copy to Clipboard
        </CopyButton>
        <Button
          icon={<Download />}
          testId="secret-download"
          onClick={() => {
            download(fileName, `${secret}\n`)
            onKept()
          }}
        >
          Download
        </Button>
      </div>
    </div>
  )
}
