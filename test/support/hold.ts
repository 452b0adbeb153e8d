import type pg from 'pg';

/**
 * Begins a transaction that holds its locks for as long as the test likes. The server ends one of our connections whose
 * transaction is idle for 5 s, and gives its locks to whoever waits for them.
 */
export async function beginAndHold(client: pg.ClientBase): Promise<void> {
  await client.query('begin; set local idle_in_transaction_session_timeout = 0');
}
