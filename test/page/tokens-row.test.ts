// One row of the list. Page contract 7.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, readToken, success } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

describe('7. a row', () => {
  test('[P] a description that opens the details, and a pencil beside it; pressing the pencil does not open them', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list())
    const row = page.getByTestId(`token-row-${id}`)
    await row.getByRole('button', { name: 'Edit description of Line 3' }).click()
    await page.getByTestId('token-edit-input').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('Escape')
    await row.getByRole('button', { name: 'Line 3', exact: true }).click()
    await page.getByRole('dialog', { name: 'API Token Summary' }).waitFor()
  })

  test('[P] without a description, the row invites to describe it', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('')
    const page = await visit(server, plant.list())
    expect(await page.getByTestId(`token-title-${id}`).textContent()).toBe('Describe this token')
    await page.getByRole('button', { name: 'Delete token without a description' }).waitFor()
  })

  test('[P] creation absolute, owner by name, last modification relative; the exact instant on hover', async () => {
    const plant = await newPlant(server)
    const { id, createdAt } = await plant.newToken('Line 3')
    await server.request('PATCH', `/api/v2/authorizations/${id}`, {
      token: server.onboarded!.operator,
      body: { description: 'Line 4' },
    })
    const { updatedAt } = await readToken(server, id)
    const page = await visit(server, plant.list())
    const facts = page.getByTestId(`token-row-${id}`).locator('dl > div')
    await facts.first().waitFor()
    expect(await facts.locator('dt').allTextContents()).toEqual(['Created', 'Owner', 'Last modified', 'ID'])
    const created = facts.nth(0).locator('time')
    expect(await created.textContent()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    expect(await created.getAttribute('datetime')).toBe(createdAt)
    expect(await created.getAttribute('title')).toContain(createdAt)
    expect(await facts.nth(1).locator('dd').textContent()).toBe('admin')
    const modified = facts.nth(2).locator('time')
    expect(await modified.textContent()).toMatch(/just now|ago|minute/)
    expect(await modified.getAttribute('datetime')).toBe(updatedAt)
  })

  test('[P] the owner is whom the token belongs to, not who made it', async () => {
    const plant = await newPlant(server)
    const operator = { token: server.onboarded!.operator }
    const user = (await server.request('POST', '/api/v2/users', { ...operator, body: { name: 'marta' } })).json()
    const body = { id: user.id }
    await server.request('POST', `/api/v2/orgs/${plant.id}/owners`, { ...operator, body })
    const { id } = await plant.newToken('of somebody else', { userID: user.id })
    const page = await visit(server, plant.list())
    expect(await page.getByTestId(`token-row-${id}`).locator('.token-owner').textContent()).toBe('marta')
  })

  test('[P] last used is not claimed: no row has a time under that name', async () => {
    const plant = await newPlant(server)
    await plant.newToken('Line 3')
    const page = await visit(server, plant.list())
    await page.getByText('Last modified').waitFor()
    expect(await page.getByText(/last used/i).count()).toBe(0)
  })

  test('[P] trash and gear are always visible', async () => {
    const plant = await newPlant(server)
    const { id } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list())
    for (const hook of [`token-delete-${id}`, `token-menu-${id}`]) {
      await page.getByTestId(hook).waitFor()
      expect(await page.getByTestId(hook).evaluate(one => one.computedStyleMap().get('opacity')?.toString())).toBe('1')
    }
  })

  test('[F] a status is written out, and never told by dimming alone', async () => {
    const plant = await newPlant(server)
    const active = await plant.newToken('on')
    const inactive = await plant.newToken('off', { status: 'inactive' })
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-row-${active.id}`).getByText('Active', { exact: true }).waitFor()
    await page.getByTestId(`token-row-${inactive.id}`).getByText('Inactive', { exact: true }).waitFor()
  })

  test('[+] the id is shown and can be copied; of the secret nothing is shown', async () => {
    const plant = await newPlant(server)
    const { id, token } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list(), { clipboard: true })
    await page.getByRole('button', { name: `Copy ID ${id}` }).click()
    await success(page, 'The ID was copied.').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id)
    const content = await page.content()
    for (let from = 0; from + 8 <= token.length; from += 4) expect(content).not.toContain(token.slice(from, from + 8))
  })

  test('[+] an expiry is told in words, and one that is over too', async () => {
    const plant = await newPlant(server)
    const soon = new Date(Date.now() + 3 * 86_400_000 + 60_000).toISOString()
    const { id } = await plant.newToken('guest', { expiresAt: soon })
    const page = await visit(server, plant.list())
    await page.getByTestId(`token-row-${id}`).getByText('Expires in 3 days').waitFor()
  })
})
