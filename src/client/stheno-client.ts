import type { RelationTuple, Subject } from '../tuple/relation-tuple.ts';
import {
  type CountResult,
  countTuples,
  type DeleteOptions,
  type DeleteResult,
  deleteSome,
  type ExportOptions,
  type ExportPage,
  exportTuplePages,
  type ImportOptions,
  type ImportResult,
  importTuples,
} from './bulk.ts';
import { Caller } from './caller.ts';
import { type CheckDetails, check } from './check.ts';
import { type CheckManyResult, checkMany } from './check-many.ts';
import { checkSyntax, type SyntaxDetails, type SyntaxProblem } from './check-syntax.ts';
import type { CallOptions, ClientOptions, DepthOptions, ReadOptions } from './client-options.ts';
import {
  type ConditionalWriteResult,
  isConditional,
  type WriteOptions,
  writeConditionally,
} from './conditional-write.ts';
import { type ExpandResult, expand } from './expand.ts';
import { type ExplainOptions, type Explanation, explain } from './explain.ts';
import { type ListOptions, listTuplePages, type TuplePage } from './list-tuples.ts';
import {
  type LookupOptions,
  listObjectPages,
  listPermissions,
  listSubjectPages,
  type ObjectPage,
  type ObjectsQuestion,
  type Permissions,
  type PermissionsQuestion,
  type SubjectLookupOptions,
  type SubjectPage,
} from './lookup.ts';
import { ModelClient } from './model-client.ts';
import { type HealthStatus, listNamespaces, readHealth, readVersion, type StatusOptions } from './server-status.ts';
import {
  type StreamOptions,
  type SubjectStreamOptions,
  streamObjectPages,
  streamSubjectPages,
} from './stream-lookup.ts';
import type { SubjectSetInput, TupleInput } from './tuple-input.ts';
import type { TupleQuery } from './tuple-query.ts';
import { type WatchEvent, type WatchOptions, watch } from './watch.ts';
import { type DeltaInput, deleteTuples, type WriteResult, write } from './write.ts';

/**
 * A client of a permission server. It can be shared: any number of calls may run at the same time. Every method
 * throws {@link RequestError} and nothing else. Requests that failed because the server could not be reached, or
 * because another transaction was in the way, are sent again.
 */
export class SthenoClient {
  #caller: Caller;

  /** Opens no connection yet. @throws {RequestError} `invalid_argument` without any URL, and for one that is none */
  constructor(options: ClientOptions) {
    this.#caller = new Caller({ options });
  }

  /**
   * Whether a subject has a relation or permission: `check('Doc:readme#view@ann')`. An answer that a limit kept from
   * being found is false; {@link SthenoClient.checkDetails} tells.
   */
  async check(tuple: TupleInput, options: DepthOptions = {}): Promise<boolean> {
    return (await check(this.#caller, tuple, options)).allowed;
  }

  /** As check, with the snaptoken and with the limit that kept the answer from being found. */
  checkDetails(tuple: TupleInput, options: DepthOptions = {}): Promise<CheckDetails> {
    return check(this.#caller, tuple, options);
  }

  /**
   * Many checks in one request, all of one state; answers stand in the order of the questions. What is wrong with one
   * of them is its `error` and leaves the others alone. The server sets the largest number, 1000 by default.
   */
  checkMany(tuples: readonly TupleInput[], options: DepthOptions = {}): Promise<CheckManyResult[]> {
    return checkMany(this.#caller, tuples, options);
  }

  /** Who is in a set, as a tree: `expand('Doc:readme#viewers')`. */
  expand(set: SubjectSetInput, options: DepthOptions = {}): Promise<ExpandResult> {
    return expand(this.#caller, set, options);
  }

  /**
   * Why a check has its answer: `explain('Doc:readme#view@ann')`. What a check would be refused for, an undeclared
   * relation for example, is an answer here, with the way to it.
   */
  explain(tuple: TupleInput, options: ExplainOptions = {}): Promise<Explanation> {
    return explain(this.#caller, tuple, options);
  }

  /**
   * The objects on which a subject has a relation or permission, in the order of their bytes:
   * `listObjects({ namespace: 'Doc', relation: 'view', subject: 'ann' })`. Pages are fetched as the loop gets to them;
   * each has its own state, and what does not change meanwhile comes exactly once.
   */
  async *listObjects(question: ObjectsQuestion, options: LookupOptions = {}): AsyncGenerator<string, void, undefined> {
    for await (const page of listObjectPages(this.#caller, question, options)) yield* page.objects;
  }

  /** As listObjects, page by page, with what may be missing. */
  listObjectPages(question: ObjectsQuestion, options: LookupOptions = {}): AsyncGenerator<ObjectPage, void, undefined> {
    return listObjectPages(this.#caller, question, options);
  }

  /**
   * The subjects that have a relation or permission on an object, ids before sets, in the order of their bytes:
   * `listSubjects('Doc:readme#view')`. Pages are fetched as the loop gets to them, as those of listObjects.
   */
  async *listSubjects(
    set: SubjectSetInput,
    options: SubjectLookupOptions = {},
  ): AsyncGenerator<Subject, void, undefined> {
    for await (const page of listSubjectPages(this.#caller, set, options)) yield* page.subjects;
  }

  /** As listSubjects, page by page, with what may be missing. */
  listSubjectPages(
    set: SubjectSetInput,
    options: SubjectLookupOptions = {},
  ): AsyncGenerator<SubjectPage, void, undefined> {
    return listSubjectPages(this.#caller, set, options);
  }

  /**
   * The same as listObjects in one call and of one state. It may take any time and is not sent again; whoever reads it
   * slowly makes the server wait.
   */
  async *streamObjects(
    question: ObjectsQuestion,
    options: StreamOptions = {},
  ): AsyncGenerator<string, void, undefined> {
    for await (const page of streamObjectPages(this.#caller, question, options)) yield* page.objects;
  }

  /** As streamObjects, as many at once as came, with the snaptoken; the last page tells what may be missing. */
  streamObjectPages(
    question: ObjectsQuestion,
    options: StreamOptions = {},
  ): AsyncGenerator<ObjectPage, void, undefined> {
    return streamObjectPages(this.#caller, question, options);
  }

  /** The same as listSubjects in one call and of one state, as streamObjects. */
  async *streamSubjects(
    set: SubjectSetInput,
    options: SubjectStreamOptions = {},
  ): AsyncGenerator<Subject, void, undefined> {
    for await (const page of streamSubjectPages(this.#caller, set, options)) yield* page.subjects;
  }

  /** As streamSubjects, as many at once as came, with the snaptoken; the last page tells what may be missing. */
  streamSubjectPages(
    set: SubjectSetInput,
    options: SubjectStreamOptions = {},
  ): AsyncGenerator<SubjectPage, void, undefined> {
    return streamSubjectPages(this.#caller, set, options);
  }

  /** What a subject can do with an object: `listPermissions({ namespace: 'Doc', object: 'readme', subject: 'ann' })`. */
  listPermissions(question: PermissionsQuestion, options: DepthOptions = {}): Promise<Permissions> {
    return listPermissions(this.#caller, question, options);
  }

  /** The tuples that match, in the order of their bytes. Pages are fetched as the loop gets to them. */
  async *listTuples(query: TupleQuery, options: ListOptions = {}): AsyncGenerator<RelationTuple, void, undefined> {
    for await (const page of listTuplePages(this.#caller, query, options)) yield* page.tuples;
  }

  /** As listTuples, page by page, for who passes page tokens on. */
  listTuplePages(query: TupleQuery, options: ListOptions = {}): AsyncGenerator<TuplePage, void, undefined> {
    return listTuplePages(this.#caller, query, options);
  }

  /**
   * Changes tuples, all or none, in their order: `write([{ delete: 'Doc:1#owner@ann' }, { insert: 'Doc:1#owner@bob' }])`.
   * It may be sent again after the connection broke: a tuple exists once, so the second time changes nothing, unless
   * somebody else changed the same tuples in between.
   */
  write(deltas: readonly DeltaInput[], options?: CallOptions): Promise<WriteResult>;
  /**
   * The same under conditions; the answer tells which changes changed something. A tuple may be named once only. It may
   * be sent again after the connection broke, and is made once.
   */
  write(deltas: readonly DeltaInput[], options: WriteOptions): Promise<ConditionalWriteResult>;
  write(deltas: readonly DeltaInput[], options: WriteOptions = {}): Promise<WriteResult | ConditionalWriteResult> {
    return isConditional(options)
      ? writeConditionally(this.#caller, deltas, options)
      : write(this.#caller, deltas, options);
  }

  /**
   * Deletes every tuple that matches; the query must name a namespace. What does not restrict must be left out: a
   * field that is `undefined` is refused, for it would delete more than was meant. When it is sent again after the
   * connection broke, it also deletes what matches and was inserted in between.
   */
  deleteTuples(query: TupleQuery & { readonly namespace: string }, options?: CallOptions): Promise<WriteResult>;
  /** The same up to a limit, or only counted. */
  deleteTuples(query: TupleQuery & { readonly namespace: string }, options: DeleteOptions): Promise<DeleteResult>;
  deleteTuples(
    query: TupleQuery & { readonly namespace: string },
    options: DeleteOptions = {},
  ): Promise<WriteResult | DeleteResult> {
    const isPlain = options.limit === undefined && options.dryRun === undefined;
    return isPlain ? deleteTuples(this.#caller, query, options) : deleteSome(this.#caller, query, options);
  }

  /** How many tuples match. */
  countTuples(query: TupleQuery, options: ReadOptions = {}): Promise<CountResult> {
    return countTuples(this.#caller, query, options);
  }

  /** All tuples that match, of one state, in the order of their bytes. It may take any time and is not sent again. */
  async *exportTuples(query: TupleQuery, options: ExportOptions = {}): AsyncGenerator<RelationTuple, void, undefined> {
    for await (const page of exportTuplePages(this.#caller, query, options)) yield* page.tuples;
  }

  /** As exportTuples, as many at once as came, with the snaptoken; the first page has none and comes at once. */
  exportTuplePages(query: TupleQuery, options: ExportOptions = {}): AsyncGenerator<ExportPage, void, undefined> {
    return exportTuplePages(this.#caller, query, options);
  }

  /**
   * Makes any number of changes, a thousand in a transaction, in their order. When it fails what came before is done;
   * doing all of it again changes nothing that is done already.
   */
  importTuples(
    deltas: Iterable<DeltaInput> | AsyncIterable<DeltaInput>,
    options: ImportOptions = {},
  ): Promise<ImportResult> {
    return importTuples(this.#caller, deltas, options);
  }

  /**
   * What is committed, in commit order and without gaps: `for await (const event of client.watch())`. It never ends by
   * itself: break out of the loop, or abort the signal, which throws. When the connection breaks it is opened again and
   * goes on behind the last event; with the code `out_of_range` that is no longer possible, and tuples that were copied
   * must be read anew.
   */
  watch(options: WatchOptions = {}): AsyncGenerator<WatchEvent, never, undefined> {
    return watch(this.#caller, options);
  }

  /** The model of the server and its versions: `client.model.write(text)`, `read`, `list`, `diff`, `validate`. */
  get model(): ModelClient {
    return new ModelClient(this.#caller);
  }

  /** The names of the model's namespaces. */
  listNamespaces(options: CallOptions = {}): Promise<string[]> {
    return listNamespaces(this.#caller, options);
  }

  /** What is wrong in a model that is written in OPL; empty when nothing is. Nothing is stored. */
  async checkSyntax(opl: string, options: CallOptions = {}): Promise<readonly SyntaxProblem[]> {
    return (await checkSyntax(this.#caller, opl, options)).errors;
  }

  /** As checkSyntax, with what is right in a valid model but probably not meant. */
  checkSyntaxDetails(opl: string, options: CallOptions = {}): Promise<SyntaxDetails> {
    // Not asked for by checkSyntax: a page may send the header only when the server's CORS settings allow it.
    const headers = { ...options.headers, 'stheno-warnings': 'true' };
    return checkSyntax(this.#caller, opl, { ...options, headers });
  }

  /** The server's version, `v1.2.3`. */
  version(options: StatusOptions = {}): Promise<string> {
    return readVersion(this.#caller, options);
  }

  /** Whether a listener of the server is ready. A server that cannot be reached is a RequestError. */
  health(options: StatusOptions = {}): Promise<HealthStatus> {
    return readHealth(this.#caller, options);
  }

  /**
   * A client on the same connections whose reads see what was written or read through it before, and through the
   * given snaptoken: one for each user request, for example.
   */
  session(snaptoken?: string): SthenoClient {
    const session = new SthenoClient(this.#caller.options);
    session.#caller = this.#caller.withSession(snaptoken); // for the one that has no connections yet
    return session;
  }

  /** The newest snaptoken of a session, to go on with elsewhere; undefined on a client that is none. */
  get snaptoken(): string | undefined {
    return this.#caller.snaptoken;
  }

  /** Closes the connections, those of its sessions too: they are the same. Calls that are running fail. */
  close(): void {
    this.#caller.close();
  }
}
