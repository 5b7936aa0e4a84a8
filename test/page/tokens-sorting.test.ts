// The order of the list. Page contract 5.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, recordRequests, shownTitles, waitForTitles } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

const CHOICES = [
  'Description (A → Z)',
  'Description (Z → A)',
  'Status (active first)',
  'Status (inactive first)',
  'Created (oldest first)',
  'Created (newest first)',
]

describe('5. sorting', () => {
  test('[P] one drop-down that says "Sort by" and the choice; six choices in the known order, the first by default', async () => {
    const plant = await newPlant(server)
    await plant.newToken('a')
    const page = await visit(server, plant.list())
    const button = page.getByRole('button', { name: /^Sort by/ })
    expect(await button.textContent()).toBe(`Sort by ${CHOICES[0]}`)
    await button.click()
    const offered = page.getByRole('menuitemradio')
    expect(await offered.allTextContents()).toEqual(CHOICES)
    expect(await page.getByRole('menuitemradio', { checked: true }).textContent()).toBe(CHOICES[0])
    await page.keyboard.press('Escape')
    expect(await offered.count()).toBe(0)
    expect(await page.locator(':focus').getAttribute('data-testid')).toBe('tokens-sort')
  })

  test('[P] each choice orders the whole list at the server, is in the query string at once, and survives a reload', async () => {
    const plant = await newPlant(server)
    for (const [description, status] of [
      ['beta', 'inactive'],
      ['Alpha', 'active'],
      ['gamma', 'active'],
    ] as const) {
      await plant.newToken(description, { status })
    }
    const orders = {
      'description-asc': ['Alpha', 'beta', 'gamma'],
      'description-desc': ['gamma', 'beta', 'Alpha'],
      'status-asc': ['Alpha', 'gamma', 'beta'],
      'status-desc': ['beta', 'gamma', 'Alpha'],
      'createdAt-asc': ['beta', 'Alpha', 'gamma'],
      'createdAt-desc': ['gamma', 'Alpha', 'beta'],
    }
    const page = await visit(server, plant.list('?sortKey=createdAt&sortDirection=asc'))
    for (const [choice, wanted] of Object.entries(orders)) {
      await page.getByTestId('tokens-sort').click()
      await page.getByTestId(`tokens-sort-${choice}`).click()
      await waitForTitles(page, wanted)
      const [key, direction] = choice.split('-')
      const query = new URL(page.url()).search
      expect(query).toBe(choice === 'description-asc' ? '' : `?sortKey=${key}&sortDirection=${direction}`)
    }
    await page.reload()
    await waitForTitles(page, orders['createdAt-desc'])
  })

  test('[P] text is ordered without regard to case, digits as numbers, and a missing description comes first', async () => {
    const plant = await newPlant(server)
    for (const description of ['b', 't10', 'A', 'T2', 'C', '', 't1']) await plant.newToken(description)
    const page = await visit(server, plant.list())
    expect(await shownTitles(page)).toEqual(['Describe this token', 'A', 'b', 'C', 't1', 'T2', 't10'])
  })

  test('[F] creation times are compared as instants: what was made later stands later, whatever its digits', async () => {
    const plant = await newPlant(server)
    const wanted = Array.from({ length: 10 }, (_, i) => `made as number ${i}`)
    for (const description of wanted) await plant.newToken(description)
    const page = await visit(server, plant.list('?sortKey=createdAt&sortDirection=desc'))
    expect(await shownTitles(page)).toEqual(wanted.toReversed())
    const times = await page
      .locator('dd time[datetime]')
      .evaluateAll(all => all.map(one => one.getAttribute('datetime')))
    expect(times.length).toBeGreaterThanOrEqual(10)
  })

  test('[P] another order begins on the first page', async () => {
    const plant = await newPlant(server)
    for (let i = 10; i < 22; i++) await plant.newToken(`pump ${i}`)
    const page = await visit(server, plant.list('?page=2'))
    await waitForTitles(page, ['pump 20', 'pump 21'])
    const sent = await recordRequests(page)
    await page.getByTestId('tokens-sort').click()
    await page.getByTestId('tokens-sort-description-desc').click()
    await page.waitForURL(plant.list('?sortKey=description&sortDirection=desc'))
    expect((await shownTitles(page))[0]).toBe('pump 21')
    expect(sent.some(({ path }) => path.includes('sortBy=description&descending=true'))).toBe(true)
  })
})
