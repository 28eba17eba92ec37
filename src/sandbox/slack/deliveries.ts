// What is sent to the bot, and whether it said in time that it heard. Only the newest deliveries are kept.

import { randomUUID } from 'node:crypto';
import type { Fields } from './fields';
import type { SlackSwitches } from './switches';
import type { Timers } from './timers';

const mostKept = 2000;

/** The words Slack uses where an app did not answer. */
export type DeliveryError = 'operation_timeout' | 'dispatch_failed';
export type Ack =
  | { readonly acked: true; readonly payload: Fields }
  | { readonly acked: false; readonly error: DeliveryError };

export interface Envelope {
  readonly envelope_id: string;
  readonly type: 'slash_commands' | 'interactive';
  readonly payload: Fields;
  readonly accepts_response_payload: boolean;
}

export interface Delivery {
  readonly envelopeId: string;
  readonly type: Envelope['type'];
  readonly payload: Fields;
  readonly at: Date;
  /** How often it went out; twice when a fault says so. */
  sent: number;
  acked: boolean;
  ackLatencyMs?: number;
}

/** A way to the bot. Acks come back through `heard`, in time or not. */
export interface Transport {
  /** `false` when nobody is there. */
  send(envelope: Envelope, heard: (ack: Ack) => void): boolean;
}

export class Deliveries {
  private readonly deliveries: Delivery[] = [];
  private readonly waiting = new Map<string, (ack: Ack) => void>();

  constructor(
    private readonly transport: Transport,
    private readonly switches: SlackSwitches,
    private readonly timers: Timers,
    private readonly now: () => Date,
    private readonly deliversTwice: () => boolean,
  ) {}

  read = (): Delivery[] => [...this.deliveries];

  /** Sends it and waits for the ack, as long as Slack does. */
  send(type: Envelope['type'], payload: Fields, acceptsResponse: boolean): Promise<Ack> {
    const envelope = { envelope_id: randomUUID(), type, payload, accepts_response_payload: acceptsResponse };
    const delivery: Delivery = {
      envelopeId: envelope.envelope_id,
      type,
      payload,
      at: this.now(),
      sent: 0,
      acked: false,
    };
    this.deliveries.push(delivery);
    if (this.deliveries.length > mostKept) this.deliveries.shift();
    return new Promise((resolve) => {
      const callOff = this.timers.later(this.switches.ackTimeoutMs, () =>
        this.settle(envelope, { acked: false, error: 'operation_timeout' }),
      );
      this.waiting.set(envelope.envelope_id, (ack) => {
        callOff();
        resolve(ack);
      });
      this.transmit(envelope, delivery);
    });
  }

  private transmit(envelope: Envelope, delivery: Delivery): void {
    const startedMs = performance.now();
    const heard = (ack: Ack): void => {
      if (!this.waiting.has(envelope.envelope_id)) return;
      delivery.acked = ack.acked;
      if (ack.acked) delivery.ackLatencyMs = performance.now() - startedMs;
      this.settle(envelope, ack);
    };
    for (let times = this.deliversTwice() ? 2 : 1; times > 0; times -= 1)
      if (this.transport.send(envelope, heard)) delivery.sent += 1;
    if (delivery.sent === 0) this.settle(envelope, { acked: false, error: 'dispatch_failed' });
  }

  private settle({ envelope_id }: Envelope, ack: Ack): void {
    const settle = this.waiting.get(envelope_id);
    this.waiting.delete(envelope_id);
    settle?.(ack);
  }
}
