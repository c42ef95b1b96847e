/** Which version of a stored row: the file and the line its present values came with. */
export interface Version {
  readonly fileId: number;
  readonly line: number;
}

/** The versions that a change is meant for. */
export type WantedVersions = 'any' | readonly Version[];

export function isWanted(wanted: WantedVersions, { fileId, line }: Version): boolean {
  if (wanted === 'any') return true;
  return wanted.some((version) => version.fileId === fileId && version.line === line);
}
