// The payment gateways this installation is configured for: one line per PG.

import type { PgProvider } from '../domain/outcome';
import type { PgAdapter } from './pg-adapter';
import { TossPaymentsAdapter } from './toss/toss-payments-adapter';

/** What opening gateways takes. A PG without an entry is not configured. */
export interface GatewayOptions {
  readonly toss?: { readonly secretKey: string; readonly baseUrl?: string | undefined } | undefined;
  /** Read timeout of one call, for every PG. */
  readonly timeoutMs: number;
  /** How long a PG may still be working on a request after it was sent. */
  readonly processingMs: number;
  /** Calls in flight per PG. */
  readonly concurrency: number;
}

const builders: Record<PgProvider, (options: GatewayOptions) => PgAdapter | undefined> = {
  TOSS: ({ toss, ...limits }) => toss && new TossPaymentsAdapter({ ...toss, ...limits }),
  INICIS: () => undefined, // Has no adapter yet.
};

/** The adapters of the configured PGs, by name. */
export function openGateways(options: GatewayOptions): ReadonlyMap<PgProvider, PgAdapter> {
  const opened = Object.values(builders).map((build) => build(options));
  return new Map(opened.filter((adapter) => adapter !== undefined).map((adapter) => [adapter.provider, adapter]));
}
