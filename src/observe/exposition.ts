/** The text format of Prometheus, version 0.0.4. Source: prometheus.io/docs/instrumenting/exposition_formats. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/

/** @throws TypeError for a name that Prometheus would not take, or that it keeps for itself */
export function checkNames(metric: string, labels: readonly string[], reserved: readonly string[] = []): void {
  if (!METRIC_NAME.test(metric)) throw new TypeError(`${JSON.stringify(metric)} is no name for a metric`)
  for (const label of labels) {
    if (!LABEL_NAME.test(label) || reserved.includes(label)) {
      throw new TypeError(`${JSON.stringify(label)} is no name for a label of ${metric}`)
    }
  }
  if (new Set(labels).size < labels.length) throw new TypeError(`${metric} has a label twice`)
}

/** The two lines before the samples of a metric. */
export function head(metric: string, type: string, help: string): string {
  return `# HELP ${metric} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${metric} ${type}\n`
}

/** Labels as they stand between braces, without these: `method="GET",status="200"`. */
export function labelText(names: readonly string[], values: readonly string[]): string {
  return names.map((name, i) => `${name}="${escaped(values[i]!)}"`).join(',')
}

const escaped = (value: string) =>
  value.replace(/[\\"\n]/g, character => (character === '\n' ? '\\n' : `\\${character}`))

/** One line. @param labels as `labelText` gives them; empty for none */
export function sample(metric: string, labels: string, value: number): string {
  return `${metric}${labels === '' ? '' : `{${labels}}`} ${numberText(value)}\n`
}

export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
