/** A text that must not be shown, and that may be changed where it is kept while the program runs. */
export interface Secret {
  /** As it was last known; asked for when it is first needed. */
  read(): Promise<string>;
  /** As it is now where it is kept, for who was refused with the one known. */
  refresh(): Promise<string>;
}

/** One that stays as it is. */
export function makeFixedSecret(text: string): Secret {
  return { read: async () => text, refresh: async () => text };
}
