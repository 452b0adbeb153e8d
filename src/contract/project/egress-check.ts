import { z } from 'zod';
import { limits } from '#src/domain/limits.ts';

/** The rules requests and callbacks are held to, as configured; read-only in the dashboard. */
export type EgressView = {
  /** Addresses and hosts that are allowed although private. */
  allowed: string[];
  /** Where the rule stands: a setting's name. */
  setting: string;
  /** True while developing: this machine may be reached. */
  ownMachineAllowed: boolean;
};

/** Whether a request to a URL would be made, and why not. */
export type EgressVerdict = {
  url: string;
  allowed: boolean;
  /** One sentence; names the rule, and the cure where there is one. */
  reason: string;
  /** The error code a job would fail with; null when allowed. */
  code: string | null;
  /** What the name resolved to, each with its verdict; empty where no name had to be asked for, and but for administrators. */
  addresses: { address: string; allowed: boolean; reason: string }[];
  tookMs: number;
};

/** Checks the input of `settings.checkEgress`. */
export const egressCheckInput = z.strictObject({ url: z.string().min(1).max(limits.urlLength) });
