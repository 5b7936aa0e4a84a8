// The page says beforehand what the server would refuse: of the measurements that a permission is limited to, the one takes
// exactly what the other does.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permissionList } from '../../src/http/decode.ts'
import { failWith, fieldsOf } from '../../src/http/fields.ts'
import { limitFault, namesIn, togetherFault } from '../../ui/src/tokens/measurement-limit.ts'

/** Whether the server's decoder takes the limits, one permission for each. */
function serverTakes(...limits: readonly (readonly string[])[]): boolean {
  const permissions = limits.map(measurements => ({
    action: 'write',
    resource: { type: 'buckets', ...(measurements.length > 0 && { measurements }) },
  }))
  try {
    permissionList(fieldsOf({ permissions }, failWith('')))
    return true
  } catch {
    return false
  }
}

/** Much of what is at the edge of a rule, and anything else. */
const line = fc.oneof(
  fc.constantFrom('cpu', 'mem', ' ', '\t', '\r', '\u0000', '\u007f', '\u0080', '\u2028', '\ud83d', 'a, "b"'),
  fc.tuple(fc.constantFrom('x', 'é', '❄', '🦆'), fc.integer({ min: 60, max: 258 })).map(([one, of]) => one.repeat(of)),
  fc.string({ unit: 'binary', maxLength: 6 }),
)

test('the page refuses a limit exactly if the server does', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), lines => {
      const typed = lines.join('\n')
      expect(limitFault(typed) === undefined).toBe(serverTakes(namesIn(typed)))
    }),
    { numRuns: 3000 },
  )
})

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `m${at}`)

test.each([99, 100, 101])('so it does with %d names', count => {
  expect(limitFault(numbered(count).join('\n')) === undefined).toBe(serverTakes(numbered(count)))
})

test.each([1000, 1001])('and with %d names of all limits together', count => {
  const limits = Array.from({ length: 11 }, (_, at) => numbered(Math.min(100, count - 100 * at)))
  expect(togetherFault(limits.map(names => names.join('\n'))) === undefined).toBe(serverTakes(...limits))
})
