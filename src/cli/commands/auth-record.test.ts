import { expect, test } from 'vitest'
import { permissionText } from './auth-record.ts'

test('a permission that is limited to measurements is not shown as one for all', () => {
  const resource = { type: 'buckets', id: 'b', orgID: 'o' }
  expect(permissionText({ action: 'write', resource })).toBe('write:orgs/o/buckets/b')
  const measurements = ['cpu', 'my mem', 'a,b']
  expect(permissionText({ action: 'write', resource: { ...resource, measurements } })).toBe(
    'write:orgs/o/buckets/b?measurements=cpu,my%20mem,a%2Cb',
  )
})
