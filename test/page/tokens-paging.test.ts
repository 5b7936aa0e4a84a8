// The pages of the list. Page contract 6.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, type Plant, recordRequests, shownTitles, waitForTitles } from './tokens-page.ts'

let server: Server
let many: Plant

beforeAll(async () => {
  server = await startServer({ onboard: true })
  many = await newPlant(server)
  for (let i = 100; i < 195; i++) await many.newToken(`pump ${i}`)
})

const tenFrom = (first: number) => Array.from({ length: 10 }, (_, i) => `pump ${first + i}`)

describe('6. paging', () => {
  test('[P] ten tokens a page, numbers with arrows, and an ellipsis where there are many', async () => {
    const page = await visit(server, many.list())
    const pager = page.getByRole('navigation', { name: 'Pages' })
    expect(await shownTitles(page)).toEqual(tenFrom(100))
    const numbers = pager.getByRole('button', { name: /^Page / })
    expect(await numbers.allTextContents()).toEqual(['1', '2', '3', '4', '5', '10'])
    expect(await pager.getByText('…').count()).toBe(1)
    expect(await pager.getByRole('button', { name: 'Previous page' }).isDisabled()).toBe(true)
    await pager.getByRole('button', { name: 'Next page' }).click()
    await waitForTitles(page, tenFrom(110))
    expect(page.url()).toContain('page=2')
    await pager.getByRole('button', { name: 'Page 10' }).click()
    await waitForTitles(page, tenFrom(190).slice(0, 5))
    expect(await pager.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true)
    expect(await pager.getByRole('button', { name: 'Page 10' }).getAttribute('aria-current')).toBe('page')
    await pager.getByRole('button', { name: 'Previous page' }).click()
    await waitForTitles(page, tenFrom(180))
  })

  test('[P] the server pages: never more is asked for than is shown', async () => {
    const page = await visit(server, '/signin')
    const sent = await recordRequests(page)
    await page.goto(many.list('?page=3'))
    await waitForTitles(page, tenFrom(120))
    const lists = sent.filter(({ path }) => path.startsWith('/api/v2/authorizations?'))
    expect(lists.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('limit'))).toEqual(['10'])
    expect(lists[0]?.path).toContain('offset=20')
  })

  test('[P] a valid page of the address is honoured, one out of range is ignored', async () => {
    const page = await visit(server, many.list('?page=10'))
    await waitForTitles(page, tenFrom(190).slice(0, 5))
    await page.goto(many.list('?page=11'))
    await waitForTitles(page, tenFrom(100))
    await page.waitForURL(many.list())
  })

  test('[P] deleting the last token of the last page moves to the new last page', async () => {
    const plant = await newPlant(server)
    for (let i = 100; i < 111; i++) await plant.newToken(`pump ${i}`)
    const page = await visit(server, plant.list('?page=2'))
    await waitForTitles(page, ['pump 110'])
    await page.getByRole('button', { name: 'Delete pump 110' }).click()
    await page.getByTestId('token-delete-confirm').click()
    await waitForTitles(page, tenFrom(100))
    expect(page.url()).not.toContain('page=')
    expect(await plant.tokens()).toHaveLength(10)
  })

  test('[P] a filter that leaves fewer pages never ends on one that is not there', async () => {
    const page = await visit(server, many.list('?page=10'))
    await waitForTitles(page, tenFrom(190).slice(0, 5))
    await page.getByTestId('tokens-search').fill('pump 11')
    await waitForTitles(page, tenFrom(110))
  })

  test('[F] the size of the document depends on the page, not on how many tokens there are', async () => {
    const few = await newPlant(server)
    for (let i = 100; i < 110; i++) await few.newToken(`pump ${i}`)
    const page = await visit(server, few.list())
    await waitForTitles(page, tenFrom(100))
    const nodes = () => page.locator('[data-testid="tokens-list"] *').count()
    const ofFew = await nodes()
    await page.goto(many.list())
    await waitForTitles(page, tenFrom(100))
    expect(await nodes()).toBe(ofFew)
  })

  test('[+] it says how many there are and which are shown, and the size of a page can be chosen and is kept', async () => {
    const page = await visit(server, many.list('?page=2'))
    const pager = page.getByTestId('tokens-pager')
    await pager.getByText('11–20 of 95 tokens').waitFor()
    await pager.getByRole('combobox', { name: 'Rows per page' }).selectOption('50')
    await pager.getByText('1–50 of 95 tokens').waitFor()
    expect(await shownTitles(page)).toHaveLength(50)
    await page.waitForURL(many.list('?pageSize=50'))
    await page.reload()
    expect(await shownTitles(page)).toHaveLength(50)
  })
})
