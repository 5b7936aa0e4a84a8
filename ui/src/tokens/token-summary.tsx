import { useResources } from '../api/resources.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import type { Authorization } from './authorization.ts'
import { permissionWords } from './permission-words.ts'
import { UserText } from './token-name.tsx'

/** Whose it is, and since when. */
export function Facts({ token }: { readonly token: Authorization }) {
  return (
    <dl className="details-facts">
      <div>
        <dt>Owner</dt>
        <dd>
          <UserText text={token.user} />
        </dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <Timestamp iso={token.createdAt} />
        </dd>
      </div>
      <div>
        <dt>Last modified</dt>
        <dd>
          <Timestamp iso={token.updatedAt} />
        </dd>
      </div>
      <div>
        <dt>ID</dt>
        <dd className="details-id">
          <code>{token.id}</code>
          <CopyButton text={token.id} label={`Copy ID ${token.id}`} success="The ID was copied." />
        </dd>
      </div>
    </dl>
  )
}

/** What it may do, in words. */
export function Words({ token }: { readonly token: Authorization }) {
  const { data: types } = useResources()
  const clauses = permissionWords(token, types)
  return (
    <section className="details-words" aria-label="What this token may do" data-testid="permission-words">
      <h3>This token may</h3>
      <ul>
        {clauses.map((clause, at) => (
          <li key={clause}>
            <UserText text={clause} />
            {at < clauses.length - 1 ? ';' : '.'}
          </li>
        ))}
      </ul>
      <p className="details-secret-note">
        Its secret was shown once, when it was created. If it is lost, clone the token and use the clone’s secret.
      </p>
    </section>
  )
}
