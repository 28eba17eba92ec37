// Cancelling a charge (nobody collects it any more; no money moves) and taking that back.

import type { ChargeState } from './charge-state';
import { closedUnsent } from './claim';
import type { Actor } from './history';
import { type Decision, moved, openAttempt, type Picture, rowsAbout } from './picture';

export interface StopRequest {
  readonly id: string;
  readonly closingRowId: string;
  readonly actor: Actor;
  readonly expectVersion?: number;
}

export type Stopped =
  | { readonly kind: 'done'; readonly state: ChargeState }
  | { readonly kind: 'refused'; readonly state: ChargeState }
  | { readonly kind: 'passed' };

/** Cancels a charge of which no attempt may be alive: what is under way or in doubt is resolved first. */
export function cancel(picture: Picture, request: StopRequest): Decision<Stopped> {
  const { charge } = picture;
  if (isStale(picture, request)) return { result: { kind: 'passed' } };
  if (!['DUE', 'RETRY_WAIT', 'FAILED', 'HELD'].includes(charge.state))
    return { result: { kind: 'refused', state: charge.state } };
  const open = openAttempt(picture.attempts);
  const closing = open && closedUnsent(picture, open, request.closingRowId);
  const row = { ...rowsAbout(charge), id: request.id, act: 'CANCEL', status: 'SUCCESS', actor: request.actor } as const;
  return {
    result: { kind: 'done', state: 'CANCELED' },
    change: {
      charge: moved(charge, 'CANCELED', null),
      attempts: closing?.attempts ?? [],
      rows: [...(closing?.rows ?? []), row],
      tell: true,
    },
  };
}

/** Takes a cancel back: the charge is due again, and the sweeper sends it. */
export function uncancel(picture: Picture, request: StopRequest): Decision<Stopped> {
  const { charge, now } = picture;
  if (isStale(picture, request)) return { result: { kind: 'passed' } };
  if (charge.state !== 'CANCELED') return { result: { kind: 'refused', state: charge.state } };
  const row = {
    ...rowsAbout(charge),
    id: request.id,
    act: 'UNCANCEL',
    status: 'SUCCESS',
    actor: request.actor,
  } as const;
  return {
    result: { kind: 'done', state: 'DUE' },
    change: { charge: moved(charge, 'DUE', now), rows: [row], tell: true },
  };
}

const isStale = (picture: Picture, request: StopRequest): boolean =>
  request.expectVersion !== undefined && request.expectVersion !== picture.charge.version;
