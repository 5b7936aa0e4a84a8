// A network and a server that fail: nothing typed is lost, no row says what is not so, and nothing is left unhandled (the
// harness fails a test for any error of the page).
import type { Page, Route } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { SETUP, type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { sessionOf, visit } from './browser.ts'
import {
  changesIn,
  failure,
  newPlant,
  type Plant,
  readToken,
  recordRequests,
  shownTitles,
  success,
  type TokenJson,
  waitForFocus,
  waitForTitles,
} from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

/** What browsers write of their own accord for what the tests make fail. */
const EXPECTED = /status of 5\d\d|ERR_FAILED|ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE/

const DETAILS = 'API Token Summary'

/** A row of an organization of its own, on the screen. */
async function opened(): Promise<{ plant: Plant; token: TokenJson; page: Page }> {
  const plant = await newPlant(server)
  const token = await plant.newToken('Line 3')
  const page = await visit(server, plant.list(), { allow: EXPECTED })
  await waitForTitles(page, ['Line 3'])
  return { plant, token, page }
}

const one = ({ id }: TokenJson) => `**/api/v2/authorizations/${id}`
const COLLECTION = '**/api/v2/authorizations'

/** Holds back requests until it is let go of, then does with each what is said. */
async function hold(page: Page, address: string | RegExp, then: (route: Route) => Promise<void>) {
  let letGo = () => {}
  const held = new Promise<void>(resolve => {
    letGo = resolve
  })
  let arrived = () => {}
  const asked = new Promise<void>(resolve => {
    arrived = resolve
  })
  await page.route(address, async route => {
    arrived()
    await held
    await then(route)
  })
  return { asked, letGo: () => letGo() }
}

async function edit(page: Page, { id }: TokenJson, text: string) {
  await page.getByTestId(`token-edit-${id}`).click()
  await waitForFocus(page, 'token-edit-input')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

const FAILURES: readonly (readonly [string, (route: Route) => Promise<void>, RegExp])[] = [
  [
    'no connection',
    route => route.abort('connectionrefused'),
    /The server could not be reached\. Check the connection/,
  ],
  ['a connection that breaks', route => route.abort('connectionreset'), /The server could not be reached/],
  [
    '500 with a reason',
    route => route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } }),
    /The disk is full\./,
  ],
  [
    '503 of a proxy, in HTML',
    route =>
      route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>Bad day</h1><script>alert(1)</script>' }),
    /The server answered with the status 503\./,
  ],
  ['200 with nothing in it', route => route.fulfill({ status: 200, body: '' }), /./],
]

describe.each(FAILURES)('%s', (_, fail, words) => {
  test('while a description is saved in place: the old text is back, and what was typed is one press away', async () => {
    const { page, token } = await opened()
    await page.route(one(token), fail)
    await edit(page, token, 'typed with care')
    const note = failure(page, words).filter({ hasText: '“Line 3” could not be updated.' })
    await note.waitFor()
    await waitForTitles(page, ['Line 3'])
    await page.unrouteAll()
    await note.getByRole('button', { name: 'Edit again' }).click()
    expect(await page.getByTestId('token-edit-input').inputValue()).toBe('typed with care')
    await page.keyboard.press('Enter')
    await success(page, 'was updated').waitFor()
    expect((await readToken(server, token.id)).description).toBe('typed with care')
  })

  test('while a token is generated: the dialog keeps all that was chosen, and the second attempt makes one token', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/custom-api'), { allow: EXPECTED })
    await page.getByTestId('token-description').fill('typed with care')
    await page.getByTestId('permission-group-other').click()
    await page.getByTestId('permission-read-tasks').click()
    await page.route(COLLECTION, fail)
    await page.getByTestId('generate-save').click()
    await failure(page, words).filter({ hasText: 'The API token could not be created.' }).waitFor()
    expect(await page.getByTestId('token-description').inputValue()).toBe('typed with care')
    expect(await page.getByTestId('permission-read-tasks').getAttribute('aria-checked')).toBe('true')
    await page.unrouteAll()
    await page.getByTestId('generate-save').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect((await plant.tokens()).map(({ description }) => description)).toEqual(['typed with care'])
  })

  test('while a token is deleted and switched: the row stays, and shows what is so', async () => {
    const { page, token } = await opened()
    await page.route(one(token), route => (route.request().method() === 'GET' ? route.continue() : fail(route)))
    await page.getByTestId(`token-title-${token.id}`).click()
    await page.getByRole('switch', { name: 'Status' }).click()
    await failure(page, '“Line 3” could not be updated.').waitFor()
    await page.getByRole('switch', { name: 'Status', checked: true }).waitFor()
    await page.keyboard.press('Escape')
    expect((await readToken(server, token.id)).status).toBe('active')
    await page.getByTestId(`token-row-${token.id}`).getByText('Active', { exact: true }).waitFor()
  })
})

describe('slow', () => {
  test('a list that takes long says so, keeps the frame, and shows the rows when they come', async () => {
    const { page, plant } = await opened()
    const { letGo } = await hold(page, /authorizations\?orgID/, route => route.continue())
    await page.reload()
    await page.getByTestId('state-loading').waitFor()
    await page.getByRole('heading', { name: 'Load Data' }).waitFor()
    letGo()
    await waitForTitles(page, ['Line 3'])
    expect(await plant.tokens()).toHaveLength(1)
  })

  test('while other rows are on their way the old ones stay, marked as busy', async () => {
    const { page } = await opened()
    const { asked, letGo } = await hold(page, /search=nothing/, route => route.continue())
    await page.getByTestId('tokens-search').fill('nothing')
    await asked
    expect(await page.getByTestId('tokens-list').getAttribute('aria-busy')).toBe('true')
    letGo()
    await page.getByTestId('state-no-match').waitFor()
  })

  test('a save that takes long is sent once, however often one presses', async () => {
    const { page, token } = await opened()
    await page.getByTestId(`token-title-${token.id}`).click()
    const sent = await recordRequests(page)
    const { asked, letGo } = await hold(page, one(token), route => route.continue())
    await page.getByRole('dialog', { name: DETAILS }).getByRole('textbox', { name: 'Description' }).fill('Line 4')
    for (let i = 0; i < 3; i++) await page.keyboard.press('Enter')
    await asked
    letGo()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(changesIn(sent)).toHaveLength(1)
  })
})

describe('an answer after the dialog was closed', () => {
  test('of the details: a failed save is reported, and the row keeps what is so', async () => {
    const { page, token } = await opened()
    await page.getByTestId(`token-title-${token.id}`).click()
    const { asked, letGo } = await hold(page, one(token), route =>
      route.request().method() === 'PATCH' ? route.fulfill({ status: 500, json: { message: 'no' } }) : route.continue(),
    )
    await page.getByRole('dialog').getByRole('textbox', { name: 'Description' }).fill('Line 4')
    await page.keyboard.press('Enter')
    await asked
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    letGo()
    await failure(page, '“Line 3” could not be updated.').waitFor()
    expect(await shownTitles(page)).toEqual(['Line 3'])
  })

  test('of the details: a save that succeeds closes no other dialog', async () => {
    const { page, plant, token } = await opened()
    const other = await plant.newToken('Other')
    await page.reload()
    await page.getByTestId(`token-title-${token.id}`).click()
    const { asked, letGo } = await hold(page, one(token), route => route.continue())
    await page.getByRole('dialog').getByRole('textbox', { name: 'Description' }).fill('Line 4')
    await page.keyboard.press('Enter')
    await asked
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByTestId(`token-title-${other.id}`).click()
    letGo()
    await success(page, '“Line 4” was updated.').waitFor()
    expect(await page.getByRole('dialog').getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Other')
  })

  test('of a new token: its secret is shown, or it is said that the token exists; it is never lost in silence', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'))
    await page.getByTestId('generate-save').waitFor()
    const { asked, letGo } = await hold(page, COLLECTION, route => route.continue())
    await page.getByTestId('generate-save').click()
    await asked
    await page.keyboard.press('Escape')
    letGo()
    await success(page, 'The API token was created.').waitFor()
    const told = page.getByTestId('secret').or(page.getByTestId('notification-error'))
    await told.first().waitFor()
    if ((await page.getByTestId('secret').count()) > 0) secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect(await plant.tokens()).toHaveLength(1)
  })
})

describe('the session ends', () => {
  test('in the middle of a save in place: the password is asked for over the page, and the save goes on', async () => {
    const { page, token } = await opened()
    await page.context().clearCookies()
    await edit(page, token, 'typed with care')
    const question = page.getByRole('dialog', { name: 'Your session has ended' })
    await question.getByLabel('Password', { exact: true }).fill(SETUP.password)
    await question.getByRole('button', { name: 'Continue' }).click()
    await success(page, '“typed with care” was updated.').waitFor()
    expect((await readToken(server, token.id)).description).toBe('typed with care')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('at the server, while a custom token is put together: nothing chosen is lost', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/custom-api'))
    await page.getByTestId('token-description').fill('typed with care')
    await page.getByTestId('permission-group-other').click()
    await page.getByTestId('permission-write-tasks').click()
    const [cookie] = await page.context().cookies(`${server.url}/api/`)
    const headers = { cookie: `${cookie!.name}=${cookie!.value}` }
    expect((await server.request('POST', '/api/v2/signout', { headers })).status).toBe(204)
    await page.getByTestId('generate-save').click()
    const question = page.getByRole('dialog', { name: 'Your session has ended' })
    await question.getByLabel('Password', { exact: true }).fill(SETUP.password)
    await page.keyboard.press('Enter')
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    expect(await plant.tokens()).toMatchObject([{ description: 'typed with care' }])
  })

  test('for two requests at once: one question, and both go on', async () => {
    const { page } = await opened()
    await page.context().clearCookies()
    await page.getByTestId('tokens-search').fill('Line')
    await page.getByTestId('tokens-status').selectOption('Active')
    const question = page.getByRole('dialog', { name: 'Your session has ended' })
    await question.waitFor()
    expect(await question.count()).toBe(1)
    await page.context().addCookies([await sessionOf(server, SETUP)])
    await question.getByLabel('Password', { exact: true }).fill(SETUP.password)
    await page.keyboard.press('Enter')
    await question.waitFor({ state: 'detached' })
    await waitForTitles(page, ['Line 3'])
  })
})

describe('somebody else deletes the token', () => {
  const removeElsewhere = ({ id }: TokenJson) =>
    server.request('DELETE', `/api/v2/authorizations/${id}`, { token: server.onboarded!.operator })

  test('that is edited in place: it is said, and the row goes', async () => {
    const { page, token } = await opened()
    await page.getByTestId(`token-edit-${token.id}`).click()
    await waitForFocus(page, 'token-edit-input')
    await page.keyboard.type('typed with care')
    await removeElsewhere(token)
    await page.keyboard.press('Enter')
    await failure(page, '“Line 3” could not be updated. Somebody else has deleted it meanwhile.').waitFor()
    await page.getByTestId('state-empty').waitFor()
  })

  test('whose details are open: it is said, and what was typed stays to be copied', async () => {
    const { page, token } = await opened()
    await page.getByTestId(`token-title-${token.id}`).click()
    const input = page.getByRole('dialog').getByRole('textbox', { name: 'Description' })
    await input.fill('typed with care')
    await removeElsewhere(token)
    await page.keyboard.press('Enter')
    await failure(page, 'Somebody else has deleted it meanwhile.').waitFor()
    await page.getByRole('dialog').getByText('Somebody else has deleted this token meanwhile.').waitFor()
    expect(await input.inputValue()).toBe('typed with care')
  })

  test('that is deleted here too: what was wanted is so, and the row goes', async () => {
    const { page, token } = await opened()
    await removeElsewhere(token)
    await page.getByTestId(`token-delete-${token.id}`).click()
    await page.getByTestId('token-delete-confirm').click()
    await page.getByTestId('state-empty').waitFor()
    expect(await page.getByTestId('notification-error').count()).toBe(0)
  })
})
