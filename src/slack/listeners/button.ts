// A press of a button: who may, what it means, the verb, the answer.

import { runCycle } from '../../cycle/run-cycle';
import { calendarDate, dateIn } from '../../domain/calendar';
import { type PgProvider, pgProviders } from '../../domain/outcome';
import type { Access } from '../access';
import { chargeAnswerOf, goneOf, heldOf, startedOf, unknownButtonOf } from '../cards/answers';
import { readButtonValue } from '../cards/buttons';
import type { Drawn } from '../cards/drawing';
import type { Office } from '../office';
import { type ChargeAct, chargeActs, press } from '../press';
import { customerAnswer, refused } from './command';
import type { Who } from './who';

/** What only shows something needs no right but to read. */
const reading = ['history', 'pick', 'page'] as const;

export interface Press {
  /** Without `billing.`. */
  readonly name: string;
  readonly value: string;
}

/** Does what the button says and answers who pressed it. */
export async function buttonAnswer(office: Office, access: Access, who: Who, { name, value }: Press): Promise<Drawn> {
  const shows = (reading as readonly string[]).includes(name);
  if (shows && !(await access.mayRead(who.userId, who.channelId))) return refused(office, 'reader', who, name);
  if (!shows && !(await access.isOperator(who.userId))) return refused(office, 'operator', who, name);
  if ((chargeActs as readonly string[]).includes(name)) return pressed(office, name as ChargeAct, value, who);
  switch (name) {
    case 'history':
      return chargeHistory(office, value);
    case 'pick':
      return customerAnswer(office, value, 0);
    case 'page':
      return page(office, value);
    case 'run':
      return run(office, value, who);
    case 'hold':
    case 'resume':
      return switched(office, name, value, who);
    default:
      return unknownButtonOf(office.drawing());
  }
}

async function pressed(office: Office, act: ChargeAct, value: string, who: Who): Promise<Drawn> {
  const seen = readButtonValue(value);
  return seen ? press(office, act, seen, who.actor) : unknownButtonOf(office.drawing());
}

async function chargeHistory(office: Office, value: string): Promise<Drawn> {
  const seen = readButtonValue(value);
  const story = seen && (await office.reading.charge(seen.chargeId));
  if (!story) return goneOf(value, office.drawing());
  const { customer } = story;
  return (await office.reading.customer(customer.id, 0))
    ? customerAnswer(office, customer.id, 0)
    : chargeAnswerOf(story, office.drawing());
}

/** `customerId.page`; a customer's id may hold dots of its own. */
async function page(office: Office, value: string): Promise<Drawn> {
  const found = /^(.+)\.(\d{1,6})$/s.exec(value);
  return found?.[1] ? customerAnswer(office, found[1], Number(found[2])) : unknownButtonOf(office.drawing());
}

/** Starts a date's cycle beside everything else; its own message shows how it goes. The press is the person's yes. */
async function run(office: Office, value: string, who: Who): Promise<Drawn> {
  const { world, clock, planning, billingTime, log, stop } = office;
  const date = calendarDate(value);
  if (!date || date > dateIn(billingTime.zone, clock.now())) return unknownButtonOf(office.drawing());
  const now = clock.now();
  const added = await planning.plan(date, { early: true, startedBy: who.actor, now });
  void runCycle(world, date, { actor: 'cycle', stop })
    .then(async () => {
      if (!stop.aborted) await planning.done(date, clock.now());
    })
    .catch((error: unknown) =>
      log.error(
        { date, error: String(error) },
        'a cycle that a person started ended with an error; the sweeper goes on',
      ),
    );
  return startedOf(date, added, office.drawing());
}

async function switched(office: Office, act: 'hold' | 'resume', value: string, who: Who): Promise<Drawn> {
  const provider = pgProviders.find((one) => one === value);
  if (!provider) return unknownButtonOf(office.drawing());
  const changed = await office.pgSwitch[act](provider satisfies PgProvider, who.actor);
  return heldOf(act, provider, changed, office.drawing());
}
