import { expect, test } from 'vitest'
import { fileSystemFindings } from './file-system.ts'

const levelOf = (type: number) => fileSystemFindings(type, '/data')[0]?.level

test.each([
  ['ext4', 0xef53],
  ['XFS', 0x58465342],
  ['Btrfs', 0x9123683e],
  ['ZFS', 0x2fc12fc1],
])('%s will do', (_, type) => {
  expect(levelOf(type)).toBe('ok')
})

test.each([
  ['NFS', 0x6969],
  ['CIFS', 0xff534d42],
  ['SMB2', 0xfe534d42],
  ['9P', 0x01021997],
  ['Ceph', 0x00c36400],
])('%s is no place for a database', (name, type) => {
  const [finding] = fileSystemFindings(type, '/data')
  expect(finding).toMatchObject({ level: 'bad', what: expect.stringContaining(`/data is on ${name}`) })
})

test('a number that came out negative is the same file system', () => {
  expect(levelOf(0xff534d42 | 0)).toBe('bad')
})

test.each([
  ['tmpfs', 0x01021994],
  ['overlayfs', 0x794c7630],
  ['FUSE', 0x65735546],
])('%s is worth a thought', (_, type) => {
  expect(levelOf(type)).toBe('warn')
})
