import { totalmem } from 'node:os';

/** How much memory the process may use, in bytes: the limit of its container, or what the machine has. */
export function memoryLimitBytes(): number {
  // Without a limit Linux tells a number beyond all memory, other systems 0 or nothing.
  const limitBytes = process.constrainedMemory() ?? 0;
  return limitBytes > 0 ? Math.min(limitBytes, totalmem()) : totalmem();
}
