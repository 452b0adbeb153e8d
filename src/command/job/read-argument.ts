import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CommandError } from '#src/command/command-error.ts';

/**
 * Returns an argument as curl reads it: `@file` is the content of that file, `@-` is stdin, anything else is the text
 * itself. Throws a CommandError that names the option.
 */
export async function readContent(argument: string, option: string): Promise<string | Uint8Array> {
  if (!argument.startsWith('@')) return argument;
  const file = argument.slice(1);
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    throw new CommandError(`${option} names a file that cannot be read: ${(error as Error).message}`);
  }
}

/** Returns the text of an argument, read as by `readContent`, when it is JSON. Throws a CommandError otherwise. */
export async function readJsonText(argument: string, option: string): Promise<string> {
  const content = await readContent(argument, option);
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  parse(text, option);
  return text;
}

/** Returns the JSON value of an argument, read as by `readContent`. Throws a CommandError that names the option. */
export async function readJson(argument: string, option: string): Promise<unknown> {
  return parse(await readJsonText(argument, option), option);
}

/** Returns a JSON object. Throws a CommandError for any other value. */
export async function readJsonObject(argument: string, option: string): Promise<Record<string, unknown>> {
  const value = await readJson(argument, option);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandError(`${option} should be a JSON object.`);
}

/** Returns a duration in its field's own unit when it is a bare number, else the text, which Ringback reads: `30s`. */
export function numeric(text: string): number | string {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text.trim();
}

/** Returns a number. Throws a CommandError that names the option. */
export function readNumber(text: string, option: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new CommandError(`${option} should be a number, not "${text}".`);
}

function parse(text: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The rest of the message repeats a part of the text, which may be secret.
    const [place = ''] = / at position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message) ?? [];
    throw new CommandError(`${option} should be JSON${place && `: there is a mistake${place}`}.`);
  }
}
