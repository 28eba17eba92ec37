import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  HttpExchange,
  type HttpExchangeOptions,
  type HttpRequest,
  retryAfterMs,
} from '../../src/gateways/http-exchange';
import { closedPort, closeServers, httpServer, loopbackCertificate, tcpServer, tlsServer } from './local-server';

const lines: HttpExchange[] = [];
function line(baseUrl: string, options: Partial<HttpExchangeOptions> = {}): HttpExchange {
  const opened = new HttpExchange({ baseUrl, concurrency: 4, ...options });
  lines.push(opened);
  return opened;
}
const charge = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: ['v1', 'billing', 'key'],
  headers: { Authorization: 'Basic c2VjcmV0LWtleTo=', 'Content-Type': 'application/json' },
  body: '{"amount":100}',
  timeoutMs: 2_000,
  ...more,
});

afterEach(async () => {
  for (const opened of lines.splice(0)) opened.close();
  await closeServers();
});

describe('what came back', () => {
  test('an answer is its status, its headers by lower-case name and its text, whatever the status', async () => {
    const pg = await httpServer((response) => response.writeHead(503, { 'X-Trace': 'T-1' }).end('{"답":1}'));
    const reply = await line(pg.url).transmit(charge());
    expect(reply).toMatchObject({ kind: 'answered', http: 503, text: '{"답":1}' });
    expect(reply.kind === 'answered' && reply.headers.get('x-trace')).toBe('T-1');
    expect(pg.received[0]).toMatchObject({ method: 'POST', path: '/v1/billing/key', body: '{"amount":100}' });
    expect(pg.received[0]?.headers).toMatchObject({
      authorization: 'Basic c2VjcmV0LWtleTo=',
      'content-type': 'application/json',
    });
  });

  test('characters that arrive in halves are put together, and a byte order mark is no part of the text', async () => {
    const bytes = Buffer.from('\uFEFF{"고객":"김민수"}', 'utf8');
    const pg = await httpServer((response) => {
      response.write(bytes.subarray(0, 6));
      setTimeout(() => response.end(bytes.subarray(6)), 30);
    });
    expect(await line(pg.url).transmit(charge())).toMatchObject({ kind: 'answered', text: '{"고객":"김민수"}' });
  });

  test('a body may be empty and may be compressed', async () => {
    const pg = await httpServer((response, { method }) =>
      method === 'DELETE'
        ? response.writeHead(200, { 'content-length': '0' }).end()
        : response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
    );
    const { body: _, ...bare } = charge();
    expect(await line(pg.url).transmit({ ...bare, method: 'DELETE' })).toMatchObject({ kind: 'answered', text: '' });
    expect(await line(pg.url).transmit(charge())).toMatchObject({ kind: 'answered', text: '{"a":1}' });
  });

  test('an answer may take longer than an idle connection is kept', async () => {
    const pg = await httpServer((response) => void setTimeout(() => response.end('late'), 4_600));
    const reply = await line(pg.url).transmit(charge({ timeoutMs: 8_000 }));
    expect(reply).toMatchObject({ kind: 'answered', text: 'late' });
  }, 10_000);

  test('a path segment arrives as the one segment it is, below the base path', async () => {
    const pg = await httpServer((response) => response.end());
    const toss = line(`${pg.url}/proxy/`);
    await toss.transmit(charge({ path: ['v1', 'billing', 'a/b?c#d=%2F'] }));
    await toss.transmit(charge({ path: ['v1', 'billing', ' 키\n..'] }));
    expect(pg.received.map(({ path }) => path)).toEqual([
      '/proxy/v1/billing/a%2Fb%3Fc%23d%3D%252F',
      '/proxy/v1/billing/%20%ED%82%A4%0A..',
    ]);
  });
});

describe('nothing was sent', () => {
  test('a refused connection is unsent', async () => {
    expect(await line(await closedPort()).transmit(charge())).toMatchObject({ kind: 'unsent', code: 'ECONNREFUSED' });
  });

  test('a name that does not resolve is unsent', async () => {
    const reply = await line('http://no-such-host.invalid').transmit(charge());
    expect(reply.kind).toBe('unsent');
  });

  test('a network that cannot be reached is unsent, although that error comes before the request has its socket', async () => {
    expect(await line('http://255.255.255.255').transmit(charge())).toMatchObject({ kind: 'unsent' });
  });

  test('a certificate nobody vouches for is unsent, and the server reads nothing of the request', async () => {
    let read = '';
    const pg = await tlsServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        read += data;
      });
    }, loopbackCertificate);
    const reply = await line(pg.url).transmit(charge());
    await pause(50);
    expect({ reply, read }).toMatchObject({ reply: { kind: 'unsent', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, read: '' });
  });

  test('a server that does not speak TLS where it should is unsent', async () => {
    const pg = await tcpServer(
      (socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'https',
    );
    expect(await line(pg.url).transmit(charge())).toMatchObject({ kind: 'unsent' });
  });

  test('a TLS handshake that hangs until the time is over is unsent', async () => {
    const pg = await tcpServer(() => undefined, 'https');
    const reply = await line(pg.url).transmit(charge({ timeoutMs: 150 }));
    expect(reply).toMatchObject({ kind: 'unsent', code: 'CONNECT_TIMEOUT' });
    expect(pg.sockets).toHaveLength(1);
  });

  test('a request that waited for a free connection until its time was over is unsent, also after one becomes free', async () => {
    const pg = await httpServer((response) => void setTimeout(() => response.end('first'), 400));
    const narrow = line(pg.url, { concurrency: 1 });
    const first = narrow.transmit(charge({ body: '{"order":1}' }));
    const second = await narrow.transmit(charge({ body: '{"order":2}', timeoutMs: 100 }));
    expect(second).toMatchObject({ kind: 'unsent', code: 'CONNECT_TIMEOUT' });
    expect(await first).toMatchObject({ kind: 'answered', text: 'first' });
    await pause(200);
    expect(pg.received.map(({ body }) => body)).toEqual(['{"order":1}']);
  });

  test.each([
    ['an empty path segment', { path: ['v1', 'billing', ''] }],
    ['a path segment that climbs', { path: ['v1', 'billing', '..'] }],
    ['half a character in the path', { path: ['v1', '\ud800'] }],
    ['a line break in a header', { headers: { 'Idempotency-Key': 'a\r\nb' } }],
    ['a header that the client would quietly shorten', { headers: { 'Idempotency-Key': '주문-1' } }],
  ])('%s is our own mistake, and nothing goes out', async (_, mistake) => {
    const pg = await httpServer((response) => response.end());
    const reply = await line(pg.url).transmit(charge(mistake));
    expect(reply).toMatchObject({ kind: 'unsent', code: 'REQUEST_NOT_BUILT' });
    expect(pg.sockets).toHaveLength(0);
  });

  test('what is no URL of a web server is refused at once', () => {
    expect(() => line('ftp://example.com')).toThrow('ftp:');
    expect(() => line('example')).toThrow();
  });
});

describe('something was sent', () => {
  test('a server that accepts and never answers leaves it lost', async () => {
    let read = '';
    const pg = await tcpServer((socket) =>
      socket.on('data', (data) => {
        read += data;
      }),
    );
    const reply = await line(pg.url).transmit(charge({ timeoutMs: 150 }));
    expect(reply).toEqual({ kind: 'lost', code: 'READ_TIMEOUT', message: 'no whole answer within 150 ms' });
    expect(read).toContain('{"amount":100}');
  });

  test('a connection reset before any answer leaves it lost', async () => {
    const pg = await httpServer((_response, _received, socket) => socket.resetAndDestroy());
    expect(await line(pg.url).transmit(charge())).toMatchObject({ kind: 'lost', code: 'ECONNRESET' });
  });

  test('a reset after the headers leaves it lost, with what had arrived', async () => {
    const pg = await httpServer((response, _received, socket) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"status":');
      setTimeout(() => socket.resetAndDestroy(), 30);
    });
    const reply = await line(pg.url).transmit(charge());
    expect(reply).toMatchObject({ kind: 'lost', code: 'ECONNRESET', partial: { http: 200, text: '{"status":' } });
  });

  test('a body that ends before its length leaves it lost', async () => {
    const pg = await tcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"status":"DONE"}')),
    );
    const reply = await line(pg.url).transmit(charge());
    expect(reply).toMatchObject({ kind: 'lost', partial: { http: 200, text: '{"status":"DONE"}' } });
  });

  test('a body that trickles is cut off when the time of the whole answer is over', async () => {
    const pg = await httpServer((response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.once('close', () => clearInterval(drip));
    });
    const begunAt = performance.now();
    const reply = await line(pg.url).transmit(charge({ timeoutMs: 200 }));
    expect(performance.now() - begunAt).toBeLessThan(1_000);
    expect(reply).toMatchObject({ kind: 'lost', code: 'READ_TIMEOUT', partial: { http: 200 } });
    expect(reply.kind === 'lost' && reply.partial?.text).toMatch(/^\.{3,}$/);
  });

  test('an answer that is no HTTP leaves it lost', async () => {
    const pg = await tcpServer((socket) => socket.once('data', () => socket.end('hello\r\n\r\n')));
    expect(await line(pg.url).transmit(charge())).toMatchObject({ kind: 'lost' });
  });

  test.each([
    ['plain', (body: Buffer) => body, {}],
    ['and small while compressed', gzipSync, { 'content-encoding': 'gzip' }],
  ])('an answer too large to be one, %s, leaves it lost, cut', async (_, packed, headers) => {
    const pg = await httpServer((response) =>
      response.writeHead(200, headers).end(packed(Buffer.alloc(4_000_000, 'x'))),
    );
    const reply = await line(pg.url).transmit(charge());
    expect(reply).toMatchObject({ kind: 'lost', code: 'ANSWER_TOO_LARGE', partial: { http: 200 } });
    expect(reply.kind === 'lost' && reply.partial?.text.length).toBe(256 * 1024);
  });

  test('a kept connection that the server has just closed counts as connected', async () => {
    const pg = await httpServer((response) => response.end('{}'));
    const kept = line(pg.url, { concurrency: 1 });
    expect(await kept.transmit(charge())).toMatchObject({ kind: 'answered' });
    await pause(20);
    // The server closes, and before the news of it arrives here the next request is written to the same connection.
    pg.sockets[0]?.resetAndDestroy();
    expect(await kept.transmit(charge())).toMatchObject({ kind: 'lost' });
    expect(pg.sockets).toHaveLength(1);
  });

  test('a kept connection that dies with the second request on it counts as connected', async () => {
    const requests: string[] = [];
    const pg = await tcpServer((socket: Socket) =>
      socket.on('data', (data) => {
        requests.push(`${data}`);
        if (requests.length === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        else socket.destroy();
      }),
    );
    const kept = line(pg.url, { concurrency: 1 });
    await kept.transmit(charge());
    await pause(20);
    expect(await kept.transmit(charge())).toMatchObject({ kind: 'lost' });
    expect({ requests: requests.length, sockets: pg.sockets.length }).toEqual({ requests: 2, sockets: 1 });
  });

  test('under TLS a connection that broke after the handshake leaves it lost', async () => {
    const pg = await tlsServer((socket) => socket.once('data', () => socket.destroy()), loopbackCertificate);
    const trusted = line(pg.url, { ca: loopbackCertificate.cert });
    expect(await trusted.transmit(charge())).toMatchObject({ kind: 'lost' });
  });
});

describe('nothing is done beside what was asked', () => {
  test('over TLS with a trusted certificate an answer is an answer, and the connection is used again', async () => {
    const pg = await httpServer((response) => response.end('{}'), loopbackCertificate);
    const trusted = line(pg.url, { ca: loopbackCertificate.cert });
    for (const _ of [1, 2]) expect(await trusted.transmit(charge())).toMatchObject({ kind: 'answered', text: '{}' });
    expect(pg.sockets).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%i) is an answer and is not followed', async (status) => {
    const elsewhere = await httpServer((response) => response.end('{"status":"DONE"}'));
    const pg = await httpServer((response) => response.writeHead(status, { location: `${elsewhere.url}/v1` }).end());
    expect(await line(pg.url).transmit(charge())).toMatchObject({ kind: 'answered', http: status });
    await pause(30);
    expect(elsewhere.sockets).toHaveLength(0);
    expect(pg.received).toHaveLength(1);
  });

  test('no more connections stand than were allowed', async () => {
    let now = 0;
    let most = 0;
    const pg = await httpServer((response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        response.end('{}');
      }, 20);
    });
    const narrow = line(pg.url, { concurrency: 3 });
    const replies = await Promise.all(Array.from({ length: 12 }, () => narrow.transmit(charge())));
    expect(replies.every(({ kind }) => kind === 'answered')).toBe(true);
    expect(most).toBe(3);
  });

  test('a proxy in the environment is not asked', async () => {
    const proxy = await httpServer((response) => response.end('proxy'));
    const pg = await httpServer((response) => response.end('pg'));
    const before = { ...process.env };
    Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' });
    try {
      expect(await line(pg.url).transmit(charge())).toMatchObject({ text: 'pg' });
      expect(proxy.sockets).toHaveLength(0);
    } finally {
      process.env = before;
    }
  });

  test('no reply carries the credentials, the address or the body of its request', async () => {
    const silent = await tcpServer(() => undefined);
    const broken = await httpServer((_response, _received, socket) => socket.resetAndDestroy());
    const replies = [
      await line(await closedPort()).transmit(charge()),
      await line(silent.url).transmit(charge({ timeoutMs: 50 })),
      await line(broken.url).transmit(charge()),
      await line('http://no-such-host.invalid').transmit(charge()),
    ];
    expect(replies.map(({ kind }) => kind)).toEqual(['unsent', 'lost', 'lost', 'unsent']);
    for (const reply of replies) {
      expect(JSON.stringify(reply)).not.toMatch(/Basic|c2VjcmV0|billing|amount|127\.0\.0\.1/);
      expect(Object.keys(reply).toSorted()).toEqual(['code', 'kind', 'message']);
    }
  });
});

test.each([
  ['', 0],
  ['120', 120_000],
  [' 0 ', 0],
  ['soon', 0],
  ['-5', 0],
  ['1e400', 0],
  ['99999999999999999999', 0],
  ['Wed, 01 Jan 2031 00:01:30 GMT', 90_000],
  ['Tue, 31 Dec 2030 23:00:00 GMT', 0],
])('Retry-After "%s" is %i ms, by the clock of whoever wrote it', (wish, expected) => {
  const headers = new Map([
    ['date', 'Wed, 01 Jan 2031 00:00:00 GMT'],
    ...(wish ? [['retry-after', wish] as const] : []),
  ]);
  expect(retryAfterMs(headers)).toBe(expected);
});

test('a date to wait for says nothing without the date it was written at', () => {
  expect(retryAfterMs(new Map([['retry-after', 'Wed, 01 Jan 2031 00:01:30 GMT']]))).toBe(0);
});
