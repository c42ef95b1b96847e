import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { nameObject, type ObjectAddress } from '../../domain/object-address.ts';
import { EluteError } from '../../errors.ts';
import { explainStoreFault } from './faults.ts';
import type { ByteRange, Listing, ObjectStore, StoredObject } from './store.ts';

export interface StoreSettings {
  /** Whether buckets are part of the path: most stores but AWS itself have no host for each. */
  readonly pathStyle: boolean;
}

type Sdk = typeof import('@aws-sdk/client-s3');

const connectionMs = 10_000;
/** A store that says nothing for so long is given up, and asked again. */
const silenceMs = 30_000;

/** Opens the store that the usual settings of AWS name: AWS_REGION, AWS_ENDPOINT_URL, credentials, profile. */
async function openStore({ pathStyle }: StoreSettings): Promise<ObjectStore> {
  // Half a second of loading that only few commands need.
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    forcePathStyle: pathStyle,
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: connectionMs, socketTimeout: silenceMs },
  });
  return {
    look: (address, signal) => guard(address, signal, lookAt(sdk, client, { address, signal })),
    list: (address, listing) => listObjects(sdk, client, { address, ...listing }),
    read: (object, range, signal) =>
      guard(object, signal, readObject(sdk, client, { object, range, signal })),
    close: () => client.destroy(),
  };
}

/** Opens a store when it is first asked for, and closes it when the work is done. */
export async function withStore<Result>(
  settings: StoreSettings,
  work: (getStore: () => Promise<ObjectStore>) => Promise<Result>,
): Promise<Result> {
  let opening: Promise<ObjectStore> | undefined;
  try {
    return await work(() => {
      opening ??= openStore(settings);
      return opening;
    });
  } finally {
    const store = await opening?.catch(() => undefined);
    store?.close();
  }
}

async function guard<Result>(
  address: ObjectAddress,
  signal: AbortSignal,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    throw explainStoreFault(error, address);
  }
}

interface Asked {
  readonly address: ObjectAddress;
  readonly signal: AbortSignal;
}

async function lookAt(
  sdk: Sdk,
  client: S3Client,
  { address: { bucket, key }, signal }: Asked,
): Promise<StoredObject | undefined> {
  try {
    const command = new sdk.HeadObjectCommand({ Bucket: bucket, Key: key });
    const { ContentLength = 0, ETag = '' } = await client.send(command, { abortSignal: signal });
    return { bucket, key, sizeBytes: ContentLength, etag: ETag };
  } catch (error) {
    if (error instanceof sdk.NotFound || error instanceof sdk.NoSuchKey) return undefined;
    throw error;
  }
}

async function* listObjects(
  sdk: Sdk,
  client: S3Client,
  { address, isDeep, signal }: Asked & Listing,
): AsyncGenerator<StoredObject> {
  const { bucket } = address;
  let token: string | undefined;
  do {
    const command = new sdk.ListObjectsV2Command({
      Bucket: bucket,
      Prefix: address.key,
      ...(!isDeep && { Delimiter: '/' }),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    const page = await guard(address, signal, client.send(command, { abortSignal: signal }));
    for (const { Key: key = '', Size = 0, ETag = '' } of page.Contents ?? [])
      yield { bucket, key, sizeBytes: Size, etag: ETag };
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function readObject(
  sdk: Sdk,
  client: S3Client,
  { object, range, signal }: { object: StoredObject; range: ByteRange; signal: AbortSignal },
): Promise<AsyncIterable<Uint8Array>> {
  const command = new sdk.GetObjectCommand({
    Bucket: object.bucket,
    Key: object.key,
    IfMatch: object.etag,
    Range: `bytes=${range.start}-${range.end - 1}`,
  });
  const answer = await client.send(command, { abortSignal: signal });
  checkRange(object, range, answer);
  return readBody(object, answer.Body as AsyncIterable<Uint8Array>, signal);
}

/** A store that does not know ranges would give the object from its start. */
function checkRange(
  object: StoredObject,
  { start, end }: ByteRange,
  { ContentRange, ContentLength }: GetObjectCommandOutput,
): void {
  const isWhole = start === 0 && end === object.sizeBytes && ContentRange === undefined;
  const isAsked = ContentRange?.startsWith(`bytes ${start}-${end - 1}/`) ?? isWhole;
  if (isAsked && ContentLength === end - start) return;
  const answer = ContentRange ?? `${ContentLength} bytes`;
  const message = `${nameObject(object)} cannot be read: asked for bytes ${start} to ${end - 1}, the store gives ${answer}.`;
  throw new EluteError('path_unreadable', message);
}

async function* readBody(
  object: StoredObject,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    signal.throwIfAborted();
    throw explainStoreFault(error, object);
  }
}
