import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What happens to a connection: it goes through, or it breaks when the first bytes came. */
export type Fate = 'through' | 'break' | 'answer then break' | 'hang';

/** Stands before a server and spoils connections: real sockets, real failures. */
export class FaultyServer implements AsyncDisposable {
  /** How many connections came. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** The fates of the connections in their order; all later ones go through. */
  static async start(options: { upstreamPort: number; fates: readonly Fate[] }): Promise<FaultyServer> {
    const faulty = new FaultyServer(options);
    faulty.#server.listen(0, '127.0.0.1');
    await once(faulty.#server, 'listening');
    return faulty;
  }

  private constructor({ upstreamPort, fates }: { upstreamPort: number; fates: readonly Fate[] }) {
    this.#server = createServer((socket) => {
      const fate = fates[this.connections] ?? 'through';
      this.connections += 1;
      this.#keep(socket);
      switch (fate) {
        case 'hang':
          return;
        case 'break':
          socket.once('data', () => socket.resetAndDestroy());
          return;
        case 'answer then break':
          this.#forwardRequest(socket, upstreamPort);
          return;
        case 'through': {
          const upstream = this.#keep(connect(upstreamPort, '127.0.0.1'));
          socket.pipe(upstream).pipe(socket);
        }
      }
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection that stands. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.breakConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The server gets the request and answers it, but the answer is lost. */
  #forwardRequest(socket: Socket, upstreamPort: number): void {
    const upstream = this.#keep(connect(upstreamPort, '127.0.0.1'));
    socket.pipe(upstream);
    upstream.once('data', () => socket.resetAndDestroy());
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
