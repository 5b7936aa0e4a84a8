// All about one token. Page contract 9.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import {
  changesIn,
  failure,
  newPlant,
  type PermissionJson,
  type Plant,
  readToken,
  recordRequests,
  success,
  type TokenJson,
  waitForFocus,
} from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

const details = (page: Page) => page.getByRole('dialog', { name: 'API Token Summary' })

async function open(plant: Plant, { id }: Pick<TokenJson, 'id'>) {
  const page = await visit(server, plant.list(), { allow: /status of 5\d\d/ })
  await page.getByTestId(`token-title-${id}`).click()
  await details(page).waitFor()
  return page
}

/** The lines of the permission table: what, may it be read, may it be written. */
const lines = (page: Page) =>
  page
    .locator('.permission-table tbody tr:not(.permission-group)')
    .evaluateAll(rows => rows.map(row => [...row.children].map(cell => (cell as { textContent: string }).textContent)))

describe('9. details overlay', () => {
  test('[P][F] opens by the description, is up to 800 px wide, and closes by the cross, "Cancel" and Esc; the focus returns', async () => {
    const plant = await newPlant(server)
    const token = await plant.newToken('Line 3')
    const page = await open(plant, token)
    // Its layout, not its box: that grows while the dialog opens.
    expect(
      await details(page)
        .locator('.dialog-panel')
        .evaluate(one => one.clientWidth),
    ).toBeGreaterThan(790)
    const ways = [
      () => page.getByRole('button', { name: 'Close' }).click(),
      () => details(page).getByRole('button', { name: 'Cancel' }).click(),
      () => page.keyboard.press('Escape'),
    ]
    for (const close of ways) {
      await close()
      await details(page).waitFor({ state: 'detached' })
      await waitForFocus(page, `token-title-${token.id}`)
      await page.keyboard.press('Enter')
      await details(page).waitFor()
    }
  })

  test('[F] the switch takes effect at once, says the status beside it, and can be undone in the notification', async () => {
    const plant = await newPlant(server)
    const token = await plant.newToken('Line 3')
    const page = await open(plant, token)
    const sent = await recordRequests(page)
    await details(page).locator('.switch-line').getByText('Active', { exact: true }).waitFor()
    await page.getByRole('switch', { name: 'Status' }).click()
    await success(page, '“Line 3” is inactive: it is refused from now on.').waitFor()
    await details(page).locator('.switch-line').getByText('Inactive', { exact: true }).waitFor()
    expect(changesIn(sent)).toEqual([
      { method: 'PATCH', path: `/api/v2/authorizations/${token.id}`, body: { status: 'inactive' } },
    ])
    expect((await readToken(server, token.id)).status).toBe('inactive')
    await page.getByRole('button', { name: 'Undo' }).click()
    await success(page, 'is active').waitFor()
    expect((await readToken(server, token.id)).status).toBe('active')
  })

  test('a switch that fails goes back, and says which token and why', async () => {
    const plant = await newPlant(server)
    const token = await plant.newToken('Line 3')
    const page = await open(plant, token)
    await page.route(`**/authorizations/${token.id}`, route =>
      route.request().method() === 'PATCH'
        ? route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } })
        : route.continue(),
    )
    await page.getByRole('switch', { name: 'Status' }).click()
    await failure(page, '“Line 3” could not be updated. The disk is full.').waitFor()
    await page.getByRole('switch', { name: 'Status', checked: true }).waitFor()
  })

  test('[P] "Save" waits until the description was typed in, sends it, closes, and reports; the status is left alone', async () => {
    const plant = await newPlant(server)
    const token = await plant.newToken('Line 3')
    const page = await open(plant, token)
    const sent = await recordRequests(page)
    const input = details(page).getByRole('textbox', { name: 'Description' })
    expect(await input.inputValue()).toBe('Line 3')
    const save = details(page).getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await input.fill('Line 4')
    await save.click()
    await details(page).waitFor({ state: 'detached' })
    await success(page, '“Line 4” was updated.').waitFor()
    expect(changesIn(sent).map(({ body }) => body)).toEqual([{ description: 'Line 4' }])
    expect(await readToken(server, token.id)).toMatchObject({ description: 'Line 4', status: 'active' })
    await page.getByTestId(`token-title-${token.id}`).getByText('Line 4').waitFor()
  })

  test('[F] it stays open on a failure, with what was typed', async () => {
    const plant = await newPlant(server)
    const token = await plant.newToken('Line 3')
    const page = await open(plant, token)
    await page.route(`**/authorizations/${token.id}`, route =>
      route.request().method() === 'PATCH'
        ? route.fulfill({ status: 503, json: { code: 'unavailable', message: 'try again later' } })
        : route.continue(),
    )
    const input = details(page).getByRole('textbox', { name: 'Description' })
    await input.fill('Line 4, typed with care')
    await page.keyboard.press('Enter')
    await failure(page, '“Line 3” could not be updated. Try again later.').waitFor()
    expect(await input.inputValue()).toBe('Line 4, typed with care')
    await page.unroute(`**/authorizations/${token.id}`)
    await details(page).getByRole('button', { name: 'Save' }).click()
    await details(page).waitFor({ state: 'detached' })
    expect((await readToken(server, token.id)).description).toBe('Line 4, typed with care')
  })

  test('[+] a description that somebody else changed while it was being typed is not overwritten, and what was typed stays', async () => {
    const plant = await newPlant(server)
    const token = await plant.newToken('before')
    const page = await open(plant, token)
    const input = details(page).getByRole('textbox', { name: 'Description' })
    await input.fill('mine')
    const body = { description: 'by another' }
    await server.request('PATCH', `/api/v2/authorizations/${token.id}`, { token: server.onboarded!.operator, body })
    // After which the dialog knows the other's description, which its reader has not seen.
    await details(page).getByRole('switch', { name: 'Status' }).click()
    await success(page, 'is inactive').waitFor()
    const save = details(page).getByRole('button', { name: 'Save' })
    await save.click()
    await failure(page, 'Somebody else has described it as “by another” meanwhile.').waitFor()
    expect((await readToken(server, token.id)).description).toBe('by another')
    expect(await input.inputValue()).toBe('mine')
    await save.click()
    await details(page).waitFor({ state: 'detached' })
    expect((await readToken(server, token.id)).description).toBe('mine')
  })
})

describe('9. permissions in the details', () => {
  let plant: Plant
  let ids: Record<'raw' | 'Alpha' | 'gone', string>

  beforeAll(async () => {
    plant = await newPlant(server)
    ids = {
      raw: await plant.newBucket('raw'),
      Alpha: await plant.newBucket('Alpha'),
      gone: await plant.newBucket('gone'),
    }
  })

  const bucket = (action: 'read' | 'write', id: string): PermissionJson => ({
    action,
    resource: { type: 'buckets', id, orgID: plant.id },
  })
  const wide = (action: 'read' | 'write', type: string): PermissionJson => ({
    action,
    resource: { type, orgID: plant.id },
  })

  test('[P] three groups, expanded, without empty ones; all of a type first, system buckets last, other types by alphabet', async () => {
    const { buckets } = (
      await server.request('GET', `/api/v2/buckets?orgID=${plant.id}`, { token: server.onboarded!.operator })
    ).json()
    const monitoring = buckets.find(({ name }: { name: string }) => name === '_monitoring').id
    const permissions = [
      wide('read', 'tasks'),
      wide('write', 'dashboards'),
      bucket('write', monitoring),
      bucket('write', ids.raw),
      wide('read', 'buckets'),
      bucket('write', ids.Alpha),
    ]
    const page = await open(plant, await plant.newToken('mixed', { permissions }))
    const groups = details(page).locator('.permission-group button')
    expect(await groups.allTextContents()).toEqual(['Buckets4', 'Other Resources2'])
    expect(await groups.first().getAttribute('aria-expanded')).toBe('true')
    expect(await lines(page)).toEqual([
      ['All Buckets', 'yes', 'no'],
      [`Alpha${ids.Alpha}`, 'no', 'yes'],
      [`raw${ids.raw}`, 'no', 'yes'],
      [`_monitoring${monitoring}`, 'no', 'yes'],
      ['All Dashboards', 'no', 'yes'],
      ['All Tasks', 'yes', 'no'],
    ])
  })

  test('[P] where all buckets may be read and written, single ones are left out', async () => {
    const permissions = [bucket('read', ids.raw), wide('read', 'buckets'), wide('write', 'buckets')]
    const page = await open(plant, await plant.newToken('all', { permissions }))
    expect(await lines(page)).toEqual([['All Buckets', 'yes', 'yes']])
  })

  test('[F] what was deleted is said to be, with its id, and one object is never shown as "All"', async () => {
    const task = '0123456789abcdef'
    const permissions = [
      bucket('read', ids.gone),
      { action: 'read', resource: { type: 'tasks', id: task, orgID: plant.id } },
      { action: 'read', resource: { type: 'users', id: server.onboarded!.adminId } },
    ] as const
    const token = await plant.newToken('single', { permissions })
    await server.request('DELETE', `/api/v2/buckets/${ids.gone}`, { token: server.onboarded!.operator })
    const page = await open(plant, token)
    expect(await lines(page)).toEqual([
      [`Deleted buckets${ids.gone}`, 'yes', 'no'],
      [`Task ${task}${task}`, 'yes', 'no'],
      [`User admin${server.onboarded!.adminId}`, 'yes', 'no'],
    ])
  })

  test('[F] the type "instance" is shown, and what reaches every organization is said to', async () => {
    const token = await plant.newToken('for backups')
    const permissions = [
      { action: 'read', resource: { type: 'instance' } },
      { action: 'read', resource: { type: 'tasks' } },
    ]
    const page = await visit(server, plant.list())
    // Nobody can be granted it by the API.
    await page.route(`**/authorizations/${token.id}`, route => route.fulfill({ json: { ...token, permissions } }))
    await page.getByTestId(`token-title-${token.id}`).click()
    await details(page)
      .getByText(/^This is an operator token/)
      .waitFor()
    expect(await lines(page)).toEqual([
      ['Instance: everything on this server', 'yes', 'no'],
      ['All Tasks of every organization', 'yes', 'no'],
    ])
  })

  test('[P] the filter leaves what matches, marks it, and says where nothing does', async () => {
    const permissions = [bucket('read', ids.raw), bucket('read', ids.Alpha), wide('read', 'tasks')]
    const page = await open(plant, await plant.newToken('filtered', { permissions }))
    await details(page).getByRole('searchbox', { name: 'Filter permissions' }).fill('ALP')
    expect(await lines(page)).toEqual([
      [`Alpha${ids.Alpha}`, 'yes', 'no'],
      ['Nothing in this group matches the filter.'],
    ])
    expect(await details(page).locator('mark').allTextContents()).toEqual(['Alp'])
  })

  test('a limit to measurements is said in words and in the table, and can be looked for', async () => {
    const { action, resource } = bucket('write', ids.raw)
    const limited = { action, resource: { ...resource, measurements: ['cpu', 'my mem'] } }
    const page = await open(
      plant,
      await plant.newToken('limited', { permissions: [limited, bucket('read', ids.Alpha)] }),
    )
    await details(page).getByText('write to measurements cpu and my mem of bucket raw').waitFor()
    const only = `raw${ids.raw}only measurements cpu, my mem`
    expect(await lines(page)).toEqual([
      [`Alpha${ids.Alpha}`, 'yes', 'no'],
      [only, 'no', 'yes'],
    ])
    await page.getByTestId('permission-filter').fill('my m')
    expect(await lines(page)).toEqual([[only, 'no', 'yes']])
  })

  test('what the token may do is said in words above the table', async () => {
    const permissions = [bucket('write', ids.raw), wide('read', 'buckets')]
    const page = await open(plant, await plant.newToken('words', { permissions }))
    const words = page.getByTestId('permission-words').locator('li')
    expect(await words.allTextContents()).toEqual(['write to bucket raw;', `read all buckets of ${plant.name}.`])
  })

  test('[+] delete and clone are offered here too; the secret is not shown, and cloning is named as the remedy', async () => {
    const token = await plant.newToken('to be deleted')
    const page = await open(plant, token)
    await details(page)
      .getByText(/If it is lost, clone the token/)
      .waitFor()
    expect(await details(page).innerText()).not.toContain(token.token.slice(0, 12))
    await details(page).getByRole('button', { name: 'Clone' }).waitFor()
    await page.getByTestId('details-delete').click()
    await page.getByTestId('token-delete-confirm').click()
    await details(page).waitFor({ state: 'detached' })
    await success(page, '“to be deleted” was deleted.').waitFor()
    expect((await readToken(server, token.id)).httpStatus).toBe(404)
  })

  test('the expiry is shown, and can be set and taken away', async () => {
    const token = await plant.newToken('guest')
    const page = await open(plant, token)
    await details(page).getByText('Never expires').waitFor()
    await page.getByTestId('token-expiry-change').click()
    await page.getByTestId('token-lifetime').selectOption('In 30 days')
    await page.getByTestId('token-expiry-set').click()
    await success(page, 'The expiry of “guest” was updated.').waitFor()
    const days = (Date.parse((await readToken(server, token.id)).expiresAt ?? '') - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(30)
    await page.getByTestId('token-expiry-change').click()
    await page.getByTestId('token-lifetime').selectOption('Never')
    await page.getByTestId('token-expiry-set').click()
    await details(page).getByText('Never expires').waitFor()
    expect((await readToken(server, token.id)).expiresAt).toBeUndefined()
  })
})
