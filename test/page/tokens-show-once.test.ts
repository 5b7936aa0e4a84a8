// A secret that is shown once. Page contract 13.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { failure, newPlant, success } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

/** A new token's secret on the screen. */
async function shown({ clipboard = false, withoutClipboard = false } = {}) {
  const plant = await newPlant(server)
  const page = await visit(server, plant.list(), { clipboard })
  // As browsers have it for pages that came over plain HTTP from another machine.
  if (withoutClipboard) await page.addInitScript(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`)
  await page.goto(plant.list('/generate/all-access'))
  await page.getByTestId('generate-save').click()
  const secret = await page.getByTestId('secret').inputValue()
  secretsSeen.add(secret)
  return { plant, page, secret, dialog: page.getByRole('dialog', { name: 'API token created' }) }
}

const warning = (page: Page) => page.getByRole('dialog', { name: 'Close without keeping the token?' })

describe('13. show-once dialog', () => {
  test('[P] a notice to copy now, the whole secret in a monospaced block, "Copy to Clipboard"; up to 750 px or so wide', async () => {
    const { page, secret, dialog } = await shown()
    await dialog.getByText('It will not be shown again.').waitFor()
    const field = dialog.getByRole('textbox', { name: 'API token' })
    expect(await field.evaluate(one => one.computedStyleMap().get('font-family')?.toString())).toMatch(/mono/)
    expect(secret).toMatch(/^slc_[0-9A-Za-z]{49}$/)
    expect(await field.getAttribute('readonly')).not.toBeNull()
    expect(await dialog.getByRole('button', { name: 'Copy token' }).textContent()).toBe('Copy to Clipboard')
    expect((await dialog.locator('.dialog-panel').boundingBox())!.width).toBeLessThanOrEqual(800)
    expect(await page.getByTestId('secret').evaluate(one => one.scrollHeight <= one.clientHeight)).toBe(true)
  })

  test('[P][F] copying is confirmed, and no part of the secret is in the notification, the address or the title', async () => {
    const { page, secret } = await shown({ clipboard: true })
    await page.getByTestId('secret-copy').click()
    const note = success(page, 'The token is on the clipboard.')
    await note.waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret)
    const places = [await note.textContent(), page.url(), await page.title()].join('\n')
    for (let from = 4; from + 6 <= secret.length; from += 3) expect(places).not.toContain(secret.slice(from, from + 6))
    await page.getByTestId('secret-done').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('[F] where the browser withholds the clipboard, copying still works, or the failure is told and the text selected', async () => {
    const { page, secret } = await shown({ withoutClipboard: true })
    // The old way is refused as well.
    await page.evaluate('document.execCommand = () => false')
    await page.getByTestId('secret-copy').click()
    await failure(page, 'Your browser did not let this page copy.').waitFor()
    expect(await page.getByTestId('notification-success').filter({ hasText: 'clipboard' }).count()).toBe(0)
    expect(await page.evaluate('getSelection().toString()')).toBe(secret)
    // It does not count as kept.
    await page.keyboard.press('Escape')
    await warning(page).waitFor()
  })

  test('[F] a download is offered', async () => {
    const { page, plant, secret } = await shown({ withoutClipboard: true })
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByTestId('secret-download').click()])
    expect(readFileSync(await file.path(), 'utf8')).toBe(`${secret}\n`)
    expect(file.suggestedFilename()).toBe(`api-token-${(await plant.tokens())[0]!.id}.txt`)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('[F] neither Esc, the cross nor "Done" closes it before the secret was kept: one is asked, and can go back', async () => {
    const { page, dialog, secret } = await shown()
    const ways = [
      () => page.keyboard.press('Escape'),
      () => dialog.getByRole('button', { name: 'Close' }).click(),
      () => page.getByTestId('secret-done').click(),
    ]
    for (const close of ways) {
      await close()
      await warning(page).getByRole('button', { name: 'Back to the token' }).click()
      await warning(page).waitFor({ state: 'detached' })
      expect(await page.getByTestId('secret').inputValue()).toBe(secret)
    }
    await page.keyboard.press('Escape')
    await warning(page).waitFor()
    // Esc closes the question only, however often it is pressed.
    await page.keyboard.press('Escape')
    await warning(page).waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    expect(await page.getByTestId('secret').inputValue()).toBe(secret)
  })

  test('[F] it closes once somebody says that he does not need it', async () => {
    const { page, secret } = await shown()
    await page.keyboard.press('Escape')
    const close = warning(page).getByTestId('secret-close-anyway')
    expect(await close.isDisabled()).toBe(true)
    await page.getByRole('checkbox', { name: 'I have kept the token, or do not need it' }).click()
    await close.click()
    await page.getByRole('dialog').first().waitFor({ state: 'detached' })
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.content()).not.toContain(secret)
  })

  test.each([false, true])('[F] leaving or reloading is warned of unless the secret was kept: kept %s', async kept => {
    const { page } = await shown({ clipboard: true })
    if (kept) {
      await page.getByTestId('secret-copy').click()
      await success(page, 'clipboard').waitFor()
    }
    let asked = 0
    page.on('dialog', question => {
      asked += 1
      void question.accept()
    })
    await page.reload()
    expect(asked).toBe(kept ? 0 : 1)
  })

  test('[P] opened again later the token never shows its secret; to clone it is offered', async () => {
    const { page, secret } = await shown({ clipboard: true })
    await page.getByTestId('secret-copy').click()
    await page.getByTestId('secret-done').click()
    await page.locator('[data-testid^="token-title-"]').click()
    const details = page.getByRole('dialog', { name: 'API Token Summary' })
    await details.getByTestId('details-clone').waitFor()
    expect(await page.content()).not.toContain(secret.slice(4, 16))
  })

  test('[F] every way to a new token ends here, with the secret of this token: two after each other differ', async () => {
    const { page, plant, secret } = await shown({ clipboard: true })
    await page.getByTestId('secret-copy').click()
    await page.getByTestId('secret-done').click()
    await page.locator('[data-testid^="token-menu-"]').click()
    await page.getByTestId('token-clone').click()
    const cloned = page.getByRole('dialog', { name: 'API token cloned' })
    const second = await cloned.getByTestId('secret').inputValue()
    secretsSeen.add(second)
    expect(second).not.toBe(secret)
    expect((await server.request('GET', `/api/v2/buckets?orgID=${plant.id}`, { token: second })).status).toBe(200)
  })
})
