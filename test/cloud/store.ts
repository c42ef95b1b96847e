import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach } from 'vitest';

export interface Bucket {
  readonly name: string;
  readonly put: (key: string, content: string | Buffer) => Promise<void>;
  readonly remove: (key: string) => Promise<void>;
}

/** Makes buckets of moto's, each under a name of its own. */
export function useBuckets(): () => Promise<Bucket> {
  const clients: S3Client[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  return async () => {
    const client = new S3Client({ forcePathStyle: true });
    clients.push(client);
    const name = `lab-${randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket: name }));
    return {
      name,
      put: async (Key, Body) => {
        await client.send(new PutObjectCommand({ Bucket: name, Key, Body }));
      },
      remove: async (Key) => {
        await client.send(new DeleteObjectCommand({ Bucket: name, Key }));
      },
    };
  };
}
