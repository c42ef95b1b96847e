import { isIP } from 'node:net';
import type { ServiceSettings } from '../../config.ts';
import { EluteError } from '../../errors.ts';
import { isPublicAddress } from './public-address.ts';

type Options = Pick<ServiceSettings, 'webhookSecret' | 'privateWebhooks'>;

/**
 * Checks an address to which the end of a load is to be told, as far as that can be done without asking for
 * its name: what the name stands for is checked when it is sent. Throws `invalid_request`.
 */
export function checkWebhook(webhook: string, options: Options): void {
  const fault = findFault(webhook, options);
  if (fault !== undefined) throw new EluteError('invalid_request', fault);
}

function findFault(webhook: string, { webhookSecret, privateWebhooks }: Options) {
  if (webhookSecret === undefined)
    return 'This server sends no webhooks: it has no secret to sign them with (ELUTE_WEBHOOK_SECRET).';
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    return 'The webhook must be an address such as https://lab.example/elute.';
  if (url.username !== '' || url.password !== '')
    return 'The webhook must hold no user and no password; its signature says who sends it.';
  if (privateWebhooks || !isPrivateHost(hostOf(url))) return undefined;
  return 'The webhook leads to a private address, which this server allows only with --private-webhooks yes.';
}

/** The host without the brackets of IPv6; numbers in any notation have become a plain address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function isPrivateHost(host: string): boolean {
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return /(^|\.)localhost\.?$/.test(host);
}
