import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRegistry, METRICS_CONTENT_TYPE } from './metrics.ts'

/** Without the metric that the registry keeps of itself. */
const rendered = (registry: ReturnType<typeof createRegistry>) =>
  registry.render().replace(/^(# (HELP|TYPE) )?sluice_metrics_overflow_total.*\n/gm, '')

test('the content type says the version of the format', () =>
  expect(METRICS_CONTENT_TYPE).toBe('text/plain; version=0.0.4; charset=utf-8'))

test('a counter counts per combination of labels', () => {
  const registry = createRegistry()
  const counter = registry.counter({ name: 'requests_total', help: 'Requests.', labels: ['method', 'status'] })
  counter.add({ method: 'GET', status: '200' })
  counter.add({ status: '200', method: 'GET' }, 2.5)
  counter.add({ method: 'PUT', status: '200' }, 0)
  expect(rendered(registry)).toBe(
    '# HELP requests_total Requests.\n# TYPE requests_total counter\n' +
      'requests_total{method="GET",status="200"} 3.5\nrequests_total{method="PUT",status="200"} 0\n',
  )
})

test('a metric without labels is there, as 0, before anything happened', () => {
  const registry = createRegistry()
  registry.counter({ name: 'a_total', help: 'A.' })
  registry.gauge({ name: 'b', help: 'B.', labels: ['x'] })
  expect(rendered(registry)).toBe('# HELP a_total A.\n# TYPE a_total counter\na_total 0\n# HELP b B.\n# TYPE b gauge\n')
})

test('a gauge goes up and down, and takes the special numbers', () => {
  const registry = createRegistry()
  const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['x'] })
  gauge.set({ x: 'a' }, 5)
  gauge.add({ x: 'a' }, -7)
  gauge.set({ x: 'b' }, Number.POSITIVE_INFINITY)
  gauge.set({ x: 'c' }, Number.NEGATIVE_INFINITY)
  gauge.set({ x: 'd' }, Number.NaN)
  gauge.set({ x: 'e' }, 1e300)
  expect(rendered(registry).split('\n').slice(2, -1)).toEqual([
    'g{x="a"} -2',
    'g{x="b"} +Inf',
    'g{x="c"} -Inf',
    'g{x="d"} NaN',
    'g{x="e"} 1e+300',
  ])
})

test('a metric that is read is read at each rendering, and one that cannot be read hides no other', () => {
  const registry = createRegistry()
  let value = 0
  registry.readGauge({ name: 'live', help: 'L.', read: () => ++value })
  registry.readCounter({
    name: 'broken_total',
    help: 'B.',
    read: () => {
      throw new Error('x')
    },
  })
  registry.readGauge({ name: 'after', help: 'A.', read: () => 3 })
  rendered(registry)
  const text = rendered(registry)
  expect(text).toContain('\nlive 2\n')
  expect(text).toContain('# TYPE broken_total counter\nbroken_total NaN\n')
  expect(text).toContain('\nafter 3\n')
})

test('a histogram counts what is at most each bound, and all of it', () => {
  const registry = createRegistry()
  const histogram = registry.histogram({ name: 'h', help: 'H.', labels: ['x'], buckets: [0.1, 1] })
  for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe({ x: 'a' }, value)
  expect(rendered(registry)).toBe(
    '# HELP h H.\n# TYPE h histogram\n' +
      'h_bucket{x="a",le="0.1"} 2\nh_bucket{x="a",le="1"} 3\nh_bucket{x="a",le="+Inf"} 4\n' +
      'h_sum{x="a"} 7.65\nh_count{x="a"} 4\n',
  )
})

test('a histogram without labels has only the bound', () => {
  const registry = createRegistry()
  registry.histogram({ name: 'h', help: 'H.', buckets: [1] })
  expect(rendered(registry)).toContain('h_bucket{le="1"} 0\nh_bucket{le="+Inf"} 0\nh_sum 0\nh_count 0\n')
})

test('label values and help are escaped as the format asks', () => {
  const registry = createRegistry()
  registry.counter({ name: 'c', help: 'back\\slash\nand line', labels: ['x'] }).add({ x: 'a"b\\c\nd\ud800\u00e9' })
  expect(rendered(registry)).toBe(
    '# HELP c back\\\\slash\\nand line\n# TYPE c counter\nc{x="a\\"b\\\\c\\nd\ufffd\u00e9"} 1\n',
  )
})

test('beyond the bound, new series are counted as other, and that is counted', () => {
  const registry = createRegistry()
  const counter = registry.counter({ name: 'c', help: 'C.', labels: ['x', 'y'], maxSeries: 2 })
  for (const x of ['a', 'b', 'c', 'd', 'a']) counter.add({ x, y: 'z' })
  counter.add({ x: 'other', y: 'other' })
  const text = registry.render()
  expect(text).toContain('c{x="a",y="z"} 2\nc{x="b",y="z"} 1\nc{x="other",y="other"} 3\n')
  expect(text).toContain('sluice_metrics_overflow_total{metric="c"} 2\n')
})

test('the series called other is not one of those that the bound allows', () => {
  const registry = createRegistry()
  const counter = registry.counter({ name: 'c', help: 'C.', labels: ['x'], maxSeries: 2 })
  for (const x of ['other', 'a', 'b']) counter.add({ x })
  const gauge = registry.gauge({ name: 'g', help: 'G.', labels: ['x'], maxSeries: 2 })
  for (const x of ['a', 'b', 'other']) gauge.set({ x }, 1)
  expect(registry.render()).not.toContain('sluice_metrics_overflow_total{')
})

test('a thousand series are kept unless told otherwise, however many come and however long they are', () => {
  const registry = createRegistry()
  const histogram = registry.histogram({ name: 'h', help: 'H.', labels: ['x'], buckets: [1] })
  for (let i = 0; i < 20_000; i++) histogram.observe({ x: `${i}${'x'.repeat(1000)}` }, 1)
  const counter = registry.counter({ name: 'c', help: 'C.', labels: ['x'] })
  for (let i = 0; i < 20_000; i++) counter.add({ x: String(i) })
  const text = registry.render()
  expect(text.match(/^h_count/gm)).toHaveLength(1001)
  expect(text.match(/^c\{/gm)).toHaveLength(1001)
  expect(text).toContain('h_count{x="other"} 19000\n')
  expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThan(200)
})

test('names that Prometheus would refuse, or that are taken, are refused at once', () => {
  const registry = createRegistry()
  const make = (name: string, labels: string[] = []) => registry.counter({ name, help: '', labels })
  for (const name of ['', '1a', 'a-b', 'a b', 'é', 'a\n', 'a{']) expect(() => make(name), name).toThrow(TypeError)
  for (const label of ['', '1a', 'a-b', 'a:b', '__a', 'a\n'])
    expect(() => make('ok', [label]), label).toThrow(TypeError)
  expect(() => make('ok', ['a', 'a'])).toThrow('has a label twice')
  expect(() => make('ok', ['a'])).not.toThrow()
  expect(() => make('ok')).toThrow('there is a metric ok already')
  expect(() => registry.readGauge({ name: '1', help: '', read: () => 1 })).toThrow(TypeError)
  expect(() => registry.histogram({ name: 'h', help: '', labels: ['le'] })).toThrow(TypeError)
  make('h_sum')
  expect(() => registry.histogram({ name: 'h', help: '' })).toThrow('there is a metric h_sum already')
  expect(() => make('h')).not.toThrow()
  expect(() => make('a:b_C9')).not.toThrow()
})

test('buckets that do not ascend, or are none, are refused', () => {
  for (const buckets of [[], [1, 1], [2, 1], [Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
    expect(() => createRegistry().histogram({ name: 'h', help: '', buckets }), String(buckets)).toThrow(TypeError)
  }
})

test('a counter does not go down, and nothing is poisoned by what is no number', () => {
  const registry = createRegistry()
  const counter = registry.counter({ name: 'c', help: 'C.' })
  const histogram = registry.histogram({ name: 'h', help: 'H.' })
  for (const by of [-1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => counter.add({}, by)).toThrow(TypeError)
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => histogram.observe({}, value)).toThrow(TypeError)
  expect(registry.render()).toContain('\nc 0\n')
  expect(registry.render()).toContain('h_sum 0\nh_count 0\n')
})

test('a label without value is a mistake in the program', () => {
  const counter = createRegistry().counter({ name: 'c', help: 'C.', labels: ['x'] })
  // @ts-expect-error the label is missing
  expect(() => counter.add({})).toThrow('label x of c must be a text')
  // @ts-expect-error the label is misspelt
  expect(() => counter.add({ y: 'a' })).toThrow(TypeError)
})

test('whatever the labels are, each line has the form of the format, and no series stands twice', () => {
  const labels = fc.record({
    a: fc.string({ unit: 'binary' }),
    b: fc.string({ unit: fc.constantFrom('"', '\\', '\n', ',', '=', 'a') }),
  })
  fc.assert(
    fc.property(fc.array(labels), fc.string(), (all, help) => {
      const registry = createRegistry()
      const counter = registry.counter({ name: 'c', help, labels: ['a', 'b'] })
      for (const one of all) counter.add(one)
      const lines = rendered(registry).split('\n').slice(2, -1)
      for (const line of lines) expect(line).toMatch(/^c\{a="([^"\\]|\\["\\n])*",b="([^"\\]|\\["\\n])*"\} \d+$/u)
      expect(new Set(lines.map(line => line.replace(/ \d+$/, ''))).size).toBe(lines.length)
      expect(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(all.length)
    }),
  )
})
