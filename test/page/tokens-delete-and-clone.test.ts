// Deleting and cloning from the row. Page contract 8.2 and 8.3.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import {
  changesIn,
  failure,
  newPlant,
  readToken,
  recordRequests,
  shownTitles,
  success,
  waitForFocus,
  waitForTitles,
} from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

const BROKEN = { allow: /status of 5\d\d/ }

describe('8.2 delete', () => {
  test('[P][F] the trash opens a question that names the token and the consequence, with "Confirm" and the focus on "Cancel"', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list())
    const trash = page.getByRole('button', { name: 'Delete Line 3' })
    await trash.click()
    const question = page.getByRole('dialog', { name: 'Delete “Line 3”?' })
    await question
      .getByText(/whatever uses it is refused at once, and a deleted token cannot be brought back/)
      .waitFor()
    expect(await question.getByTestId('token-delete-confirm').textContent()).toBe('Confirm')
    await page.locator(':focus').filter({ hasText: 'Cancel' }).waitFor()
    expect(await trash.getAttribute('aria-expanded')).toBe('true')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await question.waitFor({ state: 'detached' })
    await waitForFocus(page, `token-delete-${id}`)
    expect((await readToken(server, id)).httpStatus).toBe(200)
  })

  test('[P] Esc and a press elsewhere close it without deleting', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list())
    const sent = await recordRequests(page)
    await page.getByTestId(`token-delete-${id}`).click()
    await page.getByTestId('token-delete-confirm').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('token-delete-confirm').waitFor({ state: 'detached' })
    await page.getByTestId(`token-delete-${id}`).click()
    await page.getByTestId('token-delete-confirm').waitFor()
    await page.locator('h1').click()
    await page.getByTestId('token-delete-confirm').waitFor({ state: 'detached' })
    expect(changesIn(sent)).toEqual([])
  })

  test('[P] once the server agrees the row is gone, with a notification; the focus goes to the next row', async () => {
    const plant = await newPlant(server)
    const [first, second, third] = [
      await plant.newToken('a'),
      await plant.newToken('b'),
      await plant.newToken('c'),
    ] as const
    const page = await visit(server, plant.list())
    const sent = await recordRequests(page)
    await page.getByTestId(`token-delete-${second.id}`).click()
    await page.getByTestId('token-delete-confirm').click()
    await success(page, '“b” was deleted.').waitFor()
    await waitForTitles(page, ['a', 'c'])
    await waitForFocus(page, `token-title-${third.id}`)
    expect(changesIn(sent)).toEqual([
      { method: 'DELETE', path: `/api/v2/authorizations/${second.id}`, body: undefined },
    ])
    expect((await readToken(server, second.id)).httpStatus).toBe(404)
    // The last one: the focus goes to what is left, then to the empty state.
    await page.getByTestId(`token-delete-${third.id}`).click()
    await page.getByTestId('token-delete-confirm').click()
    await waitForFocus(page, `token-title-${first.id}`)
    await page.getByTestId(`token-delete-${first.id}`).click()
    await page.getByTestId('token-delete-confirm').click()
    await waitForFocus(page, 'state-empty')
  })

  test('[P] the row does not go before the server agrees, and stays after a failure, which names it', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list(), BROKEN)
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route(`**/authorizations/${id}`, async route => {
      await held
      await route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } })
    })
    await page.getByTestId(`token-delete-${id}`).click()
    await page.getByTestId('token-delete-confirm').click()
    expect(await shownTitles(page)).toEqual(['Line 3'])
    letGo()
    await failure(page, '“Line 3” could not be deleted. The disk is full.').waitFor()
    expect(await shownTitles(page)).toEqual(['Line 3'])
    expect((await readToken(server, id)).httpStatus).toBe(200)
  })
})

const SUFFIX = String.raw` \(cloned at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)`

describe('8.3 clone', () => {
  test('[P] gear, "Clone": at once and without a dialog; same org, permissions and status; trimmed description with the time in UTC', async () => {
    const plant = await newPlant(server)
    const bucket = await plant.newBucket('raw')
    const permissions = [
      { action: 'write', resource: { type: 'buckets', id: bucket, orgID: plant.id, measurements: ['cpu', 'my mem'] } },
      { action: 'read', resource: { type: 'tasks', orgID: plant.id } },
    ] as const
    const source = await plant.newToken('  Line 3 ', { permissions })
    const page = await visit(server, plant.list())
    const sent = await recordRequests(page)
    const before = new Date().toISOString().slice(0, 19).replace('T', ' ')
    await page.getByRole('button', { name: 'More actions for Line 3' }).click()
    expect(await page.getByRole('menuitem').count()).toBe(1)
    await page.getByRole('menuitem', { name: /^Clone/ }).click()
    const dialog = page.getByRole('dialog', { name: 'API token cloned' })
    secretsSeen.add(await dialog.getByTestId('secret').inputValue())
    expect(changesIn(sent)).toHaveLength(1)
    const clone = (await plant.tokens()).find(({ id }) => id !== source.id)!
    expect(clone.description).toMatch(new RegExp(`^Line 3${SUFFIX}$`))
    expect(clone.description.slice(-20, -1) >= before).toBe(true)
    expect(clone.status).toBe('active')
    const bare = ({ action, resource: { type, id, orgID, measurements } }: (typeof clone.permissions)[number]) =>
      [action, type, id, orgID, ...(measurements ?? [])].join(' ')
    expect(clone.permissions.map(bare)).toEqual(permissions.map(bare))
    const works = { token: await dialog.getByTestId('secret').inputValue() }
    expect((await server.request('GET', `/api/v2/buckets?orgID=${plant.id}`, works)).status).toBe(200)
  })

  test('[P] cloning a clone appends a second suffix', async () => {
    const plant = await newPlant(server)
    const source = await plant.newToken('Line 3 (cloned at 2026-01-02 03:04:05)')
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-menu-${source.id}`).click()
    await page.getByTestId('token-clone').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    const clone = (await plant.tokens()).find(({ id }) => id !== source.id)!
    expect(clone.description).toMatch(new RegExp(`^Line 3${SUFFIX}${SUFFIX}$`))
  })

  test('[F] the clone of an inactive token is inactive, and that is said before and after', async () => {
    const plant = await newPlant(server)
    const source = await plant.newToken('old', { status: 'inactive' })
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-menu-${source.id}`).click()
    await page
      .getByTestId('token-clone')
      .getByText(/The clone is inactive too/)
      .waitFor()
    await page.getByTestId('token-clone').click()
    await page
      .getByRole('dialog')
      .getByText(/refused until you activate it/)
      .waitFor()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect((await plant.tokens()).map(({ status }) => status)).toEqual(['inactive', 'inactive'])
  })

  test('[F] a missing description is empty text', async () => {
    const plant = await newPlant(server)
    const source = await plant.newToken('')
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-menu-${source.id}`).click()
    await page.getByTestId('token-clone').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    const clone = (await plant.tokens()).find(({ id }) => id !== source.id)!
    expect(clone.description).toMatch(new RegExp(`^${SUFFIX}$`))
  })

  test('[F] a failure is always reported, with the name and the reason, and no dialog opens', async () => {
    const plant = await newPlant(server)
    const source = await plant.newToken('Line 3')
    const page = await visit(server, plant.list(), BROKEN)
    await page.route('**/api/v2/authorizations', route =>
      route.fulfill({ status: 503, json: { code: 'unavailable', message: 'try again later' } }),
    )
    await page.getByTestId(`token-menu-${source.id}`).click()
    await page.getByTestId('token-clone').click()
    await failure(page, '“Line 3” could not be cloned. Try again later.').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await plant.tokens()).toHaveLength(1)
  })
})
