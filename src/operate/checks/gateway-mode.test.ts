import { expect, test } from 'vitest'
import type { UpstreamConfig } from '../../config/upstream.ts'
import { checkGatewayMode } from './gateway-mode.ts'

const upstreams = [{ name: 'lab' } as UpstreamConfig]

test('a gateway that only observes is something to think about', () => {
  const findings = checkGatewayMode({ gateway: { mode: 'observe', observeUpstream: 'lab' }, upstreams })
  expect(findings).toMatchObject([{ level: 'warn', todo: expect.stringContaining('gateway.mode to enforce') }])
})

test('one that enforces is in order, and without upstreams there is nothing to say', () => {
  const gateway = { mode: 'enforce', observeUpstream: undefined } as const
  expect(checkGatewayMode({ gateway, upstreams })).toMatchObject([{ level: 'ok' }])
  expect(checkGatewayMode({ gateway, upstreams: [] })).toEqual([])
})
