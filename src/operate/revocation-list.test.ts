import { describe, expect, test } from 'vitest'
import { type Revocation, UNDONE, type Undone } from '../store/revocations.ts'
import { jsonOf, type Plan, type PresentPlan } from './restore-plan.ts'
import { listRevocations } from './revocation-list.ts'

const COUNTS = { orgs: 1, users: 2, authorizations: 3, changes: 40, audit: 50 }
const NO_LOSS = { authorizations: 0, users: 0 }

const plan = (present: PresentPlan, more: Partial<Plan> = {}): Plan => ({
  file: '/backup/one.db',
  counts: COUNTS,
  newestAtMs: Date.UTC(2025, 5, 1),
  warning: undefined,
  present,
  ...more,
})
const revocation = (number: number, undone: Undone = 'token deleted'): Revocation => ({
  undone,
  id: String(number).padStart(16, '0'),
  name: `token ${number}`,
  of: 'alice',
})
const undoing = (revocations: readonly Revocation[], lost = NO_LOSS) =>
  plan({ there: true, epoch: 1, difference: { revocations, lost } })

describe('for people', () => {
  test('the list begins with what the backup is', () => {
    expect(listRevocations(plan({ there: false }))).toBe(
      'Backup: 3 tokens, 2 users, 1 organization; newest change 2025-06-01T00:00:00.000Z.\n' +
        'There is no data here yet that it would replace.\n',
    )
  })

  test('nothing undone is said in so many words', () => {
    expect(listRevocations(undoing([]))).toMatch(
      /It would undo no revocation\.\nNothing that was created since would be/,
    )
  })

  test('one revocation is one line', () => {
    expect(listRevocations(undoing([revocation(1)]))).toContain(
      'It would undo one revocation made since:\n  0000000000000001  token "token 1" of "alice" was deleted\n',
    )
  })

  test.each(UNDONE)('"%s" reads as a sentence, with the name that people know', undone => {
    const text = listRevocations(undoing([revocation(1, undone)]))
    expect(text).toMatch(/^ {2}0000000000000001 {2}[a-z].*"token 1"/m)
  })

  test('fifty are shown, and the rest counted', () => {
    const text = listRevocations(undoing(Array.from({ length: 60 }, (_, at) => revocation(at))))
    expect(text.match(/was deleted/g)).toHaveLength(50)
    expect(text).toContain('It would undo 60 revocations made since:')
    expect(text).toContain('… and 10 more; --json shows all.')
  })

  test('names cannot write to the terminal', () => {
    const text = listRevocations(undoing([{ ...revocation(1), name: '\x1b[2J\nfoo', of: '\x07' }]))
    expect(text).toContain('token "\\u001b[2J\\nfoo" of "\\u0007" was deleted')
  })

  test('what would be lost is counted', () => {
    expect(listRevocations(undoing([], { authorizations: 4, users: 0 }))).toContain('lost: 4 tokens, 0 users.')
  })

  test('that nobody knows is said, and not passed off as nothing', () => {
    const text = listRevocations(plan({ there: true, epoch: 0, unknown: 'the present data cannot be read' }))
    expect(text).toContain('Nobody can say which revocations it would undo: the present data cannot be read.')
  })

  test('a backup whose audit log is broken comes with a warning', () => {
    const warning = 'The audit log of the backup is not whole: row 3 was changed.'
    expect(listRevocations(plan({ there: false }, { warning, newestAtMs: undefined }))).toMatch(
      /newest change unknown\.\nThe audit log/,
    )
  })
})

describe('for machines', () => {
  test('all revocations are there', () => {
    const all = Array.from({ length: 60 }, (_, at) => revocation(at))
    expect(jsonOf(undoing(all))).toEqual({
      backup: { file: '/backup/one.db', newestAt: '2025-06-01T00:00:00.000Z', ...COUNTS },
      undone: all,
      lost: NO_LOSS,
    })
  })

  test('unknown is null, and nothing is an empty list', () => {
    expect(jsonOf(plan({ there: true, epoch: 0, unknown: 'why' }))).toMatchObject({
      undone: null,
      lost: null,
      unknown: 'why',
    })
    expect(jsonOf(plan({ there: false }))).toMatchObject({ undone: [], lost: NO_LOSS })
  })
})
