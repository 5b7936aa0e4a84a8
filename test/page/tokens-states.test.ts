// Notifications, states and permissions, special tokens. Page contract 15 to 17. What each action says when it succeeds or
// fails is in the test of that action.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { failure, newPlant, type Plant, readToken, shownTitles, success, waitForTitles } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

const LIST = /\/api\/v2\/authorizations\?orgID/
const BROKEN = { allow: /status of 5\d\d/ }

/** A user with a role in an organization. */
async function newUser(plant: Plant, name: string, role: 'members' | 'owners') {
  const token = server.onboarded!.operator
  const password = 'a password of some length'
  const { id } = (await server.request('POST', '/api/v2/users', { token, body: { name } })).json()
  await server.request('POST', `/api/v2/users/${id}/password`, { token, body: { password } })
  await server.request('POST', `/api/v2/orgs/${plant.id}/${role}`, { token, body: { id } })
  return { id: id as string, username: name, password }
}

describe('15. notifications', () => {
  test('top right, stacked, dismissible; errors stay until then', async () => {
    const plant = await newPlant(server)
    const first = await plant.newToken('a')
    const second = await plant.newToken('b')
    const page = await visit(server, plant.list(), BROKEN)
    await page.clock.install()
    await page.route('**/api/v2/authorizations/*', route => route.fulfill({ status: 500, json: { message: 'no' } }))
    for (const { id } of [first, second]) {
      await page.getByTestId(`token-delete-${id}`).click()
      await page.getByTestId('token-delete-confirm').click()
      await page.getByTestId('token-delete-confirm').waitFor({ state: 'detached' })
    }
    await failure(page, '“b” could not be deleted').waitFor()
    const [upper, lower] = (await Promise.all(
      (await page.getByTestId('notification-error').all()).map(one => one.boundingBox()),
    )) as [{ x: number; width: number; y: number; height: number }, { y: number }]
    expect(upper.x + upper.width).toBeGreaterThan(1280 - 40)
    expect(upper.y + upper.height).toBeLessThanOrEqual(lower.y)
    await page.clock.runFor(60_000)
    await failure(page, '“a” could not be deleted').getByRole('button', { name: 'Dismiss notification' }).click()
    await failure(page, '“a” could not be deleted').waitFor({ state: 'detached' })
    expect(await page.getByTestId('notification-error').count()).toBe(1)
  })

  test('a success goes by itself after about 5 seconds, and not while somebody points at it', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('a')
    const page = await visit(server, plant.list(), { clipboard: true })
    await page.clock.install()
    await page.getByTestId(`token-id-copy-${id}`).click()
    const note = success(page, 'The ID was copied.')
    await note.hover()
    await page.clock.runFor(20_000)
    await note.waitFor()
    await page.mouse.move(5, 400)
    await page.clock.runFor(5_500)
    await note.waitFor({ state: 'detached' })
  })

  test('results are announced politely, errors assertively', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('a')
    const page = await visit(server, plant.list(), { clipboard: true, ...BROKEN })
    await page.getByTestId(`token-id-copy-${id}`).click()
    expect(await success(page, 'copied').getAttribute('role')).toBe('status')
    await page.route('**/api/v2/authorizations/*', route => route.fulfill({ status: 500, json: { message: 'no' } }))
    await page.getByTestId(`token-delete-${id}`).click()
    await page.getByTestId('token-delete-confirm').click()
    expect(await failure(page, 'could not be deleted').getAttribute('role')).toBe('alert')
  })
})

describe('16. states', () => {
  test('[P][+] loading: the frame stays, with placeholders in place of the rows', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const page = await visit(server, '/')
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route(LIST, async route => {
      await held
      await route.continue()
    })
    await page.goto(plant.list())
    await page.getByTestId('state-loading').waitFor()
    await page.getByTestId('tokens-search').waitFor()
    expect(await page.getByTestId('state-empty').count()).toBe(0)
    letGo()
    await waitForTitles(page, ['a'])
  })

  test('[P] no tokens at all: a friendly line and the button to generate one', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list())
    const empty = page.getByTestId('state-empty')
    await empty.getByRole('heading', { name: 'There are no API tokens yet' }).waitFor()
    await empty.getByRole('button', { name: 'Generate API Token' }).waitFor()
  })

  test('[P][+] nothing matches: one line, no button to generate, and a way to clear the filter', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const page = await visit(
      server,
      plant.list('?searchTerm=nothing&status=inactive&sortKey=status&sortDirection=desc'),
    )
    const none = page.getByTestId('state-no-match')
    await none.getByRole('heading', { name: 'No token matches' }).waitFor()
    expect(await none.getByRole('button', { name: 'Generate API Token' }).count()).toBe(0)
    await none.getByRole('button', { name: 'Clear the filter' }).click()
    await waitForTitles(page, ['a'])
    expect(await page.getByTestId('tokens-search').inputValue()).toBe('')
    await page.waitForURL(plant.list('?sortKey=status&sortDirection=desc'))
  })

  test('[F] the list failed to load: said as such with a way to try again, and never as "no tokens"', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const page = await visit(server, '/', BROKEN)
    await page.route(LIST, route => route.fulfill({ status: 500, json: { message: 'the disk is full' } }))
    await page.goto(plant.list())
    const error = page.getByTestId('state-error')
    await error.getByRole('heading', { name: 'The API tokens could not be loaded' }).waitFor()
    await error.getByText('The disk is full.').waitFor()
    await failure(page, 'The API tokens could not be fetched.').waitFor()
    expect(await page.getByTestId('state-empty').count()).toBe(0)
    await page.unroute(LIST)
    await error.getByRole('button', { name: 'Try again' }).click()
    await waitForTitles(page, ['a'])
  })

  test('[P] an unexpected fault of one area leaves the rest of the page usable', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, '/', { allow: /./ })
    page.removeAllListeners('pageerror')
    await page.route(LIST, route => route.fulfill({ json: { authorizations: [{ id: 1 }], total: 1 } }))
    await page.goto(plant.list())
    await page.getByTestId('state-fault').waitFor()
    await page.unroute(LIST)
    await page.getByTestId('navigation-about').click()
    await page.getByRole('heading', { name: 'About' }).waitFor()
  })

  test('[P][+] signed out meanwhile: back to sign-in, and then here again with the same query string', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const page = await visit(server, plant.list('?searchTerm=a&sortKey=status&sortDirection=asc'))
    await waitForTitles(page, ['a'])
    await page.context().clearCookies()
    await page.reload()
    await page.waitForURL(/\/signin\?/)
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password', { exact: true }).fill('admin-password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(plant.list('?searchTerm=a&sortKey=status&sortDirection=asc'))
    await waitForTitles(page, ['a'])
  })

  test('[+] somebody who may not change tokens here is told so, and finds the controls switched off', async () => {
    const plant = await newPlant(server)
    const member = await newUser(plant, 'mia', 'members')
    const { id } = await plant.newToken('of the plant')
    const page = await visit(server, plant.list(), { as: member })
    const button = page.getByTestId('generate')
    await page.locator('[data-testid="generate"][aria-disabled="true"]').waitFor()
    expect(await button.getAttribute('title')).toMatch(/Ask an owner of the organization/)
    for (const hook of [`token-edit-${id}`, `token-delete-${id}`, `token-menu-${id}`, `token-select-${id}`]) {
      expect(await page.getByTestId(hook).isDisabled()).toBe(true)
    }
    await button.click({ force: true })
    expect(await page.getByRole('menu').count()).toBe(0)
    await page.getByTestId(`token-title-${id}`).click()
    await page
      .getByRole('dialog')
      .getByText(/Ask an owner of the organization/)
      .waitFor()
    expect(await page.getByTestId('status-switch').isDisabled()).toBe(true)
    expect((await readToken(server, id)).httpStatus).toBe(200)
  })

  test('[+] where reading is forbidden the page says so, and whom to ask', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, '/')
    await page.route(LIST, route => route.fulfill({ status: 403, json: { message: 'you may not read these' } }))
    await page.goto(plant.list())
    const forbidden = page.getByTestId('state-forbidden')
    await forbidden.getByRole('heading', { name: 'You may not see the tokens of this organization' }).waitFor()
    await forbidden.getByText(/Ask an owner of/).waitFor()
    expect(await page.getByTestId('state-empty').count()).toBe(0)
  })

  test('an owner of the organization sees and changes all of its tokens', async () => {
    const plant = await newPlant(server)
    const owner = await newUser(plant, 'olga', 'owners')
    const { id } = await plant.newToken('of the plant')
    const page = await visit(server, plant.list(), { as: owner })
    await page.getByTestId(`token-title-${id}`).click()
    await page.getByRole('switch', { name: 'Status' }).click()
    await success(page, 'is inactive').waitFor()
    expect((await readToken(server, id)).status).toBe('inactive')
  })
})

describe('17. legacy and special tokens', () => {
  test('[P] v1 credentials are not on this page', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const answer = await server.request('POST', '/private/legacy/authorizations', {
      token: server.onboarded!.operator,
      body: {
        orgID: plant.id,
        token: 'telegraf',
        description: 'v1 of telegraf',
        permissions: [{ action: 'read', resource: { type: 'buckets', orgID: plant.id } }],
      },
    })
    expect(answer.status).toBe(201)
    const page = await visit(server, plant.list())
    expect(await shownTitles(page)).toEqual(['a'])
  })

  test('the operator token is marked as such, and deleting it is warned of', async () => {
    const { orgId, operatorAuthId } = server.onboarded!
    const page = await visit(server, `/orgs/${orgId}/load-data/tokens`)
    await page.getByTestId(`token-row-${operatorAuthId}`).getByText('Operator', { exact: true }).waitFor()
    await page.getByTestId(`token-delete-${operatorAuthId}`).click()
    await page.getByText('It is an operator token, which manages the whole server.').waitFor()
    await page.getByText('Keep at least one').waitFor()
    await page.keyboard.press('Escape')
    expect((await readToken(server, operatorAuthId)).httpStatus).toBe(200)
  })

  test('deleting the operator token among several is warned of, and "Cancel" deletes nothing', async () => {
    const { operatorAuthId, operator } = server.onboarded!
    const page = await visit(server, `/orgs/${server.onboarded!.orgId}/load-data/tokens`)
    await page.getByTestId(`token-select-${operatorAuthId}`).click()
    await page.getByTestId('bulk-delete').click()
    await page.getByText('1 is an operator token, which manages the whole server.').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    expect((await server.request('GET', '/api/v2/me', { token: operator })).status).toBe(200)
  })
})
