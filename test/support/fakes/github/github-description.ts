import { readFileSync } from "node:fs";
import Ajv from "ajv";
import addFormats from "ajv-formats";

interface Operation {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly queries: ReadonlySet<string>;
  readonly properties: ReadonlySet<string> | undefined;
  readonly validate: ((body: unknown) => boolean) & { errors?: unknown };
}

interface Parameter {
  readonly $ref?: string;
  readonly in?: string;
  readonly name?: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
}

interface Description {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters: readonly Parameter[];
            readonly requestBody?: {
              readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
            };
          }
        >
      >
    >
  >;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

const description: Description = JSON.parse(
  readFileSync(new URL("../../../fixtures/github/openapi-23.0.2.json", import.meta.url), "utf8"),
);

/** The committed part of GitHub's description. */
export function readGithubDescription(): Description {
  return description;
}

function resolve(parameter: Parameter): Parameter {
  const name = parameter.$ref?.split("/").at(-1);
  return name === undefined ? parameter : (description.components.parameters[name] ?? parameter);
}

/** The operations of the committed part of GitHub's description, ready to be matched. */
export function readOperations(): readonly Operation[] {
  const ajv = new Ajv.default({ strict: false, formats: { "repo.nwo": true } });
  addFormats.default(ajv as never);
  return Object.entries(description.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]): Operation => {
      const schema = requestBody?.content["application/json"]?.schema;
      const queries = parameters.map(resolve).filter((one) => one.in === "query");
      const whole = schema && { ...schema, components: description.components };
      const source = template.replaceAll(/\{(\w+)\}/g, (_, name) =>
        ["ref", "branch"].includes(name) ? "(.+)" : "([^/]+)",
      );
      return {
        method: method.toUpperCase(),
        template,
        pattern: new RegExp(`^${source}$`),
        queries: new Set(queries.map(({ name = "" }) => name)),
        properties: schema?.properties && new Set(Object.keys(schema.properties)),
        validate: whole ? (ajv.compile(whole) as Operation["validate"]) : () => true,
      };
    }),
  );
}

/** Why GitHub's description does not allow a request; undefined if it does. */
export function findProblem(
  operations: readonly Operation[],
  method: string,
  url: URL,
  body: unknown,
): string | undefined {
  const path = decodeURIComponent(url.pathname);
  const operation = operations.find((one) => one.method === method && one.pattern.test(path));
  if (operation === undefined) return `${method} ${path} is no operation of the slice`;
  const query = [...url.searchParams.keys()].find((name) => !operation.queries.has(name));
  if (query !== undefined) return `${method} ${path}: unknown query ${query}`;
  const unknown = Object.keys((body as object) ?? {}).find(
    (name) => operation.properties?.has(name) === false,
  );
  if (unknown !== undefined) return `${method} ${path}: unknown property ${unknown}`;
  if (!operation.validate(body ?? {})) {
    return `${method} ${path}: ${JSON.stringify(operation.validate.errors)}`;
  }
  return undefined;
}

/** The description contains the fields of answers that we read: our answers must have no others. */
export function createAnswerCheck(): (schema: string, body: unknown) => string | undefined {
  const { components } = readGithubDescription();
  const ajv = new Ajv.default({ strict: false, formats: { int64: true } });
  addFormats.default(ajv as never);
  const compile = (name: string) =>
    ajv.compile({ ...components.schemas[name], additionalProperties: false, components });
  const checks = new Map(Object.keys(components.schemas).map((name) => [name, compile(name)]));
  return (name, body) => {
    const check = checks.get(name);
    return check?.(body) === true ? undefined : `${name}: ${JSON.stringify(check?.errors)}`;
  };
}
