import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { MemberView, ProjectView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { parseId } from '#src/domain/text/id.ts';
import { addPerson, administrator, type Person, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let owner: Record<string, string>;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  owner = await signedIn(administrator(ringback));
});
afterAll(() => ringback.close());

const job = { url: 'http://127.0.0.1:59999/never', delaySeconds: 3_600 };

async function signedIn(person: Pick<Person, 'email' | 'password'>): Promise<Record<string, string>> {
  return { cookie: await signIn(ringback, person), origin: ringback.url };
}
async function newMember(role: Role) {
  const person = await addPerson(ringback, { role });
  return { ...person, headers: await signedIn(person) };
}
function call<T = Record<string, never>>(path: string, input: unknown, headers = owner, query = false) {
  return ringback.call<T>(path, input, { key: null, query, headers });
}
const codeOf = async (answer: ReturnType<typeof call>) => (await answer).body.error?.data.code ?? 'allowed';
const members = async (headers = owner) =>
  (await call<{ members: MemberView[] }>('members.list', undefined, headers, true)).body.result.data.members;

/** A project of its own, so that its owners can be counted. */
async function freshProject() {
  const made = await call<ProjectView>('projects.create', { name: 'fresh' });
  const { id } = made.body.result.data;
  return { id, headers: { ...owner, 'x-ringback-project': id } };
}

describe('members', () => {
  it('are listed with their role, since when they belong, and when they were last seen', async () => {
    const { id, email, headers } = await newMember('viewer');
    const unseen = await addPerson(ringback, { role: 'member' });
    const listed = await members(headers);
    expect(listed.find(({ userId }) => userId === id)).toEqual({
      userId: id,
      email,
      name: `Somebody ${email}`,
      role: 'viewer',
      joinedAt: expect.any(String),
      lastSeenAt: expect.any(String),
      isYou: true,
    });
    expect(listed.find(({ userId }) => userId === unseen.id)).toMatchObject({ lastSeenAt: null, isYou: false });
    expect(listed.filter(({ isYou }) => isYou)).toHaveLength(1);
  });

  it('get another role in the session they have', async () => {
    const { id, headers } = await newMember('viewer');
    expect(await codeOf(call('jobs.submit', job, headers))).toBe('missing_scope');
    const changed = await call<MemberView>('members.setRole', { userId: id, role: 'member' });
    expect(changed.body.result.data).toMatchObject({ userId: id, role: 'member' });
    expect(await codeOf(call('jobs.submit', job, headers))).toBe('allowed');
    expect(await codeOf(call('members.invitations', undefined, headers, true))).toBe('missing_scope');
    await call('members.setRole', { userId: id, role: 'viewer' });
    expect(await codeOf(call('jobs.submit', job, headers))).toBe('missing_scope');
  });

  it('are out at once when they are removed', async () => {
    const { id, email, headers } = await newMember('member');
    expect(await codeOf(call('jobs.list', {}, headers, true))).toBe('allowed');
    const removed = await call('members.remove', { userId: id });
    expect(removed.body.result.data).toEqual({ userId: id, email });
    expect(await codeOf(call('jobs.list', {}, headers, true))).toBe('no_project');
    expect((await members()).map(({ userId }) => userId)).not.toContain(id);
    expect(await codeOf(call('members.remove', { userId: id }))).toBe('not_found');
    expect(await codeOf(call('members.setRole', { userId: id, role: 'owner' }))).toBe('not_found');
  });

  it('who are removed get nothing more from a stream that is open', async () => {
    const { id: userId, headers } = await newMember('viewer');
    const { id } = (await call<SubmittedJob>('jobs.submit', job)).body.result.data;
    const input = encodeURIComponent(JSON.stringify({ id }));
    const stream = await fetch(`${ringback.url}/api/trpc/jobs.wait?input=${input}`, { headers });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (pattern: RegExp) => {
      for (;;) {
        if (pattern.test(text)) return;
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done) throw new Error(`the stream ended with ${text}`);
        text += value;
      }
    };
    await readUntil(/"state":"scheduled"/);
    const openedAt = performance.now();
    await call('members.remove', { userId });
    // The right to a stream is looked at again after a second.
    await expect.poll(() => performance.now() - openedAt, { timeout: 5_000 }).toBeGreaterThan(1_100);
    await call('jobs.cancel', { id });
    await readUntil(/is a member of no project/);
    expect(text).not.toContain('"state":"cancelled"');
    await reader?.cancel();
  });

  it('are managed by keys with the scope admin as well', async () => {
    const { id } = await newMember('viewer');
    const changed = await ringback.call<MemberView>('members.setRole', { userId: id, role: 'member' });
    expect(changed.body.result.data).toMatchObject({ role: 'member', isYou: false });
    expect((await ringback.call('members.remove', { userId: id })).status).toBe(200);
  });
});

describe('the last owner', () => {
  it('can neither be removed nor become anything else', async () => {
    const { headers } = await freshProject();
    const [{ userId } = { userId: '' }] = await members(headers);
    for (const [path, input] of [
      ['members.remove', { userId }],
      ['members.setRole', { userId, role: 'viewer' }],
    ] as const) {
      const { status, body } = await call(path, input, headers);
      expect([status, body.error.data.code]).toEqual([409, 'last_owner']);
      expect(body.error.message).toContain('make somebody else an owner first');
    }
    expect((await call('members.setRole', { userId, role: 'owner' }, headers)).status).toBe(200);
  });

  it('stays, however many leave at the same time', async () => {
    const { id, headers } = await freshProject();
    const projectId = parseId('prj', id) ?? '';
    const [{ userId: maker } = { userId: '' }] = await members(headers);
    const all = [maker];
    for (let n = 0; n < 5; n++) all.push((await addPerson(ringback, { projectId, role: 'owner' })).id);
    // A key, since whoever removes themselves may not go on.
    const { body } = await call<{ secret: string }>('apiKeys.create', { name: 'k', scopes: ['admin'] }, headers);
    const key = { authorization: `Bearer ${body.result.data.secret}` };
    const answers = await Promise.all(
      all.map((userId, index) =>
        index % 2 === 0
          ? codeOf(call('members.remove', { userId }, key))
          : codeOf(call('members.setRole', { userId, role: 'viewer' }, key)),
      ),
    );
    expect(answers.toSorted()).toEqual([...Array(5).fill('allowed'), 'last_owner']);
    expect((await members(key)).filter(({ role }) => role === 'owner')).toHaveLength(1);
  });
});
