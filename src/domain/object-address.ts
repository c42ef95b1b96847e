/** An object of a store that speaks the S3 protocol, as `s3://bucket/key` names it. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

const scheme = 's3://';

export function isObjectAddress(source: string): boolean {
  return source.startsWith(scheme);
}

/** Keys are taken as they are written: nothing in them is escaped. Undefined without a bucket of a possible name. */
export function parseObjectAddress(source: string): ObjectAddress | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([A-Za-z0-9][\w.-]{1,254})(?:\/(.*))?$/s.exec(source) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}

export function nameObject({ bucket, key }: ObjectAddress): string {
  return `${scheme}${bucket}/${key}`;
}

/** The folder an object lies in, with a slash at its end; empty at the top of the bucket. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
