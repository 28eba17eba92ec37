// `refund`: gives the whole of a paid charge back (its surplus first, when the PG captured too much).

import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../config';
import { type RefundResult, refund } from '../cycle/refund';
import { showChargeId } from '../domain/charge-id';
import type { Charge } from '../domain/picture';
import { forgetNote, keepNote } from '../records/charges';
import { refused } from './acts';
import { actorOf, chargeNamed, type ExitCode, type Session, UsageError, withWorld } from './session';

export interface RefundFlags {
  readonly amount?: string;
  readonly reason: string;
  readonly approver?: string;
  readonly actor?: string;
}

export function runRefund(config: Config, typed: string, flags: RefundFlags): Promise<ExitCode> {
  const actor = actorOf(flags.actor);
  const approver = flags.approver === undefined ? null : actorOf(flags.approver);
  const reason = reasonOf(flags.reason);
  return withWorld(config, async (session, world) => {
    const charge = await chargeNamed(session, typed);
    refusePart(charge, flags.amount);
    const note = { rowId: world.newId(), salt: randomBytes(16).toString('hex'), text: reason };
    await keepNote(session.records.database, note);
    const result = await refund(world, charge, {
      id: note.rowId,
      approvalId: world.newId(),
      refundId: world.newId(),
      actor,
      approver,
      approvalFrom: config.refundApprovalFrom,
      reasonDigest: `sha256:${createHash('sha256')
        .update(note.salt + note.text)
        .digest('hex')}`,
    });
    if (result.kind === 'sent') return report(session, charge, result);
    await forgetNote(session.records.database, note.rowId);
    const code =
      result.kind === 'needs-approver' ? 'NEEDS_APPROVER' : result.kind === 'not-paid' ? result.state : charge.state;
    const said =
      result.kind === 'needs-approver'
        ? `from ${session.texts.won(config.refundApprovalFrom)} on a second person approves. Add --approver NAME (not ${actor.slice(4)}).`
        : undefined;
    return refused(session, world, { actor, tried: 'refund', code, charge, ...(said ? { said } : {}) });
  });
}

function reasonOf(typed: string): string {
  const reason = typed.normalize('NFC').trim();
  if (reason === '' || reason.length > 500)
    throw new UsageError('--reason takes 1 to 500 characters: why the money goes back');
  return reason;
}

/** Whole refunds only, so far. */
function refusePart(charge: Charge, amount: string | undefined): void {
  if (amount === undefined) return;
  if (!/^\d+$/.test(amount)) throw new UsageError(`--amount "${amount}" is not an amount in whole won`);
  if (Number(amount) !== charge.amount) {
    throw new UsageError(
      `--amount ${amount} is a part of ${charge.amount}; this version gives back whole charges only, so leave --amount out`,
    );
  }
}

function report(session: Session, charge: Charge, result: Extract<RefundResult, { kind: 'sent' }>): ExitCode {
  const { texts } = session;
  const of = `${showChargeId(charge.id)}: ${texts.states[result.state]}`;
  const { outcome } = result;
  if (outcome.kind === 'canceled') {
    session.print(`${of} (${texts.won(outcome.amount)}${result.refund.ofSurplus ? ', surplus' : ''})`);
    return 0;
  }
  session.print(`${of}; ${outcome.code} ${outcome.message}`);
  return 1;
}
