import { setTimeout as delay } from 'node:timers/promises';

const intervalMs = 20;

/** Asks again and again until an answer comes; undefined when the limit passes without one. */
export async function waitFor<T>(
  limitMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > deadline) return answer;
    await delay(intervalMs);
  }
}
