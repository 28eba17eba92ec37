// Real servers on loopback that answer as a test tells them to, and remember what reached them.

import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import tls from 'node:tls';

export interface Received {
  readonly method: string;
  /** As it came, still percent-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LocalServer {
  readonly url: string;
  readonly received: Received[];
  /** Every connection that was ever made. */
  readonly sockets: Socket[];
}

const opened: { server: Server; sockets: Socket[] }[] = [];

/** For `afterEach`: closes every server and destroys its connections. */
export async function closeServers(): Promise<void> {
  for (const { server, sockets } of opened.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

type Answer = (response: ServerResponse, received: Received, socket: Socket) => void;

/** An HTTP server; over TLS when a certificate is given. */
export async function httpServer(answer: Answer, certificate?: { key: string; cert: string }): Promise<LocalServer> {
  const received: Received[] = [];
  const handle: http.RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers, socket } = request;
      received.push({ method, path, headers, body });
      answer(response, { method, path, headers, body }, socket);
    });
  };
  const server = certificate ? https.createServer(certificate, handle) : http.createServer(handle);
  return { ...(await listening(server, certificate ? 'https' : 'http')), received };
}

/** A server that speaks TCP, and HTTP only as far as the test writes it. */
export async function tcpServer(onConnection: (socket: Socket) => void, scheme = 'http'): Promise<LocalServer> {
  return { ...(await listening(net.createServer(onConnection), scheme)), received: [] };
}

/** A server that speaks TLS with this certificate. */
export async function tlsServer(
  onConnection: (socket: Socket) => void,
  certificate: { key: string; cert: string },
): Promise<LocalServer> {
  return { ...(await listening(tls.createServer(certificate, onConnection), 'https')), received: [] };
}

/** The URL of a port on which nobody listens. */
export async function closedPort(): Promise<string> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function listening(server: Server, scheme: string): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ server, sockets });
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

/** A certificate for localhost and 127.0.0.1 that signed itself, and its key. They open nothing. */
export const loopbackCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7UOG9NpGlLRUZQ2E
bGMKtJiXANo+Qc+BC3tQf/11UN+hRANCAATm5UtkzmcHhPDxK5isnaQwhkRvkk4m
NzsiaqTlYf2BBT6WMWPjMOT84HwVgYWvQgdVxFPzUn+pxDuw3s051L24
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjExOTAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOblS2TOZweE8PEr
mKydpDCGRG+STiY3OyJqpOVh/YEFPpYxY+Mw5PzgfBWBha9CB1XEU/NSf6nEO7De
zTnUvbijTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBTwXkDnp88U3GNcManpArMzQpBDWTAKBggqhkjOPQQD
AgNIADBFAiEAqX/HcasA5ojEWVQxgwqsUJ7WEARR0zXwgO39il558Q8CID7I8MLN
Q1F0VaeAFvDZ7zca70v/rdJqvRAfLRGP/6Yl
-----END CERTIFICATE-----
`,
};
