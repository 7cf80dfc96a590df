import type { AddressInfo, Server } from 'node:net';

/** Listens on a free port of the loopback interface and tells the parent which; ends with the parent. */
export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    // A server that listens on TCP has an address of this form.
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.on('disconnect', () => process.exit());
}
