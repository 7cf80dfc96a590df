import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { NamespaceSource } from '../config/namespace-source.ts';
import type { DocumentSource, ModelDocument } from '../namespace/document-source.ts';
import { FileDocuments } from '../namespace/file-documents.ts';
import { FixedDocuments } from '../namespace/fixed-documents.ts';
import { HttpDocument, type OnRetry } from '../namespace/http-document.ts';
import { Model } from '../namespace/model.ts';
import type { Namespace } from '../namespace/namespace.ts';
import { parseLegacyFile } from '../namespace/parse-legacy-file.ts';
import { decodeOpl } from './decode.ts';
import type { Diagnostic } from './diagnostic.ts';
import { ModelLoadError } from './model-load-error.ts';
import { type ParsedModel, parseModelFiles } from './parse-model-files.ts';

export interface SourceOptions {
  /** Asked before each fetch of a URL: whether hosts with private addresses are off limits. */
  readonly disallowPrivateAddresses?: (() => boolean) | undefined;
  /** Told about each failed fetch of a URL that is made again, until there is a first version. */
  readonly onRetry?: OnRetry | undefined;
  readonly timing?: SourceTiming | undefined;
  /** Opens the versions in the database, for sources of the kind `stored`. */
  readonly openStored?: (() => StoredDocuments) | undefined;
}

/** Documents that are kept in versions. */
export interface StoredDocuments extends DocumentSource {
  /** Names the version of documents that were read. */
  idOf(documents: readonly ModelDocument[]): string;
}

/** How often and how patiently sources look for changes; undefined: as fits a server. */
export interface SourceTiming {
  readonly pollMs?: number;
  readonly retryWaitsMs?: readonly number[];
  /** Whether the file system's events are used beside polling. */
  readonly fileEvents?: boolean;
}

/** Where documents come from and what they mean. */
export interface ModelSource {
  readonly documents: DocumentSource;
  /** Names a version of the documents; another version has another name. */
  idOf(documents: readonly ModelDocument[]): string;
  parse(documents: readonly ModelDocument[]): ParsedModel;
}

/** @throws {ModelLoadError} when the source is none that can be read (contract: configuration §4) */
export function openModelSource(source: NamespaceSource, options: SourceOptions): ModelSource {
  switch (source.kind) {
    case 'inline': {
      const namespaces = source.namespaces.map(({ name }) => ({ name, relations: [] }));
      const id = configuredId(namespaces.map(({ name }) => name));
      const model = new Model('inline', namespaces, { id, files: [] });
      return { documents: new FixedDocuments([]), idOf: () => id, parse: () => ({ model, diagnostics: [] }) };
    }
    case 'legacy':
      return { documents: openFiles(source.uri, options), idOf: idOfFiles, parse: parseLegacyModel };
    case 'opl':
      return { documents: openLocation(source.location, options), idOf: idOfFiles, parse: parseOplModel };
    case 'stored': {
      const documents = options.openStored?.();
      if (documents === undefined) throw new Error('BUG: nothing opens the versions of the model in the database');
      const idOf = (read: readonly ModelDocument[]): string => documents.idOf(read);
      return { documents, idOf, parse: (read) => parseFiles(read, idOf(read)) };
    }
  }
}

function openLocation(location: string, options: SourceOptions): DocumentSource {
  switch (schemeOf(location)) {
    case 'http':
    case 'https':
      return openUrl(location, options);
    case 'base64':
      return new FixedDocuments([{ name: 'base64', bytes: decodeBase64(location.slice('base64://'.length)) }]);
    default:
      return openFiles(location, options);
  }
}

function openFiles(uri: string, { timing }: SourceOptions): DocumentSource {
  if (schemeOf(uri) !== 'file') throw new ModelLoadError(`unexpected url scheme: "${schemeOf(uri)}"`);
  const path = resolve(decodePath(uri.replace(/^file:(?:\/\/)?/i, '')));
  return new FileDocuments({ path, pollMs: timing?.pollMs, events: timing?.fileEvents });
}

function openUrl(location: string, { timing, disallowPrivateAddresses, onRetry }: SourceOptions): DocumentSource {
  if (!URL.canParse(location)) throw new ModelLoadError('the location of the namespaces is not a valid URL');
  return new HttpDocument({
    url: new URL(location),
    pollMs: timing?.pollMs,
    retryWaitsMs: timing?.retryWaitsMs,
    disallowPrivateAddresses,
    onRetry,
  });
}

function schemeOf(uri: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase() ?? '';
}

/** What is not percent-encoded correctly is meant as it stands. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Standard base64 with padding; line breaks are allowed (RFC 4648 §4). */
function decodeBase64(text: string): Uint8Array {
  const digits = text.replace(/[\r\n]/g, '');
  if (digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) {
    throw new ModelLoadError('the location of the namespaces is not valid base64');
  }
  return Buffer.from(digits, 'base64');
}

function parseOplModel(documents: readonly ModelDocument[]): ParsedModel {
  // A directory without files is more likely being replaced than meant to be a model of nothing.
  if (documents.length === 0) throw new ModelLoadError('there are no files at the location of the namespaces');
  return parseFiles(documents, idOfFiles(documents));
}

function parseFiles(documents: readonly ModelDocument[], id: string): ParsedModel {
  return parseModelFiles(
    documents.map(({ name, bytes }) => ({ name, content: decodeOpl(bytes) })),
    id,
  );
}

function parseLegacyModel(documents: readonly ModelDocument[]): ParsedModel {
  const namespaces: Namespace[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { name, bytes } of documents) {
    try {
      const namespace = parseLegacyFile(name, decodeOpl(bytes).replace(/^\uFEFF/, ''));
      if (namespace !== undefined) namespaces.push(namespace);
      else diagnostics.push(aboutFile(name, 'warning', 'ignored: the extension is not .yaml, .yml, .json or .toml'));
    } catch (error) {
      diagnostics.push(aboutFile(name, 'error', error instanceof Error ? error.message : String(error)));
    }
  }
  const text = { id: idOfFiles(documents), files: [] };
  const isBroken = diagnostics.some(({ severity }) => severity === 'error');
  return { model: isBroken ? undefined : new Model('legacy-files', namespaces, text), diagnostics };
}

function idOfFiles(documents: readonly ModelDocument[]): string {
  return configuredId(documents.flatMap(({ name, bytes }) => [name, bytes]));
}

/** The same for the same parts on every server, whatever their places. */
function configuredId(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return `config-${hash.digest('hex').slice(0, 16)}`;
}

function aboutFile(file: string, severity: Diagnostic['severity'], message: string): Diagnostic {
  const start = { line: 1, column: 0 };
  return { message, severity, start, end: start, file };
}
