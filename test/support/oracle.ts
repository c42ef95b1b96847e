/** An independent, naive computation of what a load must give: plain loops over plain values. */

export interface LabExperiment {
  readonly id: number;
  readonly user: number;
  readonly compounds: readonly number[];
  readonly time: number;
}

export interface Lab {
  readonly users: readonly number[];
  /** Compound id to name. */
  readonly compounds: ReadonlyMap<number, string>;
  readonly experiments: readonly LabExperiment[];
}

/** The rows of `user_experiment_features`, by user id. */
export function expectFeatures({ users, compounds, experiments }: Lab): Record<string, unknown>[] {
  return [...users]
    .sort((a, b) => a - b)
    .map((user) => {
      const own = experiments.filter((experiment) => experiment.user === user);
      const times = own.map(({ time }) => time).sort((a, b) => a - b);
      const uses = countUses(own);
      const most = Math.max(0, ...uses.values());
      const top = [...uses]
        .filter(([, count]) => count === most)
        .map(([id]) => id)
        .sort((a, b) => a - b);
      const names = top.map((id) => compounds.get(id) ?? null);
      return {
        user_id: user,
        total_exp_per_user: own.length,
        avg_experiment_count: experiments.length / users.length,
        avg_exp_time_per_user: own.length === 0 ? null : sum(times) / own.length,
        most_consumed_compound: top[0] ?? null,
        most_consumed_compound_name: names[0] ?? null,
        most_consumed_compounds: top,
        most_consumed_compound_names: names,
        most_consumed_compound_uses: most,
        distinct_compounds: uses.size,
        total_exp_time_per_user: sum(times),
        median_exp_time_per_user: own.length === 0 ? null : median(times),
      };
    });
}

function countUses(experiments: readonly LabExperiment[]): Map<number, number> {
  const uses = new Map<number, number>();
  for (const { compounds } of experiments) {
    for (const compound of compounds) uses.set(compound, (uses.get(compound) ?? 0) + 1);
  }
  return uses;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Half the way from one middle value to the other: for the smallest numbers there are, that is not half their sum. */
function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(middle)] ?? 0;
  return low + ((sorted[Math.ceil(middle)] ?? 0) - low) / 2;
}
