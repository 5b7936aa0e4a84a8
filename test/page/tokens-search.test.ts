// Finding tokens. Page contract 4.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, type Plant, recordRequests, shownTitles, waitForFocus, waitForTitles } from './tokens-page.ts'

let server: Server
let plant: Plant

beforeAll(async () => {
  server = await startServer({ onboard: true })
  plant = await newPlant(server)
  await plant.newToken('Inactive pump', { status: 'inactive' })
  await plant.newToken('pump station')
  await plant.newToken('Überlauf – Süd')
  await plant.newToken('valve 100%_a')
  for (let i = 10; i < 22; i++) await plant.newToken(`sensor ${i}`)
})

describe('4. search', () => {
  test('[P] one box, whose placeholder says that it filters tokens, and which can be cleared once something is in it', async () => {
    const page = await visit(server, plant.list())
    const box = page.getByRole('searchbox', { name: 'Search tokens' })
    expect(await box.getAttribute('placeholder')).toMatch(/^Filter tokens/)
    expect(await page.getByRole('button', { name: 'Clear search' }).count()).toBe(0)
    await box.fill('valve')
    await waitForTitles(page, ['valve 100%_a'])
    await page.getByRole('button', { name: 'Clear search' }).click()
    expect(await box.inputValue()).toBe('')
    await waitForFocus(page, 'tokens-search')
    await page.waitForURL(plant.list())
    expect(await shownTitles(page)).toHaveLength(10)
  })

  test('[P] it filters as one types, after a pause: not a request for every letter, and none is lost', async () => {
    const page = await visit(server, plant.list())
    await shownTitles(page)
    const sent = await recordRequests(page)
    await page.getByTestId('tokens-search').pressSequentially('station')
    await waitForTitles(page, ['pump station'])
    expect(sent.at(-1)?.path).toContain('search=station')
    expect(sent.filter(({ path }) => path.includes('search=')).length).toBeLessThan('station'.length)
  })

  test('[P] leaving the box filters at once', async () => {
    const page = await visit(server, plant.list())
    await shownTitles(page)
    await page.getByTestId('tokens-search').fill('valve')
    await page.keyboard.press('Tab')
    // In the same moment, without a pause.
    expect(page.url()).toContain('searchTerm=valve')
    await waitForTitles(page, ['valve 100%_a'])
  })

  test.each([
    ['PUMP', ['Inactive pump', 'pump station']],
    ['   pump s', ['pump station']],
    ['überlauf – s', ['Überlauf – Süd']],
    ['%_', ['valve 100%_a']],
  ])(
    '[P] a part of the text suffices, case and leading blanks do not matter, any Unicode works: %j',
    async (term, wanted) => {
      const page = await visit(server, plant.list())
      await page.getByTestId('tokens-search').fill(term)
      await waitForTitles(page, wanted)
    },
  )

  test('[F] the status is a filter of its own and matches the whole word: "active" does not keep inactive tokens', async () => {
    const page = await visit(server, plant.list())
    const filter = page.getByRole('combobox', { name: 'Status' })
    await filter.selectOption('Inactive')
    await waitForTitles(page, ['Inactive pump'])
    expect(page.url()).toContain('status=inactive')
    await page.getByTestId('tokens-search').fill('pump')
    await filter.selectOption('Active')
    await waitForTitles(page, ['pump station'])
    await page.reload()
    await waitForTitles(page, ['pump station'])
  })

  test('[F] the id is found', async () => {
    const { id } = (await plant.tokens()).find(({ description }) => description === 'valve 100%_a')!
    const page = await visit(server, plant.list())
    await page.getByTestId('tokens-search').fill(` ${id.toUpperCase()}`)
    await waitForTitles(page, ['valve 100%_a'])
  })

  test('[F] owner and names of resources are found too', async () => {
    const other = await newPlant(server)
    const bucket = await other.newBucket('Press data')
    const permissions = [{ action: 'write', resource: { type: 'buckets', id: bucket, orgID: other.id } }] as const
    await other.newToken('of a bucket', { permissions })
    const { operator } = server.onboarded!
    const user = await server.request('POST', '/api/v2/users', { token: operator, body: { name: 'Telegraf 7' } })
    await other.newToken('of somebody', { userID: user.json().id })
    const page = await visit(server, other.list())
    await page.getByTestId('tokens-search').fill('press D')
    await waitForTitles(page, ['of a bucket'])
    await page.getByTestId('tokens-search').fill('telegraf')
    await waitForTitles(page, ['of somebody'])
  })

  test('[+] another search term begins on the first page', async () => {
    const page = await visit(server, plant.list('?page=2'))
    await shownTitles(page)
    await page.getByTestId('tokens-search').fill('sensor')
    await page.waitForURL(plant.list('?searchTerm=sensor'))
    expect((await shownTitles(page))[0]).toBe('sensor 10')
  })

  test('[+] the number of matches is announced after the pause, and that there are none', async () => {
    const page = await visit(server, plant.list())
    await page.getByTestId('tokens-search').fill('pump')
    await page.getByRole('status').filter({ hasText: '2 tokens that match' }).waitFor()
    await page.getByTestId('tokens-search').fill('nothing of the kind')
    await page.getByRole('status').filter({ hasText: 'No token matches.' }).waitFor({ state: 'attached' })
  })

  test('the answer to an older term never replaces that to a newer one', async () => {
    const page = await visit(server, plant.list())
    await shownTitles(page)
    let letGo = () => {}
    await page.route(/search=pump/, async route => {
      await new Promise<void>(resolve => {
        letGo = resolve
      })
      await route.continue().catch(() => {})
    })
    await page.getByTestId('tokens-search').fill('pump')
    await page.waitForURL(/searchTerm=pump/)
    await page.getByTestId('tokens-search').fill('valve')
    await waitForTitles(page, ['valve 100%_a'])
    letGo()
    await page.unrouteAll({ behavior: 'wait' })
    expect(await shownTitles(page)).toEqual(['valve 100%_a'])
  })
})
