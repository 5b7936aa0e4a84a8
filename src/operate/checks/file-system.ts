import { bad, type Finding, ok, warn } from './finding.ts'

type Sort = 'network' | 'perhaps-network' | 'memory' | 'layered'

/**
 * File systems on which a database is in danger, by the number that Linux gives them. All others count as good.
 *
 * Source: statfs(2) and linux/magic.h.
 */
const KNOWN: ReadonlyMap<number, readonly [name: string, sort: Sort]> = new Map([
  [0x6969, ['NFS', 'network']],
  [0x517b, ['SMB', 'network']],
  [0xff534d42, ['CIFS', 'network']],
  [0xfe534d42, ['SMB2', 'network']],
  [0x01021997, ['9P', 'network']],
  [0x5346414f, ['AFS', 'network']],
  [0x73757245, ['Coda', 'network']],
  [0x00c36400, ['Ceph', 'network']],
  [0x0bd00bd0, ['Lustre', 'network']],
  [0x7461636f, ['OCFS2', 'network']],
  [0x01161970, ['GFS2', 'network']],
  [0x65735546, ['FUSE', 'perhaps-network']],
  [0x01021994, ['tmpfs', 'memory']],
  [0x858458f6, ['ramfs', 'memory']],
  [0x794c7630, ['overlayfs', 'layered']],
])

/** @param type as statfs says it */
export function fileSystemFindings(type: number, path: string): Finding[] {
  // Some are negative where the kernel's number is a signed word.
  const known = KNOWN.get(type >>> 0)
  if (known === undefined) return [ok('Its file system can keep a database.')]
  const [name, sort] = known
  switch (sort) {
    case 'network':
      return [
        bad(
          `${path} is on ${name}, over a network: SQLite's locks and shared memory do not work there, and data gets lost.`,
          'Keep the data on a local disk, and copy backups over the network instead.',
        ),
      ]
    case 'perhaps-network':
      return [
        warn(
          `${path} is on ${name}, which may be a network in disguise.`,
          'Make sure that it is a local disk, with locks and shared memory that work.',
        ),
      ]
    case 'memory':
      return [warn(`${path} is on ${name}: all is lost when the machine stops.`, 'Keep the data on a disk.')]
    case 'layered':
      return [
        warn(
          `${path} is on ${name}, as in a container without a volume: the data goes when the container does.`,
          'Mount a volume there.',
        ),
      ]
  }
}
