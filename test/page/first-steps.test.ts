// From an empty data folder to somebody who is signed in, and out again.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { SETUP, type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { NARROW, visit } from './browser.ts'

const PASSWORD = 'correct horse battery'

async function fillIn(page: Page, changes: Record<string, string> = {}): Promise<void> {
  const fields = {
    'User name': 'ada',
    Password: PASSWORD,
    'Password again': PASSWORD,
    Organization: 'Northwind',
    Bucket: 'sensors',
    ...changes,
  }
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
}

const setUpButton = (page: Page) => page.getByRole('button', { name: 'Set up' })

describe('onboarding', () => {
  test('a stranger who opens a fresh server sets it up, keeps the token, and arrives at API Tokens signed in', async () => {
    const server = await startServer()
    const page = await visit(server, '/', { as: null, clipboard: true })
    await page.waitForURL('/onboarding')
    expect(await page.title()).toBe('Set up | Sluice')
    await fillIn(page)
    await setUpButton(page).click()

    const secret = page.getByRole('textbox', { name: 'API token' })
    const token = await secret.inputValue()
    secretsSeen.add(token)
    expect((await server.request('GET', '/api/v2/me', { token })).status).toBe(200)
    const onward = page.getByRole('button', { name: 'Continue to API Tokens' })
    expect(await onward.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Copy token' }).click()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token)
    expect(await page.getByTestId('notification-success').innerText()).not.toContain(token.slice(0, 8))
    await onward.click()

    await page.waitForURL(/\/orgs\/[0-9a-f]{16}\/load-data\/tokens$/)
    expect(await page.getByTestId('user-menu').innerText()).toBe('ada')
    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, location.href, document.cookie])')
    expect(kept).not.toContain(token)
    expect(await page.content()).not.toContain(token)
  })

  test('the token can be downloaded, and leaving before one has it is asked about', async () => {
    const server = await startServer()
    const page = await visit(server, '/onboarding', { as: null })
    await fillIn(page)
    await setUpButton(page).click()
    const token = await page.getByTestId('secret').inputValue()
    secretsSeen.add(token)

    const asked = page.waitForEvent('dialog')
    const left = page.reload({ timeout: 2000 }).catch(() => {})
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await left
    expect(await page.getByTestId('secret').inputValue()).toBe(token)

    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('secret-download').click()])
    expect(file.suggestedFilename()).toBe('sluice-operator-token.txt')
    expect(readFileSync(await file.path(), 'utf8')).toBe(`${token}\n`)
    await page.getByRole('button', { name: 'Continue to API Tokens' }).click()
    await page.waitForURL(/load-data\/tokens$/)
  })

  test('what is wrong is said at its field, the first of them gets the focus, and nothing typed is lost', async () => {
    const server = await startServer()
    const page = await visit(server, '/onboarding', { as: null, viewport: NARROW })
    await page.getByText('At least 8 characters').waitFor()
    await fillIn(page, { Password: 'short', 'Password again': 'shorter', Bucket: '_mine' })
    await setUpButton(page).click()
    const invalid = page.locator('[aria-invalid="true"]')
    expect(await invalid.count()).toBe(3)
    expect(await page.locator(':focus').getAttribute('name')).toBe('password')
    await page.getByText('The two passwords differ.').waitFor()
    await page.getByText('Names that begin with an underscore are kept for the system.').waitFor()
    expect(await page.getByLabel('Organization').inputValue()).toBe('Northwind')
    expect((await server.request('GET', '/api/v2/setup')).json().allowed).toBe(true)
  })

  test('on a server that others can reach, the set-up code is asked for, and a wrong one loses nothing', async () => {
    const server = await startServer({ env: { SLUICE_PUBLIC_URL: 'http://sluice.example' } })
    const code = /code[^0-9a-f]*([0-9a-f]{16})/i.exec(server.output())![1]!
    const page = await visit(server, '/onboarding', { as: null })
    await fillIn(page)
    await setUpButton(page).click()
    await page.getByText('The code is missing or wrong.').waitFor()
    expect(await page.getByLabel('User name').inputValue()).toBe('ada')
    await page.getByLabel('Set-up code').fill(code)
    await setUpButton(page).click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
  })
})

describe('signing in', () => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ onboard: true })
  })

  async function signIn(page: Page, password: string = SETUP.password): Promise<void> {
    await page.getByLabel('User name').fill(SETUP.username)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  test('leads back to the address that was asked for, with its query string', async () => {
    const asked = `/orgs/${server.onboarded!.orgId}/load-data/tokens?searchTerm=a%20b&page=2`
    const page = await visit(server, asked, { as: null })
    await page.waitForURL(/\/signin\?/)
    await signIn(page)
    await page.waitForURL(asked)
  })

  test('with a wrong password is refused in words, and the name stays', async () => {
    const page = await visit(server, '/signin', { as: null })
    await signIn(page, 'wrong-password')
    await page.getByRole('alert').getByText('The user name or the password is wrong.').waitFor()
    expect(await page.getByLabel('User name').inputValue()).toBe(SETUP.username)
  })

  test('an address of somebody else leads nowhere', async () => {
    const page = await visit(server, '/signin?returnTo=//evil.example/', { as: null })
    await signIn(page)
    await page.waitForURL(/load-data\/tokens$/)
    expect(new URL(page.url()).origin).toBe(server.url)
  })

  test('signing out ends the session, for the other tabs too', async () => {
    const page = await visit(server, '/me/tokens')
    await page.waitForURL(/load-data\/tokens$/)
    const [cookie] = await page.context().cookies(`${server.url}/api/`)
    await page.getByTestId('user-menu').click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('/signin')
    const headers = { cookie: `${cookie!.name}=${cookie!.value}` }
    expect((await server.request('GET', '/api/v2/me', { headers })).status).toBe(401)
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in to Sluice' }).waitFor()
  })

  test('a session that ends in the middle of work asks for the password over the page; then the work goes on', async () => {
    const page = await visit(server, `/orgs/${server.onboarded!.orgId}/load-data/buckets`)
    await page.getByTestId('bucket-create').click()
    await page.getByTestId('bucket-name').fill('typed before the session ended')
    await page.context().clearCookies()
    await page.getByTestId('bucket-save').click()

    const question = page.getByRole('dialog', { name: 'Your session has ended' })
    await question.waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await question.getByLabel('Password', { exact: true }).fill('wrong-password')
    await question.getByRole('button', { name: 'Continue' }).click()
    await question.getByText('The password is wrong.').waitFor()
    await question.getByLabel('Password', { exact: true }).fill(SETUP.password)
    await question.getByRole('button', { name: 'Continue' }).click()

    // Without pressing anything again.
    await page.getByRole('row', { name: /typed before the session ended/ }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test("one's own password is changed by proving the old one", async () => {
    const { adminId } = server.onboarded!
    const page = await visit(server, '/')
    await page.getByTestId('user-menu').click()
    await page.getByRole('menuitem', { name: 'Change password' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change password' })
    await dialog.getByLabel('Current password', { exact: true }).fill('not it at all')
    await dialog.getByLabel('New password', { exact: true }).fill('a better password')
    await dialog.getByLabel('New password again', { exact: true }).fill('a better password')
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await dialog.getByText('This is not your current password.').waitFor()
    await dialog.getByLabel('Current password', { exact: true }).fill(SETUP.password)
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password was changed.').waitFor()
    await visit(server, '/', { as: { username: SETUP.username, password: 'a better password' } })
    const back = { token: SETUP.token, body: { password: SETUP.password } }
    expect((await server.request('POST', `/api/v2/users/${adminId}/password`, back)).status).toBe(204)
  })
})

describe('the frame', () => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ onboard: true })
  })

  test('the theme follows the system, can be chosen by hand, and is kept', async () => {
    const page = await visit(server, '/', { colorScheme: 'dark' })
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.getByTestId('user-menu').click()
    const dark = await background()
    await page.getByRole('menuitemradio', { name: 'Light' }).click()
    const light = await background()
    expect(light).not.toBe(dark)
    await page.reload()
    expect(await background()).toBe(light)
    await page.getByTestId('user-menu').click()
    await page.getByRole('menuitemradio', { name: 'As the system' }).click()
    expect(await background()).toBe(dark)
  })

  test('the switcher lists the organizations one sees, leads to the same screen there, and creates one', async () => {
    const page = await visit(server, `/orgs/${server.onboarded!.orgId}/members`)
    await page.getByTestId('org-switcher').click()
    await page.getByRole('menuitem', { name: 'Create organization' }).click()
    await page.getByLabel('Name').fill('Second org')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Organization Second org' }).waitFor()
    await page.getByTestId('navigation-members').click()
    await page.getByTestId('org-switcher').click()
    await page.getByRole('menuitemradio', { name: SETUP.org }).click()
    await page.waitForURL(`/orgs/${server.onboarded!.orgId}/members`)
  })

  test('everything is reached by keyboard: the way past the navigation, menus, dialogs, and the focus comes back', async () => {
    const page = await visit(server, `/orgs/${server.onboarded!.orgId}/about`)
    await page.getByRole('heading', { name: 'About' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.locator(':focus').innerText()).toBe('Skip to content')
    await page.getByTestId('user-menu').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Change password' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    expect(await page.locator(':focus').getAttribute('autocomplete')).toBe('current-password')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.locator(':focus').getAttribute('data-testid')).toBe('user-menu')
  })

  test('an address that is nobody’s says so, and one of a foreign organization too', async () => {
    const page = await visit(server, '/orgs/0123456789abcdef/about')
    await page.getByTestId('state-no-such-org').waitFor()
    await page.goto(`/orgs/${server.onboarded!.orgId}/nowhere`)
    await page.getByTestId('state-no-such-page').waitFor()
    expect(await page.getByTestId('user-menu').count()).toBe(1)
  })

  test('on a narrow screen the navigation is a menu, and nothing is cut off', async () => {
    const page = await visit(server, '/', { viewport: NARROW })
    await page.getByRole('button', { name: 'Navigation' }).click()
    await page.getByRole('menuitem', { name: 'Members' }).click()
    await page.getByRole('heading', { name: 'Members' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  })

  test('a server that cannot be reached is said so, and trying again goes on', async () => {
    const page = await visit(server, '/signin', { allow: /ERR_FAILED/ })
    await page.route('**/api/v2/me', route => route.abort())
    await page.goto(`/orgs/${server.onboarded!.orgId}/about`)
    await page.getByTestId('state-error').waitFor()
    await page.unroute('**/api/v2/me')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'About' }).waitFor()
  })
})
