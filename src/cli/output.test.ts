// What commands print, in each form.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { recordingTerminal } from '../../test/cli/recording-terminal.ts'
import type { CommandNode } from './command.ts'
import { PRINT } from './flag.ts'
import { invocationOf } from './invocation.ts'
import { goJson, outputForm, print, sorted, tabbed } from './output.ts'
import type { Terminal } from './terminal.ts'

const COMMAND: CommandNode = { name: 'list', purpose: 'List', flags: PRINT }
const COLUMNS = [
  { title: 'ID', of: ({ id }: { id: string }) => id },
  { title: 'Name', of: ({ name }: { name: string }) => name },
]
type Given = Record<string, string>
const RECORDS = [
  { id: '1', name: 'a, "b"' },
  { id: '2', name: 'two\nlines' },
]

function invoke(flags: Given, env: Given = {}, terminal: Partial<Terminal> = {}) {
  const values = new Map(Object.entries(flags).map(([name, value]) => [name, [value]]))
  const recording = recordingTerminal(terminal)
  const invocation = invocationOf({ command: COMMAND, path: 'influx list', args: [], values }, recording, env)
  return { invocation, stdout: recording.stdout }
}

async function printed(flags: Given, records = RECORDS, terminal: Partial<Terminal> = {}): Promise<string> {
  const { invocation, stdout } = invoke(flags, {}, terminal)
  await print(invocation, { columns: COLUMNS, records, json: records })
  return stdout()
}

describe('a table for scripts', () => {
  const table = (rows: string[][]) => tabbed(rows).replaceAll('\t', '→')

  test('is laid out as the contract shows it', () => {
    expect(
      table([
        ['ID', 'Description', 'Token', 'User Name', 'User ID', 'Permissions'],
        [
          '0d0d0d0d0d0d0d09',
          'ci',
          'tok-0d0d0d0d0d0d0d09==',
          'alice',
          '0b0b0b0b0b0b0b01',
          '[read:/orgs write:orgs/0a0a0a0a0a0a0a01/dbrp]',
        ],
      ]),
    ).toBe(
      'ID→→→Description→Token→→→User Name→User ID→→→Permissions\n' +
        '0d0d0d0d0d0d0d09→ci→→tok-0d0d0d0d0d0d0d09==→alice→→0b0b0b0b0b0b0b01→[read:/orgs write:orgs/0a0a0a0a0a0a0a01/dbrp]\n',
    )
  })

  test('with a header alone has one tab between its cells', () => {
    expect(table([['ID', 'Shard group duration', 'Name']])).toBe('ID→Shard group duration→Name\n')
  })

  test('without rows is empty', () => {
    expect(table([])).toBe('')
  })

  test('counts characters, not bytes or half characters', () => {
    // Seven of each fit before the stop at 8; eight do not.
    for (const character of ['a', 'é', '字', '😀']) {
      expect(table([[character.repeat(7), 'x']])).toBe(`${character.repeat(7)}→x\n`)
      expect(
        table([
          [character.repeat(8), 'x'],
          ['', 'y'],
        ]),
      ).toBe(`${character.repeat(8)}→x\n→→y\n`)
    }
  })

  test('has no tab or line break inside a value', () => {
    expect(table([['a\tb\r\nc', 'd']])).toBe('a b  c→d\n')
  })

  test('keeps every value whole and in its row, whatever it is', () => {
    const cell = fc.string({ unit: 'binary' }).map(text => text.replace(/[\t\r\n]/g, '') || '-')
    const rows = fc
      .integer({ min: 1, max: 5 })
      .chain(width => fc.array(fc.array(cell, { minLength: width, maxLength: width })))
    fc.assert(
      fc.property(rows, some => {
        const lines = tabbed(some).split('\n').slice(0, -1)
        expect(lines.map(line => line.split(/\t+/))).toEqual(some)
        const columns = lines.map(line => stops(line))
        for (const stop of columns) expect(stop).toEqual(columns[0])
      }),
    )
  })

  /** Where the cells of a line begin on a screen with tab stops of 8. */
  function stops(line: string): number[] {
    const found: number[] = []
    let at = 0
    let wasTab = false
    for (const character of line) {
      if (character !== '\t' && wasTab) found.push(at)
      wasTab = character === '\t'
      at = wasTab ? (Math.floor(at / 8) + 1) * 8 : at + 1
    }
    return found
  }

  test('may have as many rows as there are', () => {
    const rows = Array.from({ length: 200_000 }, () => ['a', 'b'])
    expect(tabbed(rows)).toHaveLength(200_000 * 4)
  })

  test('may go without its header, which then takes no room', async () => {
    expect(await printed({}, [{ id: '1', name: 'x' }])).toBe('ID\tName\n1\tx\n')
    expect(await printed({ 'hide-headers': 'true' }, [{ id: '1', name: 'x' }])).toBe('1\tx\n')
    expect(await printed({ 'hide-headers': 'true' }, [])).toBe('')
  })
})

describe('JSON', () => {
  test('is indented by tabs and ends with a line break', () => {
    expect(goJson({ a: [1, { b: 'c' }], d: [] })).toBe(
      '{\n\t"a": [\n\t\t1,\n\t\t{\n\t\t\t"b": "c"\n\t\t}\n\t],\n\t"d": []\n}\n',
    )
  })

  test('escapes what could end a script, and nothing else', () => {
    expect(goJson('<a href="b">&\u2028\u2029é/')).toBe('"\\u003ca href=\\"b\\"\\u003e\\u0026\\u2028\\u2029é/"\n')
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(goJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
        expect(goJson(value)).not.toMatch(/[<>&\u2028\u2029]/)
      }),
    )
  })

  test('has no header to hide', async () => {
    expect(await printed({ json: 'true', 'hide-headers': 'true' })).toBe(goJson(RECORDS))
  })

  test('of an empty list is an empty list', async () => {
    expect(await printed({ json: 'true' }, [])).toBe('[]\n')
  })

  test('can have its keys in the order of the alphabet, all the way down', () => {
    expect(JSON.stringify(sorted({ b: [{ d: 1, c: null }], a: 'x' }))).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  })
})

describe('CSV', () => {
  test('quotes what has to be quoted', async () => {
    expect(await printed({ output: 'csv' })).toBe('ID,Name\r\n1,"a, ""b"""\r\n2,"two\nlines"\r\n')
    expect(await printed({ output: 'csv', 'hide-headers': 'true' }, [{ id: '1', name: '' }])).toBe('1,\r\n')
  })

  test('gives back every value', async () => {
    const records = fc.array(fc.record({ id: fc.string({ unit: 'binary' }), name: fc.string({ unit: 'binary' }) }))
    await fc.assert(
      fc.asyncProperty(records, async some => {
        const text = await printed({ output: 'csv', 'hide-headers': 'true' }, some)
        expect(readCsv(text)).toEqual(some.map(({ id, name }) => [id, name]))
      }),
    )
  })

  /** RFC 4180, for tests. */
  function readCsv(text: string): string[][] {
    const rows: string[][] = []
    let row: string[] = []
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
      row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
      if (end === ',') continue
      rows.push(row)
      row = []
    }
    return rows
  }
})

describe('YAML', () => {
  test('says the same as JSON', async () => {
    expect(parseYaml(await printed({ output: 'yaml' }))).toEqual(RECORDS)
  })

  test('reads the same for readers of YAML 1.1 and 1.2', async () => {
    const word = fc.oneof(
      fc.constantFrom('yes', 'no', 'on', 'off', 'y', '~', '0e00000000000012', '12345678', '0o17', '1_000', '12:30:45'),
      fc.string({ unit: 'grapheme' }),
      fc.string({ minLength: 80 }).map(text => `${text} ${text}`),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ id: word, name: word })), async some => {
        const text = await printed({ output: 'yaml' }, some)
        for (const version of ['1.1', '1.2'] as const) expect(parseYaml(text, { version })).toEqual(some)
      }),
    )
  })
})

describe('the form', () => {
  const form = (flags: Given, env: Given = {}) => outputForm(invoke(flags, env).invocation)

  test('is a table unless something else is asked for', () => {
    expect(form({})).toBe('table')
    expect(form({ json: 'true' })).toBe('json')
    expect(form({ json: 'false' })).toBe('table')
    for (const name of ['table', 'json', 'csv', 'yaml']) expect(form({ output: name })).toBe(name)
    expect(form({ output: '' })).toBe('table')
  })

  test('follows the command line before the environment', () => {
    expect(form({ json: 'true' }, { INFLUX_OUTPUT: 'csv' })).toBe('json')
    expect(form({ json: 'false' }, { INFLUX_OUTPUT: 'csv' })).toBe('table')
    expect(form({ output: 'csv' }, { INFLUX_OUTPUT_JSON: 'true' })).toBe('csv')
    expect(form({}, { INFLUX_OUTPUT: 'csv' })).toBe('csv')
    expect(form({}, { INFLUX_OUTPUT_JSON: '1' })).toBe('json')
    expect(form({}, { INFLUX_OUTPUT: 'yaml', INFLUX_OUTPUT_JSON: '1' })).toBe('yaml')
  })

  test('that does not exist, or two at once, are refused', () => {
    expect(() => form({ output: 'xml' })).toThrow('--output takes table, json, csv, yaml, not "xml"')
    expect(() => form({ output: 'csv', json: 'true' })).toThrow('use --json or --output csv, not both')
    expect(form({ output: 'json', json: 'true' })).toBe('json')
  })

  test('of a table depends on whether a person reads it', async () => {
    const records = [{ id: '1', name: 'x' }]
    const terminal = { outIsTerminal: true, colours: false, width: 80 }
    expect(await printed({}, records, terminal)).toBe('ID  Name\n1   x\n')
    expect(await printed({ json: 'true' }, records, terminal)).toBe(goJson(records))
  })
})
