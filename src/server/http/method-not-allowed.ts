import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpRequest } from './http.ts';

/** The refusal `method_not_allowed`. It names the methods of the path for the header `Allow` (RFC 9110 §15.5.6). */
export class MethodNotAllowed extends Refusal {
  readonly allow: string;

  constructor({ method, path }: Pick<HttpRequest, 'method' | 'path'>, allowed: readonly string[]) {
    const allow = allowed.join(', ');
    super('method_not_allowed', `${path} takes ${allow}, not ${method}`);
    this.allow = allow;
  }
}
