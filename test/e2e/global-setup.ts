// Before the first test: a folder for traces. After the last: the search of all traces for secrets in clear.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type Finding, MIN_SECRET_LENGTH, searchFolder } from './secret-search.ts'
import { PROCESSES_FOLDER, SECRETS_FOLDER, TRACES_VARIABLE, WRITTEN_FOLDER } from './traces.ts'

/** The secrets of all test files, each with the first file that used it. */
function readSecrets(folder: string): Map<string, string> {
  const secrets = new Map<string, string>()
  for (const name of readdirSync(folder)) {
    const { testFile, secrets: seen } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    for (const secret of seen) if (!secrets.has(secret)) secrets.set(secret, testFile)
  }
  return secrets
}

/** Ends servers whose worker was killed before it could: those, and no process that got the same id later. */
function endLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(readFileSync(join(folder, name), 'utf8'))
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('bin/sluice')) process.kill(-pid, 'SIGKILL')
    } catch {
      // Gone, as it should be.
    }
  }
}

const mask = (secret: string) => `${secret.slice(0, 4)}… (${secret.length} characters)`

function report(findings: readonly Finding[], secrets: ReadonlyMap<string, string>, root: string): void {
  for (const { file, secret, count } of findings) {
    console.error(
      `SECRET IN CLEAR: ${mask(secret)} of ${secrets.get(secret)}: ${count} times in ${relative(root, file)}`,
    )
  }
  console.error(`The files, and the secrets, are kept in ${root}`)
}

function search(root: string): void {
  const secrets = readSecrets(join(root, SECRETS_FOLDER))
  const found = searchFolder(secrets.keys(), join(root, WRITTEN_FOLDER))
  const { findings } = found
  if (findings.length > 0) {
    report(findings, secrets, root)
    process.exitCode = 1
    // Read by the summary reporter, whose line comes later.
    process.env.SLUICE_TEST_OTHER_FAILURES = '1'
  } else rmSync(root, { recursive: true, force: true })
  const result = findings.length > 0 ? `FOUND ${findings.length}` : 'none found'
  console.log(
    `Searched ${found.bytes} bytes that servers wrote (output and data) for ${found.secrets} secrets ` +
      `of at least ${MIN_SECRET_LENGTH} characters: ${result}.`,
  )
}

export default function setup(): () => void {
  const root = mkdtempSync(join(tmpdir(), 'sluice-traces-'))
  for (const folder of [SECRETS_FOLDER, WRITTEN_FOLDER, PROCESSES_FOLDER]) mkdirSync(join(root, folder))
  process.env[TRACES_VARIABLE] = root
  return () => {
    if (!existsSync(root)) return
    endLeftovers(join(root, PROCESSES_FOLDER))
    search(root)
  }
}
