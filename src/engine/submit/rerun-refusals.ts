import { Refusal } from '#src/contract/shape/error-code.ts';
import { mask } from '#src/domain/redact/redact.ts';

/** Returns the refusal of a secret that would be sent to another origin. */
export function notSent(what: string, field: string): Refusal {
  return new Refusal(
    'secrets_erased',
    `${what} holds a secret that is not sent to another origin; give it anew in the edits`,
    field,
  );
}

/** Returns the refusal of a mask where no secret of the job was. */
export function stillMasked(what: string, field: string): Refusal {
  return new Refusal(
    'invalid_input',
    `${what} holds ${mask} where no secret of the job was; write the value that is to be sent`,
    field,
  );
}

/** Returns the refusal of a mask whose secret was erased. */
export function gone(what: string, field: string): Refusal {
  return new Refusal('secrets_erased', `${what} held a secret that was erased; give it anew in the edits`, field);
}
