// Times as Slack writes them for somebody in Seoul.

const timeZone = 'Asia/Seoul';
const dayMs = 86_400_000;

const written = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('ko-KR', { timeZone, ...options });
  return (at: Date): string => format.format(at);
};
const inNumbers = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

export const calendarDay = (at: Date): string => inNumbers.format(at);
const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** 오전 9:00. Written by hand, because some builds of the language data say AM and PM in Korean too. */
const timeWithSeconds = (at: Date): string => {
  const [hour = 0, ...rest] = clock.format(at).split(':').map(Number);
  const written = [hour % 12 === 0 ? 12 : hour % 12, ...rest.map((part) => String(part).padStart(2, '0'))];
  return `${hour < 12 ? '오전' : '오후'} ${written.join(':')}`;
};
export const timeOfDay = (at: Date): string => timeWithSeconds(at).replace(/:\d\d$/, '');

const date = written({ year: 'numeric', month: 'long', day: 'numeric' });
export const longDate = written({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' });

/** `1787356800.000100` as the instant it stands for. */
export const instantOf = (ts: string): Date => new Date(Number(ts) * 1000);

/** 오늘, 어제 or 내일, and otherwise the date as written. */
const pretty =
  (write: (at: Date) => string) =>
  (at: Date, now: Date): string => {
    const near = { 오늘: 0, 어제: -1, 내일: 1 };
    const found = Object.entries(near).find(
      ([, days]) => calendarDay(new Date(now.getTime() + days * dayMs)) === calendarDay(at),
    );
    return found?.[0] ?? write(at);
  };

function ago(at: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - at.getTime()) / 1000);
  const [size, unit] =
    [[86_400, '일'] as const, [3_600, '시간'] as const, [60, '분'] as const].find(([s]) => Math.abs(seconds) >= s) ??
    ([1, '초'] as const);
  return `${Math.round(Math.abs(seconds) / size)}${unit} ${seconds >= 0 ? '전' : '후'}`;
}

const tokens: Readonly<Record<string, (at: Date, now: Date) => string>> = {
  date_num: calendarDay,
  date,
  date_short: date,
  date_long: longDate,
  date_pretty: pretty(date),
  date_short_pretty: pretty(date),
  date_long_pretty: pretty(longDate),
  time: timeOfDay,
  time_secs: timeWithSeconds,
  ago,
};

/** `<!date^1787356800^{date_short_pretty} {time}|…>`; `undefined` where Slack would show the fallback. */
export function slackDate(seconds: string, format: string, now: Date): string | undefined {
  const at = new Date(Number(seconds) * 1000);
  const words = [...format.matchAll(/{(\w+)}/g)].map(([, name = '']) => name);
  if (Number.isNaN(at.getTime()) || words.some((name) => !Object.hasOwn(tokens, name))) return undefined;
  return format.replace(/{(\w+)}/g, (_, name: string) => tokens[name]?.(at, now) ?? '');
}

/** The line between two days of a channel. */
export const dayTitle = pretty(longDate);
