import { checkNames, head, numberText, sample } from './exposition.ts'
import { createSeries, type Labels } from './series.ts'

export { METRICS_CONTENT_TYPE } from './exposition.ts'

export interface MetricOptions<Name extends string> {
  readonly name: string
  readonly help: string
  /** Names of its labels; every use gives a value to each. */
  readonly labels?: readonly Name[]
  /** Beyond so many combinations of label values, the rest goes into one called `other`. Default 1000. */
  readonly maxSeries?: number
}

/** Only grows. Names end in `_total` by custom. */
export interface Counter<Name extends string = never> {
  /** @throws TypeError if `by` is negative or not finite */
  add(labels: Labels<Name>, by?: number): void
}
export interface Gauge<Name extends string = never> {
  set(labels: Labels<Name>, value: number): void
  add(labels: Labels<Name>, by: number): void
}
/** Counts observations by size. */
export interface Histogram<Name extends string = never> {
  /** @throws TypeError if `value` is not finite */
  observe(labels: Labels<Name>, value: number): void
}
export interface HistogramOptions<Name extends string> extends MetricOptions<Name> {
  /** Upper bounds, ascending, without the infinite one. */
  readonly buckets?: readonly number[]
}
/** A metric without labels that is read when it is asked for. What it throws becomes NaN. */
export interface ReadOptions {
  readonly name: string
  readonly help: string
  readonly read: () => number
}

/** All functions that make a metric throw TypeError for a name that is taken or that Prometheus would refuse. */
export interface Registry {
  counter<Name extends string = never>(options: MetricOptions<Name>): Counter<Name>
  gauge<Name extends string = never>(options: MetricOptions<Name>): Gauge<Name>
  histogram<Name extends string = never>(options: HistogramOptions<Name>): Histogram<Name>
  readCounter(options: ReadOptions): void
  readGauge(options: ReadOptions): void
  /** Everything, as Prometheus reads it, with `METRICS_CONTENT_TYPE`. */
  render(): string
}

/** Seconds; from half a millisecond to ten seconds. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const finite = (value: number, least: number, metric: string) => {
  if (Number.isFinite(value) && value >= least) return value
  throw new TypeError(`${metric} cannot take ${value}`)
}

export function createRegistry(): Registry {
  const taken = new Set<string>()
  const renderers: (() => string)[] = []

  /** Claims the names before anything is kept, so that a refused metric leaves no trace. */
  const register = (name: string, suffixes: readonly string[], renderMetric: () => string) => {
    const names = suffixes.map(suffix => name + suffix)
    const clash = names.find(one => taken.has(one))
    if (clash !== undefined) throw new TypeError(`there is a metric ${clash} already`)
    for (const one of names) taken.add(one)
    renderers.push(renderMetric)
  }

  const numbers = <Name extends string>(options: MetricOptions<Name>, type: string, onOverflow: () => void) => {
    const { name, help, labels = [], maxSeries = 1000 } = options
    checkNames(name, labels)
    const series = createSeries(name, labels, maxSeries, () => ({ value: 0 }), onOverflow)
    register(name, [''], () => {
      let text = head(name, type, help)
      for (const [at, { value }] of series.entries()) text += sample(name, at, value)
      return text
    })
    return series
  }

  const readNumber = ({ name, help, read }: ReadOptions, type: string) => {
    checkNames(name, [])
    register(name, [''], () => head(name, type, help) + sample(name, '', readOrNaN(read)))
  }

  const overflow = numbers(
    {
      name: 'sluice_metrics_overflow_total',
      help: 'Updates that went into the series "other" because the metric has too many series.',
      labels: ['metric'],
    },
    'counter',
    () => {},
  )
  const overflowOf = (metric: string) => () => {
    overflow.at({ metric }).value++
  }

  return {
    counter(options) {
      const series = numbers(options, 'counter', overflowOf(options.name))
      return {
        add: (labels, by = 1) => {
          series.at(labels).value += finite(by, 0, options.name)
        },
      }
    },
    gauge(options) {
      const series = numbers(options, 'gauge', overflowOf(options.name))
      return {
        set: (labels, value) => {
          series.at(labels).value = value
        },
        add: (labels, by) => {
          series.at(labels).value += by
        },
      }
    },
    histogram(options) {
      const { name, help, labels = [], maxSeries = 1000, buckets = DURATION_BUCKETS } = options
      checkNames(name, labels, ['le'])
      if (buckets.length === 0 || !buckets.every((bound, i) => Number.isFinite(bound) && !(bound <= buckets[i - 1]!))) {
        throw new TypeError(`the buckets of ${name} must be finite and ascend`)
      }
      const create = () => ({ counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 })
      const series = createSeries(name, labels, maxSeries, create, overflowOf(name))
      register(name, ['', '_bucket', '_sum', '_count'], () => {
        let text = head(name, 'histogram', help)
        for (const [at, { counts, sum }] of series.entries()) {
          let below = 0
          counts.forEach((count, i) => {
            below += count
            const bound = `le="${numberText(buckets[i] ?? Number.POSITIVE_INFINITY)}"`
            text += sample(`${name}_bucket`, at === '' ? bound : `${at},${bound}`, below)
          })
          text += sample(`${name}_sum`, at, sum) + sample(`${name}_count`, at, below)
        }
        return text
      })
      return {
        observe: (at, value) => {
          const state = series.at(at)
          state.sum += finite(value, Number.NEGATIVE_INFINITY, name)
          const bucket = buckets.findIndex(bound => value <= bound)
          state.counts[bucket === -1 ? buckets.length : bucket]!++
        },
      }
    },
    readCounter: options => readNumber(options, 'counter'),
    readGauge: options => readNumber(options, 'gauge'),
    render: () => renderers.map(renderMetric => renderMetric()).join(''),
  }
}

// One metric that cannot be read must not hide the others; NaN shows in the graph.
function readOrNaN(read: () => number): number {
  try {
    return read()
  } catch {
    return Number.NaN
  }
}
