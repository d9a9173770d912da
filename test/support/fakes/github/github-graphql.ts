import { schema as published } from "@octokit/graphql-schema";
import {
  buildSchema,
  execute,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  GraphQLScalarType,
  parse,
  validate,
  type GraphQLSchema,
} from "graphql";

/** The body of a request to /graphql. */
export interface QueryBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Bytes of a blob; undefined if there is none of that name. */
export type BlobSource = (name: string) => Promise<Buffer | undefined>;

const schema = openSchema();

/** The schema that GitHub publishes. */
function openSchema(): GraphQLSchema {
  const opened = buildSchema(published.idl, { assumeValid: true, noLocation: true });
  const name = opened.getType("GitObjectID");
  if (!(name instanceof GraphQLScalarType)) throw new Error("GitHub's schema has no GitObjectID");
  name.parseValue = (value) => {
    if (typeof value === "string" && /^[0-9a-f]{40}$/.test(value)) return value;
    throw new GraphQLError("Not a valid GitObjectID");
  };
  return opened;
}

/** Why GitHub's schema does not allow a query; undefined if it does. */
export function findQueryProblem({ query, variables }: QueryBody): string | undefined {
  const document = parse(query);
  const [invalid] = validate(schema, document);
  if (invalid !== undefined) return `POST /graphql: ${invalid.message}`;
  const operation = getOperationAST(document);
  if (operation?.operation !== "query") return "POST /graphql: not a query";
  const declared = operation.variableDefinitions ?? [];
  const { errors } = getVariableValues(schema, declared, variables);
  return errors?.[0] && `POST /graphql: ${errors[0].message}`;
}

/** Where GitHub cuts off a text. */
const maxTextBytes = 512_000;

/** GitHub's answer to a query about blobs of the repository. */
export async function answerQuery(
  { query, variables }: QueryBody,
  place: { readonly repository: string; readonly readBlob: BlobSource },
): Promise<unknown> {
  const object = async ({ oid }: { readonly oid: string }): Promise<unknown> => {
    const bytes = await place.readBlob(oid);
    return bytes === undefined ? null : describeBlob(oid, bytes);
  };
  const rootValue = {
    repository: ({ owner, name }: { readonly owner: string; readonly name: string }) => {
      if (`${owner}/${name}` === place.repository) return { id: "R_1", object };
      throw new GraphQLError(`Could not resolve to a Repository with the name '${owner}/${name}'.`);
    },
  };
  return execute({ schema, document: parse(query), variableValues: variables, rootValue });
}

/** GitHub does not document how it converts other encodings; this one may look right. */
function describeBlob(oid: string, bytes: Buffer) {
  const isBinary = bytes.includes(0);
  const shown = bytes.subarray(0, maxTextBytes);
  const isUtf8 = Buffer.from(shown.toString("utf8"), "utf8").equals(shown);
  return {
    __typename: "Blob",
    oid,
    byteSize: bytes.length,
    isBinary,
    isTruncated: bytes.length > maxTextBytes,
    text: isBinary ? null : shown.toString(isUtf8 ? "utf8" : "latin1"),
  };
}
