import type { Decision } from '#src/domain/decide/decision.ts';
import { hideNothing, isSecretHeader, queryValues } from '#src/domain/redact/redact.ts';
import { webhookSignatureHeader } from '#src/domain/text/signature.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';

/** Header values shorter than this are not searched for: they would be found by chance. */
const headerLength = 8;

/**
 * Returns the secret values of a request that its response may repeat: those of these query parameters, and those of
 * secret headers. They are kept in memory only, until the attempt's record is masked.
 */
export function secretsOf(request: OutboundRequest, parameters: readonly string[]): string[] {
  const { url, headers, sensitiveHeaders = [] } = request;
  const secret = headers.filter(
    ([name, value]) =>
      value.length >= headerLength &&
      name !== webhookSignatureHeader &&
      (isSecretHeader(name) || sensitiveHeaders.includes(name)),
  );
  if (parameters.length === 0 && secret.length === 0) return [];
  return [...queryValues(url, parameters), ...secret.map(([, value]) => value)];
}

/** Returns a decision with secrets masked. It was made by the real headers, and records some of their values. */
export function hideInDecision(decision: Decision, hide: (text: string) => string): Decision {
  if (hide === hideNothing) return decision;
  const inputs = Object.entries(decision.inputs).map(([name, value]) => [
    name,
    typeof value === 'string' ? hide(value) : value,
  ]);
  const shown = { ...decision, why: hide(decision.why), inputs: Object.fromEntries(inputs) };
  return shown.then === 'fail' ? { ...shown, error: { ...shown.error, message: hide(shown.error.message) } } : shown;
}
