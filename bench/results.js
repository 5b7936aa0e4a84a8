// Keeps what was measured, and writes RESULTS.md from it.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CACHE } from './load.js'

const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url))
const KEPT = join(CACHE, 'results')
const ORDER = ['verifier.js', 'management-reads.js', 'management-changes.js', 'disable.js']

/** Prints a question's rows, keeps them, and brings RESULTS.md up to date. */
export function record(section) {
  const dated = { ...section, date: new Date().toISOString().slice(0, 10), machine: machine() }
  mkdirSync(KEPT, { recursive: true })
  writeFileSync(join(KEPT, `${section.file}on`), JSON.stringify(dated, null, 2))
  process.stdout.write(`${sectionText(dated)}\n`)
  const sections = readdirSync(KEPT).map(name => JSON.parse(readFileSync(join(KEPT, name), 'utf8')))
  sections.sort((a, b) => ORDER.indexOf(a.file) - ORDER.indexOf(b.file))
  writeFileSync(RESULTS, `${HEAD}${sections.map(sectionText).join('\n')}`)
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
