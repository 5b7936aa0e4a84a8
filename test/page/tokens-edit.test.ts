// A description, edited where it stands. Page contract 8.1.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import {
  changesIn,
  failure,
  newPlant,
  type Plant,
  readToken,
  recordRequests,
  success,
  waitForFocus,
  waitForTitles,
} from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

/** Opens the field of a row, which has the focus then. */
async function edit(page: Page, id: string) {
  await page.getByTestId(`token-edit-${id}`).click()
  await waitForFocus(page, 'token-edit-input')
  return page.getByRole('textbox', { name: 'Description' })
}

async function opened(description: string, name?: string) {
  const plant: Plant = await newPlant(server, name)
  const token = await plant.newToken(description)
  const page = await visit(server, plant.list(), { allow: /status of 5\d\d/ })
  const sent = await recordRequests(page)
  return { plant, token, page, sent }
}

describe('8.1 edit the description in place', () => {
  test('[P] the pencil makes a field of it, selected and focused, without spell-check, of 90 characters at most', async () => {
    const { page, token } = await opened('Line 3')
    const input = await edit(page, token.id)
    expect(await input.inputValue()).toBe('Line 3')
    expect(await page.evaluate('getSelection().toString()')).toBe('Line 3')
    expect(await input.getAttribute('spellcheck')).toBe('false')
    expect(await input.getAttribute('maxlength')).toBe('90')
    await page.keyboard.insertText('x'.repeat(100))
    expect(await input.inputValue()).toBe('x'.repeat(90))
    await page.keyboard.press('Escape')
  })

  test.each([
    ['[P] Enter', (page: Page) => page.keyboard.press('Enter')],
    ['[P] a press anywhere else', (page: Page) => page.locator('main').click({ position: { x: 5, y: 300 } })],
    ['[+] Tab', (page: Page) => page.keyboard.press('Tab')],
  ])('%s saves what was typed, and nothing else', async (_, commit) => {
    const { page, token, sent } = await opened('before')
    await edit(page, token.id)
    await page.keyboard.type('after')
    await commit(page)
    await success(page, '“after” was updated.').waitFor()
    expect(changesIn(sent)).toEqual([
      { method: 'PATCH', path: `/api/v2/authorizations/${token.id}`, body: { description: 'after' } },
    ])
    const stored = await readToken(server, token.id)
    expect(stored).toMatchObject({ description: 'after', status: 'active', permissions: token.permissions })
    await page.getByTestId(`token-title-${token.id}`).getByText('after').waitFor()
  })

  test('[P] Esc restores the old text, and nothing is sent', async () => {
    const { page, token, sent } = await opened('before')
    await edit(page, token.id)
    await page.keyboard.type('after')
    await page.keyboard.press('Escape')
    await waitForTitles(page, ['before'])
    await waitForFocus(page, `token-edit-${token.id}`)
    expect(changesIn(sent)).toEqual([])
  })

  test.each([
    ['[P] Enter on an empty field', (page: Page) => page.keyboard.press('Enter')],
    ['[F] a press elsewhere with an empty field', (page: Page) => page.locator('h1').click()],
    ['[F] Tab out of an empty field', (page: Page) => page.keyboard.press('Tab')],
  ])('%s cancels: the description stays, nothing is sent', async (_, leave) => {
    const { page, token, sent } = await opened('before')
    await (await edit(page, token.id)).fill('   ')
    await leave(page)
    await waitForTitles(page, ['before'])
    expect(changesIn(sent)).toEqual([])
    expect((await readToken(server, token.id)).description).toBe('before')
  })

  test('[F] what is unchanged is not sent', async () => {
    const { page, token, sent } = await opened('before')
    await edit(page, token.id)
    await page.keyboard.type('before')
    await page.keyboard.press('Enter')
    await waitForTitles(page, ['before'])
    expect(changesIn(sent)).toEqual([])
    expect(await page.getByTestId('notification-success').count()).toBe(0)
  })

  test('while the server is asked, the row says that it saves', async () => {
    const { page, token } = await opened('before')
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route(`**/authorizations/${token.id}`, async route => {
      await held
      await route.continue()
    })
    await edit(page, token.id)
    await page.keyboard.type('after')
    await page.keyboard.press('Enter')
    await page.getByTestId(`token-row-${token.id}`).getByText('Saving…').waitFor()
    letGo()
    await waitForTitles(page, ['after'])
    await waitForFocus(page, `token-edit-${token.id}`)
  })

  test('after success the list is read anew, and the order applies again', async () => {
    const { page, plant, token, sent } = await opened('a pump')
    await plant.newToken('b pump')
    await page.reload()
    await waitForTitles(page, ['a pump', 'b pump'])
    sent.length = 0
    await edit(page, token.id)
    await page.keyboard.type('c pump')
    await page.keyboard.press('Enter')
    await waitForTitles(page, ['b pump', 'c pump'])
    expect(sent.filter(({ path }) => path.startsWith('/api/v2/authorizations?orgID'))).not.toEqual([])
  })

  test('[F] after a failure the old text is back, the token is named by its description, and what was typed comes again only on purpose', async () => {
    const { page, token } = await opened('Line 3')
    await page.route(`**/authorizations/${token.id}`, route =>
      route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } }),
    )
    await edit(page, token.id)
    await page.keyboard.type('Line 4, typed with care')
    await page.keyboard.press('Enter')
    const note = failure(page, '“Line 3” could not be updated. The disk is full.')
    await note.waitFor()
    await waitForTitles(page, ['Line 3'])
    expect(await note.textContent()).not.toContain(token.id)
    // The next edit begins with the description, not with what was rejected.
    const input = await edit(page, token.id)
    expect(await input.inputValue()).toBe('Line 3')
    await page.keyboard.press('Escape')
    await page.unroute(`**/authorizations/${token.id}`)
    await note.getByRole('button', { name: 'Edit again' }).click()
    await waitForFocus(page, 'token-edit-input')
    expect(await input.inputValue()).toBe('Line 4, typed with care')
    await page.keyboard.press('Enter')
    await success(page, 'was updated').waitFor()
    expect((await readToken(server, token.id)).description).toBe('Line 4, typed with care')
    expect(await page.getByTestId('notification-error').count()).toBe(0)
  })

  test('[P] one row at a time: the pencil of another row saves the first', async () => {
    const { page, plant, token } = await opened('a pump')
    const other = await plant.newToken('b pump')
    await page.reload()
    await edit(page, token.id)
    await page.keyboard.type('a valve')
    await page.getByTestId(`token-edit-${other.id}`).click()
    await success(page, '“a valve” was updated.').waitFor()
    expect(await page.getByTestId('token-edit-input').count()).toBe(1)
    expect(await page.getByTestId('token-edit-input').inputValue()).toBe('b pump')
    expect((await readToken(server, token.id)).description).toBe('a valve')
  })

  test('one limit everywhere; a longer description from elsewhere can be shortened', async () => {
    const { page, token } = await opened(`${'long '.repeat(40)}end`)
    const input = await edit(page, token.id)
    expect(await input.inputValue()).toHaveLength(203)
    await page.keyboard.press('End')
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Enter')
    await success(page, 'was updated').waitFor()
    expect((await readToken(server, token.id)).description).toHaveLength(202)
  })
})

describe('two who edit one token', () => {
  const change = async (id: string, body: unknown) => {
    const answer = await server.request('PATCH', `/api/v2/authorizations/${id}`, {
      token: server.onboarded!.operator,
      body,
    })
    expect(answer.status).toBe(200)
  }
  const type = async (page: Page, id: string, text: string) => {
    await edit(page, id)
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }

  test('the later one is told what the other wrote, sees it, and replaces it only on purpose', async () => {
    const { page, token } = await opened('Line 3')
    await waitForTitles(page, ['Line 3'])
    await change(token.id, { description: 'Line 3, by another' })
    await type(page, token.id, 'Line 4')
    const words = 'Somebody else has described it as “Line 3, by another” meanwhile. You had typed “Line 4”.'
    const note = failure(page, `“Line 3” could not be updated. ${words}`)
    await note.waitFor()
    await waitForTitles(page, ['Line 3, by another'])
    expect((await readToken(server, token.id)).description).toBe('Line 3, by another')
    await note.getByRole('button', { name: 'Edit again' }).click()
    await waitForFocus(page, 'token-edit-input')
    expect(await page.getByTestId('token-edit-input').inputValue()).toBe('Line 4')
    await page.keyboard.press('Enter')
    await success(page, '“Line 4” was updated.').waitFor()
    expect((await readToken(server, token.id)).description).toBe('Line 4')
  })

  test('a description that was removed meanwhile is not brought back unawares', async () => {
    const { page, token } = await opened('Line 3')
    await waitForTitles(page, ['Line 3'])
    await change(token.id, { description: '' })
    await type(page, token.id, 'Line 4')
    await failure(page, 'Somebody else has removed its description meanwhile. You had typed “Line 4”.').waitFor()
    expect((await readToken(server, token.id)).description).toBe('')
  })

  test('whoever changed something else is not in the way, and his change stays', async () => {
    const { page, token } = await opened('before')
    await waitForTitles(page, ['before'])
    await change(token.id, { status: 'inactive' })
    await type(page, token.id, 'after')
    await success(page, '“after” was updated.').waitFor()
    expect(await readToken(server, token.id)).toMatchObject({ description: 'after', status: 'inactive' })
  })

  /** Somebody is quicker by so little that the page has looked already. @returns how often the page tried to change it */
  async function justBefore(page: Page, id: string, body: unknown) {
    const seen = { tries: 0 }
    await page.route(`**/authorizations/${id}`, async route => {
      if (route.request().method() === 'PATCH' && ++seen.tries === 1) await change(id, body)
      await route.continue()
    })
    return seen
  }

  test('so it is if the other is quicker by so little that the page has looked already', async () => {
    const { page, token } = await opened('before')
    const seen = await justBefore(page, token.id, { description: 'by another' })
    await type(page, token.id, 'after')
    await failure(page, 'Somebody else has described it as “by another” meanwhile.').waitFor()
    expect(seen.tries).toBe(1)
    expect((await readToken(server, token.id)).description).toBe('by another')
  })

  test('and with something else that was changed as late', async () => {
    const { page, token } = await opened('before')
    const seen = await justBefore(page, token.id, { status: 'inactive' })
    await type(page, token.id, 'after')
    await success(page, '“after” was updated.').waitFor()
    expect(seen.tries).toBe(2)
    expect(await readToken(server, token.id)).toMatchObject({ description: 'after', status: 'inactive' })
  })

  test('a server in between that lets no version through ends it after three tries', async () => {
    const { page, token } = await opened('before')
    let tries = 0
    await page.route(`**/authorizations/${token.id}`, async route => {
      if (route.request().method() !== 'PATCH') return route.continue()
      tries += 1
      return route.fulfill({ status: 412, json: { code: 'conflict', message: 'not this one' } })
    })
    await type(page, token.id, 'after')
    await failure(page, '“before” could not be updated. Not this one.').waitFor()
    expect(tries).toBe(3)
  })
})
