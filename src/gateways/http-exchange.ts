// One transmission of one HTTP request to a PG. The only question that this file answers beside "what did it say" is
// "may it have read us": nothing is sent twice here, no redirect is followed, and no error of the HTTP client gets out,
// because such an error carries the request with its credentials.

import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import axios from 'axios';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path segments below the base URL, not yet encoded: a billing key may be one of them. */
  readonly path: readonly string[];
  /** Printable ASCII only: the HTTP client drops other characters in silence, and two idempotency keys become one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call until the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly http: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

/**
 * What became of one transmission.
 * - `answered`: the whole answer, whatever its status.
 * - `unsent`: no connection of this request's own ever stood, so no byte of it left this process.
 * - `lost`: something left and no whole answer came back; `partial` is what had arrived.
 *
 * `code` is ours (`READ_TIMEOUT`, `CONNECT_TIMEOUT`, `ANSWER_TOO_LARGE`, `REQUEST_NOT_BUILT`) or the operating system's
 * (`ECONNRESET`, `ECONNREFUSED` …). `REQUEST_NOT_BUILT` is our own mistake and will not heal by trying again.
 */
export type HttpReply =
  | ({ readonly kind: 'answered' } & HttpAnswer)
  | { readonly kind: 'lost'; readonly code: string; readonly message: string; readonly partial?: HttpAnswer }
  | { readonly kind: 'unsent'; readonly code: string; readonly message: string };

export interface HttpExchangeOptions {
  readonly baseUrl: string;
  /** Sockets that may be open at once; further requests wait for one. */
  readonly concurrency: number;
  /** Certificates to trust instead of the well-known ones, in PEM. */
  readonly ca?: string;
}

/** Whoever has no connection by then gives up: what is sent must have been decided a moment ago. */
const connectTimeoutMs = 10_000;
/** An idle connection is dropped before a server or a load balancer would do it: reuse at that moment ends in doubt. */
const idleSocketMs = 4_000;
/** A payment is 2 to 4 kB of JSON. */
const answerLimitBytes = 256 * 1024;

const client = axios.create({
  adapter: 'http',
  proxy: false,
  maxRedirects: 0, // A POST that follows a 307 is a second charge.
  validateStatus: () => true,
  responseType: 'stream',
  transformRequest: (data) => data,
  transformResponse: (data) => data,
});

/** How far one request got. */
interface Line {
  request?: ClientRequest;
  /** None while the request waits for one. */
  socket?: Duplex;
  /** Why we gave it up ourselves, if we did. */
  stopped?: 'CONNECT_TIMEOUT' | 'READ_TIMEOUT';
}

/** A line to one PG: keep-alive connections, TLS 1.2 or newer, no proxy from the environment. */
export class HttpExchange {
  readonly #baseUrl: string;
  readonly #secure: boolean;
  readonly #agent: http.Agent | https.Agent;
  readonly #neverConnected: WeakSet<Duplex>;

  /** Throws when `baseUrl` is not an http or https URL. */
  constructor(options: HttpExchangeOptions) {
    const url = new URL(options.baseUrl);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new TypeError(`${url.protocol} is not a protocol a PG is spoken to in; use https:`);
    }
    this.#secure = url.protocol === 'https:';
    this.#baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    const agent = { keepAlive: true, maxSockets: options.concurrency, timeout: idleSocketMs };
    this.#agent = this.#secure
      ? new https.Agent({ ...agent, minVersion: 'TLSv1.2', ...(options.ca !== undefined && { ca: options.ca }) })
      : new http.Agent(agent);
    this.#neverConnected = neverConnected(this.#agent, this.#secure ? 'secureConnect' : 'connect');
  }

  /** Sends the request once. Never throws. */
  async transmit(request: HttpRequest): Promise<HttpReply> {
    const url = this.#urlOf(request);
    if (url === undefined) {
      return { kind: 'unsent', code: 'REQUEST_NOT_BUILT', message: 'a path segment or a header cannot be sent' };
    }
    const line: Line = {};
    const abort = new AbortController();
    const stop = (why: NonNullable<Line['stopped']>) => {
      line.stopped ??= why;
      abort.abort();
    };
    const connectTimer = setTimeout(
      () => this.#maySend(line) || stop('CONNECT_TIMEOUT'),
      Math.min(connectTimeoutMs, request.timeoutMs),
    );
    const readTimer = setTimeout(() => stop('READ_TIMEOUT'), request.timeoutMs);
    try {
      return await this.#send(request, url, line, abort.signal);
    } catch (error) {
      line.request?.destroy(); // What is called unsent on the next lines must not connect later.
      const code = line.stopped ?? causeOf(error);
      if (this.#maySend(line)) return lost(code, request.timeoutMs);
      return { kind: 'unsent', code, message: `no connection was made (${code})` };
    } finally {
      clearTimeout(connectTimer);
      clearTimeout(readTimer);
    }
  }

  /** Drops idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(request: HttpRequest, url: string, line: Line, signal: AbortSignal): Promise<HttpReply> {
    const response = await client.request<Readable>({
      method: request.method,
      url,
      headers: { ...request.headers },
      ...(request.body !== undefined && { data: Buffer.from(request.body, 'utf8') }),
      transport: watchedTransport(this.#secure, line),
      httpAgent: this.#agent,
      httpsAgent: this.#agent,
      signal,
    });
    const read = await readBounded(response.data);
    const headers = new Map(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), `${value}`]));
    const answer = { http: response.status, headers, text: read.text };
    if (read.cause === undefined) return { kind: 'answered', ...answer };
    return { ...lost(line.stopped ?? read.cause, request.timeoutMs), partial: answer };
  }

  /** Whether bytes of this request may have left: whether it was ever given a socket that was connected. */
  #maySend({ socket }: Line): boolean {
    return socket !== undefined && !this.#neverConnected.has(socket);
  }

  #urlOf({ path, headers }: HttpRequest): string | undefined {
    const isSegment = (text: string) => text !== '' && text !== '.' && text !== '..' && text.isWellFormed();
    const isHeader = (text: string) => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text);
    if (!path.every(isSegment) || !Object.values(headers).every(isHeader)) return undefined;
    return [this.#baseUrl, ...path.map(encodeURIComponent)].join('/');
  }
}

/** Node's own transport, noting which socket the request was given. */
function watchedTransport(secure: boolean, line: Line) {
  return {
    request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
      const request = (secure ? https : http).request(options, onResponse);
      line.request = request;
      request.once('socket', (socket) => {
        line.socket = socket;
      });
      return request;
    },
  };
}

/**
 * The agent's sockets that have never been connected: a socket is in the set from its making until it says `connect`
 * (`secureConnect` under TLS, since before it only the handshake has left). A request whose socket is in it has sent
 * nothing. Every other socket counts as connected, one that was open before and one we know nothing of alike.
 */
function neverConnected(agent: http.Agent, event: 'connect' | 'secureConnect'): WeakSet<Duplex> {
  const sockets = new WeakSet<Duplex>();
  const connect = agent.createConnection;
  agent.createConnection = (options, done) => {
    const socket = connect.call(agent, options, done);
    if (socket) {
      sockets.add(socket);
      socket.once(event, () => sockets.delete(socket));
    }
    return socket;
  };
  return sockets;
}

/** Reads a body as text up to the limit. `cause` is set when it did not end by itself. */
async function readBounded(body: Readable): Promise<{ text: string; cause?: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  let cause: string | undefined;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= answerLimitBytes) continue;
      cause = 'ANSWER_TOO_LARGE';
      break;
    }
  } catch (error) {
    cause = causeOf(error);
  }
  const text = Buffer.concat(chunks)
    .subarray(0, answerLimitBytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  return cause === undefined ? { text } : { text, cause };
}

function lost(code: string, timeoutMs: number) {
  const message =
    code === 'READ_TIMEOUT'
      ? `no whole answer within ${timeoutMs} ms`
      : `the connection gave no whole answer (${code})`;
  return { kind: 'lost', code, message } as const;
}

/** The code of an error and nothing else of it. */
function causeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,63}$/.test(code) ? code : 'CONNECTION_FAILED';
}

/**
 * How long a 429 asks us to wait, in ms: `Retry-After` in seconds, or as a date, measured against the answer's own
 * `Date` so that our clock has no say. 0 when it names no time.
 */
export function retryAfterMs(headers: ReadonlyMap<string, string>): number {
  const wish = headers.get('retry-after')?.trim() ?? '';
  const waitMs = /^\d+$/.test(wish) ? Number(wish) * 1000 : Date.parse(wish) - Date.parse(headers.get('date') ?? '');
  return Number.isSafeInteger(waitMs) && waitMs > 0 ? waitMs : 0;
}
