import type { NumberKind } from './dates.ts';

/** What a format makes of numbers: by its code if it has one, else by its built-in id. */
export function classifyFormat(id: number, code: string | undefined): NumberKind {
  return code === undefined ? classifyBuiltIn(id) : classifyCode(code);
}

/** Among them those that East Asian versions of Excel use, from 27 on. */
function classifyBuiltIn(id: number): NumberKind {
  if ((id >= 18 && id <= 21) || id === 45 || id === 47 || (id >= 32 && id <= 35)) return 'time';
  if (id === 46) return 'elapsed';
  const isDate = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  return isDate ? 'date' : 'number';
}

/** Text in quotes, after a backslash, a fill or a space's width; colours, conditions and locales. */
const literals = /"[^"]*"?|\\.?|[_*].?|\[[^\]]*\]?/gs;

function classifyCode(code: string): NumberKind {
  const isElapsed = /\[(?:h+|m+|s+)\]/i.test(code);
  const letters = code.replace(literals, '');
  if (/[yd]/i.test(letters)) return 'date';
  if (isElapsed) return 'elapsed';
  if (/[hs]/i.test(letters)) return 'time';
  return /m/i.test(letters) ? 'date' : 'number';
}
