import type { CommandNode } from './command.ts'
import { CORE, type Flag, ORG, PRINT, TOKEN } from './flag.ts'
import { flagRow } from './help.ts'

const code = (text: string) => `\`${text}\``
// A bar would end the cell.
const row = (...cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`

/** Flags that many commands have; described once. */
const GROUPS: readonly { readonly name: string; readonly flags: readonly Flag[] }[] = [
  { name: 'server', flags: CORE },
  { name: 'print', flags: PRINT },
  { name: 'token', flags: TOKEN },
  { name: 'organization', flags: ORG },
]

/** The text of `docs/cli.md`. A test compares; `UPDATE_DOCS=1 npx vitest run src/cli/documentation.test.ts` writes it. */
export function renderDocumentation(root: CommandNode): string {
  return `# The command line

<!-- Written by src/cli/documentation.ts from the commands in src/cli/commands/. Change those. -->

${code('influx')} works with Sluice, InfluxDB OSS 2.x and InfluxDB Cloud alike, as the official client of that name does: the same commands, flags,
variables, files and output. ${code('sluice')} is the same program under its own name, with the commands that are run on the server's own machine
([operation.md](operation.md)) beside these.

Flags stand behind the whole command; one dash and two mean the same. ${code('--help')} works everywhere. What is printed goes to standard output; questions,
warnings and errors go to standard error. The exit code is 0, or 1 after an error, which is one message that begins with ${code('Error:')}.

## Where the address and the token come from

Flags count before variables, variables before the active config of the configs file. That is ${code('~/.influxdbv2/configs')} unless ${code('--configs-path')} or
${code('INFLUX_CONFIGS_PATH')} names another; one that the official client wrote is used as it is. A token on the command line can be read by others on the
machine: ${code('--token -')} reads it from standard input, ${code('--token-file')} from a file.

## Flags of many commands

${GROUPS.map(groupTable).join('\n\n')}

## Commands

${[...walk(root)].map(section).join('\n\n')}
`
}

function groupTable({ name, flags }: (typeof GROUPS)[number]): string {
  return `**${name}**\n\n${flagTable(flags)}`
}

function flagTable(flags: readonly Flag[]): string {
  const rows = flags.filter(flag => !flag.hidden).map(flagRow)
  return ['| Flag | Meaning |', '|---|---|', ...rows.map(([left, right]) => row(code(left), right))].join('\n')
}

function* walk(node: CommandNode, path = node.name): Generator<{ path: string; node: CommandNode }> {
  if (node.run !== undefined) yield { path, node }
  for (const inner of node.subcommands ?? []) if (!inner.hidden) yield* walk(inner, `${path} ${inner.name}`)
}

function section({ path, node }: { path: string; node: CommandNode }): string {
  const { purpose, description, aliases = [], positional, flags = [], example } = node
  const groups = GROUPS.filter(group => group.flags.every(flag => flags.includes(flag)))
  const own = flags.filter(flag => !groups.some(group => group.flags.includes(flag)))
  const parts = [
    `### ${path}${positional === undefined ? '' : ` ${positional.form}`}`,
    `${purpose}.${description === undefined ? '' : `\n\n${preformatted(description)}`}`,
    aliases.length === 0 ? '' : `Also: ${aliases.map(code).join(', ')}.`,
    own.some(flag => !flag.hidden) ? flagTable(own) : '',
    groups.length === 0 ? '' : `Flags of many commands: ${groups.map(group => group.name).join(', ')}.`,
    example === undefined ? '' : `\`\`\`sh\n${example}\n\`\`\``,
  ]
  return parts.filter(Boolean).join('\n\n')
}

/** As in the help, line by line. */
const preformatted = (text: string) => (text.includes('  ') ? `\`\`\`\n${text}\n\`\`\`` : text)
