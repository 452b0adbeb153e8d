import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { Delivery, Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { Scope } from '#src/contract/project/scope.ts';
import { parseId } from '#src/domain/text/id.ts';
import { allMcpTools } from '#src/server/mcp/mcp-table.ts';
import { addKey } from '#test/support/access.ts';
import { connectAssistant } from '#test/support/mcp.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function call<T>(path: string, input: object): Promise<T> {
  const { body } = await ringback.call<T>(path, input);
  if (!body.result) throw new Error(body.error.message);
  return body.result.data;
}

async function ended(input: object): Promise<Job> {
  const { id } = await call<SubmittedJob>('jobs.submit', input);
  return (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;
}

async function keyWith(...scopes: Scope[]): Promise<string> {
  return addKey(ringback, parseId('prj', ringback.credentials.projectId) ?? '', scopes);
}

type Listed = { jobs: { id: string }[]; nextCursor: string | null };

describe('an assistant', () => {
  it('is told of every tool, with what it changes and a schema of its input', async () => {
    const { client } = await connectAssistant(ringback);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(allMcpTools.map(({ name }) => name));
    for (const { inputSchema, description } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(description).toBeTruthy();
    }
    const hints = Object.fromEntries(tools.map(({ name, annotations: given = {} }) => [name, given]));
    const names = (hint: 'readOnlyHint' | 'destructiveHint') =>
      tools.filter(({ name }) => hints[name]?.[hint]).map(({ name }) => name);
    expect(names('readOnlyHint')).toEqual([
      ...['get_alerts', 'list_endpoints', 'list_jobs', 'explain_job', 'simulate_retry'],
      ...['list_deliveries', 'explain_delivery'],
    ]);
    expect(names('destructiveHint')).toEqual(['cancel_job']);
    // All of it goes into the context of a model.
    expect(JSON.stringify(tools).length).toBeLessThan(20_000);
  });

  it('is told which rule and which header decided that a job waits', async () => {
    // A limited target holds back all jobs of its origin.
    const limited = await startTarget();
    onTestFinished(() => limited.close());
    const { id } = await call<SubmittedJob>('jobs.submit', {
      url: `${limited.url}/plan?key=mcp&statuses=429&retry-after=3000`,
      retry: { '429': { limit: 3 } },
    });
    const { tool } = await connectAssistant(ringback);
    await expect.poll(async () => (await tool<{ state: string }>('explain_job', { id })).data.state).toBe('retrying');
    const { text, data } = await tool<{ attempts: object[]; why: string; page: string }>('explain_job', { id });
    expect(data).toMatchObject({
      ...{ id, state: 'retrying', method: 'GET', attemptCount: 1, attemptsLeftOut: 0 },
      attempts: [
        { number: 1, status: 429, decision: { then: 'retry', rule: '429', inputs: { usedHeaders: ['retry-after'] } } },
      ],
    });
    const view = await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json();
    expect(data.why).toBe(view.attempts[0].decision.why);
    expect(text).toContain(`Why: ${data.why}`);
    expect(text).toContain('Rule: 429 (retry 1 of 3). Decided by the header retry-after: 3000.');
    expect(text).toContain('The last response began: step 1');
    expect(data.page).toBe(`${ringback.url}/jobs/${id}?project=${ringback.credentials.projectId}`);
    expect((await tool('cancel_job', { id })).data).toMatchObject({ id, state: 'cancelled' });
    expect((await tool('cancel_job', { id })).text).toContain(`${id} is cancelled.`);
  });

  it('lists jobs by filters in pages, and runs a failed one again', async () => {
    const failed = await ended({ url: `${target.url}/status/500`, retry: 'none', labels: ['mcp-list'] });
    const other = await ended({ url: `${target.url}/status/404`, labels: ['mcp-list'] });
    const { tool } = await connectAssistant(ringback);
    const first = await tool<Listed>('list_jobs', { label: 'mcp-list', limit: 1 });
    expect(first.data.jobs).toMatchObject([{ id: other.id, state: 'failed', status: 404 }]);
    expect(first.text).toContain(`call again with cursor "${first.data.nextCursor}"`);
    const second = await tool<Listed>('list_jobs', { label: 'mcp-list', limit: 1, cursor: first.data.nextCursor });
    expect(second.data.jobs).toMatchObject([{ id: failed.id }]);
    expect(second.text).toContain(`- ${failed.id} failed; GET ${target.url}/status/500; 1 attempts; last answer 500; `);
    const again = await tool<{ id: string }>('rerun_job', { id: failed.id });
    const made = (await (await ringback.rest('GET', `/v1/jobs/${again.data.id}`)).json()) as Job;
    expect(made.rerunOf).toBe(failed.id);
  });

  it('makes the next attempt of a job now that would wait for long', async () => {
    const { id } = await call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, delaySeconds: 3_600 });
    const { tool } = await connectAssistant(ringback);
    expect((await tool('explain_job', { id })).text).toContain('Why: Not due before this time, as asked for.');
    expect((await tool('try_job_now', { id })).failed).toBe(false);
    expect(await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()).toMatchObject({ state: 'completed' });
  });

  it('is told what a policy would do', async () => {
    const { tool } = await connectAssistant(ringback);
    const { text, data } = await tool('simulate_retry', {
      retry: { '5xx': { limit: 1, minTimeoutInMs: '1s', randomize: false } },
      outcomes: [503, { status: 503, headers: { 'retry-after': '2' } }],
    });
    expect(data).toMatchObject({ end: 'failed', attempts: [{ decision: { rule: '5xx', then: 'retry' } }, {}] });
    expect(text).toContain('The job would be failed.');
    const wrong = await tool('simulate_retry', { retry: { '5xx': { limits: 1 } }, outcomes: [503] });
    expect(wrong).toMatchObject({ failed: true, data: { error: { code: 'unknown_field' } } });
    expect(wrong.text).toContain('limits');
  });

  it('is told why a delivery failed, sends it again, and enables its endpoint', async () => {
    receiver.answer(410);
    const endpoint = await call<Endpoint>('endpoints.create', { name: 'mcp', url: `${receiver.url}/gone` });
    const { id } = await call<Delivery>('endpoints.test', { id: endpoint.id });
    const { tool } = await connectAssistant(ringback);
    await expect
      .poll(async () => (await tool<{ state: string }>('explain_delivery', { id })).data.state)
      .toBe('failed');
    const { text } = await tool('explain_delivery', { id });
    expect(text).toContain(`${id} is failed: endpoint.test to mcp`);
    expect(text).toMatch(/Attempt 1 at \S+ took .*: 410\. \S/);

    await expect
      .poll(async () => (await tool('list_endpoints', { name: 'mcp' })).text)
      .toMatch(/- mcp \(end_\S+\) disabled since \S+ \(gone\)/);
    const { text: overview, data } = await tool<{ alerts: object[] }>('get_alerts');
    expect(data.alerts).toMatchObject([{ kind: 'endpoint_disabled', endpointId: endpoint.id }]);
    expect(overview).toContain('Endpoint mcp was disabled after it answered 410.');

    expect((await tool('resend_delivery', { id })).data).toMatchObject({ error: { code: 'endpoint_disabled' } });

    receiver.answer(204);
    expect((await tool('enable_endpoint', { id: endpoint.id })).data).toMatchObject({ state: 'enabled' });
    expect((await tool('resend_delivery', { id })).failed).toBe(false);
    await expect
      .poll(async () => (await tool<{ state: string }>('explain_delivery', { id })).data.state)
      .toBe('delivered');
    expect((await tool('list_deliveries', { endpointId: endpoint.id })).data).toMatchObject({
      deliveries: [{ id, state: 'delivered' }],
    });
    expect((await tool('probe_endpoint', { id: endpoint.id })).failed).toBe(false);
    expect((await tool('try_delivery_now', { id })).data).toMatchObject({ error: { code: 'already_ended' } });
    const { rows } = await ringback.db.pool.query<{ action: string }>(
      `select action from audit_entry where target in ($1, $2) and actor_kind = 'key' order by id`,
      [endpoint.id, id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['endpoints.create', 'endpoints.test', 'endpoints.enable', 'deliveries.resend', 'endpoints.probe'],
    ]);
  });

  it('is told why nothing can be sent to an endpoint, paused or not, before those that are well', async () => {
    await call<Endpoint>('endpoints.create', { name: 'unsent-not', url: `${receiver.url}/well` });
    const { id } = await call<Endpoint>('endpoints.create', { name: 'unsent-yes', url: `${receiver.url}/unsent` });
    const uuid = parseId('end', id);
    await ringback.db.pool.query('delete from webhook_secret where endpoint_id = $1', [uuid]);
    await call<Delivery>('endpoints.test', { id });
    const problem = async () => (await (await ringback.rest('GET', `/v1/endpoints/${id}`)).json()).problem?.message;
    await expect.poll(problem).toBeTruthy();
    const { tool } = await connectAssistant(ringback);
    const listed = await tool<{ endpoints: { name: string; health: string }[] }>('list_endpoints', { name: 'unsent' });
    expect(listed.text).not.toContain('[object');
    const health = `enabled, but nothing can be sent: ${await problem()}`;
    expect(listed.data.endpoints).toMatchObject([
      { name: 'unsent-yes', health },
      { name: 'unsent-not', health: 'enabled and well' },
    ]);
    await ringback.db.pool.query(
      `update endpoint set failing_since = now(), paused_until = now() + interval '1 hour' where id = $1`,
      [uuid],
    );
    expect((await tool('list_endpoints', { name: 'unsent' })).text).toMatch(
      new RegExp(`failing since \\S+ and paused until \\S+; nothing can be sent: ${await problem()}`),
    );
  });

  it('of either era of the protocol is answered', async () => {
    const headers = { accept: 'application/json, text/event-stream' };
    const legacy = async (method: string, params: object) => {
      const answer = await ringback.rest('POST', '/mcp', { headers, json: { jsonrpc: '2.0', id: 1, method, params } });
      return [answer.status, await answer.text()];
    };
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'old', version: '1' } };
    expect(await legacy('initialize', hello)).toEqual([200, expect.stringContaining('"protocolVersion":"2025-06-18"')]);
    expect(await legacy('tools/call', { name: 'get_alerts' })).toEqual([
      200,
      expect.stringContaining('In the last 1h'),
    ]);
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'new', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const answer = await ringback.rest('POST', '/mcp', {
      headers: {
        ...headers,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'get_alerts',
      },
      json: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_alerts', arguments: {}, _meta: meta } },
    });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('In the last 1h')]);
  });

  it('never sees a secret', async () => {
    const secret = 'sk-live-very-secret-0123456789';
    const { id } = await ended({
      url: `${target.url}/status/500?token=${secret}`,
      headers: { authorization: `Bearer ${secret}` },
      redact: { query: ['token'] },
      retry: 'none',
      labels: ['mcp-secret'],
    });
    const { client, tool } = await connectAssistant(ringback);
    const seen = await Promise.all([
      client.callTool({ name: 'explain_job', arguments: { id } }),
      client.callTool({ name: 'list_jobs', arguments: { label: 'mcp-secret' } }),
    ]);
    expect(JSON.stringify(seen)).toContain('token=********');
    expect(JSON.stringify(seen)).not.toContain(secret);
    expect((await tool('explain_job', { id })).failed).toBe(false);
  });
});

describe('what is refused', () => {
  it('a call without a key, with a wrong one, or of a page of another site, before anything is read', async () => {
    const wrong = `rbk_${'x'.repeat(43)}`;
    await expect(connectAssistant(ringback, { key: wrong })).rejects.toThrow(/401|unauthorized/i);
    await expect(connectAssistant(ringback, { key: '' })).rejects.toThrow(/401|unauthorized/i);
    const post = (headers: Record<string, string>, key?: string | null) =>
      ringback.rest('POST', '/mcp', { headers, json: {}, ...(key === undefined ? {} : { key }) });
    const denied = await post({}, null);
    expect([denied.status, denied.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const foreign = await post({ origin: 'https://evil.example' });
    expect([foreign.status, (await foreign.json()).code]).toEqual([403, 'foreign_origin']);
    expect((await post({ origin: 'null' })).status).toBe(403);
    const got = await ringback.rest('GET', '/mcp');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('a session of the dashboard: other sites can send its cookie', async () => {
    const answer = await ringback.rest('POST', '/mcp', {
      key: null,
      headers: { cookie: 'ringback.session_token=x' },
      json: {},
    });
    expect((await answer.json()).code).toBe('unauthorized');
  });

  it('a body that is too long, is no JSON, or has too many messages', async () => {
    const codeOf = async (body: string) => {
      const answer = await ringback.rest('POST', '/mcp', { body, headers: { 'content-type': 'application/json' } });
      return [answer.status, (await answer.json()).code];
    };
    expect(await codeOf('{')).toEqual([400, 'invalid_json']);
    expect(await codeOf(`"${'x'.repeat(1_048_576)}"`)).toEqual([413, 'body_too_large']);
    const many = Array.from({ length: 21 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'tools/list' }));
    expect(await codeOf(JSON.stringify(many))).toEqual([400, 'invalid_input']);
  });

  it('a tool whose scope the key lacks, with the name of the scope', async () => {
    const { id } = await call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, delaySeconds: 3_600 });
    const { tool } = await connectAssistant(ringback, { key: await keyWith('jobs:read') });
    expect((await tool('explain_job', { id })).failed).toBe(false);
    for (const name of ['cancel_job', 'rerun_job', 'try_job_now']) {
      const { failed, text } = await tool(name, { id });
      expect([name, failed, text]).toEqual([
        name,
        true,
        expect.stringContaining('missing_scope: this needs the scope jobs:write'),
      ]);
    }
    for (const name of ['resend_delivery', 'try_delivery_now', 'enable_endpoint', 'probe_endpoint'])
      expect((await tool(name, { id: 'x' })).text).toContain('this needs the scope callbacks:admin');
    const writer = await connectAssistant(ringback, { key: await keyWith('jobs:write') });
    expect((await writer.tool('cancel_job', { id })).data).toMatchObject({ state: 'cancelled' });
  });

  it('wrong input, by the name of what is wrong', async () => {
    const { tool } = await connectAssistant(ringback);
    const said = async (name: string, input: Record<string, unknown>) => (await tool(name, input)).text;
    expect(await said('explain_job', { id: 'job_nothing' })).toBe('not_found: there is no job "job_nothing"');
    expect(await said('explain_job', { job: 'x' })).toContain('`id`');
    expect(await said('list_jobs', { limit: 51 })).toContain('`limit`');
    expect(await said('list_jobs', { stat: 'failed' })).toContain('`stat` is not a known field');
    expect(await said('get_alerts', { range: '2h' })).toContain('`range`');
    expect(await said('delete_everything', {})).toContain(
      'there is no tool "delete_everything"; there are get_alerts, ',
    );
  });

  it('what belongs to another project', async () => {
    const { id } = await call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, delaySeconds: 3_600 });
    const other = '00000000-0000-4000-8000-0000000000aa';
    await ringback.db.pool.query(`insert into project (id, name) values ($1, 'another')`, [other]);
    const { tool } = await connectAssistant(ringback, { key: await addKey(ringback, other, ['admin']) });
    for (const name of ['explain_job', 'cancel_job', 'rerun_job'])
      expect((await tool(name, { id })).text).toBe(`not_found: there is no job ${id}`);
    expect((await tool<Listed>('list_jobs')).data.jobs).toEqual([]);
  });
});
