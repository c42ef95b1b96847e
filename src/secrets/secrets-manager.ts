import { explainSecretFault, makeUnreadable } from './secrets-manager-faults.ts';

const connectionTimeout = 3000;
const requestTimeout = 10_000;

/**
 * The text of a secret in AWS Secrets Manager, as it is now. Where it is, and who asks, is told by the usual
 * variables of AWS, its configuration files or the role of the machine. Throws `secret_unreadable` and
 * `secret_store_unreachable`.
 */
export async function fetchSecret(name: string): Promise<string> {
  // It takes as long to load as all else of a small command.
  const { GetSecretValueCommand, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient({
    ...findRegion(name),
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
  });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    throw explainSecretFault(error, name);
  } finally {
    client.destroy();
  }
  throw makeUnreadable(name, 'holds bytes and no text. Store it as a text.');
}

/** An ARN says where its secret lies. */
function findRegion(name: string): { region?: string } {
  const [, region] = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(name) ?? [];
  return region === undefined ? {} : { region };
}
