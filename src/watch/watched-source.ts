/** A table file that is watched for, as it was when it was looked at. */
export interface WatchedFile {
  /** Its absolute path, or its address. */
  readonly location: string;
  /** Another one once the content may be another. */
  readonly version: string;
}

/** Where files arrive. Each call throws what stands in the way of looking. */
export interface WatchedSource {
  /** As a user knows it. */
  readonly name: string;
  /** The folder that the files of a load must lie in; of a store there is none. */
  readonly root?: string;
  /** Whether a file is there only when all of it is. */
  readonly isWhole: boolean;
  /** All table files, however deep. Told of what hides some of them. */
  listAll(signal: AbortSignal, onFault: (error: unknown) => void): AsyncIterable<WatchedFile>;
  /** The file at a location, if it is there still. */
  look(location: string, signal: AbortSignal): Promise<WatchedFile | undefined>;
  /** The table files of the folder that a location lies in. */
  listBeside(location: string, signal: AbortSignal): AsyncIterable<WatchedFile>;
}
