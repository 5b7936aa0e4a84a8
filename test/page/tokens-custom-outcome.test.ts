// What comes of the dialog of a custom token. Page contract 12.4 to 12.7.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import {
  changesIn,
  failure,
  newPlant,
  type PermissionJson,
  type Plant,
  readToken,
  recordRequests,
  shownTitles,
  success,
} from './tokens-page.ts'

let server: Server
let plant: Plant
let ids: Record<'home' | 'raw', string>

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

async function open(allow?: RegExp) {
  plant = await newPlant(server)
  ids = { home: await plant.newBucket('home'), raw: await plant.newBucket('raw') }
  const page = await visit(server, plant.list('/generate/custom-api'), allow === undefined ? {} : { allow })
  const sent = await recordRequests(page)
  await page.getByTestId('permission-group-buckets').click()
  await page.getByTestId('permission-group-other').click()
  await box(page, 'Read bucket raw').waitFor()
  return { page, sent }
}

const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })
const generate = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Generate' })

async function tick(page: Page, ...names: readonly string[]) {
  for (const name of names) await box(page, name).click()
}

async function created(page: Page) {
  await generate(page).click()
  const secret = await page.getByTestId('secret').inputValue()
  secretsSeen.add(secret)
  return { secret, token: (await plant.tokens())[0]! }
}

describe('12.4 when "Generate" is enabled', () => {
  test('[P][F] exactly while something is ticked, of whatever kind, however it came about', async () => {
    const { page } = await open()
    expect(await generate(page).isDisabled()).toBe(true)
    await tick(page, 'Read bucket raw', 'Read All Tasks')
    // The last "all" box goes, a single one stays; then the other way round.
    await tick(page, 'Read All Tasks')
    expect(await generate(page).isDisabled()).toBe(false)
    await tick(page, 'Read All Tasks', 'Read bucket raw')
    expect(await generate(page).isDisabled()).toBe(false)
    await tick(page, 'Read All Tasks')
    expect(await generate(page).isDisabled()).toBe(true)
  })

  test('[F] with nothing ticked, Enter creates nothing', async () => {
    const { page, sent } = await open()
    await page.getByTestId('token-description').focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('permission-filter').focus()
    await page.keyboard.press('Enter')
    await tick(page, 'Read bucket raw')
    expect(changesIn(sent)).toEqual([])
  })

  test('[F] a second press while the first request runs creates no second token', async () => {
    const { page, sent } = await open()
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route('**/api/v2/authorizations', async route => {
      await held
      await route.continue()
    })
    await tick(page, 'Read bucket raw')
    await page.getByTestId('token-description').focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press('Enter')
    await generate(page).dispatchEvent('click')
    letGo()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect(changesIn(sent)).toHaveLength(1)
    expect(await plant.tokens()).toHaveLength(1)
  })

  test('[F] after a failed call it is enabled at once', async () => {
    const { page } = await open(/status of 5\d\d/)
    await page.route('**/api/v2/authorizations', route =>
      route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } }),
    )
    await tick(page, 'Read bucket raw')
    await generate(page).click()
    await failure(page, 'The disk is full.').waitFor()
    expect(await generate(page).isDisabled()).toBe(false)
  })
})

describe('12.5 what is sent', () => {
  test('[P] types in the order of the server; all of a type first; then object by object, read before write; nothing that is covered', async () => {
    const { page, sent } = await open()
    await tick(page, 'Write bucket raw', 'Read bucket raw', 'Write bucket home', 'Read All Tasks', 'Read All Buckets')
    await tick(page, `Read Organization ${plant.name}`, 'Write Your own user')
    await page.getByTestId('permission-group-telegrafs').click()
    await tick(page, 'Write All Telegrafs')
    const { secret, token } = await created(page)
    const orgID = plant.id
    const types: string[] = (
      await server.request('GET', '/api/v2/resources', { token: server.onboarded!.operator })
    ).json()
    const wanted: PermissionJson[] = [
      { action: 'read', resource: { type: 'buckets', orgID } },
      { action: 'write', resource: { type: 'buckets', id: ids.home, orgID, name: 'home' } },
      { action: 'write', resource: { type: 'buckets', id: ids.raw, orgID, name: 'raw' } },
      { action: 'read', resource: { type: 'orgs', id: orgID, name: plant.name } },
      { action: 'read', resource: { type: 'tasks', orgID } },
      { action: 'write', resource: { type: 'telegrafs', orgID } },
      { action: 'write', resource: { type: 'users', id: server.onboarded!.adminId } },
    ]
    const rank = ({ resource }: PermissionJson) => types.indexOf(resource.type)
    expect(changesIn(sent)[0]!.body.permissions).toEqual(wanted.toSorted((one, other) => rank(one) - rank(other)))
    expect(token.permissions).toHaveLength(wanted.length)
    expect((await server.request('GET', `/api/v2/buckets?orgID=${orgID}`, { token: secret })).status).toBe(200)
  })

  test('a mix such as "read all buckets, write one bucket" is displayed as such later', async () => {
    const { page } = await open()
    await tick(page, 'Read All Buckets', 'Write bucket raw')
    await created(page)
    await page.getByTestId('secret-done').click()
    await page.getByTestId('secret-sure').click()
    await page.getByTestId('secret-close-anyway').click()
    await page.getByRole('button', { name: 'Read buckets Write buckets raw', exact: true }).click()
    const rows = page.locator('.permission-table tbody tr:not(.permission-group)')
    await rows.nth(1).waitFor()
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/^All Buckets\s+yes\s+no$/),
      expect.stringMatching(new RegExp(`^raw\\s*${ids.raw}\\s+no\\s+yes$`)),
    ])
  })
})

describe('12.6 generated description', () => {
  test.each([
    [['Read bucket home'], 'Read buckets home'],
    [['Read All Tasks', 'Write bucket raw'], 'Write buckets raw Read tasks'],
    [['Read bucket home', 'Read bucket raw', 'Write bucket raw'], 'Read Multiple Write Multiple'],
    [['Read bucket home', 'Read bucket raw', 'Read All Tasks'], 'Read Multiple'],
    [['Write bucket home', 'Write bucket raw', 'Write All Tasks'], 'Write Multiple'],
  ])('[P][+] %j is called %j, which the placeholder says beforehand', async (names, wanted) => {
    const { page } = await open()
    await tick(page, ...names)
    expect(await page.getByTestId('token-description').getAttribute('placeholder')).toBe(wanted)
    expect((await created(page)).token.description).toBe(wanted)
  })

  test('[P] of an organization the name is left out, and what is typed is kept as typed', async () => {
    const { page } = await open()
    await tick(page, `Read Organization ${plant.name}`)
    expect(await page.getByTestId('token-description').getAttribute('placeholder')).toBe('Read orgs')
    await page.getByTestId('token-description').fill(' my own ')
    expect((await created(page)).token.description).toBe(' my own ')
  })
})

describe('12.7 outcome', () => {
  test('success: a notification, the new row, and the show-once dialog with the secret of this very token', async () => {
    const { page } = await open()
    await tick(page, 'Read bucket raw')
    const { secret } = await created(page)
    await success(page, 'The API token was created.').waitFor()
    await expect.poll(() => shownTitles(page)).toEqual(['Read buckets raw'])
    const me = await server.request('GET', `/api/v2/buckets?orgID=${plant.id}&name=raw`, { token: secret })
    expect(me.json().buckets.map(({ name }: { name: string }) => name)).toEqual(['raw'])
  })

  test('failure: the dialog stays, with what was chosen and typed and the reason of the server', async () => {
    const { page } = await open(/status of 5\d\d/)
    await page.route('**/api/v2/authorizations', route =>
      route.fulfill({ status: 403, json: { code: 'forbidden', message: 'you may not grant that' } }),
    )
    await page.getByTestId('token-description').fill('typed with care')
    await tick(page, 'Read bucket raw', 'Write All Tasks')
    await generate(page).click()
    await failure(page, 'The API token could not be created. You may not grant that.').waitFor()
    await page.getByRole('dialog').getByText('You may not grant that.').first().waitFor()
    expect(await page.getByTestId('token-description').inputValue()).toBe('typed with care')
    expect(await box(page, 'Read bucket raw').getAttribute('aria-checked')).toBe('true')
    expect(await box(page, 'Write All Tasks').getAttribute('aria-checked')).toBe('true')
    await page.unroute('**/api/v2/authorizations')
    const { token } = await created(page)
    expect((await readToken(server, token.id)).description).toBe('typed with care')
  })
})
