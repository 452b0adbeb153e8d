import { eventSamples } from '#src/contract/event/event-samples.ts';
import { eventSchemas, eventTypes } from '#src/contract/event/event-schemas.ts';
import type { EventType } from '#src/contract/event/events.ts';
import { packageVersion } from '#src/package-version.ts';
import { answerHeaders } from '#src/server/rest/answer-headers.ts';
import { procedureOf } from '#src/server/rest/procedures.ts';
import { allRestRoutes } from '#src/server/rest/rest-table.ts';
import type { RestRoute } from '#src/server/rest/route.ts';
import { responsesOf } from './route-answers.ts';
import { parametersOf, requestBodyOf } from './route-inputs.ts';
import { makeSchemaBook, type SchemaBook } from './schema-book.ts';

/** The parts of an OpenAPI 3.1 document that this project reads again. */
export type OpenApiDocument = {
  openapi: string;
  paths: Record<string, Record<string, object>>;
  components: { schemas: Record<string, object>; headers: Record<string, object>; securitySchemes: object };
  [field: string]: unknown;
};

const tags: Record<string, { name: string; description: string }> = {
  jobs: { name: 'Jobs', description: 'Requests that are made in the background, with their attempts and results.' },
  endpoints: { name: 'Endpoints', description: 'Registered receivers of events.' },
  project: { name: 'Project', description: 'The secrets that sign callbacks to URLs which came with a job.' },
  deliveries: { name: 'Deliveries', description: 'The sending of events to their receivers.' },
  flows: { name: 'Flows', description: 'Limits that jobs with the same key share.' },
  pauses: { name: 'Pauses', description: 'Hosts, or the whole project, to which nothing starts.' },
  retry: { name: 'Retry policies', description: 'What a policy does, without sending anything.' },
  schedules: { name: 'Schedules', description: 'Time tables by which jobs are made.' },
  upstreams: { name: 'Upstreams', description: 'Named APIs that jobs are sent to, with their credentials.' },
  runs: { name: 'Runs', description: 'Routes made with `serve`, which are entered until their handler has ended.' },
  alerts: { name: 'Alerts', description: "Who is told of a project's alerts, and when." },
  operations: { name: 'Operations', description: 'Bulk actions in the background.' },
};

const about = `Submit an HTTP request, have a job id at once, and be told by a signed webhook when it is done.

Every call but a signed link needs \`Authorization: Bearer rbk_…\`. Each operation names the scope that the key needs;
\`admin\` includes all others, and \`jobs:write\` includes \`jobs:read\`. Refusals are
\`application/problem+json\`; their \`code\` is stable.`;

/** Returns the OpenAPI 3.1 document of the REST API and of the webhooks, for a server at `publicUrl`. */
export function openApiDocument(publicUrl: string): OpenApiDocument {
  const book = makeSchemaBook();
  const paths: OpenApiDocument['paths'] = {};
  for (const route of allRestRoutes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, book) };
  }
  const webhooks = Object.fromEntries(eventTypes.map((type) => [type, { post: webhookOf(type, book) }]));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ringback',
      version: packageVersion(),
      summary: 'Background HTTP calls with retries and signed webhooks.',
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    tags: Object.values(tags),
    paths,
    webhooks,
    components: {
      schemas: book.named,
      headers: Object.fromEntries(
        Object.entries({ ...answerHeaders, 'x-request-id': 'Names this call in the log.' }).map(headerOf),
      ),
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of the project: `rbk_…`.' },
      },
    },
  };
}

function headerOf([name, description]: [string, string]): [string, object] {
  return [name, { description, schema: { type: 'string' } }];
}

function operationOf(route: RestRoute, book: SchemaBook): object {
  const scopes = procedureOf(route.procedure).meta?.scopes ?? [];
  const requestBody = requestBodyOf(route, book);
  const parameters = parametersOf(route, book);
  return {
    operationId: route.procedure,
    tags: [tags[route.path.split('/')[2] ?? '']?.name],
    summary: route.summary,
    description: `${route.description}\n\nScope: ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`,
    // A list of alternatives: any of the scopes will do, and a signed link needs no key.
    security: [...scopes.map((scope) => ({ apiKey: [scope] })), ...(route.answerLink ? [{}] : [])],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responsesOf(route, book),
  };
}

const webhookHeaders = [
  { name: 'webhook-id', description: 'The id of the event. It stays the same when the event is sent again.' },
  { name: 'webhook-timestamp', description: 'When this attempt was signed, in Unix seconds.' },
  { name: 'webhook-signature', description: 'One or more signatures, by Standard Webhooks.' },
].map((header) => ({ ...header, in: 'header', required: true, schema: { type: 'string' } }));

function webhookOf(type: EventType, book: SchemaBook): object {
  const { description, ...schema } = book.of(eventSchemas[type], 'output');
  const examples = Object.fromEntries(
    eventSamples[type].map(({ title, body }) => [
      title.replaceAll(/[^a-z0-9]+/gi, '-'),
      { summary: title, value: body },
    ]),
  );
  return {
    operationId: type,
    summary: type,
    ...(description === undefined ? {} : { description }),
    security: [],
    parameters: webhookHeaders,
    requestBody: { required: true, content: { 'application/json': { schema, examples } } },
    responses: {
      '2XX': { description: 'Received. It is not sent again.' },
      '410': { description: 'Gone: an endpoint is disabled, and a callback is given up.' },
      default: { description: 'Sent again later.' },
    },
  };
}
