// About: what runs here, and how clients reach it.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { SETUP, type Server, startServer, temporaryFolder } from '../e2e/server.ts'
import { visit } from './browser.ts'

let server: Server
let address: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  address = `/orgs/${server.onboarded!.orgId}/about`
})

test('it says the version, the address and the ids', async () => {
  const page = await visit(server, address)
  const { version } = (await server.request('GET', '/health')).json()
  const facts = page.getByRole('region', { name: 'This server' })
  await facts.getByText(version).waitFor()
  for (const fact of [server.url, SETUP.org, server.onboarded!.orgId, server.onboarded!.adminId]) {
    expect(await facts.innerText()).toContain(fact)
  }
})

test.each(['Telegraf', 'Python', 'JavaScript', 'curl', 'influx'])(
  'the snippet for %s has the address, the organization and a bucket, no token, and is copied whole',
  async name => {
    const page = await visit(server, address, { clipboard: true })
    await page.getByRole('tab', { name }).click()
    // Until the buckets are known, one that is made up stands there.
    const snippet = page.getByTestId(`snippet-${name.toLowerCase()}`).filter({ hasText: SETUP.bucket })
    const text = await snippet.textContent()
    await page.getByRole('button', { name: `Copy the snippet for ${name}` }).click()
    await page.getByTestId('notification-success').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text)
    for (const part of [server.url, SETUP.org, SETUP.bucket, 'INFLUX_TOKEN']) expect(text).toContain(part)
    expect(text).not.toContain(SETUP.token)
  },
)

test('where the browser withholds the clipboard, nobody is told that it was copied', async () => {
  const page = await visit(server, address)
  await page.evaluate(
    'document.execCommand = () => false; navigator.clipboard.writeText = () => Promise.reject(Error())',
  )
  await page.getByRole('button', { name: 'Copy the snippet for Telegraf' }).click()
  await page
    .getByTestId('notification-error')
    .getByText(/copy it by hand/)
    .waitFor()
  expect(await page.getByTestId('notification-success').count()).toBe(0)
})

test('tabs are gone through with the arrow keys', async () => {
  const page = await visit(server, address)
  await page.getByRole('tab', { name: 'Telegraf' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tab', { name: 'Python', selected: true }).waitFor()
  await page.getByTestId('snippet-python').waitFor()
})

test('the snippet for influx is understood by the command line, and writes the address into its configuration', async () => {
  const page = await visit(server, address)
  await page.getByRole('tab', { name: 'influx' }).click()
  const snippet = (await page.getByTestId('snippet-influx').textContent()) ?? ''
  const create = snippet.slice(0, snippet.indexOf('influx write'))
  const program = fileURLToPath(new URL('../../bin/influx', import.meta.url))
  const script = `influx() { '${process.execPath}' '${program}' "$@"; }\n${create}influx config list --json`
  const home = temporaryFolder()
  const env = { HOME: home, INFLUX_CONFIGS_PATH: join(home, 'configs'), INFLUX_TOKEN: 'made-up' }
  const listed = execFileSync('sh', ['-c', script], { cwd: home, env, encoding: 'utf8' })
  expect(listed).toContain(server.url)
})
