import type { Command } from '../command.ts';
import { openEngine } from './open-engine.ts';
import { printJson } from './print-items.ts';

/** `stheno engines acp ory allowed` (contract: acp §8). */
export const allowedCommand: Command = {
  args: '<flavor> <subject> <resource> <action>',
  about: `Asks whether the policies allow a subject to do an action with a resource.

The exit code is 0 for both answers. The question has no context, so conditions that need one are not met.`,
  examples: ['stheno engines acp ory allowed exact alice blog_posts:my-first-blog-post delete'],
  async run(invocation) {
    const { client, flavor, args } = await openEngine(invocation, { command: ['allowed'], leastArguments: 4 });
    const [subject = '', resource = '', action = ''] = args;
    const result = await client.send({
      method: 'POST',
      path: '/allowed',
      segments: { flavor },
      body: { subject, resource, action },
      operation: 'doOryAccessControlPoliciesAllow',
      answers: [200, 403],
      failure: 'Unable to call ORY Access Control Policy allowed endpoint',
    });
    printJson(invocation.stdout, result ?? null);
    return 0;
  },
};
