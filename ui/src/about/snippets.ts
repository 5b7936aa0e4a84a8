/** Where a client is pointed at. No token: it has no place on this page. */
export interface Target {
  readonly url: string
  readonly org: string
  readonly bucket: string
}

export interface Snippet {
  readonly id: string
  readonly name: string
  /** What to do with it. */
  readonly words: string
  readonly text: string
}

const POINT = 'weather,station=north temperature=21.5'

/** Ready to paste, for the clients that people use most. `INFLUX_TOKEN` stands for the token in each. */
export function snippetsFor(target: Target): readonly Snippet[] {
  return [telegraf(target), python(target), javaScript(target), curl(target), influx(target)]
}

/** TOML, Python and JavaScript all read JSON's way of quoting. */
const quoted = (text: string) => JSON.stringify(text)
/** For a POSIX shell: nothing between single quotes means anything. */
const shell = (text: string) => (/^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

const telegraf = ({ url, org, bucket }: Target): Snippet => ({
  id: 'telegraf',
  name: 'Telegraf',
  words: 'Put this into telegraf.conf, and start Telegraf with INFLUX_TOKEN in its environment.',
  text: `[[outputs.influxdb_v2]]
  urls = [${quoted(url)}]
  token = "\${INFLUX_TOKEN}"
  organization = ${quoted(org)}
  bucket = ${quoted(bucket)}
`,
})

const python = ({ url, org, bucket }: Target): Snippet => ({
  id: 'python',
  name: 'Python',
  words: 'Install the client with: pip install influxdb-client',
  text: `import os
from influxdb_client import InfluxDBClient, Point
from influxdb_client.client.write_api import SYNCHRONOUS

client = InfluxDBClient(
    url=${quoted(url)},
    token=os.environ["INFLUX_TOKEN"],
    org=${quoted(org)},
)
point = Point("weather").tag("station", "north").field("temperature", 21.5)
writer = client.write_api(write_options=SYNCHRONOUS)
writer.write(bucket=${quoted(bucket)}, record=point)
`,
})

const javaScript = ({ url, org, bucket }: Target): Snippet => ({
  id: 'javascript',
  name: 'JavaScript',
  words: 'Install the client with: npm install @influxdata/influxdb-client',
  text: `import { InfluxDB, Point } from '@influxdata/influxdb-client'

const client = new InfluxDB({
  url: ${quoted(url)},
  token: process.env.INFLUX_TOKEN,
})
const writeApi = client.getWriteApi(${quoted(org)}, ${quoted(bucket)})
const point = new Point('weather').tag('station', 'north')
writeApi.writePoint(point.floatField('temperature', 21.5))
await writeApi.close()
`,
})

const curl = ({ url, org, bucket }: Target): Snippet => ({
  id: 'curl',
  name: 'curl',
  words: 'Set INFLUX_TOKEN in the shell first.',
  text: `curl --fail-with-body ${shell(`${url}/api/v2/write?${new URLSearchParams({ org, bucket })}`)} \\
  --header "Authorization: Token $INFLUX_TOKEN" \\
  --data-binary ${shell(POINT)}
`,
})

const influx = ({ url, org, bucket }: Target): Snippet => ({
  id: 'influx',
  name: 'influx',
  words: 'The first command keeps address and token for all later commands. Set INFLUX_TOKEN in the shell first.',
  text: `influx config create --config-name sluice --active \\
  --host-url ${shell(url)} \\
  --org ${shell(org)} --token "$INFLUX_TOKEN"
influx write --bucket ${shell(bucket)} ${shell(POINT)}
`,
})
