/** A parsed write request. */
export interface Call {
  /** `/repos/OWNER/REPO` */
  readonly top: string;
  readonly owner: string;
  /** The rest of the path, without a leading slash. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request of the rules themselves to emulate; throws if it is refused. */
export type Ask = <Result = unknown>(
  method: string,
  path: string,
  body?: unknown,
) => Promise<Result>;

/** A refusal of GitHub; `errors` contains the details. */
export function refuse(
  status: number,
  message: string,
  errors?: readonly Readonly<Record<string, string>>[],
): Response {
  return Response.json({ message, ...(errors && { errors }), status: String(status) }, { status });
}

export function refuseField(resource: string, field: string): Response {
  return refuse(422, "Validation Failed", [{ resource, field, code: "invalid" }]);
}

const longestText = 65_536;

export function refuseLong(
  resource: string,
  { body }: Readonly<Record<string, unknown>>,
): Response | undefined {
  if (typeof body !== "string" || body.length <= longestText) return undefined;
  const message = `body is too long (maximum is ${longestText} characters)`;
  return refuse(422, "Validation Failed", [{ resource, code: "custom", field: "body", message }]);
}
