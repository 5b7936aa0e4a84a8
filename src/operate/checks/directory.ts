import { accessSync, constants, readdirSync, type Stats, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { printBytes } from '../progress.ts'
import { fileSystemFindings } from './file-system.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

/** Who looks: undefined where there are no user ids. */
export type Uid = number | undefined

/** The directory of the data: there, of its owner alone, writable, with room, on a file system that can lock. */
export function checkDirectory(path: string, uid: Uid): Finding[] {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return [...absentFindings(path), ...diskFindings(nearestAbove(path), 0)]
  if (!stats.isDirectory()) return [bad(`${path} is not a directory.`, 'Name another with --data or data_dir.')]
  if (!isAllowed(path, constants.R_OK | constants.X_OK)) return [unreadable(path)]
  const files = ownFiles(path)
  const wrong = [
    ...ownerFindings(path, stats, uid),
    ...files.flatMap(file => strangerFindings(file.path, file.stats, stats.uid)),
    ...modeFindings(path, stats.mode, '700'),
    ...files.flatMap(file => modeFindings(file.path, file.stats.mode, '600')),
    ...(isAllowed(path, constants.W_OK) ? [] : [bad(`Nothing can be written to ${path}.`, `See who may write to it.`)]),
  ]
  const largest = Math.max(0, ...files.map(file => file.stats.size))
  const fine = ok(`The data is in ${path}, which is its owner's alone.`)
  return [...(wrong.length === 0 ? [fine] : wrong), ...diskFindings(path, largest)]
}

function absentFindings(path: string): Finding[] {
  const above = nearestAbove(path)
  if (isAllowed(above, constants.W_OK)) return [ok(`${path} does not exist yet; the first start creates it.`)]
  return [bad(`${path} does not exist, and cannot be created in ${above}.`, 'Create it for the user of the server.')]
}

function nearestAbove(path: string): string {
  const above = dirname(path)
  return statSync(above, { throwIfNoEntry: false }) !== undefined || above === path ? above : nearestAbove(above)
}

const unreadable = (path: string) =>
  bad(`${path} may not be read by this user.`, 'Run the doctor as the user of the server, or as root.')

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

interface OwnFile {
  readonly path: string
  readonly stats: Stats
}

/** What Sluice writes there: the store, what SQLite keeps beside it, what a restore kept, and the lock. */
function ownFiles(directory: string): OwnFile[] {
  return readdirSync(directory)
    .filter(name => /^sluice\.(db|lock)/.test(name))
    .flatMap(name => {
      const path = join(directory, name)
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats === undefined ? [] : [{ path, stats }]
    })
}

/** Root may do everything, and looks at what is somebody else's. */
function ownerFindings(path: string, stats: Stats, uid: Uid): Finding[] {
  if (uid === undefined || uid === 0 || stats.uid === uid) return []
  const what = `${path} belongs to user ${stats.uid}, and this is user ${uid}.`
  return [bad(what, 'Run Sluice, and the doctor, as the user to whom the data belongs.')]
}

function strangerFindings(path: string, stats: Stats, ownerUid: number): Finding[] {
  if (stats.uid === ownerUid) return []
  const what = `${path} belongs to user ${stats.uid}, and its directory to user ${ownerUid}.`
  return [bad(what, `chown ${ownerUid} ${path}`)]
}

/** @param wanted the loosest mode that will do, as chmod takes it */
export function modeFindings(path: string, mode: number, wanted: '700' | '600'): Finding[] {
  const own = mode & 0o777
  if ((own & 0o077) === 0) return []
  const what = `${path} is open to others (mode ${own.toString(8).padStart(4, '0')}).`
  return [bad(what, `chmod ${wanted} ${path}`)]
}

function diskFindings(path: string, databaseBytes: number): Finding[] {
  const { type, bavail, bsize } = statfsSync(path)
  const kind = process.platform === 'linux' ? fileSystemFindings(type, path) : []
  return [...kind, ...spaceFindings(bavail * bsize, databaseBytes, path)]
}

const LEAST_FREE = 64 * 1024 * 1024
const FEW_FREE = 512 * 1024 * 1024

/** Writing needs little; a restore, a migration or a backup in the same place needs as much again as there is. */
export function spaceFindings(freeBytes: number, databaseBytes: number, path: string): Finding[] {
  const what = `${printBytes(freeBytes)} are free where ${path} is`
  const todo = 'Make room: a full disk ends all changes, revocations too.'
  if (freeBytes < LEAST_FREE) return [bad(`Only ${what}.`, todo)]
  if (freeBytes >= Math.max(FEW_FREE, databaseBytes)) return [ok(`${what}.`)]
  return [warn(`${what}, less than it takes to restore a backup.`, todo)]
}
