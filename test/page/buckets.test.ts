// Load Data > Buckets, against a real server.
import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SETUP, type Server, startServer } from '../e2e/server.ts'
import { NARROW, visit } from './browser.ts'

let server: Server
let address: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  address = `/orgs/${server.onboarded!.orgId}/load-data/buckets`
})

const token = SETUP.token

async function create(name: string, everySeconds = 0): Promise<{ id: string }> {
  const body = { orgID: server.onboarded!.orgId, name, retentionRules: [{ type: 'expire', everySeconds }] }
  return (await server.request('POST', '/api/v2/buckets', { token, body })).json()
}

const bucket = async (id: string) => (await server.request('GET', `/api/v2/buckets/${id}`, { token })).json()
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}\\b`) })

describe('the list', () => {
  test('is a tab of Load Data, and system buckets in it cannot be changed', async () => {
    const page = await visit(server, address)
    await page.getByRole('heading', { name: 'Load Data' }).waitFor()
    expect(await page.getByTestId('tab-buckets').getAttribute('aria-current')).toBe('page')
    expect(await page.title()).toBe('Buckets | Load Data | Sluice')
    await row(page, SETUP.bucket).waitFor()
    expect(
      await row(page, '_monitoring')
        .getByRole('button', { name: /^(Edit|Delete)/ })
        .count(),
    ).toBe(0)
  })

  test('an id can be copied', async () => {
    const page = await visit(server, address, { clipboard: true })
    await row(page, SETUP.bucket).getByRole('button', { name: /^Copy/ }).click()
    await page.getByTestId('notification-success').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(server.onboarded!.bucketId)
  })

  test('that could not be loaded is not shown as an empty one, and can be tried again', async () => {
    const page = await visit(server, '/', { allow: /status of 500/ })
    await page.route('**/api/v2/buckets?**', route => route.fulfill({ status: 500, body: 'made up' }))
    await page.goto(address)
    await page.getByRole('heading', { name: 'The buckets could not be loaded' }).waitFor()
    await page.unroute('**/api/v2/buckets?**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await row(page, SETUP.bucket).waitFor()
  })
})

describe('creating', () => {
  test('takes a name and how long data is kept', async () => {
    const page = await visit(server, address)
    await page.getByRole('button', { name: 'Create Bucket' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create bucket' })
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.getByText('Give the bucket a name').waitFor()
    await dialog.getByLabel('Name').fill('  telemetry ')
    await dialog.getByLabel('Keep data for').selectOption('30 days')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await page.getByText('The bucket telemetry was created.').waitFor()
    expect(await row(page, 'telemetry').innerText()).toContain('30 days')
  })

  test('takes any number of hours or days too, but not less than an hour', async () => {
    const page = await visit(server, address)
    await page.getByTestId('bucket-create').click()
    await page.getByTestId('bucket-name').fill('short-lived')
    await page.getByTestId('bucket-retention').selectOption('Another duration…')
    await page.getByLabel('Unit').selectOption('hours')
    await page.getByLabel('Duration').fill('0')
    await page.getByText('Data is kept for at least 1 hour.').waitFor()
    await page.getByTestId('bucket-save').click()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.getByLabel('Duration').fill('36')
    await page.getByTestId('bucket-save').click()
    expect(await row(page, 'short-lived').innerText()).toContain('1 day 12 hours')
  })

  test('a name that is taken is refused in place, with what was typed', async () => {
    const page = await visit(server, address)
    await page.getByTestId('bucket-create').click()
    await page.getByTestId('bucket-name').fill(SETUP.bucket)
    await page.getByTestId('bucket-save').click()
    await page
      .getByRole('alert')
      .getByText(/already exists/)
      .waitFor()
    expect(await page.getByTestId('bucket-name').inputValue()).toBe(SETUP.bucket)
  })

  test('goes on when the dialog is closed meanwhile; what came of it is said, and no other dialog is touched', async () => {
    const page = await visit(server, address, { allow: /status of 503/ })
    let answer = () => {}
    await page.route('**/api/v2/buckets', async route => {
      await new Promise<void>(resolve => {
        answer = resolve
      })
      await route.fulfill({ status: 503, json: { code: 'unavailable', message: 'the disk is full' } })
    })
    await page.getByTestId('bucket-create').click()
    await page.getByTestId('bucket-name').fill('given-up')
    await page.getByTestId('bucket-save').click()
    await page.keyboard.press('Escape')
    await page.getByTestId('bucket-create').click()
    await page.getByTestId('bucket-name').fill('another')
    answer()
    await page.getByText('The bucket given-up was not created. The disk is full.').waitFor()
    expect(await page.getByTestId('bucket-name').inputValue()).toBe('another')
  })

  test('text is never markup', async () => {
    const name = '<img src=x onerror=alert(1)>\u202e😀'
    await create(name)
    const page = await visit(server, address)
    expect(await page.getByRole('row', { name: /onerror/ }).innerText()).toContain('<img src=x onerror=alert(1)>')
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  })
})

describe('changing', () => {
  let id: string
  let name: string
  beforeEach(async context => {
    name = `changed-${context.task.id.replaceAll(/\W/g, '')}`
    id = (await create(name, 7 * 86_400)).id
  })

  test('a new name says what it does to clients, and takes effect', async () => {
    const page = await visit(server, address)
    await page.getByTestId(`bucket-edit-${id}`).click()
    expect(await page.getByTestId('bucket-save').isDisabled()).toBe(true)
    await page.getByTestId('bucket-name').fill(`${name}-new`)
    await page.getByText(/are refused until they use the new name/).waitFor()
    await page.getByTestId('bucket-save').click()
    await page.getByText(`The bucket ${name}-new was changed.`).waitFor()
    expect((await bucket(id)).name).toBe(`${name}-new`)
  })

  test('a shorter retention says what it does to data', async () => {
    const page = await visit(server, address)
    await page.getByTestId(`bucket-edit-${id}`).click()
    await page.getByTestId('bucket-retention').selectOption('30 days')
    expect(await page.getByText(/may be deleted for good/).count()).toBe(0)
    await page.getByTestId('bucket-retention').selectOption('1 hour')
    await page.getByText('Data older than 1 hour may be deleted for good once this is saved.').waitFor()
    await page.getByTestId('bucket-save').click()
    await page.getByTestId('notification-success').waitFor()
    expect((await bucket(id)).retentionRules[0].everySeconds).toBe(3600)
  })

  test('deleting names the bucket and what follows; Esc and Cancel are safe', async () => {
    const page = await visit(server, address)
    const trash = page.getByRole('button', { name: `Delete ${name}` })
    await trash.click()
    await page.getByText(`Delete the bucket ${name}?`).waitFor()
    await page.getByText(/is refused from now on/).waitFor()
    expect(await page.locator(':focus').innerText()).toBe('Cancel')
    await page.keyboard.press('Escape')
    await trash.click()
    await page.keyboard.press('Enter')
    expect((await bucket(id)).name).toBe(name)
    await trash.click()
    await page.getByTestId('bucket-delete-confirm').click()
    await page.getByText(`The bucket ${name} was deleted.`).waitFor()
    await page.getByTestId(`bucket-row-${id}`).waitFor({ state: 'detached' })
    expect((await server.request('GET', `/api/v2/buckets/${id}`, { token })).status).toBe(404)
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('BUTTON')
  })

  test('one that somebody else deleted meanwhile is said so, and the list is right again', async () => {
    const page = await visit(server, address)
    await page.getByTestId(`bucket-delete-${id}`).click()
    await server.request('DELETE', `/api/v2/buckets/${id}`, { token })
    await page.getByTestId('bucket-delete-confirm').click()
    await page.getByTestId('notification-error').getByText(`The bucket ${name} was not deleted.`).waitFor()
    await page.getByTestId(`bucket-row-${id}`).waitFor({ state: 'detached' })
  })
})

test('many buckets are paged by the server; the page is in the address and survives a reload', async () => {
  const own = await startServer({ onboard: true })
  const body = (i: number) => ({ orgID: own.onboarded!.orgId, name: `bucket-${i}` })
  for (let i = 0; i < 45; i++) await own.request('POST', '/api/v2/buckets', { token, body: body(i) })
  const page = await visit(own, `/orgs/${own.onboarded!.orgId}/load-data/buckets`, { viewport: NARROW })
  const rows = page.locator('tbody tr')
  await rows.first().waitFor()
  expect(await rows.count()).toBe(20)
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.getByRole('button', { name: 'Next page' }).click()
  await expect.poll(() => rows.count()).toBe(8)
  expect(new URL(page.url()).search).toBe('?page=3')
  await page.reload()
  await expect.poll(() => rows.count()).toBe(8)
  expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
})

test('whoever may only read sees the buckets, no controls that would be refused, and whom to ask', async () => {
  const { id } = (await server.request('POST', '/api/v2/users', { token, body: { name: 'reader' } })).json()
  await server.request('POST', `/api/v2/users/${id}/password`, { token, body: { password: 'a password' } })
  await server.request('POST', `/api/v2/orgs/${server.onboarded!.orgId}/members`, { token, body: { id } })
  const page = await visit(server, address, { as: { username: 'reader', password: 'a password' } })
  await page.getByText('To create or change one, ask an owner of org1.').waitFor()
  await row(page, SETUP.bucket).waitFor()
  expect(await page.getByRole('button', { name: /^(Create|Edit|Delete)/ }).count()).toBe(0)
})
