import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { createRingback } from '#src/client/index.ts';

/**
 * A function of an app in a process of its own, which captures calls of SDKs and ends by itself. The SDKs have their
 * own timeouts and retries, whose timers must not keep the process. It writes the ids of the jobs as one line of JSON.
 */
const { TARGET = '', CALLBACK = '', LABEL = '' } = process.env;
const ringback = createRingback();
const options = (name: string) => ({ callback: CALLBACK, labels: [`${name}-${LABEL}`] });

const jobs = await Promise.all([
  ringback.capture((fetch) => {
    const openai = new OpenAI({ apiKey: 'sk-test', baseURL: `${TARGET}/v1`, fetch });
    return openai.responses.create({ model: 'gpt-4o', input: `openai ${LABEL}` });
  }, options('openai')),
  ringback.capture((fetch) => {
    const anthropic = new Anthropic({ apiKey: 'sk-ant', baseURL: TARGET, fetch });
    const messages = [{ role: 'user' as const, content: `anthropic ${LABEL}` }];
    return anthropic.messages.create({ model: 'claude-test', max_tokens: 100, messages });
  }, options('anthropic')),
]);
process.stdout.write(JSON.stringify(jobs.map(({ id }) => id)));
