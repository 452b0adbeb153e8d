import type { Db, Tx } from '#src/store/db/database.ts';

/** An endpoint that stands for a developer's stream. */
export type ListenerRow = {
  id: string;
  project_id: string;
  /** Names of the custom headers of the endpoint. */
  header_names: string[];
};

export async function insertListener(
  tx: Tx,
  listener: { endpointId: string; projectId: string; streamId: string },
): Promise<void> {
  await tx.run('insert_listener', 'insert into listener (endpoint_id, project_id, stream_id) values ($1, $2, $3)', [
    listener.endpointId,
    listener.projectId,
    listener.streamId,
  ]);
}

/** Returns a project's listener, even when its endpoint was deleted by hand: its stream does not know that yet. */
export async function findOwnListener(
  db: Db,
  projectId: string,
  id: string,
): Promise<{ id: string; name: string; events: string[] } | undefined> {
  const rows = await db.run<{ id: string; name: string; events: string[] }>(
    'find_own_listener',
    `select e.id, e.name, e.events from listener l join endpoint e on e.id = l.endpoint_id
     where l.endpoint_id = $1 and l.project_id = $2`,
    [id, projectId],
  );
  return rows[0];
}

/** Directs a listener's messages to a stream. Returns false when the listener was cleaned up in the meantime. */
export async function takeOverListener(tx: Tx, id: string, streamId: string): Promise<boolean> {
  const rows = await tx.run(
    'take_over_listener',
    'update listener set stream_id = $2, heartbeat_at = now() where endpoint_id = $1 returning endpoint_id',
    [id, streamId],
  );
  return rows.length > 0;
}

/** Makes unanswered messages available to be taken again. */
export async function giveMessagesOut(tx: Tx, endpointId: string): Promise<void> {
  await tx.run(
    'give_listener_messages_out',
    'update listener_message set taken_at = null where endpoint_id = $1 and status is null',
    [endpointId],
  );
}

export async function findListener(db: Db, id: string): Promise<ListenerRow | undefined> {
  const rows = await db.run<ListenerRow>(
    'find_listener',
    `select e.id, e.project_id, array(select json_object_keys(e.headers)) as header_names
     from listener l join endpoint e on e.id = l.endpoint_id where l.endpoint_id = $1 and e.deleted_at is null`,
    [id],
  );
  return rows[0];
}

/** The state of a listener's endpoint. */
export type ListenerHealth = { state: 'enabled' | 'disabled'; disabled_reason: string | null; deleted: boolean };

/**
 * Stores a heartbeat of a listener's stream, and resets the endpoint's failures. A handler in development fails often,
 * and its next event must not wait for minutes as for an endpoint that is down. Returns undefined when the listener was
 * cleaned up as silent, or has a newer stream.
 */
export async function beatListener(db: Db, id: string, streamId: string): Promise<ListenerHealth | undefined> {
  const rows = await db.run<ListenerHealth>(
    'beat_listener',
    `with beat as (update listener set heartbeat_at = now() where endpoint_id = $1 and stream_id = $2
                   returning endpoint_id)
     update endpoint e set failing_since = null, paused_until = null, recovered_at = null from beat
     where e.id = beat.endpoint_id returning e.state, e.disabled_reason, e.deleted_at is not null as deleted`,
    [id, streamId],
  );
  return rows[0];
}

/** Finds listeners without a heartbeat for that long. Their stream is gone, and was not opened again. */
export function findSilentListeners(db: Db, silentSeconds: number): Promise<{ id: string; project_id: string }[]> {
  return db.run(
    'find_silent_listeners',
    `select endpoint_id as id, project_id from listener where heartbeat_at < now() - make_interval(secs => $1)`,
    [silentSeconds],
  );
}

/** Deletes a listener and its messages. Its endpoint is deleted separately. */
export async function deleteListener(db: Db, id: string): Promise<void> {
  await db.run('delete_listener_messages', 'delete from listener_message where endpoint_id = $1', [id]);
  await db.run('delete_listener', 'delete from listener where endpoint_id = $1', [id]);
}

export async function insertMessage(
  db: Db,
  message: { id: string; endpointId: string; sealed: Uint8Array },
): Promise<void> {
  await db.run(
    'insert_listener_message',
    'insert into listener_message (id, endpoint_id, sealed) values ($1, $2, $3)',
    [message.id, message.endpointId, message.sealed],
  );
}

/** Takes the waiting messages of a listener, oldest first. Only the newest stream gets them; any other gets none. */
export async function takeMessages(
  db: Db,
  endpointId: string,
  streamId: string,
): Promise<{ id: string; sealed: Buffer }[]> {
  const rows = await db.run<{ id: string; sealed: Buffer }>(
    'take_listener_messages',
    `with waiting as (
       select id from listener_message where endpoint_id = $1 and taken_at is null
         and exists (select 1 from listener where endpoint_id = $1 and stream_id = $2)
       order by id limit 20 for update skip locked
     )
     update listener_message m set taken_at = now() from waiting where m.id = waiting.id returning m.id, m.sealed`,
    [endpointId, streamId],
  );
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Stores the first answer to a message. Returns false when the message does not exist or already has an answer. */
export async function answerMessage(
  db: Db,
  answer: { id: string; endpointId: string; projectId: string; status: number; sealed: Uint8Array },
): Promise<boolean> {
  const rows = await db.run(
    'answer_listener_message',
    `update listener_message m set status = $4, answer_sealed = $5 from listener l
     where m.id = $1 and m.endpoint_id = $2 and l.endpoint_id = m.endpoint_id and l.project_id = $3 and m.status is null
     returning m.id`,
    [answer.id, answer.endpointId, answer.projectId, answer.status, answer.sealed],
  );
  return rows.length > 0;
}

/** Returns the state of a message's answer, or undefined when the message was deleted together with its listener. */
export async function findAnswer(
  db: Db,
  id: string,
): Promise<{ status: number | null; answer_sealed: Buffer | null } | undefined> {
  const rows = await db.run<{ status: number | null; answer_sealed: Buffer | null }>(
    'find_listener_answer',
    'select status, answer_sealed from listener_message where id = $1',
    [id],
  );
  return rows[0];
}

export async function deleteMessage(db: Db, id: string): Promise<void> {
  await db.run('delete_listener_message', 'delete from listener_message where id = $1', [id]);
}

/** Deletes messages whose process died before it could delete them. */
export async function deleteOldMessages(db: Db, seconds: number): Promise<void> {
  await db.run(
    'delete_old_listener_messages',
    'delete from listener_message where created_at < now() - make_interval(secs => $1)',
    [seconds],
  );
}

/** Returns the ids of a project's endpoints that belong to listeners. */
export function findListenerIds(tx: Tx, projectId: string): Promise<{ id: string }[]> {
  return tx.run('find_listener_ids', 'select endpoint_id as id from listener where project_id = $1', [projectId]);
}

/**
 * Returns true when an endpoint belongs to a stream of `ringback listen`. Failures on a developer's machine do not
 * concern operators.
 */
export async function isListener(db: Pick<Db, 'run'> | Pick<Tx, 'run'>, endpointId: string): Promise<boolean> {
  const rows = await db.run('is_listener', 'select 1 as one from listener where endpoint_id = $1', [endpointId]);
  return rows.length > 0;
}
