/** What to call after a load, in the words of whoever carried it out. */
export interface NextSteps {
  /** Lists the rejects. */
  readonly rejects: (loadId: number) => string;
  /** Makes the file to mend; `severalFiles`: of one of them. */
  readonly mend: (loadId: number, severalFiles: boolean) => string;
  /** Carries a plan out. */
  readonly apply: (planId: number) => string;
}

export const stepsHere: NextSteps = {
  rejects: (loadId) => `elute rejects ${loadId}`,
  mend: (loadId, severalFiles) =>
    `elute rejects ${loadId} ${severalFiles ? '--file FILE ' : ''}--format csv > mend.csv, correct it, elute load mend.csv`,
  apply: (planId) => `elute load --apply ${planId}`,
};

/** A server's loads are in its own database, which commands here do not know. */
export function makeRemoteSteps(url: string): NextSteps {
  const rejects = (loadId: number) => `GET ${url}/api/v1/loads/${loadId}/rejects`;
  return {
    rejects,
    mend: (loadId, severalFiles) =>
      `${rejects(loadId)}?format=csv${severalFiles ? '&file=FILE' : ''}, correct it, elute load it --server ${url}`,
    apply: (planId) => `elute load --apply ${planId} --server ${url}`,
  };
}
