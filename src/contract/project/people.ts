import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { type ActorKind, type Role, roles } from '#src/domain/access.ts';
import { projectLimits, readLimits } from '#src/domain/limits.ts';

export type { ActorKind } from '#src/domain/access.ts';

/** A member of a project. */
export type MemberView = {
  userId: string;
  email: string;
  name: string;
  role: Role;
  /** Time when the person joined the project. */
  joinedAt: string;
  /** Approximate time when a session of this person was last used; null: never, or the person signed out everywhere. */
  lastSeenAt: string | null;
  isYou: boolean;
};

/** An invitation that nobody has accepted yet. */
export type InvitationView = {
  /** Id, a UUID. */
  id: string;
  /** Address that the invitation is for; null: it is the set-up link of the first start. */
  email: string | null;
  role: Role;
  createdAt: string;
  expiresAt: string;
};

/** Answer to inviting a person. The link is shown this once, because only its hash is stored. */
export type MadeInvitation = InvitationView & { url: string };

/** A project of which the caller is a member. */
export type ProjectView = { id: string; name: string; role: Role; createdAt: string };

/** A browser in which the person is signed in. */
export type SessionView = {
  id: string;
  /** The browser's `User-Agent`. */
  userAgent: string | null;
  ipAddress: string | null;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  /** True for the session that makes this request. */
  isThis: boolean;
};

/** A change that somebody made, or a secret that somebody revealed. Times are ISO 8601 UTC. */
export type AuditEntry = {
  id: string;
  at: string;
  actor: { kind: ActorKind; id: string; name: string };
  /** Path of the procedure: `endpoints.rotateSecret`. */
  action: string;
  /** Id of the object that was changed. */
  target: string | null;
  /** Input of the call; it never includes secrets. */
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
  /** Path of a procedure, or the beginning of one: `endpoints.`. */
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
 * Checks the input of a person who uses an invitation link. The address is needed only if the link names none. Name and
 * password are needed from a person without an account; the password alone from a person with an account who is not
 * signed in.
 */
export const acceptInput = z.strictObject({
  token: z.string().min(20).max(100),
  email: email.optional(),
  name: storableText(projectLimits.personNameLength).trim().min(1).optional(),
  password: z.string().min(projectLimits.passwordLength.min).max(projectLimits.passwordLength.max).optional(),
});

/** Answer of `GET /api/join?token=…`, for the page that the link leads to. */
export type InvitationInfo = {
  projectName: string;
  /** Address of the invitation; null: the person enters it. */
  email: string | null;
  role: Role;
  /** True if an account must be made, because nobody with this address has one. */
  needsAccount: boolean;
  /** True if the caller is signed in with this address; no password is needed then. */
  isSignedIn: boolean;
};

/** Answer of `POST /api/join`: the person can now sign in with this address. */
export type Joined = { projectId: string; email: string };
