import './spinner.css'

/** Something is under way. Says nothing by itself: what surrounds it is `aria-busy`, or has words. */
export const Spinner = () => <span className="spinner" aria-hidden="true" />

/** Stands where rows will be. */
export function Skeleton({ rows = 5, label }: { readonly rows?: number; readonly label: string }) {
  return (
    <div className="skeleton" role="status" data-testid="state-loading">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <span key={row} className="skeleton-row" aria-hidden="true" />
      ))}
    </div>
  )
}
