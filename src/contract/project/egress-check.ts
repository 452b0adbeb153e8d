import { z } from 'zod';
import { limits } from '#src/domain/limits.ts';

/** The configured egress rules for requests and callbacks. The dashboard only shows them. */
export type EgressView = {
  /** Addresses and hosts that are allowed although they are private. */
  allowed: string[];
  /** Name of the setting that holds the rules. */
  setting: string;
  /** True in development: requests may reach this machine. */
  ownMachineAllowed: boolean;
};

/** Verdict on a request to a URL: whether it is allowed, and the reason. */
export type EgressVerdict = {
  url: string;
  allowed: boolean;
  /** Reason in one sentence. It names the rule, and the fix if there is one. */
  reason: string;
  /** Error code that a job would fail with; null if the request is allowed. */
  code: string | null;
  /**
   * Addresses that the name resolved to, each with its verdict. Empty if no name was resolved, or if the caller is not
   * an administrator.
   */
  addresses: { address: string; allowed: boolean; reason: string }[];
  tookMs: number;
};

/** Checks the input of `settings.checkEgress`. */
export const egressCheckInput = z.strictObject({ url: z.string().min(1).max(limits.urlLength) });
