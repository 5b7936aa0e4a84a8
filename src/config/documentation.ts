import { SETTING_KEYS, type SettingKey, settingOf, variableOf } from './settings.ts'
import { UPSTREAM_FIELD_NAMES, UPSTREAM_FIELDS, type UpstreamField } from './upstream.ts'

const code = (text: string) => `\`${text}\``
const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** The text of `docs/configuration.md`. A test compares; `UPDATE_DOCS=1 npx vitest run src/config` writes it. */
export function renderDocumentation(): string {
  const inFile = SETTING_KEYS.filter(key => settingOf(key).inFile)
  const others = SETTING_KEYS.filter(key => !settingOf(key).inFile && key !== 'config')
  return `# Configuration

<!-- Written by src/config/documentation.ts from src/config/settings.ts. Change those. -->

Sluice runs without any configuration. What is set counts in this order: flags, environment variables, the file, defaults.
It is read once, at the start. If anything is wrong, Sluice lists all of it, each with its flag, variable, or file and line,
and does not start; names that it does not know are wrong too.

The file is the one that ${code('--config FILE')} or ${code(variableOf('config'))} names, else ${code('sluice.toml')} in the data directory, if there is one.
Relative paths start at the file's directory if they stand in the file, else at the working directory.
In a variable or a flag, a list has commas between its entries.

## Settings

| In the file | Variable | Flag | Default | Meaning |
|---|---|---|---|---|
${inFile.map(settingRow).join('\n')}

## Unattended first start

Variables only, because they matter once. ${code('SLUICE_INIT_USERNAME')}, ${code('SLUICE_INIT_ORG')} and ${code('SLUICE_INIT_BUCKET')} go together, with at least one of the two files,
so that somebody can get in afterwards.

| Variable | Meaning |
|---|---|
${others.map(key => row(code(variableOf(key)), settingOf(key).help)).join('\n')}

## Upstreams

One table ${code('[upstream.NAME]')} for each InfluxDB behind the gateway; NAME is lower-case letters, digits and hyphens. In the file only, but for the secrets.

| Key | Default | Meaning |
|---|---|---|
${UPSTREAM_FIELD_NAMES.map(upstreamRow).join('\n')}

## A file with everything

Lines that begin with ${code('#')} show the form where the default is to have none.

\`\`\`toml
${exampleFile(inFile)}

# [upstream.lab]
# kind = "influxdb3-core"
# url = "http://127.0.0.1:8181"
# token_file = "/etc/sluice/lab.token"
\`\`\`
`
}

function upstreamRow(name: UpstreamField): string {
  const field: { readonly default?: string; readonly help: string; readonly kind: { readonly form: string } } =
    UPSTREAM_FIELDS[name]
  const choices = /^[\w|-]+\|/.test(field.kind.form) ? ` ${field.kind.form.split('|').map(code).join(', ')}.` : ''
  return row(code(name), field.default === undefined ? 'none' : code(field.default), field.help + choices)
}

function settingRow(key: SettingKey): string {
  const { flag, default: text, defaultNote, help } = settingOf(key)
  const preset = defaultNote ?? (text === undefined || text === '' ? 'none' : code(text))
  return row(code(key), code(variableOf(key)), flag === undefined ? '' : code(flag), preset, help)
}

function exampleFile(keys: readonly SettingKey[]): string {
  let table = ''
  return keys
    .flatMap(key => {
      const { default: text, example, kind, help } = settingOf(key)
      const [first = '', second] = key.split('.')
      const isNewTable = second !== undefined && first !== table
      if (isNewTable) table = first
      const value = tomlValue(example ?? text ?? '', kind.tomlType)
      const line = `${example === undefined ? '' : '# '}${second ?? first} = ${value}`
      return [...(isNewTable ? ['', `[${table}]`] : []), `# ${help}`, line]
    })
    .join('\n')
}

function tomlValue(text: string, type: string): string {
  if (type === 'a string') return JSON.stringify(text)
  if (type !== 'an array of strings') return text
  return `[${text
    .split(',')
    .map(entry => JSON.stringify(entry))
    .join(', ')}]`
}
