/** A request that writes, taken apart. */
export interface Call {
  /** `/repos/OWNER/REPO` */
  readonly top: string;
  readonly owner: string;
  /** What follows, without a slash at its start. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request of the rules themselves to emulate; throws where it is refused. */
export type Ask = <Result = unknown>(
  method: string,
  path: string,
  body?: unknown,
) => Promise<Result>;

/** An answer of GitHub's that says no; `errors` with what is wrong in particular. */
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
