/** Tables that are about no single project, with what they hold. They would stay in one home database. */
export const globalTables: Readonly<Record<string, string>> = {
  _prisma_migrations: 'the migrations that were applied',
  user: 'people',
  session: 'who is signed in',
  account: 'their passwords',
  verification: 'what better-auth keeps for a while',
  sign_in_limit: 'attempts at passwords, by address',
  project: 'the projects, by their `id`',
  worker: 'the workers that are alive',
};

/** Tables whose rows belong to a project, and do not name it, with the way to it. */
export const childTables: Readonly<Record<string, string>> = {
  attempt: '`owner_id` → `job.id` or `delivery.id`',
  awaited_call: '`job_id` → `job.id`',
  call_repetition: '`job_id` → `job.id`',
  delivery_payload: '`delivery_id` → `delivery.id`',
  delivery_secret: '`delivery_id` → `delivery.id`',
  job_body: '`job_id` → `job.id`',
  job_event: '`job_id` → `job.id`',
  job_request: '`job_id` → `job.id`',
  job_secret: '`job_id` → `job.id`',
  job_stream: '`job_id` → `job.id`',
  listener_message: '`endpoint_id` → `endpoint.id`',
  operation_item: '`operation_id` → `operation.id`',
  result: '`job_id` → `job.id`',
  run_part: '`run_id` → `run.id`',
  stat_bucket: '`scope_id` = `project.id` or → `endpoint.id`; the nil UUID: all of the installation',
};

/** Tables that name the project and where a row may be about none. */
export const sometimesOfProject: readonly string[] = ['audit_entry', 'inbox_message'];

/** Tables that would stay in a home database: those about no project, and what people and keys are looked up by. */
export const homeTables: ReadonlySet<string> = new Set([
  ...Object.keys(globalTables).filter((table) => table !== 'worker'),
  ...['membership', 'invitation', 'api_key', 'audit_entry', 'saved_view'],
]);
