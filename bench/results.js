// Writes what was measured into RESULTS.md, each question's section in the place of its last one.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url))
const ORDER = [
  'verifier.js',
  'management-reads.js',
  'management-changes.js',
  'disable.js',
  'gateway.js',
  'flight.js',
  'command-line.js',
]

/** Prints a question's rows and puts them into RESULTS.md. */
export function record(section) {
  const text = sectionText({ ...section, date: new Date().toISOString().slice(0, 10), machine: machine() })
  process.stdout.write(`${text}\n`)
  const others = readFileSync(RESULTS, 'utf8')
    .split(/^(?=## )/m)
    .slice(1)
  const sections = new Map([...others, text].map(one => [/^`([\w-]+\.js)`,/m.exec(one)?.[1], `${one.trimEnd()}\n`]))
  const inOrder = ORDER.flatMap(file => sections.get(file) ?? [])
  writeFileSync(RESULTS, HEAD + inOrder.join('\n'))
}

const HEAD = `# What was measured

<!-- Written by the scripts in bench/. Do not edit. -->

Medians, with the least and the greatest round in brackets; Sluice and the baseline took turns in one run, the server on one
core and whoever asked on another. What counts is the ratio; absolute numbers say how fast this machine is.
How to repeat it: \`npm run bench\`.

`

function machine() {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} cores of ${cpu.model}, ${memory} GiB, Linux ${release().split('-')[0]}, Node ${process.version}`
}

function sectionText({ file, title, about, baseline, rows, date, machine: where, notes = [] }) {
  const head = `## ${title}\n\n\`${file}\`, ${date}, on ${where}. ${about}\n\nBaseline: ${baseline}.\n\n`
  const table = [
    '| What | Sluice | Baseline | Ratio | Budget | Met |',
    '|---|---|---|---|---|---|',
    ...rows.map(rowText),
  ].join('\n')
  return `${head}${table}\n${notes.map(note => `\n${note}\n`).join('')}`
}

function rowText({ what, measured, baseline, unit, ratio, budget, met, reason = '' }) {
  const verdict = budget === undefined ? '' : met ? 'met' : `**no**${reason && `: ${reason}`}`
  const cells = [what, figure(measured, unit), figure(baseline, unit), ratio ?? '', budget ?? 'none', verdict]
  return `| ${cells.join(' | ')} |`
}

function figure(value, unit) {
  if (value === undefined) return ''
  if (typeof value === 'string') return value
  const digits = number => number.toLocaleString('en', { maximumFractionDigits: number < 100 ? 2 : 0 })
  if (typeof value === 'number') return `${digits(value)} ${unit}`
  return `${digits(value.median)} ${unit} (${digits(value.min)}–${digits(value.max)})`
}
