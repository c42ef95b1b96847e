import { Type } from 'typebox';
import type { AddRoutes } from '../api.ts';

const Health = Type.Object({ status: Type.Literal('ok') });

/** Whether the process lives, and whether it can do its work. */
export const addHealthRoutes: AddRoutes = (app, { database }) => {
  const options = (summary: string) => ({
    schema: { summary, tags: ['service'], response: { 200: Health } },
    config: { scope: 'none' as const },
  });
  app.get('/healthz', options('Whether the process lives'), async () => ({
    status: 'ok' as const,
  }));
  app.get('/readyz', options('Whether the database can be reached'), async () => {
    await database.query('select 1');
    return { status: 'ok' as const };
  });
};
