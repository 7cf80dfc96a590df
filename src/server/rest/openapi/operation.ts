import type { Route } from '../route.ts';

/** A JSON Schema in the dialect of OpenAPI 3.0. */
export type Schema = { readonly [key: string]: unknown };

/** A parameter outside the body (OpenAPI 3.0 §4.7.12). */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly required?: boolean;
  readonly description: string;
  readonly schema: Schema;
}

/** A body by its media type. */
export type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface OperationResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
  readonly content?: Content;
}

/** What a route does, in the form in which the OpenAPI document has it (OpenAPI 3.0 §4.7.10). */
export interface Operation {
  /** The name that generated clients give the method; those of the contract's routes are Keto's. */
  readonly operationId: string;
  /** Generated clients have a class for each. */
  readonly tags: readonly [Tag];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly description: string; readonly content: Content };
  /** By status; `default` stands for those that are not named. */
  readonly responses: Readonly<Record<string, OperationResponse>>;
}

export type Tag = 'permission' | 'relationship' | 'model' | 'engines' | 'metadata';

/** A row of the route table that says what it does. */
export interface DescribedRoute extends Route {
  readonly operation: Operation;
}
