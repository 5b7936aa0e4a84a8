// Members of an organization, against a real server.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { SETUP, type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'

let server: Server
let address: string
const token = SETUP.token
const PASSWORD = 'a first password'

beforeAll(async () => {
  server = await startServer({ onboard: true })
  address = `/orgs/${server.onboarded!.orgId}/members`
})

async function addUser(name: string, role?: 'members' | 'owners'): Promise<string> {
  const { id } = (await server.request('POST', '/api/v2/users', { token, body: { name } })).json()
  await server.request('POST', `/api/v2/users/${id}/password`, { token, body: { password: PASSWORD } })
  if (role) await server.request('POST', `/api/v2/orgs/${server.onboarded!.orgId}/${role}`, { token, body: { id } })
  return id
}

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${name}\\b`) })
const invite = (page: Page) => page.getByRole('dialog', { name: 'Invite a member to org1' })

test('the list names everybody with his role, and marks oneself', async () => {
  await addUser('grace', 'members')
  const page = await visit(server, address)
  expect(await row(page, 'grace').innerText()).toMatch(/Member\s+Active/)
  expect(await row(page, SETUP.username).innerText()).toMatch(/You\s+Owner\s+Active/)
})

describe('inviting', () => {
  test('creates a user with a first password, who can then sign in and see the organization', async () => {
    const page = await visit(server, address)
    await page.getByTestId('member-invite').click()
    await invite(page).getByLabel('User name').fill('linus')
    await invite(page).getByLabel('First password', { exact: true }).fill('short')
    await page.getByTestId('invite-submit').click()
    await page.getByText('The password is too short').waitFor()
    await invite(page).getByLabel('First password', { exact: true }).fill(PASSWORD)
    await page.getByTestId('invite-submit').click()
    await page.getByText('linus now belongs to org1.').waitFor()
    await row(page, 'linus').waitFor()
    const theirs = await visit(server, '/', { as: { username: 'linus', password: PASSWORD } })
    await theirs.getByRole('button', { name: 'Organization org1' }).waitFor()
  })

  test('adds somebody who is a user already, as an owner too', async () => {
    await addUser('margaret')
    const page = await visit(server, address)
    await page.getByTestId('member-invite').click()
    await invite(page).getByLabel('User name').fill('margaret')
    await invite(page).getByLabel('First password', { exact: true }).fill(PASSWORD)
    await page.getByTestId('invite-submit').click()
    await page
      .getByRole('alert')
      .getByText(/There is a user with the name margaret already/)
      .waitFor()
    await invite(page).getByLabel('Who is it?').selectOption('existing')
    await invite(page).getByLabel('Role').selectOption('owner')
    await page.getByTestId('invite-submit').click()
    expect(await row(page, 'margaret').innerText()).toContain('Owner')
  })

  test('that breaks off half-way goes on from there when it is tried again', async () => {
    const page = await visit(server, address, { allow: /status of 503/ })
    await page.route('**/password', route =>
      route.fulfill({ status: 503, json: { code: 'unavailable', message: 'busy' } }),
    )
    await page.getByTestId('member-invite').click()
    await invite(page).getByLabel('User name').fill('barbara')
    await invite(page).getByLabel('First password', { exact: true }).fill(PASSWORD)
    await page.getByTestId('invite-submit').click()
    await page.getByRole('alert').getByText('Busy.').waitFor()
    await page.unroute('**/password')
    await page.getByTestId('invite-submit').click()
    await row(page, 'barbara').waitFor()
    const theirs = await visit(server, '/', { as: { username: 'barbara', password: PASSWORD } })
    await theirs.getByTestId('user-menu').waitFor()
  })
})

test('a new password is set for somebody, and the old one stops working', async () => {
  const id = await addUser('edsger', 'members')
  const page = await visit(server, address)
  await page.getByTestId(`member-password-${id}`).click()
  await page.getByLabel('New password', { exact: true }).fill('another password')
  await page.keyboard.press('Enter')
  await page.getByText('edsger has a new password.').waitFor()
  await visit(server, '/', { as: { username: 'edsger', password: 'another password' } })
  await expect(visit(server, '/', { as: { username: 'edsger', password: PASSWORD } })).rejects.toThrow('401')
})

test('removing names the person and what follows, and takes the role away', async () => {
  const id = await addUser('alan', 'members')
  const page = await visit(server, address)
  await page.getByTestId(`member-remove-${id}`).click()
  await page.getByText('Remove alan from org1?').waitFor()
  await page.getByText(/Tokens that alan owns keep working/).waitFor()
  expect(await page.locator(':focus').innerText()).toBe('Cancel')
  await page.getByTestId('member-remove-confirm').click()
  await page.getByText('alan no longer belongs to org1.').waitFor()
  await page.getByTestId(`member-row-${id}`).waitFor({ state: 'detached' })
})

test('whoever may not change members sees them, and whom to ask', async () => {
  await addUser('donald', 'members')
  const page = await visit(server, address, { as: { username: 'donald', password: PASSWORD } })
  await page.getByText('To have somebody added or removed, ask an owner.').waitFor()
  await row(page, 'donald').waitFor()
  expect(await page.getByRole('button', { name: /^(Invite|Remove|Set a password)/ }).count()).toBe(0)
})

test('an owner who is no operator adds those who are users already, by their ID', async () => {
  await addUser('radia', 'owners')
  const id = await addUser('ken')
  const page = await visit(server, address, { as: { username: 'radia', password: PASSWORD } })
  await page.getByText('Who belongs to org1').waitFor()
  // What he may becomes known when the dialog is open already.
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  await page.route('**/api/v2/users/*/permissions', async route => {
    await opened
    await route.continue()
  })
  await page.reload()
  await page.getByTestId('member-invite').click()
  await invite(page).waitFor()
  open()
  await invite(page)
    .getByText(/To create a new user, ask an operator/)
    .waitFor()
  await invite(page).getByLabel('User name or user ID').fill(id)
  await page.getByTestId('invite-submit').click()
  await row(page, 'ken').waitFor()
})
