import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/json-value.ts';
import type { Command } from '../command.ts';
import { formatFlags } from '../output/format-flags.ts';
import { formatResult } from '../output/output.ts';
import { UsageError } from '../usage-error.ts';
import { formatAnswer, formatExplanation } from './explanation-text.ts';
import { openEngine } from './open-engine.ts';

/** `stheno policies explain`. */
export const explainCommand: Command = {
  args: '<flavor> <subject> <resource> <action>',
  about: `Shows whether the policies allow a subject to do an action with a resource, and why: which policies match,
which of them deny, and which conditions are not met.

The exit code is 0 for every answer. Without --context the question has no context.`,
  examples: [
    'stheno policies explain exact alice blog_posts:my-first-blog-post delete',
    `stheno policies explain glob alice docs:1 read --context '{"ip":"10.0.0.1"}' --format json-pretty`,
  ],
  flags: [{ kind: 'text', name: 'context', about: 'what conditions look at, a JSON object' }, ...formatFlags],
  async run(invocation) {
    const { flags, stdout } = invocation;
    const context = parseContext(flags.text('context'));
    const { client, flavor, args } = await openEngine(invocation, {
      group: ['policies'],
      command: ['explain'],
      leastArguments: 4,
    });
    const [subject = '', resource = '', action = ''] = args;
    const data = await client.send({
      method: 'POST',
      path: '/allowed/explain',
      segments: { flavor },
      body: { subject, resource, action, context },
      operation: 'explainOryAccessControlPoliciesAllow',
      answers: [200],
      failure: 'Unable to explain the decision',
    });
    const explanation = data ?? null;
    stdout.write(
      formatResult(flags, {
        data: explanation,
        table: () => formatExplanation(explanation),
        quiet: () => `${formatAnswer(explanation)}\n`,
      }),
    );
    return 0;
  },
};

function parseContext(text: string): JsonObject | null {
  if (text === '') return null;
  try {
    const value = JSON.parse(text) as JsonValue;
    if (isJsonObject(value)) return value;
  } catch {
    // said below
  }
  throw new UsageError('the flag --context must be a JSON object, such as {"ip":"10.0.0.1"}');
}
