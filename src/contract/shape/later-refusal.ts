import { type ErrorCode, Refusal } from './error-code.ts';

/** A refusal of something that may be sent again later. Its answer has `Retry-After`. */
export class LaterRefusal extends Refusal {
  /** Whole seconds until it may be sent again, at least 1. */
  readonly retryAfterSeconds: number;

  constructor(code: ErrorCode, secondsLeft: number, message: string) {
    super(code, message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(secondsLeft));
  }
}
