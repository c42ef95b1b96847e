import type { CellChange, FeatureChange, Plan } from '../domain/plan.ts';
import type { NextSteps } from './next-steps.ts';
import { showCount } from './receipt.ts';
import { bold, type Column, renderTable } from './table.ts';

const shown = 20;

const cellColumns: readonly Column<CellChange>[] = [
  { title: 'dataset', value: ({ dataset }) => dataset },
  { title: 'id', value: ({ id }) => String(id) },
  { title: 'column', value: ({ column }) => column },
  { title: 'stored', value: ({ before }) => before },
  { title: 'new', value: ({ after }) => after },
  { title: 'from', value: ({ place }) => place },
];

const figureColumns: readonly Column<FeatureChange>[] = [
  { title: 'user_id', value: ({ userId }) => (userId === null ? 'all' : String(userId)) },
  { title: 'feature', value: ({ feature }) => feature },
  { title: 'stored', value: ({ before }) => before },
  { title: 'new', value: ({ after }) => after },
];

/** What a load would change, as a person reads it; JSON holds more of each list. */
export function renderPlan(planId: number, plan: Plan, steps: NextSteps): string {
  return [
    section(`${showCount(plan.changedCells, 'stored value')} would change`, plan.cells, {
      total: plan.changedCells,
      columns: cellColumns,
    }),
    section(`${showCount(plan.changedFigures, 'figure')} would change`, plan.figures, {
      total: plan.changedFigures,
      columns: figureColumns,
    }),
    `\n${showCount(plan.newScientists, 'scientist')} would get their first features.\n`,
    `Nothing was loaded. To load just that: ${steps.apply(planId)}\n`,
  ].join('');
}

function section<Row>(
  title: string,
  rows: readonly Row[],
  { total, columns }: { total: number; columns: readonly Column<Row>[] },
): string {
  if (total === 0) return `\n${title}.\n`;
  const others = total - Math.min(rows.length, shown);
  const more = others > 0 ? `… and ${others} more (--json lists up to 1000)\n` : '';
  return `\n${bold(title)}:\n${renderTable(rows.slice(0, shown), columns)}${more}`;
}
