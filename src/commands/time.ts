// Instants as people read them.

import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns';

/** An instant in a zone, in a form of date-fns. */
export const formatInTimeZone = (instant: Date, zone: string, form: string): string =>
  format(new TZDate(instant, zone), form);
