import { expect, test } from 'vitest'
import { createNotices } from './notifications.ts'

test('a success stays five seconds, ten with something to press; an error until it is dismissed', () => {
  const notices = createNotices()
  notices.success('Saved.')
  notices.success('Deactivated.', { label: 'Undo', run: () => {} })
  const id = notices.error('It failed.')
  expect(notices.list().map(({ forMs }) => forMs)).toEqual([5000, 10_000, undefined])
  notices.dismiss(id)
  expect(notices.list().map(({ text }) => text)).toEqual(['Saved.', 'Deactivated.'])
})

test('the same words are not stacked', () => {
  const notices = createNotices()
  notices.error('It failed.')
  const again = notices.error('It failed.')
  expect(notices.list().map(({ id }) => id)).toEqual([again])
})

test('the oldest make room', () => {
  const notices = createNotices()
  for (const text of ['1', '2', '3', '4', '5', '6']) notices.success(text)
  expect(notices.list().map(({ text }) => text)).toEqual(['2', '3', '4', '5', '6'])
})

test('whoever listens hears of each change, until he stops', () => {
  const notices = createNotices()
  let heard = 0
  const stop = notices.subscribe(() => {
    heard += 1
  })
  notices.dismiss(notices.success('Saved.'))
  stop()
  notices.success('Unheard.')
  expect(heard).toBe(2)
})
