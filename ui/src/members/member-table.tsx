import { RectangleEllipsis, UserMinus } from 'lucide-react'
import { useState } from 'react'
import type { Member } from '../api/members.ts'
import { useWorkspace } from '../app/workspace.tsx'
import { Badge } from '../parts/badge.tsx'
import { IconButton } from '../parts/button.tsx'
import { ConfirmPopover } from '../parts/popover.tsx'
import './member-table.css'

export interface MemberTableProps {
  readonly members: readonly Member[]
  /** How many owners the organization has. */
  readonly owners: number
  readonly onSetPassword: (member: Member) => void
  readonly onRemove: (member: Member) => void
  readonly isRemoving: boolean
  readonly mayChange: boolean
}

export function MemberTable({ members, owners, onSetPassword, onRemove, isRemoving, mayChange }: MemberTableProps) {
  const { user } = useWorkspace()
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
          <th scope="col">Status</th>
          <th scope="col" className="table-actions">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {members.map(member => (
          <tr key={member.id} data-testid={`member-row-${member.id}`}>
            <th scope="row">
              <span className="member-name">{member.name}</span>
              {member.id === user.id && <Badge tone="accent">You</Badge>}
            </th>
            <td data-label="Role">{member.role === 'owner' ? 'Owner' : 'Member'}</td>
            <td data-label="Status">
              {member.status === 'active' ? (
                <Badge tone="success">Active</Badge>
              ) : (
                <Badge tone="warning">Inactive</Badge>
              )}
            </td>
            <td className="table-actions">
              {mayChange && (
                <>
                  <IconButton
                    label={`Set a password for ${member.name}`}
                    icon={<RectangleEllipsis />}
                    onClick={() => onSetPassword(member)}
                    testId={`member-password-${member.id}`}
                  />
                  <RemoveMember
                    member={member}
                    isLastOwner={member.role === 'owner' && owners === 1}
                    isSelf={member.id === user.id}
                    onRemove={() => onRemove(member)}
                    isBusy={isRemoving}
                  />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface RemoveMemberProps {
  readonly member: Member
  readonly isLastOwner: boolean
  readonly isSelf: boolean
  readonly onRemove: () => void
  readonly isBusy: boolean
}

function RemoveMember({ member: { id, name }, isLastOwner, isSelf, onRemove, isBusy }: RemoveMemberProps) {
  const { org } = useWorkspace()
  const [isOpen, open] = useState(false)
  const who = isSelf ? 'yourself' : name
  return (
    <ConfirmPopover
      open={isOpen}
      onOpenChange={open}
      trigger={<IconButton label={`Remove ${name}`} icon={<UserMinus />} testId={`member-remove-${id}`} />}
      question={`Remove ${who} from ${org.name}?`}
      consequence={
        <>
          <p>
            {isSelf ? 'You lose' : `${name} loses`} what the role permits, at once. Tokens that{' '}
            {isSelf ? 'you own' : `${name} owns`} keep working: deactivate them under API Tokens if they should stop
            too.
          </p>
          {isLastOwner && (
            <p>
              <strong>This is the only owner.</strong> Afterwards only an operator can manage this organization.
            </p>
          )}
        </>
      }
      confirm={isSelf ? 'Remove myself' : 'Remove'}
      onConfirm={onRemove}
      busy={isBusy}
      confirmTestId="member-remove-confirm"
    />
  )
}
