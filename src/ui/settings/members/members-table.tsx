'use client';

import type { MemberView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { UserMinus } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { roleOptions, roleWord } from '#src/ui/words/role-words.ts';

type Props = {
  members: readonly MemberView[];
  isOwner: boolean;
  changing: { userId: string; role: Role } | null | undefined;
  onRole: (member: MemberView, role: Role) => void;
  onRemove: (member: MemberView) => void;
};

export function MembersTable({ members, isOwner, changing, onRole, onRemove }: Props) {
  return (
    <DataTable
      label="Members"
      head={
        <>
          <Th>Person</Th>
          <Th className="w-[132px]">Role</Th>
          <Th number className="w-[104px] clock:w-[112px]">
            Joined
          </Th>
          <Th number className="w-[104px] clock:w-[112px]">
            Last seen
          </Th>
          {isOwner && (
            <Th number className="w-[64px]">
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </>
      }
    >
      {members.map((member) => (
        <Tr key={member.userId}>
          <Td phone="main" className="truncate">
            <span className="font-medium">{member.name}</span> {member.isYou && <Tag>you</Tag>}{' '}
            <span className="text-fg-muted">{member.email}</span>
          </Td>
          <Td phone="first">
            {isOwner ? (
              <Select
                label={`Role of ${member.email}`}
                size="small"
                className="w-[104px]"
                value={changing?.userId === member.userId ? changing.role : member.role}
                disabled={changing?.userId === member.userId}
                onChange={(role) => onRole(member, role)}
                options={roleOptions}
              />
            ) : (
              roleWord(member.role)
            )}
          </Td>
          <Td number>
            <Ago at={member.joinedAt} sentence />
          </Td>
          <Td number phone="aside">
            {member.lastSeenAt ? <Ago at={member.lastSeenAt} sentence /> : 'never'}
          </Td>
          {isOwner && (
            <Td number phone="third">
              <Button
                kind="ghost"
                size="icon"
                icon={UserMinus}
                aria-label={`Remove ${member.email}`}
                title={`Remove ${member.email}`}
                onClick={() => onRemove(member)}
              />
            </Td>
          )}
        </Tr>
      ))}
    </DataTable>
  );
}
