import type { Secret } from '../secrets/secret.ts';
import type { ParseSetting } from './parse.ts';

/** Where a setting may come from, in the order of precedence: flag, environment, file, default. */
export interface Setting<Value> {
  readonly flag?: string | undefined;
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

/**
 * A setting that nobody should see: its text may also be in a file, or be a reference to a store of secrets.
 * It has no flag unless it can do without anything secret, since everybody sees the arguments of a process.
 */
export interface SecretSetting extends Setting<string> {
  readonly isSecret: true;
  /** Names the file, as the variable and the key with `_FILE` and `_file` at their end do. */
  readonly fileFlag?: string;
}

export type SettingTable = Readonly<Record<string, Setting<unknown> | SecretSetting>>;

/** The values of a table; without a default, one may be absent. */
export type SettingValues<Table extends SettingTable> = {
  readonly [Name in keyof Table]:
    | SettingValue<Table[Name]>
    | (Table[Name] extends { readonly default: string } ? never : undefined);
};

type SettingValue<Entry> = Entry extends { readonly isSecret: true }
  ? Secret
  : Entry extends Setting<infer Value>
    ? Value
    : never;

/** The default as help and documentation show it. */
export function showDefault({ defaultText, default: text }: Setting<unknown>): string {
  return defaultText ?? text ?? 'none';
}
