// The dialog of a custom token: its boxes and its filter. Page contract 12.1 to 12.3.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, type Plant } from './tokens-page.ts'

let server: Server
let plant: Plant

beforeAll(async () => {
  server = await startServer({ onboard: true })
  plant = await newPlant(server)
  for (const name of ['raw', 'b10', 'b2', 'Alpha']) await plant.newBucket(name)
})

const open = (where: Plant, allow?: RegExp) =>
  visit(server, where.list('/generate/custom-api'), allow === undefined ? {} : { allow })

const group = (page: Page, kind: 'buckets' | 'telegrafs' | 'other') => page.getByTestId(`permission-group-${kind}`)

const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })

const stateOf = async (page: Page, name: string) => {
  const one = box(page, name)
  return `${await one.getAttribute('aria-checked')}${(await one.isDisabled()) ? ' disabled' : ''}`
}

const labels = (page: Page) => page.locator('.picker-label').allTextContents()

describe('12.1 structure', () => {
  test('[P] description, filter, the heading Resources | Read | Write, three closed groups, "Cancel" and "Generate"; 800 px wide', async () => {
    const page = await open(plant)
    const dialog = page.getByRole('dialog', { name: 'Generate Custom API Token' })
    await dialog.getByRole('textbox', { name: 'Description' }).waitFor()
    await dialog.getByRole('searchbox', { name: 'Filter permissions' }).waitFor()
    expect(await dialog.locator('.picker-heading span').allTextContents()).toEqual(['Resources', 'Read', 'Write'])
    const groups = dialog.locator('[data-testid^="permission-group-"]')
    expect(await groups.allTextContents()).toEqual(['Buckets', 'Telegrafs', 'Other Resources'])
    const expanded = await groups.evaluateAll(all => all.map(one => one.getAttribute('aria-expanded')))
    expect(expanded).toEqual(['false', 'false', 'false'])
    expect(await dialog.getByRole('button', { name: 'Generate' }).isDisabled()).toBe(true)
    expect(await dialog.locator('.dialog-panel').evaluate(one => one.clientWidth)).toBeGreaterThan(790)
  })

  test('[P] "All Buckets", then single ones, those of people first and system buckets last, all selectable and unticked', async () => {
    const page = await open(plant)
    await group(page, 'buckets').click()
    await box(page, 'Read bucket _tasks').waitFor()
    expect(await labels(page)).toEqual(['All Buckets', 'Alpha', 'b2', 'b10', 'raw', '_monitoring', '_tasks'])
    for (const one of await page.getByRole('checkbox').all()) {
      expect(await one.getAttribute('aria-checked')).toBe('false')
      expect(await one.isDisabled()).toBe(false)
    }
    const body = page.getByRole('region', { name: 'Buckets' })
    expect((await body.boundingBox())!.height).toBeLessThanOrEqual(320)
  })

  test('[P] "All Telegrafs"; "All Other Resources", then one line a type by alphabet; never "instance"', async () => {
    const page = await open(plant)
    await group(page, 'telegrafs').click()
    expect(await labels(page)).toEqual(['All Telegrafs'])
    await group(page, 'telegrafs').click()
    await group(page, 'other').click()
    const [all, ...others] = await labels(page)
    expect(all).toBe('All Other Resources')
    expect(others).toContain('All Tasks')
    expect(others).toEqual(others.toSorted((one, other) => one.localeCompare(other, 'en')))
    expect(others.join().toLowerCase()).not.toContain('instance')
  })

  test('[F] the groups are there at once, each with a state of its own: loading, failed with a way to try again', async () => {
    const page = await visit(server, plant.list(), { allow: /status of 5\d\d/ })
    let answer: 'hold' | 'fail' | 'pass' = 'hold'
    let letGo = () => {}
    const held = new Promise<void>(resolve => {
      letGo = resolve
    })
    await page.route('**/api/v2/buckets?*', async route => {
      if (answer === 'hold') await held
      if (answer === 'pass') await route.continue()
      else await route.fulfill({ status: 500, json: { code: 'internal error', message: 'the disk is full' } })
    })
    await page.getByTestId('generate').first().click()
    await page.getByTestId('generate-custom').click()
    await group(page, 'buckets').click()
    await page.getByRole('status').filter({ hasText: 'Loading buckets' }).waitFor()
    await box(page, 'Read All Buckets').click()
    answer = 'fail'
    letGo()
    await page.getByText('The buckets could not be loaded. The disk is full.').waitFor()
    answer = 'pass'
    await page.getByRole('region', { name: 'Buckets' }).getByRole('button', { name: 'Try again' }).click()
    await box(page, 'Read bucket raw').waitFor()
    expect(await stateOf(page, 'Read bucket raw')).toBe('true disabled')
  })

  test('[F] more buckets than the server gives at once can be reached: page by page, and by the filter', async () => {
    const large = await newPlant(server)
    for (let i = 0; i < 120; i++) await large.newBucket(`line-${String(i).padStart(3, '0')}`)
    const page = await open(large)
    await group(page, 'buckets').click()
    await page.getByTestId('buckets-more').click()
    await box(page, 'Read bucket line-119').waitFor()
    await page.reload()
    await page.getByTestId('permission-filter').fill('line-119')
    await box(page, 'Read bucket line-119').waitFor()
  })
})

describe('12.2 checkbox rules', () => {
  test('[P][F] "All Buckets" ticks its action on every line, which is covered then and cannot be changed by itself; the other action stays', async () => {
    const page = await open(plant)
    await group(page, 'buckets').click()
    await box(page, 'Read bucket raw').waitFor()
    await box(page, 'Write bucket raw').click()
    await box(page, 'Read All Buckets').click()
    expect(await stateOf(page, 'Read bucket raw')).toBe('true disabled')
    expect(await stateOf(page, 'Read bucket Alpha')).toBe('true disabled')
    expect(await stateOf(page, 'Write bucket raw')).toBe('true')
    await box(page, 'Read All Buckets').click()
    expect(await stateOf(page, 'Read bucket raw')).toBe('false')
    expect(await stateOf(page, 'Write bucket raw')).toBe('true')
  })

  test('[P] when both "All Buckets" boxes are ticked, single lines are hidden', async () => {
    const page = await open(plant)
    await group(page, 'buckets').click()
    await box(page, 'Read bucket raw').waitFor()
    await box(page, 'Read All Buckets').click()
    await box(page, 'Write All Buckets').click()
    expect(await labels(page)).toEqual(['All Buckets'])
    await box(page, 'Write All Buckets').click()
    expect(await labels(page)).toContain('raw')
  })

  test('[P] ticking every single bucket never becomes "All Buckets", and the dialog says so; [+] the box of all is mixed', async () => {
    const page = await open(plant)
    await group(page, 'buckets').click()
    await page
      .getByText('“All Buckets” also covers buckets that are created later. Ticking each one does not.')
      .waitFor()
    for (const name of ['Alpha', 'b2', 'b10', 'raw', '_monitoring', '_tasks']) {
      await box(page, `Read bucket ${name}`).click()
    }
    expect(await stateOf(page, 'Read All Buckets')).toBe('mixed')
    expect(await stateOf(page, 'Write All Buckets')).toBe('false')
  })

  test('[F] "All Other Resources" sets every line to one value, whatever each was, and is mixed while they differ', async () => {
    const page = await open(plant)
    await group(page, 'other').click()
    await box(page, 'Read All Tasks').click()
    expect(await stateOf(page, 'Read All Other Resources')).toBe('mixed')
    await box(page, 'Read All Other Resources').click()
    expect(await stateOf(page, 'Read All Tasks')).toBe('true')
    expect(await stateOf(page, 'Read All Dashboards')).toBe('true')
    expect(await stateOf(page, 'Write All Tasks')).toBe('false')
    await box(page, 'Read All Other Resources').click()
    expect(await stateOf(page, 'Read All Tasks')).toBe('false')
    expect(await stateOf(page, 'Read All Other Resources')).toBe('false')
  })

  test('read and write are independent: writing does not tick reading', async () => {
    const page = await open(plant)
    await group(page, 'buckets').click()
    await box(page, 'Write bucket raw').click()
    expect(await stateOf(page, 'Read bucket raw')).toBe('false')
  })
})

describe('12.3 filter', () => {
  test('[P][+] a part of a name, whatever its case; "All Buckets" stays; groups that match open, the letters are marked, and a group without a match says so', async () => {
    const page = await open(plant)
    await page.getByTestId('permission-filter').fill('ALPH')
    await box(page, 'Read bucket Alpha').waitFor()
    expect(await labels(page)).toEqual(['All Buckets', 'Alpha'])
    expect(await page.locator('mark').allTextContents()).toEqual(['Alph'])
    expect(await page.getByText('Nothing in this group matches the filter.').count()).toBe(2)
    expect(await group(page, 'buckets').getAttribute('aria-expanded')).toBe('true')
    await page.getByTestId('permission-filter').fill('')
    expect(await group(page, 'buckets').getAttribute('aria-expanded')).toBe('false')
  })

  test('[F] matches the names of types too', async () => {
    const page = await open(plant)
    await page.getByTestId('permission-filter').fill('dashb')
    await box(page, 'Read All Dashboards').waitFor()
  })

  test('[P][+] the filter never changes what is ticked, and says how many ticked boxes it hides', async () => {
    const page = await open(plant)
    await group(page, 'buckets').click()
    await box(page, 'Read bucket raw').click()
    await box(page, 'Write bucket raw').click()
    await page.getByTestId('permission-filter').fill('alpha')
    await page.getByText('2 ticked boxes are hidden by the filter.').waitFor()
    await page.getByTestId('permission-filter').fill('')
    expect(await stateOf(page, 'Read bucket raw')).toBe('true')
    expect(await page.getByText(/hidden by the filter/).count()).toBe(0)
  })
})
