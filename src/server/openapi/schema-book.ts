import { z } from 'zod';
import { type JsonSchema, tidySchema } from '#src/contract/event/event-schemas.ts';

/** Whether a schema describes what a caller may send or what we answer. */
export type SchemaUse = 'input' | 'output';

/** Turns zod schemas into JSON Schemas and collects those that have a name. */
export type SchemaBook = {
  /** Returns the schema, or a reference to it when it has a name (`id` in its metadata). */
  of(schema: z.ZodType, use: SchemaUse): JsonSchema;
  /** The named schemas so far, for `components.schemas`. */
  named: Record<string, JsonSchema>;
};

/** Makes an empty book for one document. */
export function makeSchemaBook(): SchemaBook {
  const named: Record<string, JsonSchema> = {};
  return {
    named,
    of(schema, use) {
      // Only a schema inside another one becomes a reference.
      const wrapped = z.toJSONSchema(z.strictObject({ it: schema }), {
        io: use,
        unrepresentable: 'any',
        override: (part) => {
          tidySchema(part);
          removeAbsent(part);
        },
      });
      const { properties, $defs } = atComponents(wrapped);
      for (const [name, definition] of Object.entries($defs ?? {})) add(named, name, definition);
      const it = properties?.it;
      if (typeof it !== 'object') throw new Error('zod wrote no schema');
      return it;
    },
  };
}

type Part = { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema };

/** Removes the fields that must be absent. JSON has no `undefined`, and the object allows no other fields. */
function removeAbsent({ zodSchema, jsonSchema }: Part): void {
  if (!(zodSchema instanceof z.ZodObject)) return;
  for (const [name, field] of Object.entries(zodSchema.shape)) {
    if (field instanceof z.ZodOptional && field.unwrap() instanceof z.ZodUndefined)
      delete jsonSchema.properties?.[name];
  }
}

/** Changes references to the place where OpenAPI keeps named schemas. */
function atComponents(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

function add(named: Record<string, JsonSchema>, name: string, definition: JsonSchema): void {
  const { id: _, ...rest } = definition;
  const known = named[name];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest))
    throw new Error(`two schemas have the name ${name}`);
  named[name] = rest;
}
