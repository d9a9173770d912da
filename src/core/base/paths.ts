/** Paths with `/`, also on Windows, whose `C:` stands for a root of its own. */

function rootOf(path: string): string {
  return /^(?:[A-Za-z]:\/|\/\/[^/]+\/[^/]+\/?|\/)/.exec(path)?.[0] ?? "";
}

/** The absolute path of what a user typed; `windows` tells whether `\` separates. */
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

/** The folder that holds a path; a root holds itself. */
export function parentOf(path: string): string {
  const root = rootOf(path);
  const slash = path.lastIndexOf("/");
  return slash < root.length ? root : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The path below a folder, or undefined where it is not below it; empty for the folder itself. */
export function relativePath(folder: string, path: string): string | undefined {
  if (path === folder) return "";
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** The deepest folder that all the folders lie in. */
export function commonFolder(folders: readonly string[]): string {
  let [common = "/"] = folders;
  while (!folders.every((folder) => relativePath(common, folder) !== undefined)) {
    const parent = parentOf(common);
    if (parent === common) return common;
    common = parent;
  }
  return common;
}
