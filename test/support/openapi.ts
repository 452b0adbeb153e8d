import type { ValidateFunction } from 'ajv';
import type { OpenApiDocument } from '#src/server/openapi/openapi-document.ts';
import { makeAjv } from './ajv.ts';

/** An operation of the document, as far as tests read it. */
export type DocumentedOperation = {
  operationId: string;
  security: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object; example?: unknown }> };
  responses: Record<string, DocumentedResponse>;
};

/** A response of the document. */
export type DocumentedResponse = {
  description: string;
  headers: Record<string, object>;
  content: Record<string, { schema?: object; example?: unknown }>;
};

/** Every operation with its method and path. */
export function operationsOf(
  document: OpenApiDocument,
): { method: string; path: string; operation: DocumentedOperation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as DocumentedOperation,
    })),
  );
}

/** Makes checkers of the document's schemas, in which references lead into its components. */
export function schemasOf({ components }: OpenApiDocument): (schema: object) => ValidateFunction {
  const ajv = makeAjv();
  ajv.addVocabulary(['components']);
  ajv.addSchema({ $id: 'document', components: { schemas: components.schemas } }, 'document');
  return (schema) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object);
}
