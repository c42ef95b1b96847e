import type { ParseSetting } from './parse.ts';

/** Where a setting may come from, in the order of precedence: flag, environment, file, default. */
export interface Setting<Value> {
  readonly flag: string;
  readonly variable: string;
  readonly fileKey: string;
  readonly help: string;
  /** What a value must be, for the error message. The value is not repeated: it may hold a password. */
  readonly rule: string;
  readonly parse: ParseSetting<Value>;
  /** What holds where nothing is said. */
  readonly default?: string;
  /** Shown as the default where it depends on something else. */
  readonly defaultText?: string;
}

export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

/** The values of a table; without a default, one may be absent. */
export type SettingValues<Table extends SettingTable> = {
  readonly [Name in keyof Table]:
    | (Table[Name] extends Setting<infer Value> ? Value : never)
    | (Table[Name] extends { readonly default: string } ? never : undefined);
};

/** The default as help and documentation show it. */
export function showDefault({ defaultText, default: text }: Setting<unknown>): string {
  return defaultText ?? text ?? 'none';
}
