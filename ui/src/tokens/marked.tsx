import { marked } from './text-match.ts'
import { UserText } from './token-name.tsx'

/** A name in which the letters that match a filter are marked. */
export function Marked({ text, term }: { readonly text: string; readonly term: string }) {
  if (term.trim() === '') return <UserText text={text} />
  return (
    <bdi>
      {marked(text, term).map(({ text, isMatch }, at) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity, and no state
        isMatch ? <mark key={at}>{text}</mark> : <UserText key={at} text={text} />,
      )}
    </bdi>
  )
}
