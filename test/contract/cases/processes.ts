import { describe, expect, test } from 'vitest'
import { fresh, type OpenStore } from '../open.ts'
import { addOwners, authorization, bucket, id, NOW_MS, org, user } from '../samples.ts'

export function processCases(open: OpenStore): void {
  describe('two processes on one database', () => {
    test('see at once what the other has committed', async () => {
      const { store, startProcess } = await fresh(open)
      const other = await startProcess()
      for (let number = 1; number <= 20; number++) {
        await other.transact([['users', 'create', user(number), NOW_MS]])
        expect(await store.users.find(id(number))).toEqual(user(number))
        await store.users.update(id(number), { status: 'inactive' })
        const [seen] = await other.transact([['users', 'find', id(number)]])
        expect(seen).toEqual(user(number, { status: 'inactive' }))
      }
    })

    test('keep names unique together', async () => {
      const { store, startProcess } = await fresh(open)
      const other = await startProcess()
      await other.transact([['buckets', 'create', bucket(1, { name: 'raw' })]])
      await expect(store.buckets.create(bucket(2, { name: 'raw' }))).rejects.toMatchObject({ code: 'conflict' })
      await store.users.create(user(1, { name: 'ann' }), NOW_MS)
      await expect(other.transact([['users', 'create', user(2, { name: 'ann' }), NOW_MS]])).rejects.toThrow('conflict')
    })

    test('that change one authorization at the same time overwrite nothing: each version has one author', async () => {
      const { store, startProcess } = await fresh(open)
      const processes = [await startProcess(), await startProcess(), await startProcess()]
      await addOwners(store)
      await store.authorizations.create(authorization(1))
      const WINS = 60
      const lost = await Promise.all(processes.map(process => process.compete(id(1), WINS)))
      const rounds = processes.length * WINS
      expect(await store.authorizations.find(id(1))).toMatchObject({
        version: 1 + rounds,
        updatedAtMs: NOW_MS + rounds,
      })
      const losses = lost.reduce((sum, one) => sum + one, 0)
      console.log(`${rounds} guarded updates by ${processes.length} processes: none lost, ${losses} told to look again`)
    })

    test('share the sequence of changes without a gap', async () => {
      const { store, startProcess } = await fresh(open)
      const [one, other] = [await startProcess(), await startProcess()]
      await Promise.all([
        one.transact([['changes', 'note', 'user', 'one']], 100),
        other.transact([['changes', 'note', 'user', 'other']], 100),
      ])
      const changes = await store.changes.after(0)
      expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1))
      for (const who of ['one', 'other']) expect(changes.filter(change => change.id === who)).toHaveLength(100)
    })

    test('survive each other: what a killed one had not finished never was, and nobody waits for it', async () => {
      const { store, startProcess } = await fresh(open)
      const other = await startProcess()
      await other.transact([['orgs', 'create', org(1)]])
      await other.hang([
        ['orgs', 'create', org(2)],
        ['changes', 'note', 'org', id(2)],
      ])
      expect(await store.orgs.find(id(2))).toBeUndefined()
      await other.kill()
      await store.transaction(inside => inside.orgs.create(org(3)))
      expect(await store.orgs.find(id(1))).toEqual(org(1))
      expect(await store.orgs.find(id(2))).toBeUndefined()
      expect(await store.changes.last()).toBe(0)
    })

    test('find what was committed after the process that committed it was killed', async () => {
      const { store, startProcess } = await fresh(open)
      const other = await startProcess()
      await other.transact([['users', 'create', user(1), NOW_MS]])
      await other.kill()
      expect(await store.users.find(id(1))).toEqual(user(1))
      expect(await (await startProcess()).transact([['users', 'find', id(1)]])).toEqual([user(1)])
    })
  })
}
