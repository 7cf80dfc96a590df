import type { Flag } from './flags.ts';

export type RemoteName = 'read' | 'write';

/** How the address of each API is given. */
export const REMOTES: Readonly<Record<RemoteName, { flag: string; variable: string }>> = {
  read: { flag: 'read-remote', variable: 'KETO_READ_REMOTE' },
  write: { flag: 'write-remote', variable: 'KETO_WRITE_REMOTE' },
};

/** The flags of every command that speaks to a server (contract: command line §3). */
export const connectionFlags: readonly Flag[] = [
  {
    kind: 'text',
    name: REMOTES.read.flag,
    default: '127.0.0.1:4466',
    about: `host:port of the read API (default 127.0.0.1:4466, or $${REMOTES.read.variable})`,
  },
  {
    kind: 'text',
    name: REMOTES.write.flag,
    default: '127.0.0.1:4467',
    about: `host:port of the write API (default 127.0.0.1:4467, or $${REMOTES.write.variable})`,
  },
  { kind: 'text', name: 'authority', about: 'the :authority of the calls (default $KETO_AUTHORITY)' },
  {
    kind: 'switch',
    name: 'insecure-disable-transport-security',
    about: 'speak without TLS, as a server without a certificate does',
  },
  {
    kind: 'switch',
    name: 'insecure-skip-hostname-verification',
    about: 'speak TLS with a server whose certificate is not checked',
  },
  { kind: 'switch', name: 'block', about: 'wait until the server can be reached' },
];
