// Where the API Tokens screen is, and what its address holds. Page contract 2.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, recordRequests, shownTitles, waitForTitles } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

describe('2. where it lives', () => {
  test('[P] "Load Data" in the navigation opens its first screen, the item "API Tokens" below it opens this one', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, `/orgs/${plant.id}/about`)
    const navigation = page.getByRole('navigation', { name: 'Main' })
    await navigation.getByRole('link', { name: 'Load Data' }).click()
    await page.waitForURL(`/orgs/${plant.id}/load-data/buckets`)
    await navigation.getByRole('link', { name: 'API Tokens' }).click()
    await page.waitForURL(plant.list())
    const links = await navigation.getByRole('link').allTextContents()
    expect(links.slice(0, 3)).toEqual(['Load Data', 'Buckets', 'API Tokens'])
  })

  test('[P] the heading is "Load Data", and the tabs below it end with "API Tokens", which is the current one', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list())
    await page.getByRole('heading', { level: 1, name: 'Load Data' }).waitFor()
    const tabs = page.getByRole('navigation', { name: 'Load Data' }).getByRole('link')
    expect(await tabs.last().textContent()).toBe('API Tokens')
    expect(await tabs.last().getAttribute('aria-current')).toBe('page')
    expect(await tabs.first().getAttribute('aria-current')).toBeNull()
  })

  test('[P] below 870 px the tabs are a drop-down that says the current one, and changes it', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list(), { viewport: { width: 860, height: 700 } })
    const choice = page.getByRole('combobox', { name: 'Load Data' })
    await choice.waitFor()
    expect(await page.getByRole('navigation', { name: 'Load Data' }).count()).toBe(0)
    expect(await choice.locator('option:checked').textContent()).toBe('API Tokens')
    await choice.selectOption('Buckets')
    await page.waitForURL(/load-data\/buckets$/)
  })

  test('[P] the title of the document names "API Tokens", "Load Data" and the product', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list())
    await page.getByRole('heading', { name: 'Load Data' }).waitFor()
    expect(await page.title()).toBe('API Tokens | Load Data | Sluice')
  })

  test('[P] /me/tokens leads to the current organization, whoever one is, with the query string', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list())
    await page.getByRole('heading', { name: 'Load Data' }).waitFor()
    await page.goto('/me/tokens?sortKey=status&sortDirection=desc')
    await page.waitForURL(plant.list('?sortKey=status&sortDirection=desc'))
  })

  test.each([
    ['all-access', 'Generate All Access API Token', 'Save'],
    ['custom-api', 'Generate Custom API Token', 'Generate'],
  ])(
    '[P][F] .../generate/%s opens the dialog with the types that the server lists; closing it returns to the list',
    async (kind, title, button) => {
      const plant = await newPlant(server)
      const page = await visit(server, '/signin', { as: null })
      const sent = await recordRequests(page)
      await page.goto(plant.list(`/generate/${kind}?sortKey=status&sortDirection=desc`))
      await page.getByLabel('User name').fill('admin')
      await page.getByLabel('Password', { exact: true }).fill('admin-password')
      await page.getByRole('button', { name: 'Sign in' }).click()
      const dialog = page.getByRole('dialog', { name: title })
      await dialog.getByRole('button', { name: button, exact: true }).waitFor()
      expect(sent.filter(({ path }) => path === '/api/v2/resources')).toHaveLength(1)
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await page.waitForURL(plant.list('?sortKey=status&sortDirection=desc'))
      expect(await page.getByRole('dialog').count()).toBe(0)
    },
  )

  test('[P] what is searched, sorted and paged is in the query string, and makes no entries in the history', async () => {
    const plant = await newPlant(server)
    for (let i = 1; i <= 12; i++) await plant.newToken(`pump ${i + 10}`)
    await plant.newToken('valve')
    const page = await visit(server, `/orgs/${plant.id}/about`)
    const entries = () => page.evaluate<number>('history.length')
    await page.getByTestId('navigation-tokens').click()
    await page.waitForURL(plant.list())
    const before = await entries()
    await page.getByTestId('tokens-search').fill('pump')
    await page.waitForURL(plant.list('?searchTerm=pump'))
    await page.getByTestId('tokens-sort').click()
    await page.getByRole('menuitemradio', { name: 'Description (Z → A)' }).click()
    await page.waitForURL(plant.list('?searchTerm=pump&sortKey=description&sortDirection=desc'))
    await page.getByRole('button', { name: 'Page 2' }).click()
    await page.waitForURL(plant.list('?searchTerm=pump&sortKey=description&sortDirection=desc&page=2'))
    await waitForTitles(page, ['pump 12', 'pump 11'])
    expect(await entries()).toBe(before)
    await page.goBack()
    await page.getByRole('heading', { name: 'About' }).waitFor()
  })

  test('[P] the query string is read back on load', async () => {
    const plant = await newPlant(server)
    for (let i = 1; i <= 12; i++) await plant.newToken(`pump ${i + 10}`)
    await plant.newToken('valve')
    const page = await visit(server, plant.list('?searchTerm=PUMP&sortKey=description&sortDirection=desc&page=2'))
    expect(await shownTitles(page)).toEqual(['pump 12', 'pump 11'])
    expect(await page.getByTestId('tokens-search').inputValue()).toBe('PUMP')
    expect(await page.getByTestId('tokens-sort').textContent()).toBe('Sort by Description (Z → A)')
    expect(await page.locator('[aria-current="page"]').last().textContent()).toBe('2')
  })

  test.each([
    '?sortKey=secret&sortDirection=up&page=zero&pageSize=3&status=odd',
    '?page=-1&sortDirection=DESC',
    '?page=1e9&sortKey=',
  ])('[P] unknown values of the query string are ignored: %s', async query => {
    const plant = await newPlant(server)
    await plant.newToken('b')
    await plant.newToken('a')
    const page = await visit(server, plant.list(query))
    expect(await shownTitles(page)).toEqual(['a', 'b'])
    expect(await page.getByTestId('tokens-sort').textContent()).toBe('Sort by Description (A → Z)')
  })
})
