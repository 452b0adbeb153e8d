import { Ajv2020 } from 'ajv/dist/2020.js';

/** Makes a checker of JSON Schemas that knows the formats in ours and reports all errors. */
export function makeAjv(): Ajv2020 {
  return new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    formats: {
      'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
      uri: (text: string) => URL.canParse(text),
      uuid: (text: string) => /^[0-9a-f-]{36}$/i.test(text),
    },
  });
}
