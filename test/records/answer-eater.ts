// A server in front of MariaDB that passes everything on, until it is told to let one COMMIT through and to swallow
// what the server says to it, or to cut the line before some statement reaches the server.

import { connect, createServer, type Server, type Socket } from 'node:net';

type Armed = { readonly before: boolean; readonly statement: string };

export class AnswerEater {
  /** How often it struck. */
  eaten = 0;
  private armed: Armed | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async before(port: number): Promise<AnswerEater> {
    const server = createServer();
    const listening = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const eater = new AnswerEater(server, listening);
    server.on('connection', (client) => eater.join(client, port));
    return eater;
  }

  /** The next COMMIT takes effect, and nobody hears of it. */
  eatNextCommit(): void {
    this.armed = { before: false, statement: 'COMMIT' };
  }

  /** The line is cut when this statement is about to be sent. */
  cutBefore(statement: string): void {
    this.armed = { before: true, statement };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, port: number): void {
    const upstream = connect(port, '127.0.0.1');
    let deaf = false;
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    }
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
    client.on('data', (bytes) => {
      const { armed } = this;
      if (armed && bytes.includes(armed.statement)) {
        this.armed = undefined;
        this.eaten += 1;
        if (armed.before) {
          upstream.destroy();
          client.destroy();
          return;
        }
        deaf = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (deaf) client.destroy();
      else client.write(bytes);
    });
  }
}
