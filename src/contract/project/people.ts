import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { type ActorKind, type Role, roles } from '#src/domain/access.ts';
import { projectLimits, readLimits } from '#src/domain/limits.ts';

export type { ActorKind } from '#src/domain/access.ts';

/** A person in a project. */
export type MemberView = {
  userId: string;
  email: string;
  name: string;
  role: Role;
  /** Since when in this project. */
  joinedAt: string;
  /** The last time a session of theirs was used, roughly; null: never, or signed out everywhere. */
  lastSeenAt: string | null;
  isYou: boolean;
};

/** An invitation that nobody has accepted yet. */
export type InvitationView = {
  /** A UUID. */
  id: string;
  /** Null: the set-up link of the first start. */
  email: string | null;
  role: Role;
  createdAt: string;
  expiresAt: string;
};

/** What inviting answers: the link is shown this once, since only its hash is stored. */
export type MadeInvitation = InvitationView & { url: string };

/** A project one is a member of. */
export type ProjectView = { id: string; name: string; role: Role; createdAt: string };

/** A browser in which somebody is signed in. */
export type SessionView = {
  id: string;
  /** What the browser called itself. */
  userAgent: string | null;
  ipAddress: string | null;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  /** The session that asks. */
  isThis: boolean;
};

/** A change, or a secret shown. Times are ISO 8601 UTC. */
export type AuditEntry = {
  id: string;
  at: string;
  actor: { kind: ActorKind; id: string; name: string };
  /** The procedure's path: `endpoints.rotateSecret`. */
  action: string;
  /** The id of what it was done to. */
  target: string | null;
  /** What it was done with; secrets are never part of it. */
  detail: Record<string, unknown> | null;
  peer: string | null;
};

/** A page of `audit.list`, newest first. */
export type AuditPage = { entries: AuditEntry[]; nextCursor: string | null };

const instant = z.iso.datetime({ offset: true });
const email = z.email().max(projectLimits.emailLength);
const role = z.enum(roles);
const projectName = storableText(projectLimits.nameLength).trim().min(1);

/** Checks the input of `audit.list`. */
export const auditListInput = z.strictObject({
  limit: z.int().min(1).max(readLimits.pageSize.max).optional(),
  cursor: z.string().max(readLimits.cursorLength).optional(),
  /** A procedure's path or its beginning: `endpoints.`. */
  action: storableText(readLimits.idLength).optional(),
  actorId: storableText(readLimits.idLength).optional(),
  target: storableText(readLimits.idLength).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

/** See `auditListInput`. */
export type AuditListInput = z.output<typeof auditListInput>;

/** Checks the input of `members.invite`. */
export const inviteInput = z.strictObject({ email, role });

/** Checks the input of `members.setRole`. */
export const setRoleInput = z.strictObject({ userId: storableText(readLimits.idLength), role });

/** Checks the input of `members.remove`. */
export const removeMemberInput = z.strictObject({ userId: storableText(readLimits.idLength) });

/** Checks the input of `members.revokeInvitation`, `account.revokeSession`. */
export const byOwnId = z.strictObject({ id: storableText(readLimits.idLength) });

/** Checks the input of `projects.create` and `projects.rename`. */
export const projectInput = z.strictObject({ name: projectName });

/** Checks the input of `account.changePassword`. */
export const changePasswordInput = z.strictObject({
  current: z.string().max(projectLimits.passwordLength.max),
  next: z.string().min(projectLimits.passwordLength.min).max(projectLimits.passwordLength.max),
});

/**
 * Checks what a person with an invitation's link sends. The address is only needed where the link names none; name and
 * password only by who has no account yet, and the password alone by who has one and is not signed in.
 */
export const acceptInput = z.strictObject({
  token: z.string().min(20).max(100),
  email: email.optional(),
  name: storableText(projectLimits.personNameLength).trim().min(1).optional(),
  password: z.string().min(projectLimits.passwordLength.min).max(projectLimits.passwordLength.max).optional(),
});

/** What `GET /api/join?token=…` answers, for the page that the link leads to. */
export type InvitationInfo = {
  projectName: string;
  /** Null: the person names it. */
  email: string | null;
  role: Role;
  /** Whether an account is to be made: nobody with this address has one. */
  needsAccount: boolean;
  /** Whether who asks is signed in with this address: then no password is needed. */
  isSignedIn: boolean;
};

/** What `POST /api/join` answers: the person can sign in with this address now. */
export type Joined = { projectId: string; email: string };
