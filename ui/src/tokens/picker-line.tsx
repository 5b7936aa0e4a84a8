import { Checkbox } from '../parts/checkbox.tsx'
import { ACTIONS, type Action } from './authorization.ts'
import { Marked } from './marked.tsx'
import type { Check } from './selection.ts'

export interface PickerLineProps {
  readonly label: string
  /** What it is called in the names of its boxes, if not by its label: "bucket raw". */
  readonly name?: string
  /** The end of the boxes' test hooks. */
  readonly hook: string
  readonly term: string
  readonly checkOf: (action: Action) => Check
  readonly onCheck: (action: Action, on: boolean) => void
  /** Whether a line above says the same for all, so that this one cannot be changed by itself. */
  readonly isCovered?: (action: Action) => boolean
  readonly isStrong?: boolean
}

const VERBS: Record<Action, string> = { read: 'Read', write: 'Write' }

/** One line of boxes: what may be read, what may be written. */
export function PickerLine(props: PickerLineProps) {
  const { label, name = label, hook, term, checkOf, onCheck, isCovered = () => false, isStrong = false } = props
  return (
    <div className={isStrong ? 'picker-line picker-line-strong' : 'picker-line'}>
      <span className="picker-label">
        <Marked text={label} term={term} />
      </span>
      {ACTIONS.map(action => (
        <span key={action} className="picker-box">
          <Checkbox
            label={`${VERBS[action]} ${name}`}
            checked={isCovered(action) || checkOf(action)}
            disabled={isCovered(action)}
            onChange={on => onCheck(action, on)}
            testId={`permission-${action}-${hook}`}
          />
        </span>
      ))}
    </div>
  )
}
