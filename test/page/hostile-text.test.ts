// Text from people is never markup, whatever is in it, and never moves what is around it.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { NARROW, visit } from './browser.ts'
import { newPlant, type Plant, readToken, settled, success } from './tokens-page.ts'

let server: Server
let plant: Plant

const RLO = '\u202e'
const ZERO_WIDTH = '\u200b'
const EMOJI = '🦆'

const HOSTILE: Readonly<Record<string, string>> = {
  HTML: '<img src=x onerror="document.title=`owned`"><script>document.title=`owned`</script><b>bold</b>',
  'an address of a script': 'javascript:document.title=`owned`',
  entities: '&lt;b&gt; &amp; &#x3c;i&#x3e;',
  'marks from right to left': `invoice ${RLO}gpj.exe`,
  'Arabic beside digits': 'مضخة 3 (شمال)',
  'characters without width': `pay${ZERO_WIDTH}ment${ZERO_WIDTH}${ZERO_WIDTH}`,
  'only characters without width': ZERO_WIDTH.repeat(3),
  'one endless word': 'x'.repeat(1500),
  'accents upon accents': `z${'\u0301'.repeat(300)}`,
  'as many emoji as the server takes': EMOJI.repeat(4096),
  expressions: '{{7*7}} #{7*7} %s %n \\u0000',
}

beforeAll(async () => {
  server = await startServer({ onboard: true })
  plant = await newPlant(server, '<b>plant</b>')
  await plant.newBucket('<i>raw</i>')
  await plant.newBucket(`bucket ${RLO}desrever`)
  for (const text of Object.values(HOSTILE)) await plant.newToken(text)
})

const isWide = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')

/** Nothing of the texts became an element, ran, or pushed the page aside. */
async function expectOnlyText(page: Page) {
  expect(await page.locator('main').locator('b, i, script, img[src="x"]').count()).toBe(0)
  expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
  expect(await page.title()).not.toBe('owned')
  expect(await isWide(page)).toBeLessThanOrEqual(0)
}

async function idOf(text: string): Promise<string> {
  return (await plant.tokens()).find(({ description }) => description === text)!.id
}

describe('texts from people', () => {
  test('4096 emoji are kept whole, and one more is refused', async () => {
    const most = HOSTILE['as many emoji as the server takes']!
    expect((await readToken(server, await idOf(most))).description).toBe(most)
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: plant.id } }]
    const body = { orgID: plant.id, description: most + EMOJI, permissions }
    const answer = await server.request('POST', '/api/v2/authorizations', { token: server.onboarded!.operator, body })
    expect(answer.status).toBe(400)
  })

  test.each([
    ['wide', undefined],
    ['narrow', NARROW],
  ])(
    'in the list, on a %s screen, each is text: no markup, no script, and every row keeps its place',
    async (_, viewport) => {
      const page = await visit(server, plant.list('?pageSize=25'), viewport === undefined ? {} : { viewport })
      await settled(page)
      expect(await page.locator('[data-testid^="token-row-"]').count()).toBe(Object.keys(HOSTILE).length)
      await expectOnlyText(page)
      const width = (viewport ?? { width: 1280 }).width
      for (const row of await page.locator('[data-testid^="token-row-"]').all()) {
        const box = (await row.boundingBox())!
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        // Two lines and their surroundings; on a narrow screen the facts wrap.
        expect(box.height).toBeLessThan(viewport === undefined ? 110 : 260)
      }
    },
  )

  test.each(Object.keys(HOSTILE))('in the details, the field and the question: %s', async kind => {
    const text = HOSTILE[kind]!
    const id = await idOf(text)
    const page = await visit(server, plant.list('?pageSize=25'))
    await page.getByTestId(`token-title-${id}`).click()
    const dialog = page.getByTestId('dialog')
    expect(await dialog.getByTestId('token-description').inputValue()).toBe(text)
    await expectOnlyText(page)
    await page.getByTestId('details-delete').click()
    const question = page.getByTestId('token-delete-confirm')
    await question.waitFor()
    const box = (await question.boundingBox())!
    expect(box.y + box.height).toBeLessThanOrEqual(800)
    await expectOnlyText(page)
    await page.keyboard.press('Escape')
    // While the question closes it still takes the key.
    await question.waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.getByTestId(`token-edit-${id}`).click()
    expect(await page.getByTestId('token-edit-input').inputValue()).toBe(text)
    await page.keyboard.press('Escape')
    expect((await readToken(server, id)).description).toBe(text)
  })

  test('what turns the direction is pointed out, and ends with its own text', async () => {
    const text = HOSTILE['marks from right to left']!
    const page = await visit(server, plant.list('?pageSize=25'))
    const title = page.getByTestId(`token-title-${await idOf(text)}`)
    expect(await title.locator('bdi').textContent()).toBe(text)
    expect(await title.locator('[data-code="U+202E"]').count()).toBe(1)
    const trailing = page.getByTestId(`token-row-${await idOf(text)}`).getByText('Active', { exact: true })
    const [left, right] = [(await title.boundingBox())!, (await trailing.boundingBox())!]
    expect(left.x).toBeLessThan(right.x)
  })

  test('a description that shows nothing can still be opened and edited', async () => {
    const id = await idOf(HOSTILE['only characters without width']!)
    const page = await visit(server, plant.list('?pageSize=25'))
    expect((await page.getByTestId(`token-title-${id}`).boundingBox())!.width).toBeGreaterThan(20)
  })

  test('typed in the page it is stored as typed, and told back as text', async () => {
    const text = `<i>${EMOJI}</i> & "quoted" ${RLO}x`
    const { id } = await plant.newToken('to be renamed')
    const page = await visit(server, plant.list('?searchTerm=to%20be%20renamed'))
    await page.getByTestId(`token-edit-${id}`).click()
    await page.getByTestId('token-edit-input').fill(text)
    await page.keyboard.press('Enter')
    await success(page, 'was updated').waitFor()
    expect(await page.getByTestId('notification-success').locator('i').count()).toBe(0)
    expect((await readToken(server, id)).description).toBe(text)
    await expectOnlyText(page)
    await server.request('DELETE', `/api/v2/authorizations/${id}`, { token: server.onboarded!.operator })
  })

  test('names of buckets, users and organizations are text too, and searching for markup finds it', async () => {
    const { operator } = server.onboarded!
    const body = { name: '<u>mallory</u>' }
    const { id: userID } = (await server.request('POST', '/api/v2/users', { token: operator, body })).json()
    await server.request('POST', `/api/v2/orgs/${plant.id}/owners`, { token: operator, body: { id: userID } })
    const { buckets } = (await server.request('GET', `/api/v2/buckets?orgID=${plant.id}`, { token: operator })).json()
    const permissions = buckets.map(({ id }: { id: string }) => ({
      action: 'read',
      resource: { type: 'buckets', id, orgID: plant.id },
    }))
    const { id } = await plant.newToken('<s>find me</s>', { userID, permissions })
    const page = await visit(server, plant.list())
    await page.getByTestId('tokens-search').fill('<s>FIND')
    await page.getByTestId(`token-row-${id}`).getByText('<u>mallory</u>').waitFor()
    await page.getByTestId(`token-title-${id}`).click()
    const dialog = page.getByRole('dialog', { name: 'API Token Summary' })
    await dialog.getByRole('rowheader', { name: /^<i>raw<\/i>/ }).waitFor()
    await dialog.getByText('<u>mallory</u>').waitFor()
    expect(await page.locator('s, u, i, main b').count()).toBe(0)
    await page.goto(plant.list('/generate/custom-api'))
    await page.getByTestId('permission-filter').fill('<i>RAW')
    await page.getByRole('checkbox', { name: 'Read bucket <i>raw</i>' }).waitFor()
    expect(await page.locator('mark').allTextContents()).toEqual(['<i>raw'])
    await page.goto(plant.list('?searchTerm=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E'))
    await page.getByTestId('state-no-match').waitFor()
    await expectOnlyText(page)
  })
})
