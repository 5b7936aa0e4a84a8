import { useEffect, useRef, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { TextArea } from '../parts/field.tsx'
import { focusLater } from '../parts/focus-later.ts'
import type { Action } from './authorization.ts'
import { limitFault, limitRemark, namesIn } from './measurement-limit.ts'
import './measurement-limit-field.css'
import { OnlyMeasurements } from './only-measurements.tsx'
import type { Item } from './selection.ts'

export interface MeasurementLimitFieldProps {
  readonly bucket: Item
  /** What the limit holds for. */
  readonly actions: readonly Action[]
  /** As it was typed: names one per line, none for no limit. */
  readonly typed: string
  readonly onType: (typed: string) => void
}

/** Below a bucket that was ticked: to which measurements that is limited, if it is, and a way to say so. */
export function MeasurementLimitField({ bucket, actions, typed, onType }: MeasurementLimitFieldProps) {
  // What Esc brings back; undefined while nothing is being typed.
  const [before, setBefore] = useState<string>()
  const hook = `measurements-${bucket.id}`
  const close = (kept: string) => {
    if (kept !== typed) onType(kept)
    setBefore(undefined)
    focusLater(`${hook}-open`)
  }
  if (before === undefined) {
    return (
      <LimitLine bucket={bucket} typed={typed} hook={hook} open={() => setBefore(typed)} remove={() => close('')} />
    )
  }
  return (
    <LimitEditor
      bucket={bucket}
      actions={actions}
      typed={typed}
      onType={onType}
      hook={hook}
      close={close}
      cancel={() => close(before)}
    />
  )
}

interface LimitEditorProps extends MeasurementLimitFieldProps {
  readonly hook: string
  /** @param kept what the limit is from now on, as it was typed */
  readonly close: (kept: string) => void
  readonly cancel: () => void
}

function LimitEditor({ bucket, actions, typed, onType, hook, close, cancel }: LimitEditorProps) {
  const element = useRef<HTMLDivElement>(null)
  const fault = limitFault(typed)
  const remark = limitRemark(typed)
  // Buckets are in a box of their own, which is not much higher than this.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is said below the field makes it higher
  useEffect(() => {
    // Newer browsers return a promise, which is no way to end an effect.
    element.current?.scrollIntoView({ block: 'nearest' })
  }, [fault, remark])
  return (
    <div className="limit-open" ref={element}>
      <TextArea
        label={`Measurements of bucket ${bucket.name}`}
        value={typed}
        onChange={onType}
        rows={3}
        spellCheck={false}
        autoCapitalize="none"
        // It takes the place of the button that was pressed.
        autoFocus
        hint={<Hint actions={actions} remark={remark} />}
        error={fault}
        onKeyDown={event => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
          // Not the whole dialog with everything in it.
          event.preventDefault()
          cancel()
        }}
        testId={`${hook}-text`}
      />
      <div className="limit-buttons">
        <Button size="small" onClick={() => close(typed)} testId={`${hook}-done`}>
          Done
        </Button>
        {typed !== '' && (
          <Button size="small" onClick={() => close('')} testId={`${hook}-remove`}>
            Remove the limit
          </Button>
        )}
      </div>
    </div>
  )
}

function Hint({ actions, remark }: { readonly actions: readonly Action[]; readonly remark: string | undefined }) {
  return (
    <>
      One name per line. The token may {actions.join(' and ')} these measurements of the bucket and no others; Flux and
      deleting take the whole bucket. With no name there is no limit.
      {remark !== undefined && <strong className="limit-remark"> {remark}</strong>}
    </>
  )
}

interface LimitLineProps extends Pick<MeasurementLimitFieldProps, 'bucket' | 'typed'> {
  readonly hook: string
  readonly open: () => void
  readonly remove: () => void
}

function LimitLine({ bucket, typed, hook, open, remove }: LimitLineProps) {
  const names = namesIn(typed)
  const fault = limitFault(typed)
  const isLimited = names.length > 0
  return (
    <div className="limit">
      {fault !== undefined && <p className="field-error">{fault}</p>}
      {fault === undefined && isLimited && <OnlyMeasurements names={names} />}
      <Button size="small" onClick={open} testId={`${hook}-open`}>
        {isLimited ? 'Change' : 'Limit to measurements…'}
        <span className="visually-hidden">
          {isLimited && ' the measurements'} of bucket {bucket.name}
        </span>
      </Button>
      {isLimited && (
        <Button size="small" onClick={remove} testId={`${hook}-remove`}>
          Remove the limit
          <span className="visually-hidden"> of bucket {bucket.name}</span>
        </Button>
      )}
    </div>
  )
}
