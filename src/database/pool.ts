import pg from 'pg';
import { EluteError } from '../errors.ts';
import type { Secret } from '../secrets/secret.ts';

type OnConnected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/**
 * A pool whose login may change while it is open: where the server refuses one, the address is asked for
 * again, and a new one is tried before anybody hears of it. Connections that are open go on.
 */
export async function makePool(address: Secret, options: pg.PoolConfig): Promise<pg.Pool> {
  return new RenewedPool(address, { ...options, connectionString: await address.read() });
}

class RenewedPool extends pg.Pool {
  readonly #address: Secret;

  constructor(address: Secret, options: pg.PoolConfig) {
    super(options);
    this.#address = address;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(onConnected: OnConnected): void;
  override connect(onConnected?: OnConnected): Promise<pg.PoolClient> | undefined {
    const connecting = this.#connect();
    if (onConnected === undefined) return connecting;
    connecting.then(
      (client) => onConnected(undefined, client, client.release),
      (error) => onConnected(error, undefined, () => {}),
    );
    return undefined;
  }

  async #connect(): Promise<pg.PoolClient> {
    const used = this.options.connectionString;
    try {
      return await super.connect();
    } catch (error) {
      if (!isRefusedLogin(error) || !(await this.#renew(used, error))) throw error;
      return await super.connect();
    }
  }

  /** Whether there is another address than the one used; others may have found it meanwhile. */
  async #renew(used: string | undefined, refusal: Error): Promise<boolean> {
    if (this.options.connectionString !== used) return true;
    try {
      // The pool hands its options to every connection it makes from now on.
      this.options.connectionString = await this.#address.refresh();
    } catch (error) {
      if (!(error instanceof EluteError)) throw error;
      refusal.cause = error;
    }
    return this.options.connectionString !== used;
  }
}

function isRefusedLogin(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^28(P01|000)$/.test(String(error.code));
}
