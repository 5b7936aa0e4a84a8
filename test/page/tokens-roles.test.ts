// Roles, names and hooks for assistive technology and for tests. Page contract 18.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { failure, newPlant, type Plant, success } from './tokens-page.ts'

let server: Server
let plant: Plant
let id: string
let bucket: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  plant = await newPlant(server)
  bucket = await plant.newBucket('raw')
  id = (await plant.newToken('Line 3')).id
  for (let i = 0; i < 11; i++) await plant.newToken(`Z ${i}`)
})

type Role = Parameters<Page['getByRole']>[0]

/** The element with this hook is the one with this role and name. */
async function expectRole(page: Page, hook: string, role: Role, name: string) {
  await page.getByRole(role, { name, exact: true }).and(page.getByTestId(hook)).first().waitFor()
}

describe('18. roles, names and hooks', () => {
  test('the list and its controls', async () => {
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-row-${id}`).waitFor()
    await expectRole(page, 'tab-tokens', 'link', 'API Tokens')
    await expectRole(page, 'tokens-search', 'searchbox', 'Search tokens')
    await expectRole(page, 'tokens-sort', 'button', 'Sort by Description (A → Z)')
    await expectRole(page, 'tokens-status', 'combobox', 'Status')
    await expectRole(page, 'generate', 'button', 'Generate API Token')
    await expectRole(page, 'tokens-list', 'list', 'API tokens')
    await expectRole(page, `token-row-${id}`, 'listitem', 'Line 3')
    await expectRole(page, `token-title-${id}`, 'button', 'Line 3')
    await expectRole(page, `token-edit-${id}`, 'button', 'Edit description of Line 3')
    await expectRole(page, `token-delete-${id}`, 'button', 'Delete Line 3')
    await expectRole(page, `token-menu-${id}`, 'button', 'More actions for Line 3')
    await expectRole(page, `token-select-${id}`, 'checkbox', 'Select Line 3')
    await expectRole(page, 'token-select-page', 'checkbox', 'Select page')
    await expectRole(page, 'tokens-pager', 'navigation', 'Pages')
    for (const name of ['Page 1', 'Page 2', 'Previous page', 'Next page']) {
      await page.getByTestId('tokens-pager').getByRole('button', { name, exact: true }).waitFor()
    }
    expect(await page.getByTestId('tokens-list').getAttribute('aria-busy')).toBe('false')
  })

  test('what opens says that it does, and whether it is open', async () => {
    const page = await visit(server, plant.list())
    for (const [hook, kind] of [
      ['tokens-sort', 'menu'],
      ['generate', 'menu'],
      [`token-menu-${id}`, 'menu'],
      [`token-delete-${id}`, 'dialog'],
    ] as const) {
      const button = page.getByTestId(hook)
      expect(await button.getAttribute('aria-haspopup')).toBe(kind)
      expect(await button.getAttribute('aria-expanded')).toBe('false')
      await button.click()
      expect(await button.getAttribute('aria-expanded')).toBe('true')
      await page.getByRole(kind).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole(kind).waitFor({ state: 'detached' })
      expect(await button.getAttribute('aria-expanded')).toBe('false')
    }
  })

  test('the entries of the menus, the field of a row, and its states', async () => {
    const page = await visit(server, plant.list())
    await page.getByTestId('generate').click()
    await page
      .getByRole('menuitem', { name: /^All Access API Token/ })
      .and(page.getByTestId('generate-all-access'))
      .waitFor()
    await page
      .getByRole('menuitem', { name: /^Custom API Token/ })
      .and(page.getByTestId('generate-custom'))
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId(`token-menu-${id}`).click()
    await page
      .getByRole('menuitem', { name: /^Clone/ })
      .and(page.getByTestId('token-clone'))
      .waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId(`token-edit-${id}`).click()
    await expectRole(page, 'token-edit-input', 'textbox', 'Description')
  })

  test('dialogs are modal and named by their title, with a close button that has a name', async () => {
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-title-${id}`).click()
    await expectRole(page, 'dialog', 'dialog', 'API Token Summary')
    await expectRole(page, 'dialog-close', 'button', 'Close')
    await expectRole(page, 'status-switch', 'switch', 'Status')
    // Modal: what is below cannot be reached.
    expect(await page.getByTestId('dialog').evaluate(one => one.matches(':modal'))).toBe(true)
    await page.goto(plant.list('/generate/custom-api'))
    await expectRole(page, 'dialog', 'dialog', 'Generate Custom API Token')
    const group = page.getByTestId('permission-group-buckets')
    await expectRole(page, 'permission-group-buckets', 'button', 'Buckets')
    expect(await group.getAttribute('aria-expanded')).toBe('false')
    await group.click()
    expect(await group.getAttribute('aria-expanded')).toBe('true')
    await expectRole(page, `permission-write-buckets-${bucket}`, 'checkbox', 'Write bucket raw')
    await expectRole(page, 'permission-read-buckets', 'checkbox', 'Read All Buckets')
  })

  test('the secret is read-only text that is not announced by itself; copying is told in a status', async () => {
    const page = await visit(server, plant.list('/generate/all-access'), { clipboard: true })
    await page.getByTestId('generate-save').click()
    await expectRole(page, 'secret', 'textbox', 'API token')
    const secret = page.getByTestId('secret')
    secretsSeen.add(await secret.inputValue())
    const live = page.locator('[aria-live], [role="status"], [role="alert"]')
    expect(await live.filter({ has: secret }).count()).toBe(0)
    await page
      .getByRole('button', { name: /^Copy token/ })
      .and(page.getByTestId('secret-copy'))
      .click()
    await success(page, 'clipboard').waitFor()
    await page.getByRole('status').filter({ hasText: 'The token is on the clipboard.' }).waitFor()
    await page.getByRole('button', { name: 'Dismiss notification' }).first().waitFor()
  })

  test('empty and error states are regions with a heading', async () => {
    const empty = await newPlant(server)
    const page = await visit(server, empty.list(), { allow: /status of 5\d\d/ })
    await expectRole(page, 'state-empty', 'region', 'There are no API tokens yet')
    await page.route(/authorizations\?orgID/, route => route.fulfill({ status: 500, json: { message: 'no' } }))
    await page.reload()
    await expectRole(page, 'state-error', 'region', 'The API tokens could not be loaded')
    await page.getByRole('heading', { name: 'The API tokens could not be loaded' }).waitFor()
    await failure(page, 'could not be fetched').waitFor()
  })

  test('Esc closes the topmost layer only', async () => {
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-title-${id}`).click()
    await page.getByTestId('details-delete').click()
    await page.getByTestId('token-delete-confirm').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('token-delete-confirm').waitFor({ state: 'detached' })
    expect(await page.getByTestId('dialog').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.getByTestId('dialog').waitFor({ state: 'detached' })
  })

  test('no hook is derived from a description', async () => {
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-row-${id}`).waitFor()
    const hooks = await page
      .locator('[data-testid]')
      .evaluateAll(all => all.map(one => one.getAttribute('data-testid') ?? ''))
    expect(hooks.filter(hook => hook.includes('Line'))).toEqual([])
    expect(new Set(hooks.filter(hook => /-[0-9a-f]{16}$/.test(hook))).size).toBe(
      hooks.filter(hook => /-[0-9a-f]{16}$/.test(hook)).length,
    )
  })
})
