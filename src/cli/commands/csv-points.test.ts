// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of #concat look like that
// What CSV becomes in line protocol. The forms are those of the public documentation of extended annotated CSV.
import { describe, expect, test } from 'vitest'
import { type ConvertOptions, csvPoints } from './csv-points.ts'

interface Converted {
  readonly points: string[]
  readonly warnings: string[]
  readonly skipped: string[]
}

async function convert(csv: string, options: Partial<ConvertOptions> = {}): Promise<Converted> {
  async function* bytes() {
    yield Buffer.from(csv)
  }
  const converted: Converted = { points: [], warnings: [], skipped: [] }
  const all: ConvertOptions = {
    precision: 'ns',
    maxLength: 1000,
    warn: text => converted.warnings.push(text),
    skipped: reason => converted.skipped.push(reason),
    ...options,
  }
  for await (const some of csvPoints(bytes(), all)) converted.points.push(...some.map(String))
  return converted
}
const clean = (points: string[]): Converted => ({ points, warnings: [], skipped: [] })

describe('a query result', () => {
  const HEAD = `#group,false,false,true,true,false,false,true,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string
#default,_result,,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement,room
`
  test('is written back as the points that it shows', async () => {
    const csv = `${HEAD},,0,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,2024-01-01T10:00:00Z,20.5,temp,climate,hall\r\n\r\n${HEAD},,1,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,2024-01-01T10:00:01.5Z,40,hum,climate,"the attic"\n`
    expect(await convert(csv)).toEqual(
      clean(['climate,room=hall temp=20.5 1704103200000000000', 'climate,room=the\\ attic hum=40 1704103201500000000']),
    )
  })

  test('that was pivoted has fields by their names, but not result and table', async () => {
    const csv = `#group,false,false,false,true,false,true
#datatype,string,long,dateTime:RFC3339,string,long,string
#default,_result,,,,,
,result,table,_time,_measurement,count,room
,,0,2024-01-01T10:00:00Z,visits,3,hall
`
    expect(await convert(csv)).toEqual(clean(['visits,room=hall count=3i 1704103200000000000']))
  })
})

describe('columns', () => {
  test('are what their types say, empty cells are left out, defaults stand in', async () => {
    const csv = `#datatype measurement,tag,string,double,boolean,long,unsignedLong,duration,base64Binary,ignored,dateTime
#default climate,hall,,,,,,,,,
m,room,note,temp,open,count,total,took,code,skip,time
,,all well,20.50,true,-3,7,1m30s,aGk=,x,1
garden,shed,,,,,,,,,
,,"say ""hi"" \\o/",1e3,no,,,,,,2024-01-01T10:00:00Z
`
    expect(await convert(csv)).toEqual({
      points: [
        'climate,room=hall note="all well",temp=20.5,open=true,count=-3i,total=7u,took=90000000000i,code="aGk=" 1',
        'climate,room=hall note="say \\"hi\\" \\\\o/",temp=1000,open=false 1704103200000000000',
      ],
      warnings: [],
      skipped: ['line 5: no field data found'],
    })
  })

  test('may carry type and default in the header', async () => {
    const csv =
      'm|measurement,place|tag|Oslo,temp|double,n|long|0,when|dateTime:RFC3339\nweather,Malmö,1.5,,2024-01-01T00:00:00Z\nweather,,2,9,\n'
    expect(await convert(csv)).toEqual(
      clean(['weather,place=Malmö temp=1.5,n=0i 1704067200000000000', 'weather,place=Oslo temp=2,n=9i']),
    )
  })

  test('without a type are fields, copied as they are', async () => {
    expect(await convert('m|measurement,a,b|field\nx,1i,"""t"""\n')).toEqual(clean(['x a=1i,b="t"']))
  })

  test('may be constants, and put together from others', async () => {
    const csv = `#constant measurement,birds
#constant,tag,source,csv
#concat,dateTime:2006-01-02,\${y}-\${m}-\${d}
#concat,string,name,\${first} \${last}
y|ignored,m|ignored,d|ignored,first|ignored,last|ignored,n|long
2024,01,02,Great,Tit,5
`
    expect(await convert(csv)).toEqual(clean(['birds,source=csv n=5i,name="Great Tit" 1704153600000000000']))
  })

  test('of a second table are not those of the first', async () => {
    const csv = `#constant measurement,one
#constant tag,site,a
#datatype long
v
1

#constant measurement,two
#datatype double
w
2
`
    expect(await convert(csv)).toEqual(clean(['one,site=a v=1i', 'two w=2']))
  })

  test('may be separated by something else', async () => {
    expect(await convert('sep=;\nm|measurement;v|double:,.\nx;1.234,5\n')).toEqual(clean(['x v=1234.5']))
  })

  test('tags come in the order of their names, whatever the order of columns', async () => {
    expect(await convert('m|measurement,b|tag,a|tag,v|long\nx,1,2,3\n')).toEqual(clean(['x,a=2,b=1 v=3i']))
  })
})

describe('formats', () => {
  const one = async (type: string, cell: string) => convert(`m|measurement,"v|${type}"\nx,"${cell}"\n`)
  const column = (reason: string) => ({ points: [], warnings: [], skipped: [`line 2: column 'v': ${reason}`] })

  test.each([
    ['double:.,', '1,200.5', '1200.5'],
    ['double:,. ', '1.200 000,5', '1200000.5'],
    ['double', '1 200.5', '1200.5'],
    ['long:.,', '1,200', '1200i'],
    ['long', '-9223372036854775808', '-9223372036854775808i'],
    ['unsignedLong', '18446744073709551615', '18446744073709551615u'],
    ['boolean', 'yes', 'true'],
    ['boolean', '0', 'false'],
    ['boolean:ja,si:', 'si', 'true'],
    ['boolean:ja,si:nein', 'nein', 'false'],
    ['boolean::nein', 'anything', 'true'],
    ['boolean:ja:', 'anything', 'false'],
  ])('%s of %s', async (type, cell, expected) => {
    expect(await one(type, cell)).toEqual(clean([`x v=${expected}`]))
  })

  test('whole numbers lose their fraction with a warning, or not at all', async () => {
    expect(await one('long', '1.9')).toEqual({
      points: ['x v=1i'],
      warnings: ["line 2: column 'v': '1.9' truncated to '1' to fit into long data type"],
      skipped: [],
    })
    expect(await one('long:strict', '1.9')).toEqual(column("'1.9' cannot fit into long data type"))
    expect(await one('long:strict', '12')).toEqual(clean(['x v=12i']))
  })

  test.each([
    ['double', 'nil', "'nil' is not a number"],
    ['double', 'NaN', "'NaN' is not a number"],
    ['double', '1e999', "'1e999' is not a number"],
    ['long', '9223372036854775808', "'9223372036854775808' is not a long"],
    ['unsignedLong', '-1', "'-1' is not a unsignedLong"],
    ['boolean', 'maybe', "'maybe' is no boolean: its first character is expected to be one of tTyY1fFnN0"],
    ['boolean:ja:nein', 'si', "'si' is neither one of ja nor one of nein"],
    ['duration', 'long', "'long' is not a duration"],
    ['base64Binary', '!', "'!' is not base64"],
  ])('%s cannot be %s', async (type, cell, reason) => {
    expect(await one(type, cell)).toEqual(column(reason))
  })

  test('a type that does not exist ends the conversion, even where rows may be skipped', async () => {
    await expect(convert('m|measurement,v|colour\nx,1\n')).rejects.toThrow(
      "failed to write data: line 1: column 'v': data type 'colour' is not supported",
    )
    await expect(convert('#timezone tomorrow\n')).rejects.toThrow("line 1: #timezone annotation: 'tomorrow' is neither")
  })
})

describe('times', () => {
  const at = async (csv: string, precision: ConvertOptions['precision']) =>
    (await convert(csv, { precision })).points[0]?.split(' ')[2]

  test('are converted to the precision of the request, numbers are not', async () => {
    const csv = 'm|measurement,v|long,t|dateTime:RFC3339\nx,1,2024-01-01T10:00:00.123456789Z\n'
    expect(await at(csv, 'ns')).toBe('1704103200123456789')
    expect(await at(csv, 'us')).toBe('1704103200123456')
    expect(await at(csv, 'ms')).toBe('1704103200123')
    expect(await at(csv, 's')).toBe('1704103200')
    expect(await at('m|measurement,v|long,t|dateTime:number\nx,1,1704103200\n', 's')).toBe('1704103200')
  })

  test('before 1970 are rounded down', async () => {
    expect(await at('m|measurement,v|long,t|dateTime\nx,1,1969-12-31T23:59:59.5Z\n', 's')).toBe('-1')
  })

  test('in a layout of their own are in the zone that is named', async () => {
    const csv = '#timezone -0500\nm|measurement,v|long,t|dateTime:2006-01-02\nx,1,1970-01-01\n'
    expect(await at(csv, 's')).toBe('18000')
  })

  test('that are none are said', async () => {
    const { skipped } = await convert('m|measurement,v|long,t|dateTime:RFC3339\nx,1,yesterday\n')
    expect(skipped).toEqual(["line 2: column 't': 'yesterday' is no time in the format RFC3339"])
  })
})

describe('rows that cannot be points', () => {
  test.each([
    ['a,b\n1,2\n', 'no measurement column found'],
    ['m|measurement,v|long\n,1\n', "column 'm': no measurement supplied"],
    ['m|measurement,v|long\nx,\n', 'no field data found'],
    ['m|measurement,t|tag,v|long\nx,"a\nb",1\n', "column 't': a line break can stand in a string field only"],
    ['m|measurement,t|tag,v|long\nx,C:\\,1\n', "column 't': 'C:\\' ends with a backslash"],
    [
      '#concat,tag,t,${nothing}\nm|measurement,v|long\nx,1\n',
      "column 't': '${nothing}' references an unknown column 'nothing'",
    ],
  ])('%j', async (csv, reason) => {
    const { points, skipped } = await convert(csv)
    expect(points).toEqual([])
    expect(skipped.at(-1)).toMatch(new RegExp(`^line \\d+: ${reason.replace(/[\\$(){}]/g, '\\$&')}$`))
  })

  test('end the conversion unless they may be skipped', async () => {
    const { skipped: _, ...strict } = { skipped: undefined }
    async function* bytes() {
      yield Buffer.from('m|measurement,v|long\nx,one\n')
    }
    const points = csvPoints(bytes(), { precision: 'ns', maxLength: 1000, warn: () => {}, ...strict })
    await expect(points.next()).rejects.toThrow("failed to write data: line 2: column 'v': 'one' is not a long")
  })
})

test('comments are passed over, unknown annotations are said', async () => {
  const { points, warnings } = await convert('# a comment\n#colour red\nm|measurement,v|long\nx,1\n')
  expect(points).toEqual(['x v=1i'])
  expect(warnings).toEqual(['line 2: unsupported annotation #colour'])
})
