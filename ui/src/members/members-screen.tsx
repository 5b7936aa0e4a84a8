import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../api/action.ts'
import { reasonOf } from '../api/failure.ts'
import { type Member, useMembers, useRemoveMember } from '../api/members.ts'
import { useRights } from '../api/rights.ts'
import { usePageNumber } from '../app/page-number.ts'
import { Screen } from '../app/screen.tsx'
import { useWorkspace } from '../app/workspace.tsx'
import { Button } from '../parts/button.tsx'
import { focusLater } from '../parts/focus-later.ts'
import { notify } from '../parts/notifications.ts'
import { Pager } from '../parts/pager.tsx'
import { Skeleton } from '../parts/spinner.tsx'
import { LoadFailure } from '../parts/state.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberTable } from './member-table.tsx'
import { SetPasswordDialog } from './set-password-dialog.tsx'

const PER_PAGE = 20

/** The users of the organization. */
export function MembersScreen() {
  const { org, user } = useWorkspace()
  const may = useRights(user.id)
  const mayChange = may({ action: 'write', resource: { type: 'orgs', id: org.id } })
  const list = useMembers(org.id)
  const [isInviting, setInviting] = useState(false)
  return (
    <Screen
      place="members"
      lead={
        <>
          Who belongs to <strong>{org.name}</strong>. Members read what is in it; owners also change it, and decide who
          belongs.{!mayChange && ' To have somebody added or removed, ask an owner.'}
        </>
      }
      action={
        mayChange && (
          <Button variant="primary" icon={<UserPlus />} onClick={() => setInviting(true)} testId="member-invite">
            Invite Member
          </Button>
        )
      }
    >
      {list.isPending && <Skeleton label="Loading members" />}
      {list.isError && (
        <LoadFailure
          title="The members could not be loaded"
          reason={reasonOf(list.error)}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data && <Members members={list.data} isBusy={list.isFetching} mayChange={mayChange} />}
      {isInviting && (
        <InviteDialog
          mayCreateUsers={may({ action: 'write', resource: { type: 'users' } })}
          onClose={() => setInviting(false)}
        />
      )}
    </Screen>
  )
}

interface MembersProps {
  readonly members: readonly Member[]
  readonly isBusy: boolean
  readonly mayChange: boolean
}

/** All come in one answer; no more than a page of them is drawn. */
function Members({ members, isBusy, mayChange }: MembersProps) {
  const { org } = useWorkspace()
  const [wanted, setPage] = usePageNumber()
  const page = Math.min(wanted, Math.max(1, Math.ceil(members.length / PER_PAGE)))
  const [withPassword, setWithPassword] = useState<Member>()
  const removal = useAction(useRemoveMember(org.id), (failure, { name }) =>
    notify.error(`${name} was not removed. ${reasonOf(failure)}`),
  )
  const remove = async (member: Member) => {
    const next = members[members.indexOf(member) + 1]
    if ((await removal.run(member)) === undefined) return
    notify.success(`${member.name} no longer belongs to ${org.name}.`)
    focusLater(`member-remove-${next?.id}`, 'member-invite')
  }
  return (
    <section className="card" aria-label="Members" aria-busy={isBusy}>
      <MemberTable
        members={members.slice((page - 1) * PER_PAGE, page * PER_PAGE)}
        owners={members.filter(({ role }) => role === 'owner').length}
        onSetPassword={setWithPassword}
        onRemove={remove}
        isRemoving={removal.isBusy}
        mayChange={mayChange}
      />
      <Pager page={page} pageSize={PER_PAGE} total={members.length} onPage={setPage} nouns={['member', 'members']} />
      {withPassword && <SetPasswordDialog user={withPassword} onClose={() => setWithPassword(undefined)} />}
    </section>
  )
}
