// The listening socket, which can be closed for a while like a PG that has gone away, and opened again on its port.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const retryMs = 100;
/** Longer than clients keep idle connections, so that it is never the sandbox that closes one under a request. */
const keepAliveMs = 72_000;

export class FrontDoor {
  private server: Server | undefined;
  private reopening: NodeJS.Timeout | undefined;
  private locked = false;

  constructor(
    private readonly answer: RequestListener,
    private readonly host: string,
    private port: number,
  ) {}

  get address(): { port: number; url: string } {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host;
    return { port: this.port, url: `http://${host}:${this.port}` };
  }

  /** Listens; on the port it had before, once it had one. */
  async open(): Promise<void> {
    clearTimeout(this.reopening);
    if (this.server !== undefined || this.locked) return;
    const server = createServer({ keepAliveTimeout: keepAliveMs }, this.answer);
    this.server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(this.port, this.host, resolve);
      });
    } catch (error) {
      this.server = undefined;
      throw error;
    }
    this.port = (server.address() as AddressInfo).port;
  }

  /** Refuses connections and destroys those that are open; opens again by itself when told after how long. */
  async shut(openAgainAfterMs?: number): Promise<void> {
    clearTimeout(this.reopening);
    const server = this.server;
    this.server = undefined;
    if (openAgainAfterMs !== undefined) this.openLater(openAgainAfterMs);
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  /** Shuts for good. */
  async lock(): Promise<void> {
    this.locked = true;
    await this.shut();
  }

  // Another process may have taken the port meanwhile; the sandbox waits for it, as its clients do.
  private openLater(ms: number): void {
    this.reopening = setTimeout(() => {
      this.open().catch(() => this.openLater(retryMs));
    }, ms);
  }
}
