import { AppError } from './errors.ts'

declare const kind: unique symbol

/** 16 lower-case hexadecimal digits, never all zero. The tag keeps a user's id out of an argument that wants an org's. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind }

export type AuthorizationId = Id<'authorization'>
export type OrgId = Id<'org'>
export type UserId = Id<'user'>
export type BucketId = Id<'bucket'>
export type DbrpId = Id<'dbrp'>
/** The id of any object that a permission may name. */
export type ResourceId = Id<string>

const SIXTEEN_HEX = /^[0-9a-f]{16}$/i
const ZERO = '0000000000000000'

/**
 * Reads an id as clients send it: 16 hexadecimal digits in either case, not zero. The result is lower-case.
 *
 * @throws AppError `invalid`, with the two messages that clients know
 *
 * Source: wire contract 1.1.
 */
export function parseId<Kind extends string>(text: string): Id<Kind> {
  if (Buffer.byteLength(text) !== 16) throw new AppError('invalid', 'id must have a length of 16 bytes')
  if (!SIXTEEN_HEX.test(text) || text === ZERO) throw new AppError('invalid', 'invalid ID')
  return text.toLowerCase() as Id<Kind>
}

/** Whether a text has the form of an id, in which case InfluxDB takes it for one and not for a name. */
export function isId(text: string): boolean {
  return SIXTEEN_HEX.test(text) && text !== ZERO
}

/** Prints an unsigned 64-bit number as an id. */
export function idOf<Kind extends string>(value: bigint): Id<Kind> {
  return value.toString(16).padStart(16, '0') as Id<Kind>
}

/** Stands in the place of an id for the instance as a whole, of which there is one. */
export const INSTANCE_ID = 'instance' as ResourceId
