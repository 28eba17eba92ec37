// Who asked what, and how often: the sandbox's witness against a client that sends more than it should.

import type { ServerResponse } from 'node:http';
import type { Verb } from './faults';

export interface OrderTally {
  readonly charges: number;
  readonly lookups: number;
  readonly cancels: number;
}

export interface RequestCounts {
  /** Requests received per endpoint, for example `POST /v1/billing/{billingKey}`; dropped and refused ones included. */
  readonly endpoints: Record<string, number>;
  /** Transmissions received per order id. */
  readonly orders: Record<string, OrderTally>;
  readonly chargesInFlight: number;
  readonly mostChargesInFlight: number;
  /** Connections held open that will never get an answer. */
  readonly hanging: number;
}

const columnOf = { charge: 'charges', lookup: 'lookups', cancel: 'cancels' } as const;

export class RequestTally {
  private readonly endpoints = new Map<string, number>();
  private readonly orders = new Map<string, { charges: number; lookups: number; cancels: number }>();
  private chargesInFlight = 0;
  private mostChargesInFlight = 0;
  private hanging = 0;

  /** Counts one request and tells how often this verb was sent for this order, this time included. */
  count(endpoint: string, verb: Verb, orderId: string | undefined): number {
    this.endpoints.set(endpoint, (this.endpoints.get(endpoint) ?? 0) + 1);
    if (orderId === undefined || verb === 'billing-key') return 1;
    const order = this.orders.get(orderId) ?? { charges: 0, lookups: 0, cancels: 0 };
    this.orders.set(orderId, order);
    order[columnOf[verb]] += 1;
    return order[columnOf[verb]];
  }

  chargeInFlight(response: ServerResponse): void {
    this.chargesInFlight += 1;
    this.mostChargesInFlight = Math.max(this.mostChargesInFlight, this.chargesInFlight);
    response.once('close', () => {
      this.chargesInFlight -= 1;
    });
  }

  hangs(response: ServerResponse): void {
    if (response.closed || response.destroyed) return;
    this.hanging += 1;
    response.once('close', () => {
      this.hanging -= 1;
    });
  }

  read(): RequestCounts {
    return {
      endpoints: Object.fromEntries(this.endpoints),
      orders: Object.fromEntries(this.orders),
      chargesInFlight: this.chargesInFlight,
      mostChargesInFlight: this.mostChargesInFlight,
      hanging: this.hanging,
    };
  }
}
