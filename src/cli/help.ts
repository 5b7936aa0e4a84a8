import type { CommandNode } from './command.ts'
import type { Flag } from './flag.ts'

const HELP: Flag = { name: 'help', alias: 'h', kind: 'switch', help: 'Show help' }

/** The help of a command, in the layout that people know. Source: CLI contract 1.9. */
export function renderHelp(node: CommandNode, path: string): string {
  const { flags = [], subcommands, run } = node
  const shown = flags.filter(flag => !flag.hidden)
  const sections = [
    section('NAME', [`${path} - ${node.purpose}`]),
    section('USAGE', [usage(node, path)]),
    node.description === undefined ? '' : section('DESCRIPTION', node.description.split('\n')),
    subcommands === undefined ? '' : section('COMMANDS', columns(commandRows(subcommands))),
    run === undefined ? '' : section('COMMON OPTIONS', columns(shown.filter(flag => flag.common).map(flagRow))),
    section(
      subcommands !== undefined && path.split(' ').length === 1 ? 'GLOBAL OPTIONS' : 'OPTIONS',
      columns([...shown.filter(flag => !flag.common || run === undefined), HELP].map(flagRow)),
    ),
    node.example === undefined ? '' : section('EXAMPLE', [underName(node.example, path)]),
  ]
  return `${sections.filter(Boolean).join('\n')}`
}

/** An example as it is typed with this program, which has two names. */
function underName(example: string, path: string): string {
  return example.replace(/^influx /, `${path.split(' ')[0]} `)
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `${title}:\n${lines.map(line => `   ${line}`.trimEnd()).join('\n')}\n`
}

function usage({ subcommands, positional, run }: CommandNode, path: string): string {
  if (subcommands !== undefined && run === undefined) return `${path} command [command options] [arguments...]`
  return `${path} [command options]${positional === undefined ? '' : ` ${positional.form}`}`
}

type Row = readonly [left: string, right: string]

function commandRows(subcommands: readonly CommandNode[]): Row[] {
  const rows = subcommands
    .filter(command => !command.hidden)
    .map(({ name, aliases = [], purpose }): Row => [[name, ...aliases].join(', '), purpose])
  return [...rows, ['help, h', 'Show a list of commands, or help for one']]
}

export function flagRow(flag: Flag): Row {
  const form = flag.kind === 'switch' ? '' : ` ${flag.form ?? 'value'}`
  const names = flag.alias === undefined ? [flag.name] : [flag.name, flag.alias]
  const left = names.map(name => `${name.length > 1 ? '--' : '-'}${name}${form}`).join(', ')
  const preset = flag.default === undefined ? '' : ` (default: ${flag.default})`
  const required = flag.required ? ' (required)' : ''
  const env = flag.env === undefined ? '' : ` [$${flag.env}]`
  return [left, `${flag.help}${required}${preset}${env}`]
}

function columns(rows: readonly Row[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`)
}
