import type { Flag } from '../flags.ts';

export const endpointFlag: Flag = { kind: 'text', name: 'endpoint', about: 'URL of the server (default $KETO_URL)' };
