import type { Invocation } from '../invocation.ts'
import { type Column, print } from '../output.ts'
import { knownFields, type Shape } from './known-fields.ts'

/** A kind of object that servers send and commands pass on. Source: CLI contract 4.3. */
export interface RecordKind<T> {
  readonly columns: readonly Column<T>[]
  readonly shape: Shape
}

export const DELETED: Column<unknown> = { title: 'Deleted', of: () => 'true' }

/** Prints one object, or the one that was just deleted. */
export function printRecord<T>(
  invocation: Invocation,
  { columns, shape }: RecordKind<T>,
  record: T,
  { deleted = false } = {},
): Promise<void> {
  return print(invocation, {
    columns: deleted ? [...columns, DELETED] : columns,
    records: [record],
    json: knownFields(record, shape),
  })
}

/** Prints a list, which is one for programs too if it has one entry or none. */
export function printRecords<T>(
  invocation: Invocation,
  { columns, shape }: RecordKind<T>,
  records: readonly T[],
): Promise<void> {
  return print(invocation, { columns, records, json: knownFields(records, shape) })
}
