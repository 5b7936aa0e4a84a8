import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { TokenText } from '../domain/token.ts'
import { createSetupGuard, requireSetupAllowed, type SetupGuardOptions } from './setup-guard.ts'

const CODE = '0123456789abcdef'
const LOCAL: SetupGuardOptions = {
  ownOrigins: [],
  publicHost: undefined,
  exposed: false,
  code: undefined,
  warn: () => {},
}
const EXPOSED: SetupGuardOptions = { ...LOCAL, exposed: true, code: CODE }
const NAMED: SetupGuardOptions = { ...LOCAL, ownOrigins: ['https://sluice.example'], publicHost: 'Sluice.Example' }

const refusal = (act: () => void) => {
  try {
    act()
    return undefined
  } catch (cause) {
    return cause as { code: string; message: string }
  }
}
const asked = (options: SetupGuardOptions, headers: Record<string, string>) => {
  const incoming = { method: 'POST', headers } as unknown as IncomingMessage
  return refusal(() => requireSetupAllowed(createSetupGuard(options), incoming))
}

describe('set-up on the own machine', () => {
  test.each(['localhost', 'localhost:8086', 'LOCALHOST:8086', '127.0.0.1:8086', '[::1]:8086', '[::1]'])(
    'is taken for the host %s',
    host => expect(asked(LOCAL, { host })).toBeUndefined(),
  )

  test.each([
    ...[
      'evil.example',
      'evil.example:8086',
      'localhost.evil.example',
      'xlocalhost',
      'localhost:8086:8086',
      'localhost.',
    ],
    ...['127.0.0.2', '0.0.0.0:8086', '[::]:8086', '192.168.0.1', 'sluice.example', 'localhost:x', ''],
  ])('is refused for the host %j: a name that was made to point here', host => {
    expect(asked(LOCAL, { host })).toMatchObject({ code: 'forbidden' })
  })

  test('is refused without a host', () => {
    expect(asked(LOCAL, {})).toMatchObject({
      code: 'forbidden',
      message: 'set-up is not accepted for the host name ""',
    })
  })

  test('is refused to the pages of other sites', () => {
    const host = 'localhost:8086'
    expect(asked(LOCAL, { host, origin: 'https://evil.example' })).toMatchObject({ code: 'forbidden' })
    expect(asked(LOCAL, { host, 'sec-fetch-site': 'cross-site' })).toMatchObject({ code: 'forbidden' })
    expect(asked(LOCAL, { host, origin: 'http://localhost:8086', 'sec-fetch-site': 'same-origin' })).toBeUndefined()
    expect(asked(NAMED, { host, origin: 'https://sluice.example' })).toBeUndefined()
  })

  test('is refused to a page that made its own name point here, though its origin is the host', () => {
    expect(
      asked(LOCAL, { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }),
    ).toMatchObject({ code: 'forbidden' })
  })

  test.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'])(
    'is refused through a proxy, which %s gives away: anybody could be behind it',
    name => {
      const refused = asked(LOCAL, { host: 'localhost', [name]: '' })
      expect(refused).toMatchObject({ code: 'forbidden' })
      expect(refused?.message).toContain('through a proxy')
    },
  )

  test('needs no code', () => {
    expect(refusal(() => createSetupGuard(LOCAL).requireCode(undefined))).toBeUndefined()
  })
})

test('set-up under a configured name is taken under that name, in any case, as well', () => {
  expect(asked(NAMED, { host: 'sluice.example' })).toBeUndefined()
  expect(asked(NAMED, { host: 'SLUICE.example:443' })).toBeUndefined()
  expect(asked(NAMED, { host: 'other.example' })).toMatchObject({ code: 'forbidden' })
})

describe('set-up where others can reach us', () => {
  test('is taken under any name and through proxies, because it needs the code', () => {
    expect(asked(EXPOSED, { host: 'whatever.example', via: '1.1 proxy' })).toBeUndefined()
    expect(asked(EXPOSED, { host: 'a', origin: 'https://evil.example' }), 'but not by other sites').toMatchObject({
      code: 'forbidden',
    })
  })

  test.each([undefined, '', CODE.slice(1), `${CODE}x`, CODE.toUpperCase(), ` ${CODE}`, 'é'.repeat(8)])(
    'is refused with the code %j',
    given => {
      const refused = refusal(() => createSetupGuard(EXPOSED).requireCode(given))
      expect(refused).toMatchObject({ code: 'forbidden' })
      expect(refused?.message).not.toContain(CODE)
    },
  )

  test('is taken with the code', () => {
    expect(refusal(() => createSetupGuard(EXPOSED).requireCode(CODE))).toBeUndefined()
  })
})

describe('a chosen token', () => {
  const short = 'x'.repeat(15) as TokenText
  const good = 'x'.repeat(16) as TokenText

  test('that is short is taken with a warning on the own machine', () => {
    const warnings: string[] = []
    const guard = createSetupGuard({ ...LOCAL, warn: message => warnings.push(message) })
    guard.requireGoodToken(short)
    expect(warnings).toEqual(['a chosen token should have at least 16 characters, or be left out to be made'])
    guard.requireGoodToken(good)
    expect(warnings).toHaveLength(1)
  })

  test('that is short is refused where others can reach us', () => {
    const guard = createSetupGuard({ ...EXPOSED, warn: () => expect.unreachable() })
    expect(refusal(() => guard.requireGoodToken(short))).toMatchObject({ code: 'invalid' })
    expect(refusal(() => guard.requireGoodToken(good))).toBeUndefined()
  })
})
