import { useQueryClient } from '@tanstack/react-query'
import {
  type AuthorizationUpdate,
  changeAuthorization,
  createAuthorization,
  deleteAuthorization,
  describeAuthorization,
  Overtaken,
  refreshAuthorizations,
} from '../api/authorizations.ts'
import { Failure, reasonOf } from '../api/failure.ts'
import { notify } from '../parts/notifications.ts'
import { type Authorization, type CreatedAuthorization, nameOf, type Status } from './authorization.ts'
import { cloneDescription } from './description.ts'
import { oneLine } from './visible-text.ts'

/** What can be done to a token. Each tells how it went by a notification, and resolves to whether it succeeded. */
export interface TokenActions {
  /** Fails if the description is no longer the one that was seen. */
  readonly describe: (token: Authorization, typed: Typed) => Promise<boolean>
  readonly setStatus: (token: Authorization, status: Status) => Promise<boolean>
  /** @param expiresAt undefined for never */
  readonly setExpiry: (token: Authorization, expiresAt: string | undefined) => Promise<boolean>
  readonly remove: (token: Authorization) => Promise<boolean>
  /** Resolves to the new token with its secret; undefined if it failed. */
  readonly clone: (token: Authorization) => Promise<CreatedAuthorization | undefined>
}

/** A description that somebody typed in the place of another. */
export interface Typed {
  readonly description: string
  /** What it is to replace. */
  readonly seen: string
  /** Offers what was typed once more, should it fail. */
  readonly again?: (() => void) | undefined
}

export function useTokenActions(): TokenActions {
  const client = useQueryClient()

  async function change(token: Authorization, wanted: AuthorizationUpdate): Promise<boolean> {
    const done = await told(token, 'update', changeAuthorization(client, token, wanted))
    refreshAuthorizations(client, token.orgID)
    return done
  }

  async function setStatus(token: Authorization, status: Status): Promise<boolean> {
    const done = await change(token, { status })
    const undo = () => void setStatus({ ...token, status }, token.status)
    if (done) notify.success(statusWords(token, status), { label: 'Undo', run: undo })
    return done
  }

  return {
    setStatus,
    async describe(token, typed) {
      const { seen, description } = typed
      const work = describeAuthorization(client, token, { seen, wanted: description })
      const done = await told(token, 'update', work, typed)
      refreshAuthorizations(client, token.orgID)
      if (done) notify.success(`“${nameOf({ description })}” was updated.`)
      return done
    },
    async setExpiry(token, expiresAt) {
      const done = await change(token, { expiresAt: expiresAt ?? null })
      if (done) notify.success(`The expiry of “${nameOf(token)}” was updated.`)
      return done
    },
    async remove(token) {
      const done = await told(token, 'delete', deleteAuthorization(client, token))
      refreshAuthorizations(client, token.orgID)
      if (done) notify.success(`“${nameOf(token)}” was deleted.`)
      return done
    },
    async clone(token) {
      try {
        const created = await createAuthorization(client, cloneOf(token))
        notify.success(`A clone of “${nameOf(token)}” was created.`)
        return created
      } catch (cause) {
        notify.error(`“${nameOf(token)}” could not be cloned. ${reasonOf(cause)}`)
        return undefined
      }
    },
  }
}

function statusWords(token: Authorization, status: Status): string {
  return status === 'active'
    ? `“${nameOf(token)}” is active: it is accepted from now on.`
    : `“${nameOf(token)}” is inactive: it is refused from now on.`
}

/** The same rights, status and expiry. The server takes no expiry that is over, so that the clone of such a one has none. */
function cloneOf({ orgID, permissions, description, status, expiresAt }: Authorization) {
  const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()
  return {
    orgID,
    permissions,
    status,
    description: cloneDescription(description, new Date()),
    ...(expiresAt !== undefined && !isOver && { expiresAt }),
  }
}

/** What was typed for a token that is gone, or is called otherwise by now, so that it is not lost. */
const typedWords = (typed: string | undefined) => (typed === undefined ? '' : ` You had typed “${oneLine(typed)}”.`)

/** The notification of each token's last failure, which another attempt makes obsolete. */
const lastFailures = new Map<string, number>()

/** Waits, and tells a failure, naming the token by its description. */
async function told(
  token: Authorization,
  verb: 'update' | 'delete',
  work: Promise<unknown>,
  typed?: Typed,
): Promise<boolean> {
  notify.dismiss(lastFailures.get(token.id) ?? 0)
  try {
    await work
    lastFailures.delete(token.id)
    return true
  } catch (cause) {
    const isGone = cause instanceof Failure && cause.isNotFound
    const action = typed?.again === undefined || isGone ? undefined : { label: 'Edit again', run: typed.again }
    const words = `“${nameOf(token)}” could not be ${verb}d. ${whyNot(cause, typed?.description)}`
    lastFailures.set(token.id, notify.error(words, action))
    return false
  }
}

function whyNot(cause: unknown, typed: string | undefined): string {
  if (cause instanceof Overtaken) {
    const { description } = cause.now
    const change = description.trim() === '' ? 'removed its description' : `described it as “${oneLine(description)}”`
    return `Somebody else has ${change} meanwhile.${typedWords(typed)}`
  }
  const isGone = cause instanceof Failure && cause.isNotFound
  return isGone ? `Somebody else has deleted it meanwhile.${typedWords(typed)}` : reasonOf(cause)
}
