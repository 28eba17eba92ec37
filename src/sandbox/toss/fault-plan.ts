// Which fault a request meets. Choosing is free of side effects; only when the fault strikes is one of its times used.

import { type Fault, type FaultPlan, type FaultsOf, struckVerb, type Verb } from './faults';
import { fractionOf } from './identifiers';

export interface Target {
  readonly orderId?: string | undefined;
  readonly billingKey?: string | undefined;
  /** How often this verb was sent for this order, this time included. */
  readonly nth: number;
}

export interface Struck<V extends Verb> {
  readonly fault: FaultsOf[V] | undefined;
  readonly latencyMs: number;
  /** Uses up one of the fault's times. */
  use(): void;
}

interface Armed {
  readonly fault: Fault;
  left: number;
}

export class Faults {
  private plan: FaultPlan = {};
  private all: Armed[] = [];
  private byOrderId = new Map<string, Armed[]>();
  private byBillingKey = new Map<string, Armed[]>();

  get(): FaultPlan {
    return this.plan;
  }

  /** Replaces the whole plan; every `times` counts from the start again. */
  set(plan: FaultPlan): void {
    this.plan = plan;
    this.all = armed(plan.all);
    this.byOrderId = armedByName(plan.byOrderId);
    this.byBillingKey = armedByName(plan.byBillingKey);
  }

  strike<V extends Verb>(verb: V, target: Target): Struck<V> {
    const struck: Armed[] = [];
    let latencyMs = this.plan.latencyMs ?? 0;
    let decisive: Fault | undefined;
    for (const candidate of this.candidates(verb, target)) {
      const { fault } = candidate;
      if (struckVerb[fault.kind] !== verb || candidate.left === 0) continue;
      if (fault.kind === 'latency') latencyMs += fault.ms;
      else if (decisive === undefined) decisive = fault;
      else continue;
      struck.push(candidate);
    }
    const use = () => {
      for (const candidate of struck) candidate.left -= 1;
    };
    // The table above has just said that this fault is one of the verb's.
    return { fault: decisive as FaultsOf[V] | undefined, latencyMs, use };
  }

  private candidates(verb: Verb, target: Target): Armed[] {
    const ofOrder = target.orderId === undefined ? undefined : this.byOrderId.get(target.orderId);
    const ofKey = target.billingKey === undefined ? undefined : this.byBillingKey.get(target.billingKey);
    return [...(ofOrder ?? []), ...(ofKey ?? []), ...this.mixed(verb, target), ...this.all];
  }

  /** At most one fault of the mix, always the same for the same seed, order and transmission. */
  private mixed(verb: Verb, { orderId, nth }: Target): Armed[] {
    const { mix } = this.plan;
    if (mix === undefined || orderId === undefined) return [];
    const possible = mix.faults.filter((fault) => struckVerb[fault.kind] === verb);
    const lot = `${mix.seed} ${verb} ${orderId} ${nth}`;
    if (fractionOf(`whether ${lot}`) >= mix.rate) return [];
    const fault = possible[Math.floor(fractionOf(`which ${lot}`) * possible.length)];
    return fault === undefined || nth > (fault.times ?? nth) ? [] : armed([fault]);
  }
}

const armed = (faults: readonly Fault[] | undefined): Armed[] =>
  (faults ?? []).map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));

const armedByName = (named: Record<string, Fault[]> | undefined): Map<string, Armed[]> =>
  new Map(Object.entries(named ?? {}).map(([name, faults]) => [name, armed(faults)]));
