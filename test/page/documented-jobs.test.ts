// What the documentation of InfluxDB tells people to do with tokens, done as it says, by somebody who has read nothing else.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Onboarded, type Server, startServer } from '../e2e/server.ts'
import { NARROW, visit } from './browser.ts'

let server: Server
let known: Onboarded

beforeAll(async () => {
  server = await startServer({ onboard: true })
  known = server.onboarded!
})

const list = () => `/orgs/${known.orgId}/load-data/tokens`

/** A token that may write and read the first bucket, made by the API. */
async function newToken(description: string): Promise<{ id: string; secret: string }> {
  const resource = { type: 'buckets', id: known.bucketId, orgID: known.orgId }
  const permissions = (['read', 'write'] as const).map(action => ({ action, resource }))
  const answer = await server.request('POST', '/api/v2/authorizations', {
    token: known.operator,
    body: { orgID: known.orgId, description, permissions },
  })
  const { id, token } = answer.json()
  return { id, secret: token }
}

const read = async (id: string) =>
  (await server.request('GET', `/api/v2/authorizations/${id}`, { token: known.operator })).json()

/** What a program gets that presents the secret: 200 while the token is accepted. */
const statusOf = async (secret: string) =>
  (await server.request('GET', `/api/v2/buckets?orgID=${known.orgId}`, { token: secret })).status

describe.each([
  ['wide', undefined],
  ['narrow', NARROW],
])('on a %s screen', (_, viewport) => {
  const options = viewport === undefined ? {} : { viewport }

  test('"Click the pencil beside the description, type, and click anywhere else to save"', async () => {
    const { id } = await newToken('before')
    const page = await visit(server, list(), options)
    await page.getByTestId(`token-edit-${id}`).click()
    await page.locator('[data-testid="token-edit-input"]:focus').waitFor()
    await page.keyboard.type('Line 3, furnace')
    await page.getByRole('heading', { name: 'Load Data' }).click()
    await page.getByRole('status').filter({ hasText: 'was updated' }).waitFor()
    expect((await read(id)).description).toBe('Line 3, furnace')
    expect(await page.getByTestId(`token-title-${id}`).textContent()).toBe('Line 3, furnace')
  })

  test('"Click the description of the token, and click the Active toggle": done at once', async () => {
    const { id, secret } = await newToken('Gateway')
    expect(await statusOf(secret)).toBe(200)
    const page = await visit(server, list(), options)
    await page.getByTestId(`token-title-${id}`).click()
    const toggle = page.getByRole('switch', { name: 'Status' })
    expect(await toggle.getAttribute('aria-checked')).toBe('true')
    await toggle.click()
    await page.getByTestId('notification-success').waitFor()
    expect(await statusOf(secret)).toBe(401)
    expect((await read(id)).status).toBe('inactive')

    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('is active: it is accepted from now on').waitFor()
    expect(await statusOf(secret)).toBe(200)
  })

  test('"Generate API Token > All Access API Token": the token that is shown once works', async () => {
    const page = await visit(server, list(), { ...options, clipboard: true })
    await page.getByTestId('generate').click()
    await page.getByTestId('generate-all-access').click()
    await page.getByRole('textbox', { name: 'Description' }).fill('For the installer')
    await page.getByRole('button', { name: 'Save' }).click()
    const secret = await page.getByRole('textbox', { name: 'API token' }).inputValue()
    expect(await statusOf(secret)).toBe(200)

    await page.getByRole('button', { name: 'Copy token' }).click()
    await page.getByText('The token is on the clipboard.').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret)
    await page.getByTestId('secret-done').click()
    await page.getByRole('button', { name: 'For the installer', exact: true }).first().waitFor()
    expect(await page.content()).not.toContain(secret)
  })
})
