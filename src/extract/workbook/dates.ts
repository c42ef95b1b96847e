/** What the format of a number makes of it; `elapsed` counts hours beyond 24. */
export type NumberKind = 'number' | 'date' | 'time' | 'elapsed';

const daySeconds = 86_400;

/** A number of a cell as text: what stands for a date as ISO 8601, anything else in the fewest digits. */
export function renderNumber(value: number, kind: NumberKind, is1904: boolean): string {
  if (kind === 'number' || value < 0) return String(value);
  const seconds = Math.round(value * daySeconds);
  if (kind === 'elapsed') return renderClock(seconds);
  if (kind === 'time' && value < 1) return renderClock(Math.min(seconds, daySeconds - 1));
  const date = renderDay(Math.floor(seconds / daySeconds), is1904);
  if (date === undefined) return String(value);
  const rest = seconds % daySeconds;
  return rest === 0 ? date : `${date}T${renderClock(rest)}`;
}

const lastDay = 2_958_465;
const days1904 = 1462;
/** Lotus took 1900 for a leap year, and so does Excel: its day 60 never was. */
const leapDay1900 = 60;

/** Undefined for a number that stands for no day. */
function renderDay(day: number, is1904: boolean): string | undefined {
  const day1900 = is1904 ? day + days1904 : day;
  if (day1900 < 1 || day1900 > lastDay) return undefined;
  if (day1900 === leapDay1900) return '1900-02-29';
  const start = Date.UTC(1899, 11, day1900 < leapDay1900 ? 31 : 30);
  return new Date(start + day1900 * daySeconds * 1000).toISOString().slice(0, 10);
}

function renderClock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

const isoDate = /^(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?Z?$/;

/** Brings `2024-01-02T00:00:00.000` into the form of `renderNumber`; another text stays as it is. */
export function normalizeIsoDate(text: string): string {
  const [, day, hours, minutes, seconds = 0] = isoDate.exec(text) ?? [];
  if (day === undefined) return text;
  const time = Math.round(Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds));
  if (time === 0) return day;
  const date = new Date(Date.parse(day) + time * 1000);
  if (Number.isNaN(date.getTime()) || time > daySeconds) return text;
  const [start = '', clock = ''] = date.toISOString().split('T');
  return clock.startsWith('00:00:00') ? start : `${start}T${clock.slice(0, 8)}`;
}

const duration =
  /^(-?)P(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d*)?)S)?)?$/;

/** `PT1H2M3S` becomes `01:02:03`; another text stays as it is. */
export function normalizeDuration(text: string): string {
  const [match, sign, days, hours, minutes, seconds] = duration.exec(text.replace(',', '.')) ?? [];
  if (match === undefined) return text;
  const units = [
    [days, daySeconds],
    [hours, 3600],
    [minutes, 60],
    [seconds, 1],
  ] as const;
  const total = units.reduce((sum, [count = 0, unit]) => sum + Number(count) * unit, 0);
  return `${sign}${renderClock(Math.round(total))}`;
}
