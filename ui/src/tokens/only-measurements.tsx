import { Marked } from './marked.tsx'
import { inList } from './measurement-limit.ts'
import './only-measurements.css'

/** Stands below the bucket on which a permission is limited to measurements. */
export function OnlyMeasurements({ names, term = '' }: { readonly names: readonly string[]; readonly term?: string }) {
  return (
    <span className="only-measurements">
      only {names.length === 1 ? 'measurement' : 'measurements'}{' '}
      <Marked text={names.map(inList).join(', ')} term={term} />
    </span>
  )
}
