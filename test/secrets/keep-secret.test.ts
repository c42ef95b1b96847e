import { expect, test } from 'vitest';
import { EluteError } from '../../src/errors.ts';
import { keepSecret } from '../../src/secrets/keep-secret.ts';

const outage = new EluteError('secret_store_unreachable', 'away');
const missing = new EluteError('secret_unreadable', 'gone');

/** A secret whose store and clock the test moves. */
function makeLab() {
  const lab = { text: 'one', fault: undefined as Error | undefined, fetched: 0, now: 0 };
  const fetch = async () => {
    lab.fetched++;
    if (lab.fault) throw lab.fault;
    return lab.text;
  };
  return { lab, secret: keepSecret(fetch, () => lab.now) };
}

test('is fetched once for all who read it, and again after five minutes', async () => {
  const { lab, secret } = makeLab();
  expect(await Promise.all([secret.read(), secret.read(), secret.read()])).toEqual(
    Array(3).fill('one'),
  );
  lab.text = 'two';
  lab.now = 5 * 60_000 - 1;
  expect([await secret.read(), lab.fetched]).toEqual(['one', 1]);
  lab.now++;
  expect([await secret.read(), lab.fetched]).toEqual(['two', 2]);
});

test('who was refused has it fetched at once, together with all others who were', async () => {
  const { lab, secret } = makeLab();
  await secret.read();
  lab.text = 'two';
  expect(await Promise.all([secret.refresh(), secret.refresh()])).toEqual(['two', 'two']);
  expect([await secret.read(), lab.fetched]).toEqual(['two', 2]);
});

test('while it stays the same it is fetched every two seconds at most', async () => {
  const { lab, secret } = makeLab();
  await secret.read();
  await secret.refresh();
  lab.text = 'two';
  expect([await secret.refresh(), lab.fetched]).toEqual(['one', 2]);
  lab.now = 2000;
  expect([await secret.refresh(), lab.fetched]).toEqual(['two', 3]);
  lab.text = 'three';
  expect([await secret.refresh(), lab.fetched]).toEqual(['three', 4]);
});

test('an outage of the store does not take away what is known', async () => {
  const { lab, secret } = makeLab();
  await secret.read();
  lab.fault = outage;
  lab.now = 5 * 60_000;
  expect([await secret.read(), await secret.read(), lab.fetched]).toEqual(['one', 'one', 2]);
  await expect(secret.refresh()).rejects.toBe(outage);
});

test('a secret that is gone is gone, and one never known is not made up', async () => {
  const { lab, secret } = makeLab();
  lab.fault = outage;
  await expect(secret.read()).rejects.toBe(outage);
  lab.fault = undefined;
  await secret.read();
  lab.fault = missing;
  lab.now = 5 * 60_000;
  await expect(secret.read()).rejects.toBe(missing);
});
