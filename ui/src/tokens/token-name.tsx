import { UNNAMED } from './authorization.ts'
import './token-name.css'
import { oneLine, visiblePieces } from './visible-text.ts'

/** A text from somebody, isolated from the direction of what is around it; what cannot be seen in it is pointed out. */
export function UserText({ text }: { readonly text: string }) {
  return (
    <bdi>
      {visiblePieces(text).map(({ text, code }, at) =>
        code === undefined ? (
          text
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity, and no state
          <span key={at} className="odd-characters" data-code={code}>
            {text}
          </span>
        ),
      )}
    </bdi>
  )
}

/** What a token is called, on one line. */
export function TokenName({ description }: { readonly description: string }) {
  if (description.trim() === '') return <em className="unnamed">{UNNAMED}</em>
  return <UserText text={oneLine(description)} />
}
