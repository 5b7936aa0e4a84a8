const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''))

/** Functions that are there without an import and only compute: from their arguments, from tables, or from the time. */
export const FUNCTIONS = words(`
  aggregateWindow bool bottom bytes chandeMomentumOscillator columns contains count cov covariance cumulativeSum
  derivative die difference display distinct doubleEMA drop duplicate duration elapsed exponentialMovingAverage fill filter
  findColumn findRecord first float getColumn getRecord group highestAverage highestCurrent highestMax histogram
  histogramQuantile holtWinters hourSelection increase int integral intersect join kaufmansAMA kaufmansER keep keys
  keyValues last length limit linearBins logarithmicBins lowestAverage lowestCurrent lowestMin map max mean median min
  mode movingAverage now pearsonr pivot quantile range reduce relativeStrengthIndex rename sample set skew sort spread
  stateCount stateDuration stateTracking stddev string sum systemTime tableFind tail time timedMovingAverage timeShift
  timeWeightedAvg today toBool toFloat toInt toString toTime toUInt top tripleEMA tripleExponentialDerivative truncateTimeColumn
  uint union unique window yield true false inf
`)

/** Names that reach data or the network, or are options: never to be used, and never to be given to anything else. */
export const FORBIDDEN = words(`
  from to wideTo buckets cardinality databases task location
`)

const ANY = 'any'

/**
 * Packages that may be imported, with the names of them that may be used.
 *
 * Those with `any` hold nothing but functions of their arguments and import no package that does more; from the others only
 * such functions are listed (`experimental` also has `to`; of the sources in `schema` and `v1`, see `BUCKET_FUNCTIONS`).
 */
export const PACKAGES: ReadonlyMap<string, ReadonlySet<string> | typeof ANY> = new Map<
  string,
  ReadonlySet<string> | typeof ANY
>([
  ['array', ANY],
  ['bitwise', ANY],
  ['date', ANY],
  ['dict', ANY],
  ['interpolate', ANY],
  ['join', ANY],
  ['math', ANY],
  ['regexp', ANY],
  ['strings', ANY],
  ['timezone', ANY],
  ['types', ANY],
  ['experimental/aggregate', words('rate')],
  [
    'experimental',
    words(`
      addDuration alignTime count distinct fill first group histogramQuantile integral kaufmansAMA last max mean min mode
      objectKeys quantile set skew spread stddev subDuration sum unique window
    `),
  ],
  ['influxdata/influxdb/schema', words('fieldsAsCols')],
  ['influxdata/influxdb/v1', words('fieldsAsCols')],
])

/** Packages with functions that read the one bucket that their argument `bucket` names, and what these are called. */
const BUCKET_FUNCTIONS = words(`
  fieldKeys measurementFieldKeys measurementTagKeys measurementTagValues measurements tagKeys tagValues
`)
const BUCKET_PACKAGES = words('influxdata/influxdb/schema influxdata/influxdb/v1')

/** What such a function takes beside the bucket. */
export const BUCKET_ARGUMENTS = words('measurement tag predicate start stop')

/** Whether a name of a package is a function that reads the bucket that it is given. */
export const isBucketFunction = (path: string, name: string): boolean =>
  BUCKET_PACKAGES.has(path) && BUCKET_FUNCTIONS.has(name)

/** Whether a name of a package may be used. */
export function isAllowedMember(path: string, name: string): boolean {
  const members = PACKAGES.get(path)
  return members === ANY || (members?.has(name) ?? false)
}
