import { readFileSync, statSync } from 'node:fs'
import { isLoopback } from '../../config/address.ts'
import type { Config } from '../../config/config.ts'
import { explain } from '../explain.ts'
import { bad, type Finding, ok } from './finding.ts'

/** The server refuses shorter ones where other machines can connect, and does not start. */
const MIN_CHOSEN_CHARS = 16

/** The files that an unattended first start reads. */
export function checkFirstStart({ init, listen, publicUrl }: Pick<Config, 'init' | 'listen' | 'publicUrl'>): Finding[] {
  if (init === undefined) return []
  const isExposed = ![listen.host, ...(publicUrl ? [new URL(publicUrl.origin).hostname] : [])].every(isLoopback)
  const files = [init.passwordFile, init.tokenFile].filter(path => path !== undefined)
  const wrong = [
    ...files.flatMap(fileFindings),
    ...(isExposed && init.tokenFile !== undefined ? lengthFindings(init.tokenFile) : []),
  ]
  return wrong.length > 0 ? wrong : [ok('The files for the unattended first start are there.')]
}

function fileFindings(path: string): Finding[] {
  try {
    if (textOf(path) === '') return [bad(`${path}, for the first start, is empty.`, 'Put one line into it.')]
  } catch (cause) {
    return [bad(`A file for the first start cannot be read: ${explain(cause)}.`, 'Correct the SLUICE_INIT_… variable.')]
  }
  if ((statSync(path).mode & 0o007) === 0) return []
  return [bad(`Everybody on this machine can read ${path}, which holds a secret.`, `chmod o-rwx ${path}`)]
}

function lengthFindings(path: string): Finding[] {
  try {
    const text = textOf(path)
    if (text === '' || text.length >= MIN_CHOSEN_CHARS) return []
  } catch {
    // Said above.
    return []
  }
  const what = `The token in ${path} has fewer than ${MIN_CHOSEN_CHARS} characters, and other machines can connect.`
  return [bad(what, 'Choose a longer one, or leave the choice to Sluice.')]
}

const textOf = (path: string) => readFileSync(path, 'utf8').trim()
