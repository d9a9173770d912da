/**
 * The version out of `sm_main status`, which prints VERSION='server,5.1.0.6,20230613141801' on a
 * Server; what an RDS prints is not documented, so any version behind `sesam` counts as well.
 * Source: SEP, SEP sesam Processes (5.1.0).
 */
export function findVersion(output: string): string | undefined {
  const named = /VERSION='[^'\n]*?\b(\d+\.\d+\.\d+(?:\.\d+)?)\b[^'\n]*'/.exec(output)?.[1];
  return named ?? /\bsesam\s+(\d+\.\d+\.\d+(?:\.\d+)?)\b/i.exec(output)?.[1];
}
