// Several tokens at once. Page contract 14.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { changesIn, failure, newPlant, recordRequests, success, waitForTitles } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

async function withTokens(count: number) {
  const plant = await newPlant(server)
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push((await plant.newToken(`pump ${i + 10}`)).id)
  const page = await visit(server, plant.list(), { allow: /status of 5\d\d/ })
  await page.getByTestId(`token-select-${ids[0]}`).waitFor()
  return { plant, ids, page }
}

const pageBox = (page: Page) => page.getByRole('checkbox', { name: 'Select page' })
const stateOf = (page: Page) => pageBox(page).getAttribute('aria-checked')
const count = (page: Page, words: string) => page.getByTestId('bulk-count').getByText(words, { exact: true }).waitFor()

describe('14. bulk selection and delete', () => {
  test('[P] a box a row and one for the page: it selects the page, a dash while something else is selected, and clears whatever is', async () => {
    const { page } = await withTokens(12)
    expect(await stateOf(page)).toBe('false')
    await pageBox(page).click()
    expect(await stateOf(page)).toBe('true')
    await count(page, '10 selected')
    await page.getByRole('checkbox', { name: 'Select pump 12' }).click()
    expect(await stateOf(page)).toBe('mixed')
    await count(page, '9 selected')
    await pageBox(page).click()
    expect(await stateOf(page)).toBe('false')
    expect(await page.getByTestId('bulk-count').count()).toBe(0)
  })

  test('[P] while something is selected, search and sort give way to a button that names how many', async () => {
    const { page } = await withTokens(3)
    await page.getByRole('checkbox', { name: 'Select pump 10' }).click()
    expect(await page.getByTestId('tokens-search').count()).toBe(0)
    expect(await page.getByTestId('tokens-sort').count()).toBe(0)
    expect(await page.getByTestId('bulk-delete').textContent()).toBe('Delete 1 token')
    await page.getByRole('checkbox', { name: 'Select pump 11' }).click()
    expect(await page.getByTestId('bulk-delete').textContent()).toBe('Delete 2 tokens')
    await page.getByTestId('bulk-clear').click()
    await page.getByTestId('tokens-search').waitFor()
  })

  test('[F] the selection goes by id, outlives reading the list anew, and says whether it spans pages', async () => {
    const { page } = await withTokens(12)
    await pageBox(page).click()
    await page.getByRole('button', { name: 'Page 2' }).click()
    await waitForTitles(page, ['pump 20', 'pump 21'])
    await count(page, '10 selected, 0 on this page')
    expect(await stateOf(page)).toBe('mixed')
    await page.getByRole('checkbox', { name: 'Select pump 20' }).click()
    await count(page, '11 selected, 1 on this page')
    await page.getByRole('button', { name: 'Page 1' }).click()
    await page.getByRole('checkbox', { name: 'Select pump 19', checked: true }).waitFor()
    await count(page, '11 selected, 10 on this page')
  })

  test('[P] delete: the question repeats the number and says what follows; one request each; the rows go; the selection is cleared', async () => {
    const { page, plant, ids } = await withTokens(3)
    const sent = await recordRequests(page)
    await page.getByTestId(`token-select-${ids[0]}`).click()
    await page.getByTestId(`token-select-${ids[2]}`).click()
    await page.getByTestId('bulk-delete').click()
    const question = page.getByRole('dialog', { name: 'Delete 2 tokens' })
    await question.getByText('2 tokens will be deleted for good. This cannot be undone.').waitFor()
    await question.getByText('2 are active: whatever uses them stops working at once.').waitFor()
    await page.locator(':focus').filter({ hasText: 'Cancel' }).waitFor()
    await question.getByTestId('bulk-confirm').click()
    await success(page, '2 tokens were deleted.').waitFor()
    await waitForTitles(page, ['pump 11'])
    expect(await page.getByTestId('bulk-count').count()).toBe(0)
    expect(changesIn(sent).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `DELETE /api/v2/authorizations/${ids[0]}`,
      `DELETE /api/v2/authorizations/${ids[2]}`,
    ])
    expect((await plant.tokens()).map(({ id }) => id)).toEqual([ids[1]])
  })

  test('[P] one token is told in the singular', async () => {
    const { page, ids } = await withTokens(2)
    await page.getByTestId(`token-select-${ids[0]}`).click()
    await page.getByTestId('bulk-delete').click()
    await page.getByTestId('bulk-confirm').click()
    await success(page, '1 token was deleted.').waitFor()
  })

  test('[P][F] some fail: "x of y" with advice; those are named with the reason, and stay selected', async () => {
    const { page, plant, ids } = await withTokens(3)
    await page.route(`**/authorizations/${ids[1]}`, route =>
      route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } }),
    )
    await pageBox(page).click()
    await page.getByTestId('bulk-delete').click()
    await page.getByTestId('bulk-confirm').click()
    await failure(page, /1 of 3 tokens could not be deleted\..*try again/).waitFor()
    const failures = page.getByTestId('bulk-failures')
    expect(await failures.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^pump 11\s+The disk is full\.$/),
    ])
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await waitForTitles(page, ['pump 11'])
    await page.getByRole('checkbox', { name: 'Select pump 11', checked: true }).waitFor()
    await count(page, '1 selected')
    expect((await plant.tokens()).map(({ id }) => id)).toEqual([ids[1]])
  })

  test('[F] a large selection is throttled: never more than four requests at once', async () => {
    const { page, plant } = await withTokens(10)
    let now = 0
    let most = 0
    await page.route('**/api/v2/authorizations/*', async route => {
      now += 1
      most = Math.max(most, now)
      await page.evaluate('new Promise(resolve => setTimeout(resolve, 20))')
      now -= 1
      await route.continue()
    })
    await pageBox(page).click()
    await page.getByTestId('bulk-delete').click()
    await page.getByTestId('bulk-confirm').click()
    await success(page, '10 tokens were deleted.').waitFor()
    expect(most).toBeLessThanOrEqual(4)
    expect(await plant.tokens()).toEqual([])
    await page.getByTestId('state-empty').waitFor()
  })

  test('deactivate and activate: only what changes is sent, what will happen is said, and deactivation can be undone', async () => {
    const { page, plant, ids } = await withTokens(2)
    await plant.newToken('asleep', { status: 'inactive' })
    await page.reload()
    await page.getByText('asleep').waitFor()
    const sent = await recordRequests(page)
    await pageBox(page).click()
    await page.getByTestId('bulk-deactivate').click()
    await page.getByText('1 token is inactive already and stays so.').waitFor()
    await page.getByTestId('bulk-confirm').click()
    await success(page, '2 tokens were deactivated.').waitFor()
    expect(changesIn(sent).map(({ path, body }) => [path.slice(-16), body])).toEqual(
      ids.map(id => [id, { status: 'inactive' }]),
    )
    const statuses = async () => (await plant.tokens()).map(({ status }) => status).join(' ')
    expect(await statuses()).toBe('inactive inactive inactive')
    await page.getByRole('button', { name: 'Undo' }).click()
    await success(page, '2 tokens active again.').waitFor()
    expect(await statuses()).toBe('active active inactive')
  })
})
