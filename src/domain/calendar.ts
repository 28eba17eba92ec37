// Calendar dates and the days on which subscriptions fall due. Every date is a calendar date in the billing time zone,
// whatever zone the machine is in; instants are UTC.

import { TZDate, tzOffset } from '@date-fns/tz';
import { addDays, format } from 'date-fns';

/** A calendar date, `YYYY-MM-DD`. */
export type CalendarDate = string & { readonly __kind: 'calendar-date' };

/** 1 … 31, or `L` for the last day of the month. A day that a month lacks means its last day. */
export type BillingDay = number | 'L';

/** When a cycle starts: a time of day in a time zone (an IANA name). */
export interface BillingTime {
  readonly hour: number;
  readonly minute: number;
  readonly zone: string;
}

/** Reads `YYYY-MM-DD`; undefined when that is not a day of the calendar (`2026-02-30`). */
export function calendarDate(text: string): CalendarDate | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!found) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= lastDayOf(year, month) && year >= 1900;
  return exists ? (text as CalendarDate) : undefined;
}

/** Reads a billing day as a sheet writes it; undefined when it is none. */
export function billingDay(text: string): BillingDay | undefined {
  if (/^[lL]$/.test(text)) return 'L';
  const day = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return day >= 1 && day <= 31 ? day : undefined;
}

/** Whether a subscription with this anchor falls due on this date. The anchor never drifts: it is asked anew each month. */
export function fallsDue(anchor: BillingDay, date: CalendarDate): boolean {
  const [year, month, day] = partsOf(date);
  const last = lastDayOf(year, month);
  return day === (anchor === 'L' ? last : Math.min(anchor, last));
}

/** The anchors that fall due on this date, for a query: on the last day of a month that is `L` and every day it lacks. */
export function anchorsDueOn(date: CalendarDate): BillingDay[] {
  const anchors: BillingDay[] = [];
  for (let day = 1; day <= 31; day += 1) if (fallsDue(day, date)) anchors.push(day);
  return fallsDue('L', date) ? [...anchors, 'L'] : anchors;
}

/** The calendar date of an instant in a zone. */
export function dateIn(zone: string, instant: Date): CalendarDate {
  return format(new TZDate(instant, zone), 'yyyy-MM-dd') as CalendarDate;
}

/**
 * The instant at which this date's cycle starts. A time that a clock change repeats is the first of the two; one that it
 * skips is as much later as the clock was put forward.
 */
export function startOfCycle(date: CalendarDate, at: BillingTime): Date {
  const wall = Date.UTC(...midnight(date), at.hour, at.minute);
  const offsets = [-1, 1].map((days) => tzOffset(at.zone, new Date(wall + days * 86_400_000)) * 60_000);
  const fits = offsets
    .map((offset) => wall - offset)
    .filter((instant) => instant + tzOffset(at.zone, new Date(instant)) * 60_000 === wall);
  return new Date(fits.length > 0 ? Math.min(...fits) : wall - (offsets[0] ?? 0));
}

/** The date this many days later (earlier when negative). */
export function plusDays(date: CalendarDate, days: number): CalendarDate {
  return format(addDays(new TZDate(...midnight(date), 'UTC'), days), 'yyyy-MM-dd') as CalendarDate;
}

/** How many days lie between two dates: positive when `to` is later. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Math.round((Date.UTC(...midnight(to)) - Date.UTC(...midnight(from))) / 86_400_000);
}

/** The hour of the day (0 … 23) of an instant in a zone. */
export const hourIn = (zone: string, instant: Date): number => new TZDate(instant, zone).getHours();

/** The first instant at or after this one at which it is that full hour in the zone. */
export function nextHour(zone: string, instant: Date, hour: number): Date {
  const date = dateIn(zone, instant);
  const today = startOfCycle(date, { hour, minute: 0, zone });
  return today >= instant ? today : startOfCycle(plusDays(date, 1), { hour, minute: 0, zone });
}

/** The part of a subscription that decides on which dates it falls due. */
export interface DueTerms {
  readonly status: 'ACTIVE' | 'PAUSED' | 'ENDED';
  readonly billingDay: BillingDay;
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate | null;
  /** The latest of its start and the moment it was imported, activated, unpaused or given another day. */
  readonly planFrom: Date;
}

/** Whether a person may bill this subscription for this date: it is active, runs on that date, and the date is its day. */
export function isDue(terms: DueTerms, date: CalendarDate): boolean {
  const runs = terms.startsOn <= date && (terms.endsOn === null || date <= terms.endsOn);
  return terms.status === 'ACTIVE' && runs && fallsDue(terms.billingDay, date);
}

/** Whether the machine may plan it by itself: only dates whose billing time lies after `planFrom`, so going live on the 3rd does not bill the 1st again. */
export function plansItself(terms: DueTerms, date: CalendarDate, at: BillingTime): boolean {
  return isDue(terms, date) && startOfCycle(date, at) > terms.planFrom;
}

function lastDayOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function midnight(date: CalendarDate): [number, number, number] {
  const [year, month, day] = partsOf(date);
  return [year, month - 1, day];
}

function partsOf(date: CalendarDate): [number, number, number] {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined)
    throw new RangeError(`${date} is not a calendar date`);
  return [year, month, day];
}
