import type { ObjectAddress } from '../../domain/object-address.ts';

/** An object as it was when it was looked at. */
export interface StoredObject extends ObjectAddress {
  readonly sizeBytes: number;
  /** Changes with the content. */
  readonly etag: string;
}

/** The bytes from `start` up to, but not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * What is needed of a store. Each call throws `path_not_found` (no such bucket), `storage_refused`,
 * `storage_unreachable`, `invalid_configuration`, and the reason of the signal.
 */
export interface ObjectStore {
  /** Undefined where there is no such object. */
  look(address: ObjectAddress, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** The objects whose keys begin with the key of an address, in the order of their keys; only those without a further slash, if wanted so. */
  list(address: ObjectAddress, listing: Listing): AsyncIterable<StoredObject>;
  /** Some bytes of that very object: throws `file_changed` where another has taken its place. */
  read(
    object: StoredObject,
    range: ByteRange,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

export interface Listing {
  readonly isDeep: boolean;
  readonly signal: AbortSignal;
}
