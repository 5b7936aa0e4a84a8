import { openDatabase } from '../../store/sqlite.ts'
import { bad, type Finding, ok } from './finding.ts'

/** As `engines` in package.json has it. */
const MIN_NODE = [20, 19] as const

/** @param version as Node says it, without a `v` */
export function checkNode(version: string): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [minMajor, minMinor] = MIN_NODE
  if (major > minMajor || (major === minMajor && minor >= minMinor)) return [ok(`Node ${version} will do.`)]
  const needed = MIN_NODE.join('.')
  return [bad(`Node ${version} is too old: Sluice needs ${needed} or later.`, 'Install a newer Node.')]
}

/** Whether there is an SQLite to keep the data with, and which. */
export async function checkEngine(): Promise<Finding[]> {
  try {
    const database = await openDatabase(':memory:')
    const { version } = database.prepare('select sqlite_version() as version').get() as { version: string }
    database.close()
    return [ok(`SQLite ${version} is there.`)]
  } catch (cause) {
    const todo = 'Use Node 22.13 or later, or reinstall Sluice with its optional packages.'
    return [bad(`SQLite cannot be loaded: ${(cause as Error).message}`, todo)]
  }
}
