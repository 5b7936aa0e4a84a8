// The dialog of a custom token: limiting a bucket's permissions to some of its measurements.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { violationsOf } from './axe.ts'
import { NARROW, type VisitOptions, visit } from './browser.ts'
import {
  changesIn,
  newPlant,
  type PermissionJson,
  type Plant,
  readToken,
  recordRequests,
  type TokenJson,
  tabTo,
  waitForFocus,
} from './tokens-page.ts'

let server: Server
let plant: Plant
let raw: string

const ODD_NAMES = ['my cpu', 'a, b', 'say "x" and \'y\'', 'холод ❄ 🦆', '<b>mem</b>']

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

/** The dialog for an organization with two buckets, with these boxes ticked. */
async function open(ticked: readonly string[], options: VisitOptions = {}) {
  plant = await newPlant(server)
  raw = await plant.newBucket('raw')
  await plant.newBucket('home')
  const page = await visit(server, plant.list('/generate/custom-api'), options)
  const sent = await recordRequests(page)
  await page.getByTestId('permission-group-buckets').click()
  for (const name of ticked) await box(page, name).click()
  return { page, sent }
}

const box = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })
const field = (page: Page) => page.getByRole('textbox', { name: 'Measurements of bucket raw' })
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) })
const begin = (page: Page) => button(page, 'Limit to measurements… of bucket raw').click()
const status = (page: Page) => page.locator('.picker-chosen')
const only = (page: Page) => page.locator('.only-measurements').allTextContents()

const on = (action: 'read' | 'write', measurements?: readonly string[]): PermissionJson => ({
  action,
  resource: { type: 'buckets', id: raw, orgID: plant.id, name: 'raw', ...(measurements && { measurements }) },
})

/** Presses "Generate". @returns the one token that there is then */
async function generated(page: Page): Promise<TokenJson> {
  await page.getByTestId('generate-save').click()
  secretsSeen.add(await page.getByTestId('secret').inputValue())
  const [token, ...others] = await plant.tokens()
  expect(others).toEqual([])
  return token!
}

/** Permissions without what the server adds to each. */
const permissionsOf = ({ permissions }: TokenJson) =>
  permissions.map(({ action, resource: { type, id, orgID, name, measurements } }) => ({
    action,
    resource: { type, id, orgID, name, ...(measurements && { measurements }) },
  }))

/** Whether all of it is to be seen in the box that the buckets scroll in. */
async function isInSight(page: Page, hook: string): Promise<boolean> {
  const [one, around] = await Promise.all([
    page.getByTestId(hook).boundingBox(),
    page.getByRole('region', { name: 'Buckets' }).boundingBox(),
  ])
  return one!.y >= around!.y && one!.y + one!.height <= around!.y + around!.height
}

async function closeSecret(page: Page) {
  await page.getByTestId('secret-done').click()
  await page.getByTestId('secret-sure').click()
  await page.getByTestId('secret-close-anyway').click()
}

describe('a limit to measurements', () => {
  test('is offered for a bucket that is ticked, and for no other', async () => {
    const { page } = await open([])
    await box(page, 'Read bucket raw').waitFor()
    expect(await button(page, /Limit to measurements/).count()).toBe(0)
    await box(page, 'Write bucket raw').click()
    await button(page, 'Limit to measurements… of bucket raw').waitFor()
    expect(await button(page, /Limit to measurements/).count()).toBe(1)
    await box(page, 'Write bucket raw').click()
    await box(page, 'Read All Buckets').click()
    expect(await button(page, /Limit to measurements/).count()).toBe(0)
  })

  test('says what it means, holds for reading and writing alike, and the token has exactly that, whatever the names', async () => {
    const { page, sent } = await open(['Read bucket raw', 'Write bucket raw', 'Read bucket home'])
    await begin(page)
    await page.getByText(/The token may read and write these measurements of the bucket and no others/).waitFor()
    await field(page).fill(`${ODD_NAMES.join('\n')}\n`)
    const token = await generated(page)
    const limited = [on('read', ODD_NAMES), on('write', ODD_NAMES)]
    expect(changesIn(sent)[0]!.body.permissions.slice(1)).toEqual(limited)
    expect(permissionsOf(token).slice(1)).toEqual(limited)
    expect(permissionsOf(token)[0]!.resource).not.toHaveProperty('measurements')
  })

  test('is the same in the dialog, in the details, in words, and in a clone', async () => {
    const { page } = await open(['Write bucket raw'])
    await begin(page)
    await field(page).fill(ODD_NAMES.join('\n'))
    await button(page, 'Done').click()
    const list = 'my cpu, “a, b”, “say "x" and \'y\'”, холод ❄ 🦆, <b>mem</b>'
    expect(await only(page)).toEqual([`only measurements ${list}`])
    const { id } = await generated(page)
    await closeSecret(page)
    await page.getByTestId(`token-title-${id}`).click()
    await page.locator('.permission-table').waitFor()
    expect(await only(page)).toEqual([`only measurements ${list}`])
    const words = list.replace(/, (?=<b>)/, ' and ')
    await page.getByText(`write to measurements ${words} of bucket raw.`).waitFor()
    await page.getByTestId('details-clone').click()
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    const tokens = await plant.tokens()
    expect(tokens.map(permissionsOf)).toEqual([[on('write', ODD_NAMES)], [on('write', ODD_NAMES)]])
  })

  test('of a bucket that "All Buckets" lets be read holds for writing alone', async () => {
    const { page } = await open(['Write bucket raw', 'Read bucket raw', 'Read All Buckets'])
    await begin(page)
    await page.getByText(/The token may write these measurements of the bucket and no others/).waitFor()
    await field(page).fill('cpu')
    expect(permissionsOf(await generated(page))).toEqual([
      { action: 'read', resource: { type: 'buckets', orgID: plant.id } },
      on('write', ['cpu']),
    ])
  })

  test('is kept, and counts, while a filter or a closed group hides it', async () => {
    const { page } = await open(['Write bucket raw'])
    await begin(page)
    await field(page).fill('cpu')
    await page.getByTestId('permission-filter').fill('home')
    await page.getByText('1 ticked box is hidden by the filter.').waitFor()
    await page.getByTestId('permission-filter').fill('')
    expect(await only(page)).toEqual(['only measurement cpu'])
    await page.getByTestId('permission-group-buckets').click()
    expect(permissionsOf(await generated(page))).toEqual([on('write', ['cpu'])])
  })
})

describe('without a limit', () => {
  test('is whoever removes it, beside the field or below the bucket, or leaves no name in it', async () => {
    const { page } = await open(['Write bucket raw'])
    await begin(page)
    await field(page).fill('cpu\nmem')
    await button(page, 'Remove the limit').click()
    expect(await only(page)).toEqual([])
    await begin(page)
    expect(await field(page).inputValue()).toBe('')
    await field(page).fill('cpu')
    await button(page, 'Done').click()
    await button(page, 'Remove the limit of bucket raw').click()
    expect(await only(page)).toEqual([])
    await begin(page)
    await field(page).fill('\n\n')
    const token = await generated(page)
    expect(permissionsOf(token)).toEqual([on('write')])
    expect(token.permissions[0]!.resource).not.toHaveProperty('measurements')
  })
})

describe('what the server would refuse', () => {
  test.each([
    ['a tab', 'cpu\nm\tem', 'Line 2 has a tab or another control character.'],
    ['a name twice', 'cpu\nmem\ncpu', 'Line 3 says the same as line 1.'],
    ['256 bytes', 'é'.repeat(128), 'Line 1 has 256 bytes: a name has at most 255.'],
  ])(
    '%s: is said beside the field and below it once closed, and nothing is sent until it is put right',
    async (_, text, fault) => {
      const { page, sent } = await open(['Write bucket raw'])
      await begin(page)
      await field(page).fill(text)
      const described = (await field(page).getAttribute('aria-describedby'))!.split(' ')[0]!
      expect(await page.locator(`[id="${described}"]`).textContent()).toBe(fault)
      expect(await field(page).getAttribute('aria-invalid')).toBe('true')
      expect(await status(page).textContent()).toBe('Correct the measurements of bucket raw.')
      expect(await page.getByTestId('generate-save').isDisabled()).toBe(true)
      await page.getByTestId('token-description').press('Enter')
      await button(page, 'Done').click()
      await page.getByText(fault).waitFor()
      expect(changesIn(sent)).toEqual([])
      await button(page, 'Change the measurements of bucket raw').click()
      await field(page).fill('cpu')
      expect(await status(page).textContent()).toBe('1 permission chosen')
      expect(permissionsOf(await generated(page))).toEqual([on('write', ['cpu'])])
    },
  )

  test('blanks at the end of a name are pointed out, and sent as they are', async () => {
    const { page } = await open(['Write bucket raw'])
    await begin(page)
    await field(page).fill('cpu ')
    await page.getByText('Line 1 begins or ends with a blank, which counts as part of the name.').waitFor()
    expect(await field(page).getAttribute('aria-invalid')).toBeNull()
    expect(permissionsOf(await generated(page))).toEqual([on('write', ['cpu '])])
  })
})

describe('by keyboard alone, on a narrow screen', () => {
  test('a token is limited and made; Esc takes back what was typed, and closes nothing else', async () => {
    const { page } = await open([], { viewport: NARROW })
    const hook = `measurements-${raw}`
    await tabTo(page, `permission-write-buckets-${raw}`)
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await waitForFocus(page, `${hook}-open`)
    await page.keyboard.press('Enter')
    await waitForFocus(page, `${hook}-text`)
    await page.keyboard.type('never')
    expect(await isInSight(page, `${hook}-done`)).toBe(true)
    await page.keyboard.press('Escape')
    await waitForFocus(page, `${hook}-open`)
    expect(await only(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.keyboard.type('cpu')
    await page.keyboard.press('Enter')
    await page.keyboard.type('my mem')
    await page.keyboard.press('Tab')
    await waitForFocus(page, `${hook}-done`)
    await page.keyboard.press('Enter')
    await waitForFocus(page, `${hook}-open`)
    expect(await only(page)).toEqual(['only measurements cpu, my mem'])
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.press('Tab')
    await waitForFocus(page, `${hook}-remove`)
    await page.keyboard.press('Space')
    await waitForFocus(page, `${hook}-open`)
    expect(await only(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.keyboard.type('cpu')
    await tabTo(page, 'generate-save')
    await page.keyboard.press('Enter')
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    const [token] = await plant.tokens()
    expect(permissionsOf(await readToken(server, token!.id))).toEqual([on('write', ['cpu'])])
  })
})
