/** Paths with `/`, also on Windows, where `C:` is a root. */

function rootOf(path: string): string {
  return /^(?:[A-Za-z]:\/|\/\/[^/]+\/[^/]+\/?|\/)/.exec(path)?.[0] ?? "";
}

/** The absolute path of a typed path; with `windows`, `\` is a separator. */
export function resolvePath(folder: string, typed: string, windows: boolean): string {
  const clean = (path: string): string => (windows ? path.replaceAll("\\", "/") : path);
  const path = clean(typed);
  const absolute = rootOf(path) === "" ? `${clean(folder)}/${path}` : path;
  const root = rootOf(absolute);
  const parts: string[] = [];
  for (const part of absolute.slice(root.length).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return root + parts.join("/");
}

export function joinPath(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** The parent directory of a path; a root is its own parent. */
export function parentOf(path: string): string {
  const root = rootOf(path);
  const slash = path.lastIndexOf("/");
  return slash < root.length ? root : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The path relative to a directory; undefined outside it, empty for the directory itself. */
export function relativePath(folder: string, path: string): string | undefined {
  if (path === folder) return "";
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** The deepest common directory. */
export function commonFolder(folders: readonly string[]): string {
  let [common = "/"] = folders;
  while (!folders.every((folder) => relativePath(common, folder) !== undefined)) {
    const parent = parentOf(common);
    if (parent === common) return common;
    common = parent;
  }
  return common;
}
