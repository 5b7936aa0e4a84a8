import { exactTime, localTime, relativeTime } from './time-text.ts'

/** An instant, absolute or relative, in the reader's zone; the exact one on hover. */
export function Timestamp({ iso, isRelative = false }: { readonly iso: string; readonly isRelative?: boolean }) {
  return (
    <time dateTime={iso} title={exactTime(iso)}>
      {isRelative ? relativeTime(iso, Date.now()) : localTime(iso)}
    </time>
  )
}
