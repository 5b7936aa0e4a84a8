// Which proxy the environment names for an address: one case a line.
import { expect, test } from 'vitest'
import { proxyFor } from './proxy.ts'

const PROXY = 'http://proxy.example:3128'

test.each([
  ['http://influx.example', { HTTP_PROXY: PROXY }, PROXY],
  ['http://influx.example', { http_proxy: PROXY }, PROXY],
  ['http://influx.example', { HTTPS_PROXY: PROXY }, undefined],
  ['https://influx.example', { HTTPS_PROXY: PROXY }, PROXY],
  ['https://influx.example', { HTTP_PROXY: PROXY }, undefined],
  ['http://influx.example', { HTTP_PROXY: '' }, undefined],
  ['http://influx.example', { HTTP_PROXY: 'proxy.example:3128' }, PROXY],
  // Never for this machine itself.
  ['http://localhost:8086', { HTTP_PROXY: PROXY }, undefined],
  ['http://127.0.0.1:8086', { HTTP_PROXY: PROXY }, undefined],
  ['http://[::1]:8086', { HTTP_PROXY: PROXY }, undefined],
  ['http://127.example:8086', { HTTP_PROXY: PROXY }, PROXY],
  // NO_PROXY
  ['http://influx.example', { HTTP_PROXY: PROXY, NO_PROXY: '*' }, undefined],
  ['http://influx.example', { HTTP_PROXY: PROXY, NO_PROXY: 'a.example, influx.example' }, undefined],
  ['http://influx.example', { HTTP_PROXY: PROXY, NO_PROXY: 'example' }, undefined],
  ['http://influx.example', { HTTP_PROXY: PROXY, no_proxy: '.example' }, undefined],
  ['http://influx.example', { HTTP_PROXY: PROXY, NO_PROXY: '*.EXAMPLE' }, undefined],
  ['http://influx.example', { HTTP_PROXY: PROXY, NO_PROXY: 'flux.example' }, PROXY],
  ['http://influx.example:8086', { HTTP_PROXY: PROXY, NO_PROXY: 'influx.example:8086' }, undefined],
  ['http://influx.example', { HTTP_PROXY: PROXY, NO_PROXY: 'influx.example:80' }, undefined],
  ['http://influx.example:8087', { HTTP_PROXY: PROXY, NO_PROXY: 'influx.example:8086' }, PROXY],
  ['http://10.0.0.1', { HTTP_PROXY: PROXY, NO_PROXY: '10.0.0.1' }, undefined],
  ['http://210.0.0.1', { HTTP_PROXY: PROXY, NO_PROXY: '10.0.0.1' }, PROXY],
  ['http://[fd00::1]', { HTTP_PROXY: PROXY, NO_PROXY: 'fd00::1' }, undefined],
])('%s with %j', (url, env, expected) => {
  expect(proxyFor(new URL(url), env)?.url).toBe(expected)
})

test('what is no address is said, but not repeated', () => {
  const env = { HTTPS_PROXY: 'http://user:secret word@proxy:port' }
  expect(() => proxyFor(new URL('https://influx.example'), env)).toThrow(/^HTTPS_PROXY is not the address of a proxy$/)
})
