import { FiliationError, type JsonObject, type JsonValue } from '@filiation/verify';

/** File name of the metadata, at the root of the crate, which is the bag's `data/`. */
export const CRATE_FILE = 'ro-crate-metadata.json';
const CONTEXT = 'https://w3id.org/ro/crate/1.2/context';
const SPECIFICATION = 'https://w3id.org/ro/crate/1.2';

/** What a sealed case says of itself to programs that know RO-Crate and nothing of Filiation. */
export interface CrateMetadata {
  readonly name: string;
  readonly description: string;
  /** RFC 3339. */
  readonly datePublished: string;
  /** Terms of use, in words. */
  readonly license: string;
  /** Case id. */
  readonly identifier: string;
  readonly software: { readonly name: string; readonly version: string };
  readonly parties: readonly CrateParty[];
  readonly files: readonly CrateFile[];
  readonly exhibits: readonly CrateExhibit[];
  readonly actions: readonly CrateAction[];
}

export interface CrateParty {
  /** Short and stable. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'person' | 'organization';
  /** Side and roles, in words. */
  readonly description?: string;
}

export interface CrateFile {
  /** Relative to the crate's root: without `data/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly name?: string;
  /** Media type. */
  readonly encodingFormat?: string;
}

export interface CrateExhibit {
  /** `E1`. */
  readonly number: string;
  readonly name: string;
  /** Tree digest, 64 lower-case hex digits; of withheld exhibits too. */
  readonly sha256: string;
  readonly description?: string;
  /** Its files, where they lie in the crate. */
  readonly files: readonly string[];
}

/** A run, or another act with a result. */
export interface CrateAction {
  /** `R1`. */
  readonly number: string;
  readonly name: string;
  readonly description?: string;
  /** Id of the party that acted. */
  readonly agent?: string;
  /** RFC 3339. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly completed: boolean;
  /** Exhibit numbers or file paths. */
  readonly object: readonly string[];
  readonly result: readonly string[];
}

/**
 * `ro-crate-metadata.json` of RO-Crate 1.2 (JSON-LD, flat): the descriptor, the root with all its
 * files, one entity for each file, party and exhibit, the program, and a CreateAction for each run.
 * The same input gives the same object.
 *
 * @throws FiliationError INTERNAL where an action names what the crate does not describe
 */
export function roCrate(metadata: CrateMetadata): JsonObject {
  const ids = new Ids(metadata);
  return {
    '@context': CONTEXT,
    '@graph': [
      {
        '@id': CRATE_FILE,
        '@type': 'CreativeWork',
        about: { '@id': './' },
        conformsTo: { '@id': SPECIFICATION },
      },
      {
        '@id': './',
        '@type': 'Dataset',
        name: metadata.name,
        description: metadata.description,
        datePublished: metadata.datePublished,
        identifier: metadata.identifier,
        license: metadata.license,
        hasPart: metadata.files.map(({ path }) => ids.file(path)),
        mentions: [
          ...metadata.exhibits.map(({ number }) => ids.exhibit(number)),
          ...metadata.actions.map(({ number }) => ({ '@id': `#${number}` })),
        ],
      },
      {
        '@id': '#software',
        '@type': 'SoftwareApplication',
        name: metadata.software.name,
        softwareVersion: metadata.software.version,
      },
      ...metadata.parties.map((party) => partyEntity(party)),
      ...metadata.exhibits.map((exhibit) => exhibitEntity(exhibit, ids)),
      ...metadata.actions.map((action) => actionEntity(action, ids)),
      ...metadata.files.map((file) => fileEntity(file)),
    ],
  };
}

type Reference = { readonly '@id': string };

/** References to what the crate describes, and to nothing else. */
class Ids {
  readonly #files: ReadonlySet<string>;
  readonly #exhibits: ReadonlySet<string>;
  readonly #parties: ReadonlySet<string>;

  constructor({ files, exhibits, parties }: CrateMetadata) {
    this.#files = new Set(files.map(({ path }) => path));
    this.#exhibits = new Set(exhibits.map(({ number }) => number));
    this.#parties = new Set(parties.map(({ id }) => id));
  }

  file(path: string): Reference {
    return this.#known(this.#files, path, fileId(path));
  }

  exhibit(number: string): Reference {
    return this.#known(this.#exhibits, number, `#${number}`);
  }

  party(id: string): Reference {
    return this.#known(this.#parties, id, partyId(id));
  }

  thing(name: string): Reference {
    return this.#exhibits.has(name) ? this.exhibit(name) : this.file(name);
  }

  #known(set: ReadonlySet<string>, name: string, id: string): Reference {
    if (set.has(name)) return { '@id': id };
    throw new FiliationError('INTERNAL', `the crate names ${JSON.stringify(name)} without describing it`);
  }
}

/** A relative reference of RFC 3986: all but unreserved characters are percent-encoded. */
function fileId(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function partyId(id: string): string {
  return `#party-${encodeURIComponent(id)}`;
}

function fileEntity({ path, size, sha256, name, encodingFormat }: CrateFile): JsonObject {
  return {
    '@id': fileId(path),
    '@type': 'File',
    name: name ?? path,
    contentSize: String(size),
    sha256,
    ...optional({ encodingFormat }),
  };
}

function partyEntity({ id, name, kind, description }: CrateParty): JsonObject {
  const type = kind === 'person' ? 'Person' : 'Organization';
  return { '@id': partyId(id), '@type': type, name, ...optional({ description }) };
}

function exhibitEntity({ number, name, sha256, description, files }: CrateExhibit, ids: Ids): JsonObject {
  return {
    '@id': `#${number}`,
    '@type': 'CreativeWork',
    name,
    identifier: number,
    sha256,
    ...optional({ description }),
    ...(files.length === 0 ? {} : { hasPart: files.map((path) => ids.file(path)) }),
  };
}

function actionEntity(action: CrateAction, ids: Ids): JsonObject {
  const { number, name, description, agent, startTime, endTime, completed } = action;
  const status = completed ? 'CompletedActionStatus' : 'FailedActionStatus';
  return {
    '@id': `#${number}`,
    '@type': 'CreateAction',
    name,
    identifier: number,
    ...optional({ description }),
    ...(agent === undefined ? {} : { agent: ids.party(agent) }),
    instrument: { '@id': '#software' },
    object: action.object.map((thing) => ids.thing(thing)),
    result: action.result.map((thing) => ids.thing(thing)),
    ...optional({ startTime, endTime }),
    actionStatus: { '@id': `http://schema.org/${status}` },
  };
}

function optional(values: Readonly<Record<string, string | undefined>>): Record<string, JsonValue> {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}
