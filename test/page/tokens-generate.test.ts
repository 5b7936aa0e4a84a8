// The generate menu, and the all-access dialog. Page contract 10 and 11.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import {
  changesIn,
  failure,
  newPlant,
  type PermissionJson,
  recordRequests,
  shownTitles,
  success,
  waitForFocus,
} from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

const TYPES = '**/api/v2/resources'

describe('10. generate menu', () => {
  test('[P] "Generate API Token" opens a menu of exactly two: all access, then custom', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const page = await visit(server, plant.list())
    const button = page.getByRole('button', { name: 'Generate API Token' })
    await button.click()
    const entries = page.getByRole('menuitem')
    expect(await entries.count()).toBe(2)
    expect(await entries.nth(0).textContent()).toMatch(/^All Access API Token/)
    expect(await entries.nth(1).textContent()).toMatch(/^Custom API Token/)
    await page.keyboard.press('Escape')
    await waitForFocus(page, 'generate')
  })

  test('[P] the same button stands in the empty state', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list())
    const empty = page.getByTestId('state-empty')
    await empty.getByRole('button', { name: 'Generate API Token' }).click()
    await page.getByTestId('generate-custom').click()
    await page.getByRole('dialog', { name: 'Generate Custom API Token' }).waitFor()
  })

  test.each([
    ['generate-all-access', 'an all access API token'],
    ['generate-custom', 'a custom API token'],
  ])('[P] %s first asks for the types; if that fails no dialog opens, and it is said what for', async (entry, name) => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list(), { allow: /status of 5\d\d/ })
    await page.route(TYPES, route => route.fulfill({ status: 500, json: { message: 'the disk is full' } }))
    await page.getByTestId('generate').first().click()
    await page.getByTestId(entry).click()
    await failure(page, `The resources needed for ${name} could not be fetched. The disk is full.`).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.waitForURL(plant.list())
  })

  test('[P] a type that only the server knows is offered and is part of "all access"', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list())
    await page.route(TYPES, route => route.fulfill({ json: ['buckets', 'gizmos', 'instance', 'orgs', 'users'] }))
    const sent = await recordRequests(page)
    // What it would create is not known to this server: only what is sent is looked at.
    await page.route('**/api/v2/authorizations', route =>
      route.fulfill({ status: 422, json: { code: 'unprocessable entity', message: 'unknown type' } }),
    )
    await page.goto(plant.list('/generate/all-access'))
    await page.getByTestId('generate-save').click()
    await failure(page, 'The API token could not be created. Unknown type.').waitFor()
    const { permissions } = changesIn(sent)[0]!.body
    expect(permissions.filter(({ resource }: PermissionJson) => resource.type === 'gizmos')).toHaveLength(2)
  })
})

describe('11. all-access dialog', () => {
  test('[P] a warning, a description, "Cancel" and "Save"; Enter saves, Esc, the cross and "Cancel" close', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'))
    const dialog = page.getByRole('dialog', { name: 'Generate All Access API Token' })
    await dialog.getByText(/can read, change and delete everything in the organization/).waitFor()
    await waitForFocus(page, 'token-description')
    await dialog.getByRole('button', { name: 'Save' }).waitFor()
    const closers = [
      () => page.keyboard.press('Escape'),
      () => dialog.getByRole('button', { name: 'Close' }).click(),
      () => dialog.getByRole('button', { name: 'Cancel' }).click(),
    ]
    for (const close of closers) {
      await close()
      await dialog.waitFor({ state: 'detached' })
      expect(await plant.tokens()).toEqual([])
      await page.getByTestId('generate').first().click()
      await page.getByTestId('generate-all-access').click()
      await dialog.waitFor()
    }
    await page.getByRole('textbox', { name: 'Description' }).fill('by Enter')
    await page.keyboard.press('Enter')
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect((await plant.tokens()).map(({ description }) => description)).toEqual(['by Enter'])
  })

  test('[P] sent are all types by alphabet but "instance", read and write; of orgs reading this one, of users oneself', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'))
    const sent = await recordRequests(page)
    await page.getByTestId('generate-save').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    const types: string[] = (
      await server.request('GET', '/api/v2/resources', { token: server.onboarded!.operator })
    ).json()
    const wanted = types
      .filter(type => type !== 'instance')
      .toSorted((one, other) => one.localeCompare(other, 'en', { sensitivity: 'base' }))
      .flatMap(type => {
        if (type === 'orgs') return [{ action: 'read', resource: { type, id: plant.id, name: plant.name } }]
        const resource = type === 'users' ? { type, id: server.onboarded!.adminId } : { type, orgID: plant.id }
        return ['read', 'write'].map(action => ({ action, resource }))
      })
    const [{ path, body }] = changesIn(sent) as [ReturnType<typeof changesIn>[number]]
    expect(path).toBe('/api/v2/authorizations')
    expect(body.orgID).toBe(plant.id)
    expect(body.permissions).toEqual(wanted)
    expect((await plant.tokens())[0]!.permissions).toHaveLength(wanted.length)
  })

  test('[F] a description that was left empty is generated, and shown beforehand', async () => {
    const plant = await newPlant(server, 'Nordwerk')
    const page = await visit(server, plant.list('/generate/all-access'))
    expect(await page.getByTestId('token-description').getAttribute('placeholder')).toBe('All access to Nordwerk')
    await page.getByTestId('token-description').fill('   ')
    await page.getByTestId('generate-save').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect((await plant.tokens())[0]!.description).toBe('All access to Nordwerk')
  })

  test('[P] on success the show-once dialog takes its place, and the new row is in the list', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'))
    await page.getByTestId('token-description').fill('For the installer')
    await page.getByTestId('generate-save').click()
    const shown = page.getByRole('dialog', { name: 'API token created' })
    secretsSeen.add(await shown.getByTestId('secret').inputValue())
    await success(page, 'The API token was created.').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(1)
    await expect.poll(() => shownTitles(page)).toEqual(['For the installer'])
    await page.waitForURL(plant.list())
  })

  test('[F] on failure it stays open, with what was typed and the reason', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'), { allow: /status of 5\d\d/ })
    await page.route('**/api/v2/authorizations', route =>
      route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } }),
    )
    await page.getByTestId('token-description').fill('typed with care')
    await page.getByTestId('generate-save').click()
    const dialog = page.getByRole('dialog', { name: 'Generate All Access API Token' })
    await failure(page, 'The API token could not be created. The disk is full.').waitFor()
    expect(await dialog.getByTestId('token-description').inputValue()).toBe('typed with care')
    await page.unroute('**/api/v2/authorizations')
    await dialog.getByTestId('generate-save').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect((await plant.tokens())[0]!.description).toBe('typed with care')
  })

  test('an expiry can be chosen, and one that is over cannot', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'))
    await page.getByTestId('token-lifetime').selectOption('On a date…')
    await page.getByTestId('token-expires-at').fill('2020-01-01T00:00')
    await page.getByText('Choose a time in the future.').waitFor()
    expect(await page.getByTestId('generate-save').isDisabled()).toBe(true)
    await page.getByTestId('token-lifetime').selectOption('In 7 days')
    await page.getByTestId('generate-save').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    const left = Date.parse((await plant.tokens())[0]!.expiresAt!) - Date.now()
    expect(Math.round(left / 86_400_000)).toBe(7)
  })
})
