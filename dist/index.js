// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __esmMin = (fn, res, err) => () => {
	if (err) throw err[0];
	try {
		return fn && (res = fn(fn = 0)), res;
	} catch (e) {
		throw err = [e], e;
	}
};
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __exportAll = (all, no_symbols) => {
	let target = {};
	for (var name in all) {
		__defProp(target, name, {
			get: all[name],
			enumerable: true
		});
	}
	if (!no_symbols) {
		__defProp(target, Symbol.toStringTag, { value: "Module" });
	}
	return target;
};
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") {
		for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
			key = keys[i];
			if (!__hasOwnProp.call(to, key) && key !== except) {
				__defProp(to, key, {
					get: ((k) => from[k]).bind(null, key),
					enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
				});
			}
		}
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));

// src/adapters/deno.ts
const deno = globalThis.Deno;

// src/core/paths.ts
function rootOf(path) {
	return /^(?:[A-Za-z]:\/|\/\/[^/]+\/[^/]+\/?|\/)/.exec(path)?.[0] ?? "";
}
function resolvePath(folder, typed, windows) {
	const clean = (path) => windows ? path.replaceAll("\\", "/") : path;
	const path = clean(typed);
	const absolute = rootOf(path) === "" ? `${clean(folder)}/${path}` : path;
	const root = rootOf(absolute);
	const parts = [];
	for (const part of absolute.slice(root.length).split("/")) if (part === "..") parts.pop();
	else if (part !== "" && part !== ".") parts.push(part);
	return root + parts.join("/");
}
function joinPath(folder, name) {
	return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}
function parentOf(path) {
	const root = rootOf(path);
	const slash = path.lastIndexOf("/");
	return slash < root.length ? root : path.slice(0, slash);
}
function baseName(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
function relativePath(folder, path) {
	if (path === folder) return "";
	const prefix = folder.endsWith("/") ? folder : `${folder}/`;
	return path.startsWith(prefix) ? path.slice(prefix.length) : void 0;
}
function commonFolder(folders) {
	let [common = "/"] = folders;
	while (!folders.every((folder) => relativePath(common, folder) !== void 0)) {
		const parent = parentOf(common);
		if (parent === common) return common;
		common = parent;
	}
	return common;
}
var init_paths = __esmMin((() => {}));

// src/adapters/file-errors.ts
init_paths();
const reasons$2 = {
	EACCES: "there is no permission to read or write it",
	EPERM: "there is no permission to read or write it",
	EROFS: "it lies on a file system that is read-only",
	ENOSPC: "the disk is full",
	EEXIST: "a file of an earlier run lies beside it, ending in .new",
	ENOENT: "it is gone",
	EISDIR: "it is a directory",
	ELOOP: "it is a link that leads in a circle",
	ENOTDIR: "a part of its path is no folder",
	ENAMETOOLONG: "its path is too long",
	EIO: "the disk reports an error",
	EMFILE: "too many files are open"
};
const changedMeanwhile = "it changed since it was read";
function explainFileError(error) {
	const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
	return reasons$2[code] ?? `it cannot be read (${code})`;
}
function tooLarge(limit) {
	return `it is larger than ${limit / 1024 / 1024} MiB`;
}

// src/adapters/deno-files.ts
function createDenoFiles(deno) {
	const windows = deno.build.os === "windows";
	let buffer = /* @__PURE__ */ new Uint8Array(0);
	const read = (path, limit) => {
		try {
			const file = deno.openSync(path);
			try {
				let length = 0;
				while (length <= limit) {
					if (length === buffer.length) buffer = grow$1(buffer, limit + 1);
					const count = file.readSync(buffer.subarray(length));
					if (count === null || count === 0) break;
					length += count;
				}
				if (length > limit) return {
					kind: "unreadable",
					reason: tooLarge(limit)
				};
				return {
					kind: "bytes",
					bytes: byteString(buffer.subarray(0, length))
				};
			} finally {
				file.close();
			}
		} catch (error) {
			return {
				kind: "unreadable",
				reason: explainFileError(error)
			};
		}
	};
	return {
		absolute: (typed) => resolvePath(deno.cwd(), typed, windows),
		kindOf: (path) => {
			try {
				const { isFile, isDirectory } = deno.statSync(path);
				const kind = isFile ? "file" : isDirectory ? "folder" : "other";
				const realPath = deno.realPathSync(path);
				return {
					kind,
					realPath: windows ? realPath.replaceAll("\\", "/") : realPath
				};
			} catch (error) {
				if (error instanceof Error && error.name === "NotFound") return { kind: "missing" };
				return {
					kind: "unreadable",
					reason: explainFileError(error)
				};
			}
		},
		list: (folder) => {
			try {
				return {
					kind: "entries",
					entries: Array.from(deno.readDirSync(folder), (entry) => ({
						name: entry.name,
						kind: entry.isFile ? "file" : entry.isDirectory ? "folder" : entry.isSymlink ? "link" : "other"
					}))
				};
			} catch (error) {
				return {
					kind: "unreadable",
					reason: explainFileError(error)
				};
			}
		},
		read,
		replace: (path, before, after) => {
			let temporary;
			try {
				const target = before === void 0 ? path : deno.realPathSync(path);
				const mode = before === void 0 ? 420 : (deno.statSync(target).mode ?? 420) & 4095;
				const name = `${target}.${deno.pid}.new`;
				const file = deno.openSync(name, {
					write: true,
					createNew: true,
					mode
				});
				temporary = name;
				try {
					let rest = Uint8Array.from(after, (char) => char.charCodeAt(0));
					while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
					file.syncSync();
				} finally {
					file.close();
				}
				if (!windows) deno.chmodSync(name, mode);
				const current = read(target, Number.MAX_SAFE_INTEGER);
				const bytes = current.kind === "bytes" ? current.bytes : void 0;
				if (bytes === after) return { kind: "replaced" };
				if (bytes !== before) return {
					kind: "refused",
					reason: changedMeanwhile
				};
				deno.renameSync(name, target);
				temporary = void 0;
				return { kind: "replaced" };
			} catch (error) {
				return {
					kind: "refused",
					reason: explainFileError(error)
				};
			} finally {
				if (temporary !== void 0) deno.removeSync(temporary);
			}
		}
	};
}
function grow$1(buffer, most) {
	const larger = new Uint8Array(Math.min(most, Math.max(16384, buffer.length * 4)));
	larger.set(buffer);
	return larger;
}
function byteString(bytes) {
	let text = "";
	for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
	return text;
}

// src/adapters/node-files.ts
init_paths();
function createNodeFiles() {
	const fs = process.getBuiltinModule("node:fs");
	const windows = process.platform === "win32";
	let buffer = Buffer.allocUnsafe(0);
	const read = (path, limit) => {
		let file;
		try {
			file = fs.openSync(path, "r");
			let length = 0;
			while (length <= limit) {
				if (length === buffer.length) buffer = grow(buffer, limit + 1);
				const count = fs.readSync(file, buffer, length, buffer.length - length, null);
				if (count === 0) break;
				length += count;
			}
			if (length > limit) return {
				kind: "unreadable",
				reason: tooLarge(limit)
			};
			return {
				kind: "bytes",
				bytes: buffer.toString("latin1", 0, length)
			};
		} catch (error) {
			return {
				kind: "unreadable",
				reason: explainFileError(error)
			};
		} finally {
			if (file !== void 0) fs.closeSync(file);
		}
	};
	return {
		absolute: (typed) => resolvePath(process.cwd(), typed, windows),
		kindOf: (path) => {
			try {
				const status = fs.statSync(path, { throwIfNoEntry: false });
				if (status === void 0) return { kind: "missing" };
				const kind = status.isFile() ? "file" : status.isDirectory() ? "folder" : "other";
				const realPath = fs.realpathSync.native(path);
				return {
					kind,
					realPath: windows ? realPath.replaceAll("\\", "/") : realPath
				};
			} catch (error) {
				return {
					kind: "unreadable",
					reason: explainFileError(error)
				};
			}
		},
		list: (folder) => {
			try {
				return {
					kind: "entries",
					entries: fs.readdirSync(folder, { withFileTypes: true }).map(describeEntry$1)
				};
			} catch (error) {
				return {
					kind: "unreadable",
					reason: explainFileError(error)
				};
			}
		},
		read,
		replace: (path, before, after) => {
			let temporary;
			try {
				const target = before === void 0 ? path : fs.realpathSync.native(path);
				const mode = before === void 0 ? 420 : fs.statSync(target).mode & 4095;
				const name = `${target}.${process.pid}.new`;
				const file = fs.openSync(name, "wx", mode);
				temporary = name;
				try {
					fs.writeFileSync(file, after, "latin1");
					fs.fchmodSync(file, mode);
					fs.fsyncSync(file);
				} finally {
					fs.closeSync(file);
				}
				const current = fs.existsSync(target) ? fs.readFileSync(target, "latin1") : void 0;
				if (current === after) return { kind: "replaced" };
				if (current !== before) return {
					kind: "refused",
					reason: changedMeanwhile
				};
				fs.renameSync(temporary, target);
				temporary = void 0;
				return { kind: "replaced" };
			} catch (error) {
				return {
					kind: "refused",
					reason: explainFileError(error)
				};
			} finally {
				if (temporary !== void 0) fs.rmSync(temporary, { force: true });
			}
		}
	};
}
function grow(buffer, most) {
	const larger = Buffer.allocUnsafe(Math.min(most, Math.max(16384, buffer.length * 4)));
	buffer.copy(larger);
	return larger;
}
function describeEntry$1(entry) {
	const { name } = entry;
	if (entry.isFile()) return {
		name,
		kind: "file"
	};
	if (entry.isDirectory()) return {
		name,
		kind: "folder"
	};
	return {
		name,
		kind: entry.isSymbolicLink() ? "link" : "other"
	};
}

// src/adapters/hashes.ts
function hashSha256(bytes) {
	const { createHash } = process.getBuiltinModule("node:crypto");
	return createHash("sha256").update(bytes, "latin1").digest("hex");
}
function hashSha1(bytes) {
	const { createHash } = process.getBuiltinModule("node:crypto");
	return createHash("sha1").update(bytes, "latin1").digest("hex");
}
var init_hashes = __esmMin((() => {}));

// src/core/harden-error.ts
var HardenError, exitCodes;
var init_harden_error = __esmMin((() => {
	HardenError = class extends Error {
		code;
		next;
		problems;
		root;
		constructor(code, message, next, { problems = [], root, ...options } = {}) {
			super(message, options);
			this.name = "HardenError";
			this.code = code;
			this.next = next;
			this.problems = problems;
			this.root = root;
		}
	};
	exitCodes = {
		usage: 2,
		settings: 2,
		"nothing-found": 3,
		broke: 4
	};
}));

// src/adapters/terminal.ts
init_hashes();
init_harden_error();
function createNodeTerminal() {
	const fs = process.getBuiltinModule("node:fs");
	const writeTo = (descriptor, encoding) => {
		return ignoreClosed((bytes) => {
			try {
				return fs.writeSync(descriptor, bytes);
			} catch (error) {
				if (!hasCode(error, "EAGAIN")) throw error;
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
				return 0;
			}
		}, (text) => Buffer.from(text, encoding));
	};
	return {
		out: writeTo(1, "utf8"),
		outBytes: writeTo(1, "latin1"),
		err: writeTo(2, "utf8"),
		input: () => fs.readFileSync(0),
		write: (path, text) => explainWrite(path, () => fs.writeFileSync(path, text)),
		append: (path, text) => explainWrite(path, () => fs.appendFileSync(path, text))
	};
}
function createDenoTerminal(deno) {
	const writeTo = (path, text, append) => explainWrite(path, () => deno.writeFileSync(path, new TextEncoder().encode(text), { append }));
	return {
		out: ignoreClosed((bytes) => deno.stdout.writeSync(bytes)),
		outBytes: ignoreClosed((bytes) => deno.stdout.writeSync(bytes), (text) => Uint8Array.from(text, (char) => char.charCodeAt(0))),
		err: ignoreClosed((bytes) => deno.stderr.writeSync(bytes)),
		input: () => {
			const chunks = [];
			const buffer = /* @__PURE__ */ new Uint8Array(65536);
			for (;;) {
				const count = deno.stdin.readSync(buffer);
				if (count === null) break;
				chunks.push(buffer.slice(0, count));
			}
			return joinChunks(chunks);
		},
		write: (path, text) => writeTo(path, text, false),
		append: (path, text) => writeTo(path, text, true)
	};
}
function joinChunks(chunks) {
	const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
	let offset = 0;
	for (const chunk of chunks) {
		whole.set(chunk, offset);
		offset += chunk.length;
	}
	return whole;
}
function ignoreClosed(write, encode = (text) => new TextEncoder().encode(text)) {
	let closed = false;
	return (text) => {
		if (closed) return;
		let bytes = encode(text);
		try {
			while (bytes.length > 0) bytes = bytes.subarray(write(bytes));
		} catch (error) {
			if (!hasCode(error, "EPIPE")) throw error;
			closed = true;
		}
	};
}
function explainWrite(path, write) {
	try {
		write();
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new HardenError("broke", `the report could not be written to ${path}: ${reason}`, "Name a file in a folder that exists and can be written.", { cause: error });
	}
}
function hasCode(error, code) {
	return error instanceof Error && "code" in error && error.code === code;
}

// src/core/text.ts
function decodeBytes(bytes) {
	if (!/[\x80-\xff]/.test(bytes)) return bytes;
	const decoder = new TextDecoder("utf-8", {
		fatal: true,
		ignoreBOM: true
	});
	try {
		return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
	} catch {
		return bytes;
	}
}
function encodeBytes(text) {
	if (!/[^\0-\x7f]/.test(text)) return text;
	return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
function shorten(text, limit) {
	if (text.length <= limit) return text;
	const half = Math.floor((limit - 3) / 2);
	return `${text.slice(0, half)}...${text.slice(text.length - half)}`;
}
function makeVisible(text) {
	return text.replace(unseen, (char) => {
		const code = char.charCodeAt(0);
		if (char === "	") return "\\t";
		return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
	}).replaceAll("##[", "\\x23#[");
}
var unseen;
var init_text$1 = __esmMin((() => {
	unseen = /[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
}));

// src/core/version.ts
var version;
var init_version$1 = __esmMin((() => {
	version = "0.1.0";
}));

// src/core/nearest.ts
function findNearest(word, known) {
	const asked = word.toUpperCase().slice(0, longest$1);
	const limit = Math.max(1, Math.floor(asked.length / 3));
	let best;
	for (const candidate of known) {
		const distance = editDistance(asked, candidate.toUpperCase());
		if (distance <= limit && distance < (best?.distance ?? Infinity)) best = {
			word: candidate,
			distance
		};
	}
	return best?.word;
}
function editDistance(left, right) {
	let beforeLast = [];
	let last = Array.from({ length: right.length + 1 }, (_, column) => column);
	for (let row = 1; row <= left.length; row++) {
		const current = [row];
		for (let column = 1; column <= right.length; column++) {
			const same = left[row - 1] === right[column - 1];
			const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
			current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1), swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity));
		}
		beforeLast = last;
		last = current;
	}
	return last[right.length] ?? 0;
}
var longest$1;
var init_nearest = __esmMin((() => {
	longest$1 = 64;
}));

// src/cli/arguments.ts
function parseArguments(args, options) {
	const positionals = [];
	const flags = /* @__PURE__ */ new Set();
	const values = /* @__PURE__ */ new Map();
	const rest = [...args];
	for (let arg = rest.shift(); arg !== void 0; arg = rest.shift()) {
		if (arg === "--") {
			positionals.push(...rest);
			break;
		}
		if (arg === "-" || !arg.startsWith("-")) {
			positionals.push(arg);
			continue;
		}
		const equals = arg.indexOf("=");
		const name = equals < 0 ? arg : arg.slice(0, equals);
		const kind = Object.hasOwn(options, name) ? options[name] : void 0;
		if (kind === void 0) throw unknownOption(name, Object.keys(options));
		if (kind === "flag") {
			if (equals >= 0) throw usage(`${name} takes no value`);
			flags.add(name);
			continue;
		}
		const value = equals < 0 ? rest.shift() : arg.slice(equals + 1);
		if (value === void 0) throw usage(`${name} needs a value`);
		const before = values.get(name) ?? [];
		if (kind === "once" && before.length > 0) throw usage(`${name} is given twice`);
		values.set(name, [...before, value]);
	}
	return {
		positionals,
		flags,
		values
	};
}
function chooseWord(name, given, words, fallback) {
	if (given === void 0) return fallback;
	const word = words.find((candidate) => candidate === given);
	if (word !== void 0) return word;
	throw usage(`${name}: ${makeVisible(given)} is none of ${words.join(", ")}`, given, words);
}
function usage(message, given, known = []) {
	const nearest = given === void 0 ? void 0 : findNearest(given, known);
	const next = nearest === void 0 ? "See sesam-harden --help." : `Did you mean ${nearest}? See sesam-harden --help.`;
	return new HardenError("usage", message, next);
}
function unknownOption(name, known) {
	return usage(`${makeVisible(name)} is no option of this command`, name, known);
}
var init_arguments = __esmMin((() => {
	init_harden_error();
	init_nearest();
	init_text$1();
}));

// src/core/policy/dates.ts
function isDate(text) {
	const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
	if (match === null) return false;
	const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
	const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
	const days = month === 2 && isLeap ? 29 : daysOfMonth[month - 1] ?? 0;
	return day >= 1 && day <= days;
}
var daysOfMonth;
var init_dates = __esmMin((() => {
	daysOfMonth = [
		31,
		28,
		31,
		30,
		31,
		30,
		31,
		31,
		30,
		31,
		30,
		31
	];
}));

// src/core/gnutls/dialects.ts
function isSince(dialect, first) {
	return dialects.indexOf(dialect) >= dialects.indexOf(first);
}
function dialectsOf(version) {
	return dialects.filter((dialect) => dialect === version || dialect.startsWith(`${version}.`));
}
function nameDialects(some) {
	return `GnuTLS ${releaseLines.flatMap((line) => {
		const all = dialectsOf(line);
		const named = all.filter((dialect) => some.includes(dialect));
		return named.length === all.length ? [line] : named;
	}).join(", ")}`;
}
var dialects, defaultDialect, releaseLines;
var init_dialects = __esmMin((() => {
	dialects = [
		"3.6.13",
		"3.7.1",
		"3.7.3",
		"3.7.9",
		"3.8.3",
		"3.8.9",
		"3.8.13"
	];
	defaultDialect = "3.7.9";
	releaseLines = [
		"3.6",
		"3.7",
		"3.8"
	];
}));

// src/core/policy/policy.ts
var profiles, failLimits, ruleLevels, defaultPolicy;
var init_policy$1 = __esmMin((() => {
	init_dialects();
	profiles = ["vendor", "strict"];
	failLimits = [
		"error",
		"warning",
		"notice",
		"never"
	];
	ruleLevels = [
		"off",
		"notice",
		"warning",
		"error"
	];
	defaultPolicy = {
		profile: "vendor",
		failOn: "error",
		dialects,
		absentPort: "closed",
		filteredPort: "unknown"
	};
}));

// src/core/report/count.ts
function countResults({ findings, hosts }) {
	const bySeverity = {
		error: 0,
		warning: 0,
		notice: 0
	};
	const byVerdict = {
		hardened: 0,
		half: 0,
		open: 0,
		closed: 0,
		unknown: 0
	};
	let fixable = 0;
	let suppressed = 0;
	for (const { finding } of findings) {
		if (finding.suppressed === null) bySeverity[finding.severity]++;
		else suppressed++;
		if (finding.suppressed === null && finding.fixable === "safe") fixable++;
	}
	for (const { verdict } of hosts) byVerdict[verdict]++;
	return {
		findings: findings.length - suppressed,
		bySeverity,
		suppressed,
		byVerdict,
		hosts: hosts.length,
		fixable
	};
}
function createFailTest({ hosts, failOn }) {
	const environments = new Map(hosts.map(({ name, environment }) => [name, environment]));
	const limits = /* @__PURE__ */ new Map();
	return ({ finding }) => {
		const environment = finding.host === null ? null : environments.get(finding.host) ?? null;
		const limit = limits.get(environment) ?? failOn(environment);
		limits.set(environment, limit);
		if (finding.suppressed !== null || limit === "never") return false;
		return failLimits.indexOf(finding.severity) <= failLimits.indexOf(limit);
	};
}
function failsCheck(checked) {
	return checked.findings.some(createFailTest(checked));
}
function countOf(count, noun) {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
function summarize({ hosts, byVerdict, bySeverity, fixable, suppressed }) {
	const stands = verdicts.filter((verdict) => byVerdict[verdict] > 0).map((verdict) => `${byVerdict[verdict]} ${verdict}`).join(", ");
	const found = severities.filter((severity) => bySeverity[severity] > 0).map((severity) => countOf(bySeverity[severity], severity));
	const more = [...fixable > 0 ? [`${fixable} can be fixed safely`] : [], ...suppressed > 0 ? [`${suppressed} suppressed`] : []];
	const list = found.join(", ") || "No findings";
	return `${countOf(hosts, "host")}: ${stands}. ${[list, ...more].join("; ")}.`;
}
function rankHosts({ hosts, findings }) {
	const counts = /* @__PURE__ */ new Map();
	for (const { finding } of findings) {
		if (finding.host === null || finding.suppressed !== null) continue;
		const count = counts.get(finding.host) ?? {
			error: 0,
			warning: 0,
			notice: 0
		};
		count[finding.severity]++;
		counts.set(finding.host, count);
	}
	const none = {
		error: 0,
		warning: 0,
		notice: 0
	};
	return hosts.map((host) => ({
		host,
		count: counts.get(host.name) ?? none
	})).toSorted((left, right) => verdicts.indexOf(right.host.verdict) - verdicts.indexOf(left.host.verdict) || right.count.error - left.count.error || (left.host.name < right.host.name ? -1 : 1));
}
var severities, verdicts;
var init_count = __esmMin((() => {
	init_policy$1();
	severities = [
		"error",
		"warning",
		"notice"
	];
	verdicts = [
		"hardened",
		"half",
		"open",
		"closed",
		"unknown"
	];
}));

// src/core/policy/fields.ts
function wordField(...words) {
	return (text) => {
		const word = words.find((candidate) => candidate === text);
		if (word !== void 0) return fine(word);
		return {
			ok: false,
			expected: words.join(", "),
			nearest: findNearest(text, words)
		};
	};
}
function numberField(least, most) {
	return (text) => {
		const number = /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : NaN;
		return number >= least && number <= most ? fine(number) : wrong$1(`a whole number from ${least} to ${most}`);
	};
}
var fine, wrong$1, textField, nameField, wordsField, dateField, versionField, gnutlsField;
var init_fields = __esmMin((() => {
	init_dialects();
	init_nearest();
	init_dates();
	fine = (value) => ({
		ok: true,
		value
	});
	wrong$1 = (expected) => ({
		ok: false,
		expected
	});
	textField = (text) => text === "" ? wrong$1("some text") : fine(text);
	nameField = (text) => /^[a-z0-9_-]+$/.test(text) ? fine(text) : wrong$1("small letters, digits, _ and -");
	wordsField = (text) => text === "" ? wrong$1("one or more words") : fine(text.split(/[ \t]+/));
	dateField = (text) => isDate(text) ? fine(text) : wrong$1("a date that exists, as YYYY-MM-DD");
	versionField = (text) => /^[0-9]+(\.[0-9]+){1,3}$/.test(text) ? fine(text) : wrong$1("a version such as 5.1.0");
	gnutlsField = (text) => {
		const named = text.split(/[ \t,]+/).map((version) => {
			const exact = dialectsOf(version);
			if (exact.length > 0) return exact;
			return /^[0-9]+\.[0-9]+\.[0-9]+$/.test(version) ? dialectsOf(version.split(".").slice(0, 2).join(".")) : [];
		});
		if (named.some((some) => some.length === 0)) return wrong$1(`release lines of GnuTLS, out of ${releaseLines.join(", ")}`);
		return fine(dialects.filter((dialect) => named.flat().includes(dialect)));
	};
}));

// node_modules/ini/lib/ini.js
var require_ini = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { hasOwnProperty } = Object.prototype;
	const encode = (obj, opt = {}) => {
		if (typeof opt === "string") opt = { section: opt };
		opt.align = opt.align === true;
		opt.newline = opt.newline === true;
		opt.sort = opt.sort === true;
		opt.whitespace = opt.whitespace === true || opt.align === true;
		/* istanbul ignore next */
		opt.platform = opt.platform || typeof process !== "undefined" && process.platform;
		opt.bracketedArray = opt.bracketedArray !== false;
		/* istanbul ignore next */
		const eol = opt.platform === "win32" ? "\r\n" : "\n";
		const separator = opt.whitespace ? " = " : "=";
		const children = [];
		const keys = opt.sort ? Object.keys(obj).sort() : Object.keys(obj);
		let padToChars = 0;
		if (opt.align) padToChars = safe(keys.filter((k) => obj[k] === null || Array.isArray(obj[k]) || typeof obj[k] !== "object").map((k) => Array.isArray(obj[k]) ? `${k}[]` : k).concat([""]).reduce((a, b) => safe(a).length >= safe(b).length ? a : b)).length;
		let out = "";
		const arraySuffix = opt.bracketedArray ? "[]" : "";
		for (const k of keys) {
			const val = obj[k];
			if (val && Array.isArray(val)) for (const item of val) out += safe(`${k}${arraySuffix}`).padEnd(padToChars, " ") + separator + safe(item) + eol;
			else if (val && typeof val === "object") children.push(k);
			else out += safe(k).padEnd(padToChars, " ") + separator + safe(val) + eol;
		}
		if (opt.section && out.length) out = "[" + safe(opt.section) + "]" + (opt.newline ? eol + eol : eol) + out;
		for (const k of children) {
			const nk = splitSections(k, ".").join("\\.");
			const section = (opt.section ? opt.section + "." : "") + nk;
			const child = encode(obj[k], {
				...opt,
				section
			});
			if (out.length && child.length) out += eol;
			out += child;
		}
		return out;
	};
	function splitSections(str, separator) {
		var lastMatchIndex = 0;
		var lastSeparatorIndex = 0;
		var nextIndex = 0;
		var sections = [];
		do {
			nextIndex = str.indexOf(separator, lastMatchIndex);
			if (nextIndex !== -1) {
				lastMatchIndex = nextIndex + separator.length;
				if (nextIndex > 0 && str[nextIndex - 1] === "\\") continue;
				sections.push(str.slice(lastSeparatorIndex, nextIndex));
				lastSeparatorIndex = nextIndex + separator.length;
			}
		} while (nextIndex !== -1);
		sections.push(str.slice(lastSeparatorIndex));
		return sections;
	}
	const decode = (str, opt = {}) => {
		opt.bracketedArray = opt.bracketedArray !== false;
		const out = Object.create(null);
		let p = out;
		let section = null;
		const re = /^\[([^\]]*)\]\s*$|^([^=]+)(=(.*))?$/i;
		const lines = str.split(/[\r\n]+/g);
		const duplicates = {};
		for (const line of lines) {
			if (!line || line.match(/^\s*[;#]/) || line.match(/^\s*$/)) continue;
			const match = line.match(re);
			if (!match) continue;
			if (match[1] !== void 0) {
				section = unsafe(match[1]);
				if (section === "__proto__") {
					p = Object.create(null);
					continue;
				}
				p = out[section] = out[section] || Object.create(null);
				continue;
			}
			const keyRaw = unsafe(match[2]);
			let isArray;
			if (opt.bracketedArray) isArray = keyRaw.length > 2 && keyRaw.slice(-2) === "[]";
			else {
				duplicates[keyRaw] = (duplicates?.[keyRaw] || 0) + 1;
				isArray = duplicates[keyRaw] > 1;
			}
			const key = isArray && keyRaw.endsWith("[]") ? keyRaw.slice(0, -2) : keyRaw;
			if (key === "__proto__") continue;
			const valueRaw = match[3] ? unsafe(match[4]) : true;
			const value = valueRaw === "true" || valueRaw === "false" || valueRaw === "null" ? JSON.parse(valueRaw) : valueRaw;
			if (isArray) {
				if (!hasOwnProperty.call(p, key)) p[key] = [];
				else if (!Array.isArray(p[key])) p[key] = [p[key]];
			}
			if (Array.isArray(p[key])) p[key].push(value);
			else p[key] = value;
		}
		const remove = [];
		for (const k of Object.keys(out)) {
			if (!hasOwnProperty.call(out, k) || typeof out[k] !== "object" || Array.isArray(out[k])) continue;
			const parts = splitSections(k, ".");
			p = out;
			const l = parts.pop();
			const nl = l.replace(/\\\./g, ".");
			for (const part of parts) {
				if (part === "__proto__") continue;
				if (!hasOwnProperty.call(p, part) || typeof p[part] !== "object") p[part] = Object.create(null);
				p = p[part];
			}
			if (p === out && nl === l) continue;
			p[nl] = out[k];
			remove.push(k);
		}
		for (const del of remove) delete out[del];
		return out;
	};
	const isQuoted = (val) => {
		return val.startsWith("\"") && val.endsWith("\"") || val.startsWith("'") && val.endsWith("'");
	};
	const safe = (val) => {
		if (typeof val !== "string" || val.match(/[=\r\n]/) || val.match(/^\[/) || val.length > 1 && isQuoted(val) || val !== val.trim()) return JSON.stringify(val);
		return val.split(";").join("\\;").split("#").join("\\#");
	};
	const unsafe = (val) => {
		val = (val || "").trim();
		if (isQuoted(val)) {
			if (val.charAt(0) === "'") val = val.slice(1, -1);
			try {
				val = JSON.parse(val);
			} catch {}
		} else {
			let esc = false;
			let unesc = "";
			for (let i = 0, l = val.length; i < l; i++) {
				const c = val.charAt(i);
				if (esc) {
					if ("\\;#".indexOf(c) !== -1) unesc += c;
					else unesc += "\\" + c;
					esc = false;
				} else if (";#".indexOf(c) !== -1) break;
				else if (c === "\\") esc = true;
				else unesc += c;
			}
			if (esc) unesc += "\\";
			return unesc.trim();
		}
		return val;
	};
	module.exports = {
		parse: decode,
		decode,
		stringify: encode,
		encode,
		safe,
		unsafe
	};
}));

// src/core/ini/document.ts
function parseIni(text, dialect = stpdDialect) {
	return { lines: splitLines$1(text).map((raw, index) => parseLine(raw, index === 0, dialect)) };
}
function printIni(document) {
	return document.lines.map(({ raw }) => raw).join("");
}
function lineEnding(raw) {
	if (raw.endsWith("\r\n")) return "\r\n";
	const last = raw.at(-1);
	return last === "\n" || last === "\r" ? last : "";
}
function splitLines$1(text) {
	const lines = [];
	let start = 0;
	let feed = text.indexOf("\n");
	let carriage = text.indexOf("\r");
	while (feed >= 0 || carriage >= 0) {
		const end = carriage >= 0 && (feed < 0 || carriage < feed) && carriage + 1 !== feed ? carriage + 1 : feed + 1;
		lines.push(text.slice(start, end));
		start = end;
		if (feed >= 0 && feed < start) feed = text.indexOf("\n", start);
		if (carriage >= 0 && carriage < start) carriage = text.indexOf("\r", start);
	}
	if (start < text.length) lines.push(text.slice(start));
	return lines;
}
function trim(raw, [from, to]) {
	let start = from;
	let end = to;
	while (start < end && isBlank(raw[start])) start++;
	while (end > start && isBlank(raw[end - 1])) end--;
	return [start, end];
}
function parseLine(raw, isFirst, { commentMarks }) {
	const [start, end] = trim(raw, [isFirst && raw.startsWith("ï»¿") ? 3 : 0, raw.length - lineEnding(raw).length]);
	if (start === end) return {
		kind: "blank",
		raw
	};
	const first = raw.charAt(start);
	if (commentMarks.includes(first)) return {
		kind: "comment",
		raw
	};
	if (first === "[" && raw.indexOf("]", start) === end - 1) {
		const nameSpan = trim(raw, [start + 1, end - 1]);
		return {
			kind: "section",
			raw,
			name: raw.slice(...nameSpan),
			nameSpan
		};
	}
	const equals = raw.indexOf("=", start);
	const keySpan = trim(raw, [start, Math.max(start, equals)]);
	if (equals < 0 || keySpan[0] === keySpan[1]) return {
		kind: "unparsed",
		raw
	};
	const valueSpan = unquote(raw, trim(raw, [equals + 1, end]));
	return {
		kind: "entry",
		raw,
		key: raw.slice(...keySpan),
		keySpan,
		value: raw.slice(...valueSpan),
		valueSpan
	};
}
function unquote(raw, span) {
	const [start, end] = span;
	return end - start >= 2 && raw[start] === "\"" && raw[end - 1] === "\"" ? [start + 1, end - 1] : span;
}
var stpdDialect, byteOrderMark, isBlank;
var init_document$1 = __esmMin((() => {
	stpdDialect = { commentMarks: "#" };
	byteOrderMark = "ï»¿";
	isBlank = (char) => char === " " || char === "	";
}));

// src/core/policy/ini-settings.ts
function report$1({ file, problems }, line, column, message, next) {
	problems.push({
		file,
		line: line + 1,
		column: column + 1,
		message,
		next
	});
}
function readSettingsFile(file, bytes) {
	const document = parseIni(bytes, settingsDialect);
	const settings = [];
	const sections = /* @__PURE__ */ new Map();
	const bySection = /* @__PURE__ */ new Map([["", []]]);
	const keys = /* @__PURE__ */ new Map();
	const read = {
		file,
		document,
		settings,
		bySection,
		sections,
		problems: []
	};
	if (bytes.includes("\0") || /^(\xff\xfe|\xfe\xff)/.test(bytes)) {
		report$1(read, 0, 0, "this file is no text", "Save it as UTF-8.");
		return read;
	}
	let section = "";
	for (const [line, content] of document.lines.entries()) if (content.kind === "section") {
		section = content.name;
		const before = sections.get(section);
		if (before === void 0) {
			sections.set(section, line);
			bySection.set(section, []);
		} else {
			const message = `section [${section}] stands on line ${before + 1} already`;
			report$1(read, line, content.nameSpan[0], message, "Put its keys together.");
		}
	} else if (content.kind === "entry") {
		const { raw, key, keySpan } = content;
		const valueSpan = findValue(raw, raw.indexOf("=") + 1);
		const value = decodeBytes(raw.slice(...valueSpan));
		const setting = {
			line,
			section,
			key: decodeBytes(key),
			keySpan,
			value,
			valueSpan
		};
		const before = keys.get(JSON.stringify([section, key]));
		if (before !== void 0) {
			const message = `${setting.key} is set on line ${before.line + 1} already`;
			report$1(read, line, keySpan[0], message, "Keep one of them.");
		}
		keys.set(JSON.stringify([section, key]), setting);
		settings.push(setting);
		bySection.get(section)?.push(setting);
	} else if (content.kind === "unparsed") report$1(read, line, 0, "expected [section], key = value, or a comment", "Mend the line.");
	if (read.problems.length === 0) compareWithIni(read, bytes);
	return read;
}
function findValue(raw, from) {
	let start = from;
	while (raw[start] === " " || raw[start] === "	") start++;
	let end = raw.length;
	const quote = raw[start] === "\"" ? raw.indexOf("\"", start + 1) : -1;
	if (quote >= 0 && /^[ \t]*(?:[#;].*)?[\r\n]*$/.test(raw.slice(quote + 1))) return [start + 1, quote];
	const comment = raw.slice(start).search(/(?:^|[ \t])[#;]/);
	if (comment >= 0) end = start + comment;
	while (end > start && /[ \t\r\n]/.test(raw[end - 1] ?? "")) end--;
	return [start, end];
}
function compareWithIni(read, bytes) {
	const text = decodeBytes(bytes.startsWith("ï»¿") ? bytes.slice(byteOrderMark.length) : bytes);
	const other = (0, import_ini$1.parse)(text);
	for (const { line, section, key, keySpan, value } of read.settings) {
		const theirs = [...section === "" ? [] : section.split("."), key].reduce((node, name) => typeof node === "object" && node !== null && Object.hasOwn(node, name) ? node[name] : void 0, other);
		if (typeof theirs === "object" || String(theirs) !== value) {
			const message = `readers of INI files do not agree about this line: ${key}`;
			report$1(read, line, keySpan[0], message, "Write the value without # ; \\ [ ] and quotes inside.");
		}
	}
}
function readSection(read, section, shape) {
	const values = {};
	const fields = shape;
	for (const { line, key, keySpan, value, valueSpan } of settingsOf(read, section)) {
		const field = Object.hasOwn(fields, key) ? fields[key] : void 0;
		if (field === void 0) {
			const known = Object.keys(fields);
			reportUnknown(read, {
				line,
				column: keySpan[0],
				what: `${key} is no key`,
				word: key,
				known
			});
			continue;
		}
		const result = field(value);
		if (result.ok) values[key] = result.value;
		else {
			const { expected, nearest } = result;
			const next = nearest === void 0 ? `Expected ${expected}.` : `Did you mean ${nearest}?`;
			report$1(read, line, valueSpan[0], `${key} = ${value}: expected ${expected}`, next);
		}
	}
	return values;
}
function settingsOf({ bySection }, section) {
	return bySection.get(section) ?? [];
}
function reportUnknown(read, { line, column, what, word, known }) {
	const nearest = findNearest(word, known);
	const next = nearest === void 0 ? `Known are ${known.join(", ")}.` : `Did you mean ${nearest}?`;
	report$1(read, line, column, `${what} that is known here`, next);
}
var import_ini$1, settingsDialect;
var init_ini_settings = __esmMin((() => {
	import_ini$1 = require_ini();
	init_document$1();
	init_nearest();
	init_text$1();
	settingsDialect = { commentMarks: "#;" };
}));

// src/core/fleet/facts.ts
function readFacts(path, bytes) {
	const file = readSettingsFile(path, bytes);
	for (const [section, line] of file.sections) report$1(file, line, 0, `[${section}] is one section too many`, "host.ini has keys alone.");
	return {
		facts: {
			...defaultFacts,
			...readSection(file, "", shape)
		},
		file,
		problems: file.problems
	};
}
function findFact(read, key) {
	const value = read?.facts[key];
	const setting = read && settingsOf(read.file, "").find((candidate) => candidate.key === key);
	if (value === void 0 || setting === void 0) return void 0;
	const { line, keySpan, valueSpan } = setting;
	return {
		value,
		place: {
			line,
			span: [keySpan[0], valueSpan[1]]
		}
	};
}
var shape, defaultFacts;
var init_facts = __esmMin((() => {
	init_fields();
	init_ini_settings();
	shape = {
		role: wordField("server", "rds"),
		os: wordField("linux", "windows"),
		avx: wordField("yes", "no"),
		version: versionField,
		gnutls: gnutlsField,
		address: textField,
		https_port: numberField(1, 65535),
		environment: nameField,
		wave: numberField(0, 1e5),
		transport: wordField("local", "ssh"),
		runner: textField
	};
	defaultFacts = { role: "rds" };
}));

// src/core/fleet/host-folder.ts
function factsOf({ facts }) {
	return facts?.facts ?? defaultFacts;
}
function lacksHttps(folder) {
	const { os, avx } = factsOf(folder);
	return os === "windows" && avx === "no";
}
function sourceLine(folder, file, line) {
	if (file === "interfaces.json") return folder.interfaces?.lines[line] ?? "";
	const raw = documentOf(folder, file)?.lines[line]?.raw ?? "";
	return raw.slice(0, raw.length - lineEnding(raw).length);
}
function documentOf(folder, file) {
	switch (file) {
		case "stpd.ini": return folder.stpd.kind === "file" ? folder.stpd.document : void 0;
		case "host.ini": return folder.facts?.file.document;
		case "globals.ini": return folder.globals?.file.document;
		case "interfaces.json": return;
	}
}
var hostFiles;
var init_host_folder = __esmMin((() => {
	init_document$1();
	init_facts();
	hostFiles = [
		"stpd.ini",
		"host.ini",
		"globals.ini",
		"interfaces.json"
	];
}));

// src/core/rules/avx-lockout.ts
var avxLockout;
var init_avx_lockout = __esmMin((() => {
	init_facts();
	init_host_folder();
	avxLockout = {
		id: "avx-lockout",
		title: "HTTPS can work on every host that is to be closed",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "`host.ini` says `os = windows` and `avx = no`. STPD then turns its HTTPS port off by itself, whatever stpd.ini says.",
			fix: "Keep a plain port open on this host, and keep it out of the hardening, until it runs on a processor with AVX. A virtual machine may hide AVX from its guest: then show it. If the fact is wrong, mend host.ini.",
			rationale: "Closing HTTP and FTP on such a host leaves no data port at all: every backup to it is locked out. This rule cannot be suppressed.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), the note on AVX."
		},
		check: (folder) => {
			const avx = lacksHttps(folder) ? findFact(folder.facts, "avx") : void 0;
			if (avx === void 0) return [];
			return [{
				file: "host.ini",
				place: avx.place,
				message: "STPD has no HTTPS on Windows without AVX: closing its plain ports locks backups out",
				help: "Keep a plain port open on this host until its processor has AVX."
			}];
		}
	};
}));

// src/core/rules/blank-interface.ts
var blankInterface;
var init_blank_interface = __esmMin((() => {
	blankInterface = {
		id: "blank-interface",
		title: "Every task and event names its interface",
		severity: "warning",
		explanation: {
			triggers: "interfaces.json names a task or event whose interface is empty.",
			fix: "Choose an `https://` interface for it, or make sure that the client has no other kind. Export interfaces.json again.",
			rationale: "An empty interface lets SEP sesam choose any that the client has, and HTTP is its default where nothing is set: it may fall back to a port that is closed.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Remove the HTTP and FTP interfaces; SEP, List of ports (5.1.0)."
		},
		check: ({ interfaces }) => (interfaces?.usage ?? []).filter((usage) => usage.interface.url.trim() === "").map(({ kind, name, client, interface: { place } }) => ({
			file: "interfaces.json",
			place,
			message: `${kind} ${name} of client ${client} names no interface, and may fall back to HTTP`,
			help: "Choose an https:// interface for it."
		}))
	};
}));

// src/core/ini/edit.ts
function applyEdits(document, edits) {
	const newLine = usualLineEnding(document);
	const changed = /* @__PURE__ */ new Set();
	const raws = document.lines.map(({ raw }) => raw);
	const inserted = /* @__PURE__ */ new Map();
	for (const edit of edits) {
		const line = document.lines[edit.line];
		if (edit.op === "insertAfter") {
			if (line === void 0 && edit.line !== -1) return refused(edit, "there is no such line");
			if (/[\r\n]/.test(edit.text)) return refused(edit, "an inserted line is one line");
			inserted.set(edit.line, [...inserted.get(edit.line) ?? [], edit.text]);
			continue;
		}
		if (changed.has(edit.line)) return refused(edit, "two edits change the same line");
		changed.add(edit.line);
		const raw = line === void 0 ? void 0 : changeLine(line, edit);
		if (raw === void 0) return refused(edit, `${edit.op} does not fit this line`);
		raws[edit.line] = raw;
	}
	for (const [index, texts] of inserted) {
		const raw = raws[index] ?? "";
		const ending = lineEnding(raw);
		if (index >= 0) raws[index] = ending === "" ? [raw, ...texts].join(newLine) : raw + texts.map((text) => text + ending).join("");
	}
	const top = (inserted.get(-1) ?? []).map((text) => text + newLine).join("");
	const text = raws.join("");
	const start = text.startsWith("ï»¿") ? byteOrderMark.length : 0;
	return {
		kind: "edited",
		document: parseIni(text.slice(0, start) + top + text.slice(start))
	};
}
function refused({ line }, reason) {
	return {
		kind: "refused",
		line,
		reason
	};
}
function usualLineEnding(document) {
	return document.lines.map(({ raw }) => lineEnding(raw)).find((ending) => ending !== "") ?? "\n";
}
function changeLine(line, edit) {
	const { raw } = line;
	switch (edit.op) {
		case "set": {
			if (line.kind !== "entry" || /[\r\n"]/.test(edit.value)) return void 0;
			const [start, end] = line.valueSpan;
			return raw.slice(0, start) + edit.value + raw.slice(end);
		}
		case "commentOut": {
			const start = raw.startsWith("ï»¿") ? byteOrderMark.length : 0;
			return line.kind === "entry" ? `${raw.slice(0, start)}# ${raw.slice(start)}` : void 0;
		}
		case "uncomment": return uncommentLine(line);
	}
}
function uncommentLine({ kind, raw }) {
	if (kind !== "comment") return void 0;
	const mark = raw.indexOf("#");
	let rest = mark + 1;
	while (raw[rest] === " " || raw[rest] === "	") rest++;
	const text = raw.slice(0, mark) + raw.slice(rest);
	return parseIni(text).lines[0]?.kind === "entry" ? text : void 0;
}
function readCommented(line) {
	const text = uncommentLine(line);
	const entry = text === void 0 ? void 0 : parseIni(text).lines[0];
	return entry?.kind === "entry" ? entry : void 0;
}
var init_edit = __esmMin((() => {
	init_document$1();
}));

// src/core/gnutls/algorithms.ts
var words, macs, ciphers, keyExchanges, namesWithoutEffect, versions, groups$1, unusableGroups, curves, signatures$1, mixedCase, options$5, addedIn, removedIn, mlDsaInUseSince, mlDsa, ed448InSecure192Since, tlsVersions$1, dtlsVersions, normalCiphers, normalMacs, normalKeyExchanges, dhGroups, ecGroups, gostGroups, normalGroups, gostSignatures, gostMacs, gostCiphers, gostKeyExchanges;
var init_algorithms = __esmMin((() => {
	words = (text) => text.split(" ");
	macs = words("SHA1 SHA256 SHA384 SHA512 SHA224 UMAC-96 UMAC-128 AEAD MD5 GOSTR341194 STREEBOG-256 STREEBOG-512 AES-CMAC-128 AES-CMAC-256 AES-GMAC-128 AES-GMAC-192 AES-GMAC-256 GOST28147-TC26Z-IMIT OMAC-MAGMA OMAC-KUZNYECHIK PBMAC1");
	ciphers = words("AES-256-CBC AES-192-CBC AES-128-CBC AES-128-GCM AES-192-GCM AES-256-GCM AES-128-CCM AES-256-CCM AES-128-CCM-8 AES-256-CCM-8 ARCFOUR-128 ESTREAM-SALSA20-256 SALSA20-256 CHACHA20-32 CHACHA20-64 CAMELLIA-256-CBC CAMELLIA-192-CBC CAMELLIA-128-CBC CHACHA20-POLY1305 CAMELLIA-128-GCM CAMELLIA-256-GCM GOST28147-TC26Z-CFB GOST28147-CPA-CFB GOST28147-CPB-CFB GOST28147-CPC-CFB GOST28147-CPD-CFB AES-128-CFB8 AES-192-CFB8 AES-256-CFB8 AES-128-XTS AES-256-XTS AES-128-SIV AES-256-SIV GOST28147-TC26Z-CNT MAGMA-CTR-ACPKM KUZNYECHIK-CTR-ACPKM 3DES-CBC DES-CBC RC2-40 NULL AES-128-SIV-GCM AES-256-SIV-GCM AES-128-CFB AES-192-CFB AES-256-CFB");
	keyExchanges = words("ECDHE-RSA ECDHE-ECDSA RSA DHE-RSA DHE-DSS PSK RSA-PSK DHE-PSK ECDHE-PSK SRP-DSS SRP-RSA SRP ANON-DH ANON-ECDH VKO-GOST-12");
	namesWithoutEffect = words("ARCFOUR-40 RSA-EXPORT");
	versions = words("SSL3.0 TLS1.0 TLS1.1 TLS1.2 TLS1.3 DTLS0.9 DTLS1.0 DTLS1.2");
	groups$1 = words("SECP192R1 SECP224R1 SECP256R1 SECP384R1 SECP521R1 X25519 GC256A GC256B GC256C GC256D GC512A GC512B GC512C X448 FFDHE2048 FFDHE3072 FFDHE4096 FFDHE6144 FFDHE8192");
	unusableGroups = words("GC256A GC256C GC256D GC512B GC512C");
	curves = {
		SECP192R1: "SECP192R1",
		SECP224R1: "SECP224R1",
		SECP256R1: "SECP256R1",
		SECP384R1: "SECP384R1",
		SECP521R1: "SECP521R1",
		X25519: "X25519",
		X448: "X448",
		"TC26-256-B": "GC256B",
		"TC26-512-A": "GC512A",
		Ed25519: "-Ed25519",
		Ed448: "-Ed448",
		"CryptoPro-A": "-CryptoPro-A",
		"CryptoPro-XchA": "-CryptoPro-XchA"
	};
	signatures$1 = {
		both: words("RSA-SHA256 RSA-SHA384 RSA-SHA512 RSA-PSS-SHA256 RSA-PSS-RSAE-SHA256 RSA-PSS-SHA384 RSA-PSS-RSAE-SHA384 RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 EdDSA-Ed25519 EdDSA-Ed448 RSA-SHA1 ECDSA-SHA1"),
		pre13: words("ECDSA-SHA256 ECDSA-SHA384 ECDSA-SHA512 DSA-SHA1 GOSTR341012-512 GOSTR341012-256"),
		tls13: words("ECDSA-SECP256R1-SHA256 ECDSA-SECP384R1-SHA384 ECDSA-SECP521R1-SHA512 ML-DSA-44 ML-DSA-65 ML-DSA-87"),
		none: words("ECDSA-SHA3-224 ECDSA-SHA3-256 ECDSA-SHA3-384 ECDSA-SHA3-512 RSA-SHA3-224 RSA-SHA3-256 RSA-SHA3-384 RSA-SHA3-512 DSA-SHA3-224 DSA-SHA3-256 DSA-SHA3-384 DSA-SHA3-512 RSA-RAW RSA-SHA224 RSA-RMD160 DSA-SHA224 DSA-SHA256 RSA-MD5 RSA-MD2 ECDSA-SHA224 GOSTR341001 DSA-SHA384 DSA-SHA512")
	};
	mixedCase = {
		"EDDSA-ED25519": "EdDSA-Ed25519",
		"EDDSA-ED448": "EdDSA-Ed448",
		ED25519: "Ed25519",
		ED448: "Ed448",
		"CRYPTOPRO-A": "CryptoPro-A",
		"CRYPTOPRO-XCHA": "CryptoPro-XchA"
	};
	options$5 = words("COMPAT DUMBFW NO_EXTENSIONS NO_TICKETS NO_TICKETS_TLS12 NO_ETM FORCE_ETM NO_SESSION_HASH STATELESS_COMPRESSION VERIFY_ALLOW_BROKEN VERIFY_ALLOW_SIGN_RSA_MD5 VERIFY_ALLOW_SIGN_WITH_SHA1 VERIFY_DISABLE_CRL_CHECKS SSL3_RECORD_VERSION LATEST_RECORD_VERSION VERIFY_ALLOW_X509_V1_CA_CRT UNSAFE_RENEGOTIATION SAFE_RENEGOTIATION PARTIAL_RENEGOTIATION DISABLE_SAFE_RENEGOTIATION FALLBACK_SCSV DISABLE_WILDCARDS SERVER_PRECEDENCE PROFILE_VERY_WEAK PROFILE_LOW PROFILE_LEGACY PROFILE_MEDIUM PROFILE_HIGH PROFILE_ULTRA PROFILE_FUTURE PROFILE_SUITEB128 PROFILE_SUITEB192 NEW_PADDING DEBUG_ALLOW_KEY_USAGE_VIOLATIONS ALLOW_SMALL_RECORDS DISABLE_TLS13_COMPAT_MODE NO_STATUS_REQUEST FORCE_SESSION_HASH NO_SHUFFLE_EXTENSIONS");
	addedIn = {
		"OMAC-MAGMA": "3.7.1",
		"OMAC-KUZNYECHIK": "3.7.1",
		PBMAC1: "3.8.9",
		"AES-192-GCM": "3.7.1",
		"AES-128-SIV": "3.7.1",
		"AES-256-SIV": "3.7.1",
		"MAGMA-CTR-ACPKM": "3.7.1",
		"KUZNYECHIK-CTR-ACPKM": "3.7.1",
		"AES-128-SIV-GCM": "3.8.3",
		"AES-256-SIV-GCM": "3.8.3",
		"AES-128-CFB": "3.8.13",
		"AES-192-CFB": "3.8.13",
		"AES-256-CFB": "3.8.13",
		GC256A: "3.7.3",
		GC256C: "3.7.3",
		GC256D: "3.7.3",
		GC512B: "3.7.3",
		GC512C: "3.7.3",
		"ML-DSA-44": "3.8.9",
		"ML-DSA-65": "3.8.9",
		"ML-DSA-87": "3.8.9",
		DISABLE_TLS13_COMPAT_MODE: "3.7.1",
		NO_TICKETS_TLS12: "3.7.9",
		NO_STATUS_REQUEST: "3.8.3",
		FORCE_SESSION_HASH: "3.8.3",
		NO_SHUFFLE_EXTENSIONS: "3.8.3"
	};
	removedIn = {
		SRP: "3.8.3",
		"SRP-RSA": "3.8.3",
		"SRP-DSS": "3.8.3"
	};
	mlDsaInUseSince = "3.8.13";
	mlDsa = words("ML-DSA-44 ML-DSA-65 ML-DSA-87");
	ed448InSecure192Since = "3.7.1";
	tlsVersions$1 = words("TLS1.3 TLS1.2 TLS1.1 TLS1.0");
	dtlsVersions = words("DTLS1.2 DTLS1.0");
	normalCiphers = words("AES-256-GCM CHACHA20-POLY1305 AES-256-CCM AES-256-CBC AES-128-GCM AES-128-CCM AES-128-CBC");
	normalMacs = words("SHA1 AEAD");
	normalKeyExchanges = words("ECDHE-ECDSA ECDHE-RSA RSA DHE-RSA");
	dhGroups = words("FFDHE2048 FFDHE3072 FFDHE4096 FFDHE6144 FFDHE8192");
	ecGroups = words("SECP256R1 SECP384R1 SECP521R1 X25519 X448");
	gostGroups = words("GC256A GC256B GC256C GC256D GC512A GC512B GC512C");
	normalGroups = [...ecGroups, ...dhGroups];
	gostSignatures = words("GOSTR341012-256 GOSTR341012-512");
	gostMacs = words("GOST28147-TC26Z-IMIT");
	gostCiphers = words("GOST28147-TC26Z-CNT");
	gostKeyExchanges = words("VKO-GOST-12");
}));

// src/core/gnutls/elements.ts
function splitElements(priority) {
	let start = 0;
	while (isLeadingSpace(priority[start])) start++;
	const counts = start === 0;
	const elements = [];
	let offset = 0;
	for (;;) {
		const colon = priority.indexOf(":", start);
		const end = colon < 0 ? priority.length : colon;
		elements.push({
			text: priority.slice(start, end),
			trueOffset: start,
			offset: counts ? offset : 0
		});
		if (colon < 0) return elements;
		offset += end - start + 1;
		start = colon + 1;
		while (priority[start] === " ") start++;
	}
}
var isLeadingSpace;
var init_elements = __esmMin((() => {
	isLeadingSpace = (char) => char !== void 0 && " 	\n\v\f\r".includes(char);
}));

// src/core/gnutls/differences.ts
function couldDiffer(priority) {
	const elements = splitElements(priority);
	return elements.length > lowestElementLimit || elements.some(({ text }) => isOfSomeBuilds(text));
}
function isOfSomeBuilds(element) {
	const word = element.slice(1).toUpperCase();
	const name = word.startsWith("GROUP-") || word.startsWith("SIGN-") ? word.slice(word.indexOf("-") + 1) : word;
	if (Object.hasOwn(addedIn, name) || Object.hasOwn(removedIn, name)) return true;
	return !element.startsWith("+") && word.startsWith("SIGN-") && !word.startsWith("SIGN-ALL");
}
var lowestElementLimit;
var init_differences = __esmMin((() => {
	init_algorithms();
	init_elements();
	lowestElementLimit = 64;
}));

// src/core/gnutls/consistency.ts
function makeConsistent(lists, extensions, vocabulary, findSuites) {
	const hasPsk = lists.keyExchanges.some((name) => pskKeyExchanges.includes(name));
	const rulesOut13 = !extensions || lists.ciphers.includes("NULL") || lists.keyExchanges.some((name) => name === "RSA-PSK" || name.startsWith("SRP"));
	lists.versions = lists.versions.filter((name) => name !== "SSL3.0");
	if (rulesOut13) lists.versions = lists.versions.filter((name) => !isIn13(name));
	if (lists.versions.length === 0) return {
		list: "versions",
		suites: []
	};
	if (lists.versions.every(isIn13) && !hasPsk) lists.keyExchanges = [];
	const suites = listSuites$2(lists, findSuites);
	const in13 = lists.versions.some(isIn13);
	const before13 = lists.versions.some((name) => !isIn13(name));
	if (!lists.signatures.some((name) => before13 && vocabulary.usableBefore13.includes(name) || in13 && vocabulary.usableIn13.includes(name))) {
		lists.versions = lists.versions.filter((name) => name !== "TLS1.3" && name !== "TLS1.2" && name !== "DTLS1.2");
		if (lists.versions.length === 0) return {
			list: "signatures",
			suites
		};
	}
	if (suites.length === 0) return {
		list: [
			"ciphers",
			"macs",
			"keyExchanges"
		].find((name) => lists[name].length === 0) ?? "ciphers",
		suites
	};
	const hasGroup = lists.groups.some(isUsableGroup);
	const gap = !lists.versions.includes("TLS1.2") && (lists.versions.includes("TLS1.1") || lists.versions.includes("TLS1.0"));
	if (!hasPsk && !hasGroup || gap) lists.versions = lists.versions.filter((name) => !isIn13(name));
	return {
		list: void 0,
		suites
	};
}
function listSuites$2({ keyExchanges, ciphers, macs }, findSuites) {
	const suites = [];
	for (const keyExchange of [void 0, ...keyExchanges]) {
		const byCipher = findSuites(keyExchange);
		for (const cipher of ciphers) {
			const ofCipher = byCipher.get(cipher);
			if (ofCipher === void 0) continue;
			for (const mac of macs) {
				const suite = ofCipher.find((candidate) => candidate.mac === mac);
				if (suite !== void 0) suites.push(suite);
			}
		}
	}
	return suites;
}
function isUsableGroup(name) {
	return !name.startsWith("-") && !unusableGroups.includes(name);
}
var isIn13, pskKeyExchanges;
var init_consistency = __esmMin((() => {
	init_algorithms();
	isIn13 = (version) => version === "TLS1.3";
	pskKeyExchanges = [
		"PSK",
		"DHE-PSK",
		"ECDHE-PSK"
	];
}));

// src/core/gnutls/effective.ts
function listPossible({ versions, suites }) {
	return bySuite(versions, suites, () => true);
}
function listEffective(enabled) {
	const ec = enabled.groups.some((name) => ecGroups.includes(name) || name.startsWith("SECP"));
	const dh = enabled.groups.some((name) => dhGroups.includes(name));
	const signs12 = enabled.signatures.filter((name) => enabled.usableBefore13.includes(name));
	const signs13 = enabled.signatures.some((name) => name.startsWith("RSA-PSS-RSAE-") || name.startsWith("ECDSA-SECP"));
	return bySuite(enabled.versions, enabled.suites, (version, { keyExchange }) => {
		if (keyExchange === void 0) return (ec || dh) && signs13;
		if (keyExchange.includes("ECDH") && !ec) return false;
		if ((keyExchange.startsWith("DHE-") || keyExchange === "ANON-DH") && !dh) return false;
		return version !== "TLS1.2" || canSign(keyExchange, signs12);
	});
}
function canSign(keyExchange, signatures) {
	switch (keyExchange) {
		case "ECDHE-RSA":
		case "DHE-RSA": return signatures.some((name) => name.startsWith("RSA-SHA") || name.startsWith("RSA-PSS-RSAE-"));
		case "ECDHE-ECDSA": return signatures.some((name) => name.startsWith("ECDSA-SHA"));
		case "DHE-DSS": return signatures.some((name) => name.startsWith("DSA-"));
		default: return true;
	}
}
function bySuite(versions, suites, accepts) {
	const result = {};
	for (const version of versions) {
		if (!version.startsWith("TLS")) continue;
		const number = Number(version.slice(3));
		result[version] = suites.filter((suite) => version === "TLS1.3" === (suite.keyExchange === void 0) && suite.minTls <= number && accepts(version, suite));
	}
	return result;
}
var init_effective = __esmMin((() => {
	init_algorithms();
}));

// src/core/gnutls/warnings.ts
function warnOf(kind, element) {
	const { text, trueOffset } = element;
	return {
		kind,
		offset: trueOffset,
		token: text,
		message: messages[kind](text)
	};
}
var weakening, messages;
var init_warnings = __esmMin((() => {
	weakening = {
		UNSAFE_RENEGOTIATION: "allows renegotiation without RFC 5746",
		DISABLE_SAFE_RENEGOTIATION: "turns RFC 5746 (safe renegotiation) off",
		NO_EXTENSIONS: "turns all extensions off, and TLS 1.3 with them",
		COMPAT: "turns security measures off for old peers",
		VERIFY_ALLOW_BROKEN: "accepts certificates signed with broken algorithms",
		VERIFY_ALLOW_SIGN_RSA_MD5: "accepts certificates signed with MD5",
		VERIFY_ALLOW_SIGN_WITH_SHA1: "accepts certificates signed with SHA-1",
		VERIFY_DISABLE_CRL_CHECKS: "turns revocation checks off",
		PROFILE_VERY_WEAK: "accepts certificates with very weak keys",
		PROFILE_LOW: "accepts certificates with weak keys"
	};
	messages = {
		ignored: () => "is accepted and has no effect: GnuTLS does not know what follows the prefix",
		"past-limit": () => "stands past the last element that GnuTLS reads; it and all after it is ignored",
		"system-keyword": () => "depends on the GnuTLS configuration of the host, which is not known here",
		option: (token) => weakening[token.slice(1)] ?? ""
	};
}));

// src/core/gnutls/read-elements.ts
function readElements(elements, vocabulary) {
	const lists = {
		versions: [
			"TLS1.3",
			"TLS1.2",
			"TLS1.1",
			"TLS1.0",
			"DTLS1.2",
			"DTLS1.0"
		],
		ciphers: [],
		macs: [],
		keyExchanges: [],
		groups: [...normalGroups],
		signatures: [...vocabulary.defaultSignatures]
	};
	const emptiedAt = /* @__PURE__ */ new Map();
	const warnings = [];
	let keywordSeen = false;
	let extensions = true;
	let error = null;
	for (const [index, element] of elements.entries()) {
		if (index === vocabulary.maxElements) {
			warnings.push(warnOf("past-limit", element));
			break;
		}
		const { text, offset, trueOffset } = element;
		const upper = upperCase(text);
		const keyword = vocabulary.findKeyword(upper);
		if (index === 0 && upper === "NONE") {
			for (const list of Object.values(lists)) list.length = 0;
			keywordSeen = true;
		} else if (keyword !== void 0) {
			enter(lists, keyword, keywordSeen);
			keywordSeen = true;
		} else if (text.startsWith("%") && vocabulary.hasOption(text.slice(1))) {
			if (text === "%NO_EXTENSIONS") extensions = false;
			const warning = warnOf("option", element);
			if (warning.message !== "") warnings.push(warning);
		} else if (!changeLists(element, upper, lists, vocabulary, emptiedAt, warnings)) {
			if (text.startsWith("@")) warnings.push(warnOf("system-keyword", element));
			error = {
				kind: "syntax",
				offset,
				trueOffset
			};
			break;
		}
	}
	return {
		error,
		lists,
		emptiedAt,
		extensions,
		warnings
	};
}
function upperCase(text) {
	const upper = text.toUpperCase();
	return upper.length === text.length && !/[^\0-\x7f]/.test(text) ? upper : text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
function enter(lists, keyword, keep) {
	for (const [name, list] of Object.entries(lists)) {
		const entries = keyword[name];
		if (entries === void 0) continue;
		if (!keep) list.length = 0;
		addMissing(list, entries);
	}
}
function addMissing(list, entries) {
	for (const entry of entries) if (!list.includes(entry)) list.push(entry);
}
function changeLists(element, upper, lists, vocabulary, emptiedAt, warnings) {
	const sign = upper[0];
	if (sign !== "+" && sign !== "-" && sign !== "!") return false;
	const name = upper.slice(1);
	const keyword = vocabulary.findKeyword(name);
	if (keyword !== void 0) {
		if (sign === "+") enter(lists, keyword, true);
		return sign === "+";
	}
	const word = vocabulary.find(name);
	if (word === void 0) return false;
	if (word.ignored) warnings.push(warnOf("ignored", element));
	for (const { list, add, remove } of word.changes) if (sign === "+") addMissing(lists[list], add);
	else {
		if (lists[list].length === 0) continue;
		lists[list] = remove === "everything" ? [] : lists[list].filter((entry) => !remove.includes(entry));
		if (lists[list].length === 0) emptiedAt.set(list, element.trueOffset);
	}
	return true;
}
var init_read_elements = __esmMin((() => {
	init_algorithms();
	init_warnings();
}));

// src/core/gnutls/suite-table.ts
var suiteTable;
var init_suite_table = __esmMin((() => {
	suiteTable = {
		"-": `
1301 TLS_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.3 -
1302 TLS_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.3 -
1303 TLS_CHACHA20_POLY1305_SHA256 CHACHA20-POLY1305 AEAD 1.3 -
1304 TLS_AES_128_CCM_SHA256 AES-128-CCM AEAD 1.3 -
1305 TLS_AES_128_CCM_8_SHA256 AES-128-CCM-8 AEAD 1.3 -`,
		RSA: `
0001 TLS_RSA_NULL_MD5 NULL MD5 1.0 0.9
0002 TLS_RSA_NULL_SHA1 NULL SHA1 1.0 0.9
003b TLS_RSA_NULL_SHA256 NULL SHA256 1.2 1.2
0005 TLS_RSA_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
0004 TLS_RSA_ARCFOUR_128_MD5 ARCFOUR-128 MD5 1.0 -
000a TLS_RSA_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
002f TLS_RSA_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
0035 TLS_RSA_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
00ba TLS_RSA_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
00c0 TLS_RSA_CAMELLIA_256_CBC_SHA256 CAMELLIA-256-CBC SHA256 1.2 1.2
0041 TLS_RSA_CAMELLIA_128_CBC_SHA1 CAMELLIA-128-CBC SHA1 1.0 0.9
0084 TLS_RSA_CAMELLIA_256_CBC_SHA1 CAMELLIA-256-CBC SHA1 1.0 0.9
003c TLS_RSA_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
003d TLS_RSA_AES_256_CBC_SHA256 AES-256-CBC SHA256 1.2 1.2
009c TLS_RSA_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
009d TLS_RSA_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c07a TLS_RSA_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c07b TLS_RSA_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
c09c TLS_RSA_AES_128_CCM AES-128-CCM AEAD 1.2 1.2
c09d TLS_RSA_AES_256_CCM AES-256-CCM AEAD 1.2 1.2
c0a0 TLS_RSA_AES_128_CCM_8 AES-128-CCM-8 AEAD 1.2 1.2
c0a1 TLS_RSA_AES_256_CCM_8 AES-256-CCM-8 AEAD 1.2 1.2`,
		"DHE-DSS": `
0066 TLS_DHE_DSS_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
0013 TLS_DHE_DSS_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
0032 TLS_DHE_DSS_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
0038 TLS_DHE_DSS_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
00bd TLS_DHE_DSS_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
00c3 TLS_DHE_DSS_CAMELLIA_256_CBC_SHA256 CAMELLIA-256-CBC SHA256 1.2 1.2
0044 TLS_DHE_DSS_CAMELLIA_128_CBC_SHA1 CAMELLIA-128-CBC SHA1 1.0 0.9
0087 TLS_DHE_DSS_CAMELLIA_256_CBC_SHA1 CAMELLIA-256-CBC SHA1 1.0 0.9
0040 TLS_DHE_DSS_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
006a TLS_DHE_DSS_AES_256_CBC_SHA256 AES-256-CBC SHA256 1.2 1.2
00a2 TLS_DHE_DSS_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
00a3 TLS_DHE_DSS_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c080 TLS_DHE_DSS_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c081 TLS_DHE_DSS_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2`,
		"DHE-RSA": `
0016 TLS_DHE_RSA_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
0033 TLS_DHE_RSA_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
0039 TLS_DHE_RSA_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
00be TLS_DHE_RSA_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
00c4 TLS_DHE_RSA_CAMELLIA_256_CBC_SHA256 CAMELLIA-256-CBC SHA256 1.2 1.2
0045 TLS_DHE_RSA_CAMELLIA_128_CBC_SHA1 CAMELLIA-128-CBC SHA1 1.0 0.9
0088 TLS_DHE_RSA_CAMELLIA_256_CBC_SHA1 CAMELLIA-256-CBC SHA1 1.0 0.9
0067 TLS_DHE_RSA_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
006b TLS_DHE_RSA_AES_256_CBC_SHA256 AES-256-CBC SHA256 1.2 1.2
009e TLS_DHE_RSA_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
009f TLS_DHE_RSA_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c07c TLS_DHE_RSA_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c07d TLS_DHE_RSA_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
ccaa TLS_DHE_RSA_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2
c09e TLS_DHE_RSA_AES_128_CCM AES-128-CCM AEAD 1.2 1.2
c09f TLS_DHE_RSA_AES_256_CCM AES-256-CCM AEAD 1.2 1.2
c0a2 TLS_DHE_RSA_AES_128_CCM_8 AES-128-CCM-8 AEAD 1.2 1.2
c0a3 TLS_DHE_RSA_AES_256_CCM_8 AES-256-CCM-8 AEAD 1.2 1.2`,
		"ECDHE-RSA": `
c010 TLS_ECDHE_RSA_NULL_SHA1 NULL SHA1 1.0 0.9
c012 TLS_ECDHE_RSA_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c013 TLS_ECDHE_RSA_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c014 TLS_ECDHE_RSA_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
c028 TLS_ECDHE_RSA_AES_256_CBC_SHA384 AES-256-CBC SHA384 1.2 1.2
c011 TLS_ECDHE_RSA_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
c076 TLS_ECDHE_RSA_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
c077 TLS_ECDHE_RSA_CAMELLIA_256_CBC_SHA384 CAMELLIA-256-CBC SHA384 1.2 1.2
c027 TLS_ECDHE_RSA_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
c02f TLS_ECDHE_RSA_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
c030 TLS_ECDHE_RSA_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c08a TLS_ECDHE_RSA_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c08b TLS_ECDHE_RSA_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
cca8 TLS_ECDHE_RSA_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2`,
		"ECDHE-ECDSA": `
c006 TLS_ECDHE_ECDSA_NULL_SHA1 NULL SHA1 1.0 0.9
c008 TLS_ECDHE_ECDSA_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c009 TLS_ECDHE_ECDSA_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c00a TLS_ECDHE_ECDSA_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
c007 TLS_ECDHE_ECDSA_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
c072 TLS_ECDHE_ECDSA_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
c073 TLS_ECDHE_ECDSA_CAMELLIA_256_CBC_SHA384 CAMELLIA-256-CBC SHA384 1.2 1.2
c023 TLS_ECDHE_ECDSA_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
c086 TLS_ECDHE_ECDSA_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c087 TLS_ECDHE_ECDSA_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
c02b TLS_ECDHE_ECDSA_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
c02c TLS_ECDHE_ECDSA_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c024 TLS_ECDHE_ECDSA_AES_256_CBC_SHA384 AES-256-CBC SHA384 1.2 1.2
cca9 TLS_ECDHE_ECDSA_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2
c0ac TLS_ECDHE_ECDSA_AES_128_CCM AES-128-CCM AEAD 1.2 1.2
c0ad TLS_ECDHE_ECDSA_AES_256_CCM AES-256-CCM AEAD 1.2 1.2
c0ae TLS_ECDHE_ECDSA_AES_128_CCM_8 AES-128-CCM-8 AEAD 1.2 1.2
c0af TLS_ECDHE_ECDSA_AES_256_CCM_8 AES-256-CCM-8 AEAD 1.2 1.2`,
		"ECDHE-PSK": `
c034 TLS_ECDHE_PSK_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c035 TLS_ECDHE_PSK_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c036 TLS_ECDHE_PSK_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
c037 TLS_ECDHE_PSK_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
c038 TLS_ECDHE_PSK_AES_256_CBC_SHA384 AES-256-CBC SHA384 1.2 1.2
c033 TLS_ECDHE_PSK_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
c039 TLS_ECDHE_PSK_NULL_SHA1 NULL SHA1 1.0 0.9
c03a TLS_ECDHE_PSK_NULL_SHA256 NULL SHA256 1.2 1.2
c03b TLS_ECDHE_PSK_NULL_SHA384 NULL SHA384 1.0 1.2
c09a TLS_ECDHE_PSK_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
c09b TLS_ECDHE_PSK_CAMELLIA_256_CBC_SHA384 CAMELLIA-256-CBC SHA384 1.2 1.2
ccac TLS_ECDHE_PSK_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2`,
		PSK: `
008a TLS_PSK_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
008b TLS_PSK_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
008c TLS_PSK_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
008d TLS_PSK_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
00ae TLS_PSK_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
00a9 TLS_PSK_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c08e TLS_PSK_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c08f TLS_PSK_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
00a8 TLS_PSK_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
002c TLS_PSK_NULL_SHA1 NULL SHA1 1.0 0.9
00b0 TLS_PSK_NULL_SHA256 NULL SHA256 1.2 1.2
c094 TLS_PSK_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
c095 TLS_PSK_CAMELLIA_256_CBC_SHA384 CAMELLIA-256-CBC SHA384 1.2 1.2
00af TLS_PSK_AES_256_CBC_SHA384 AES-256-CBC SHA384 1.2 1.2
00b1 TLS_PSK_NULL_SHA384 NULL SHA384 1.2 1.2
c0a4 TLS_PSK_AES_128_CCM AES-128-CCM AEAD 1.2 1.2
c0a5 TLS_PSK_AES_256_CCM AES-256-CCM AEAD 1.2 1.2
c0a8 TLS_PSK_AES_128_CCM_8 AES-128-CCM-8 AEAD 1.2 1.2
c0a9 TLS_PSK_AES_256_CCM_8 AES-256-CCM-8 AEAD 1.2 1.2
ccab TLS_PSK_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2`,
		"RSA-PSK": `
0092 TLS_RSA_PSK_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
0093 TLS_RSA_PSK_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
0094 TLS_RSA_PSK_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
0095 TLS_RSA_PSK_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
c092 TLS_RSA_PSK_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c093 TLS_RSA_PSK_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
00ac TLS_RSA_PSK_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
00b6 TLS_RSA_PSK_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
002e TLS_RSA_PSK_NULL_SHA1 NULL SHA1 1.0 0.9
00b8 TLS_RSA_PSK_NULL_SHA256 NULL SHA256 1.2 1.2
00ad TLS_RSA_PSK_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
00b7 TLS_RSA_PSK_AES_256_CBC_SHA384 AES-256-CBC SHA384 1.2 1.2
00b9 TLS_RSA_PSK_NULL_SHA384 NULL SHA384 1.2 1.2
c098 TLS_RSA_PSK_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
c099 TLS_RSA_PSK_CAMELLIA_256_CBC_SHA384 CAMELLIA-256-CBC SHA384 1.2 1.2
ccae TLS_RSA_PSK_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2`,
		"DHE-PSK": `
008e TLS_DHE_PSK_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -
008f TLS_DHE_PSK_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
0090 TLS_DHE_PSK_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
0091 TLS_DHE_PSK_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
00b2 TLS_DHE_PSK_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
00aa TLS_DHE_PSK_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
002d TLS_DHE_PSK_NULL_SHA1 NULL SHA1 1.0 0.9
00b4 TLS_DHE_PSK_NULL_SHA256 NULL SHA256 1.2 1.2
00b5 TLS_DHE_PSK_NULL_SHA384 NULL SHA384 1.2 1.2
00b3 TLS_DHE_PSK_AES_256_CBC_SHA384 AES-256-CBC SHA384 1.2 1.2
00ab TLS_DHE_PSK_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c096 TLS_DHE_PSK_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
c097 TLS_DHE_PSK_CAMELLIA_256_CBC_SHA384 CAMELLIA-256-CBC SHA384 1.2 1.2
c090 TLS_DHE_PSK_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c091 TLS_DHE_PSK_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2
c0a6 TLS_DHE_PSK_AES_128_CCM AES-128-CCM AEAD 1.2 1.2
c0a7 TLS_DHE_PSK_AES_256_CCM AES-256-CCM AEAD 1.2 1.2
c0aa TLS_DHE_PSK_AES_128_CCM_8 AES-128-CCM-8 AEAD 1.2 1.2
c0ab TLS_DHE_PSK_AES_256_CCM_8 AES-256-CCM-8 AEAD 1.2 1.2
ccad TLS_DHE_PSK_CHACHA20_POLY1305 CHACHA20-POLY1305 AEAD 1.2 1.2`,
		"ANON-DH": `
0018 TLS_DH_ANON_ARCFOUR_128_MD5 ARCFOUR-128 MD5 1.0 -
001b TLS_DH_ANON_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
0034 TLS_DH_ANON_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
003a TLS_DH_ANON_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
00bf TLS_DH_ANON_CAMELLIA_128_CBC_SHA256 CAMELLIA-128-CBC SHA256 1.2 1.2
00c5 TLS_DH_ANON_CAMELLIA_256_CBC_SHA256 CAMELLIA-256-CBC SHA256 1.2 1.2
0046 TLS_DH_ANON_CAMELLIA_128_CBC_SHA1 CAMELLIA-128-CBC SHA1 1.0 0.9
0089 TLS_DH_ANON_CAMELLIA_256_CBC_SHA1 CAMELLIA-256-CBC SHA1 1.0 0.9
006c TLS_DH_ANON_AES_128_CBC_SHA256 AES-128-CBC SHA256 1.2 1.2
006d TLS_DH_ANON_AES_256_CBC_SHA256 AES-256-CBC SHA256 1.2 1.2
00a6 TLS_DH_ANON_AES_128_GCM_SHA256 AES-128-GCM AEAD 1.2 1.2
00a7 TLS_DH_ANON_AES_256_GCM_SHA384 AES-256-GCM AEAD 1.2 1.2
c084 TLS_DH_ANON_CAMELLIA_128_GCM_SHA256 CAMELLIA-128-GCM AEAD 1.2 1.2
c085 TLS_DH_ANON_CAMELLIA_256_GCM_SHA384 CAMELLIA-256-GCM AEAD 1.2 1.2`,
		"ANON-ECDH": `
c015 TLS_ECDH_ANON_NULL_SHA1 NULL SHA1 1.0 0.9
c017 TLS_ECDH_ANON_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c018 TLS_ECDH_ANON_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c019 TLS_ECDH_ANON_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9
c016 TLS_ECDH_ANON_ARCFOUR_128_SHA1 ARCFOUR-128 SHA1 1.0 -`,
		SRP: `
c01a TLS_SRP_SHA_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c01d TLS_SRP_SHA_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c020 TLS_SRP_SHA_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9`,
		"SRP-DSS": `
c01c TLS_SRP_SHA_DSS_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c01f TLS_SRP_SHA_DSS_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c022 TLS_SRP_SHA_DSS_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9`,
		"SRP-RSA": `
c01b TLS_SRP_SHA_RSA_3DES_EDE_CBC_SHA1 3DES-CBC SHA1 1.0 0.9
c01e TLS_SRP_SHA_RSA_AES_128_CBC_SHA1 AES-128-CBC SHA1 1.0 0.9
c021 TLS_SRP_SHA_RSA_AES_256_CBC_SHA1 AES-256-CBC SHA1 1.0 0.9`,
		"VKO-GOST-12": `
c102 TLS_GOSTR341112_256_28147_CNT_IMIT GOST28147-TC26Z-CNT GOST28147-TC26Z-IMIT 1.2 -`
	};
}));

// src/core/gnutls/suites.ts
function parseSuites(keyExchange) {
	return (suiteTable[keyExchange ?? "-"]?.trim().split("\n") ?? []).map((line) => {
		const [id = "", name = "", cipher = "", mac = "", tls, dtls] = line.split(" ");
		return {
			id,
			name,
			keyExchange,
			cipher,
			mac,
			minTls: Number(tls),
			minDtls: dtls === "-" ? void 0 : Number(dtls)
		};
	});
}
function createSuiteIndex() {
	const known = /* @__PURE__ */ new Map();
	return (keyExchange) => {
		const before = known.get(keyExchange);
		if (before !== void 0) return before;
		const suites = /* @__PURE__ */ new Map();
		for (const suite of parseSuites(keyExchange)) {
			const ofCipher = suites.get(suite.cipher);
			if (ofCipher === void 0) suites.set(suite.cipher, [suite]);
			else ofCipher.push(suite);
		}
		known.set(keyExchange, suites);
		return suites;
	};
}
var init_suites = __esmMin((() => {
	init_suite_table();
}));

// src/core/gnutls/keywords.ts
function defaultSignatures(since) {
	return [
		...since("3.8.13") ? mlDsa : [],
		...strongSignatures,
		"RSA-SHA1",
		"ECDSA-SHA1"
	];
}
function findKeyword(name, since) {
	switch (name) {
		case "NORMAL":
		case "LEGACY": return normal(since);
		case "PFS": return {
			...normal(since),
			keyExchanges: words("ECDHE-ECDSA ECDHE-RSA DHE-RSA")
		};
		case "PERFORMANCE": return {
			...normal(since),
			ciphers: words("AES-128-GCM AES-256-GCM CHACHA20-POLY1305 AES-128-CCM AES-256-CCM AES-128-CBC AES-256-CBC"),
			keyExchanges: words("RSA ECDHE-ECDSA ECDHE-RSA DHE-RSA")
		};
		case "SECURE128":
		case "SECURE": return {
			...normal(since),
			ciphers: words("AES-256-GCM CHACHA20-POLY1305 AES-256-CBC AES-256-CCM AES-128-GCM AES-128-CBC AES-128-CCM"),
			signatures: strongSignatures
		};
		case "SECURE192":
		case "SECURE256": return {
			...normal(since),
			ciphers: words("AES-256-GCM CHACHA20-POLY1305 AES-256-CBC AES-256-CCM"),
			macs: ["AEAD"],
			groups: words("SECP384R1 SECP521R1 FFDHE8192"),
			signatures: secure192Signatures.filter((signature) => signature !== "EdDSA-Ed448" || since("3.7.1"))
		};
		case "SUITEB128": return {
			...suiteB,
			ciphers: words("AES-256-GCM AES-128-GCM"),
			groups: words("SECP256R1 SECP384R1"),
			signatures: words("ECDSA-SHA256 ECDSA-SECP256R1-SHA256 ECDSA-SHA384 ECDSA-SECP384R1-SHA384")
		};
		case "SUITEB192": return {
			...suiteB,
			ciphers: ["AES-256-GCM"],
			groups: ["SECP384R1"],
			signatures: words("ECDSA-SHA384 ECDSA-SECP384R1-SHA384")
		};
		default: return;
	}
}
function normal(since) {
	return {
		ciphers: normalCiphers,
		macs: normalMacs,
		keyExchanges: normalKeyExchanges,
		groups: normalGroups,
		signatures: defaultSignatures(since)
	};
}
var strongSignatures, suiteB, secure192Signatures;
var init_keywords = __esmMin((() => {
	init_algorithms();
	strongSignatures = words("RSA-SHA256 RSA-PSS-SHA256 RSA-PSS-RSAE-SHA256 ECDSA-SHA256 ECDSA-SECP256R1-SHA256 EdDSA-Ed25519 RSA-SHA384 RSA-PSS-SHA384 RSA-PSS-RSAE-SHA384 ECDSA-SHA384 ECDSA-SECP384R1-SHA384 EdDSA-Ed448 RSA-SHA512 RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 ECDSA-SHA512 ECDSA-SECP521R1-SHA512");
	suiteB = {
		versions: ["TLS1.2"],
		macs: ["AEAD"],
		keyExchanges: ["ECDHE-ECDSA"]
	};
	secure192Signatures = words("RSA-SHA384 RSA-PSS-SHA384 RSA-PSS-RSAE-SHA384 ECDSA-SHA384 ECDSA-SECP384R1-SHA384 EdDSA-Ed448 RSA-SHA512 RSA-PSS-SHA512 RSA-PSS-RSAE-SHA512 ECDSA-SHA512 ECDSA-SECP521R1-SHA512");
}));

// src/core/gnutls/vocabulary.ts
function listPrefixes(signatures) {
	const gost = gostGroups;
	return [
		["VERS-TLS-ALL", some("versions", tlsVersions$1)],
		["VERS-DTLS-ALL", { changes: [{
			list: "versions",
			add: dtlsVersions,
			remove: [...dtlsVersions, "DTLS0.9"]
		}] }],
		["VERS-ALL", emptying("versions", [...tlsVersions$1, ...dtlsVersions])],
		["COMP-", ignored],
		["CURVE-ALL", emptying("groups", normalGroups)],
		["GROUP-ALL", emptying("groups", normalGroups)],
		["GROUP-DH-ALL", some("groups", dhGroups)],
		["GROUP-EC-ALL", some("groups", ecGroups)],
		["GROUP-GOST-ALL", some("groups", gost)],
		["CTYPE-ALL", nothing],
		["CTYPE-CLI-ALL", nothing],
		["CTYPE-SRV-ALL", nothing],
		["CTYPE-OPENPGP", nothing],
		["SIGN-ALL", emptying("signatures", signatures)],
		["SIGN-GOST-ALL", emptying("signatures", gostSignatures)],
		["MAC-ALL", emptying("macs", normalMacs)],
		["MAC-GOST-ALL", emptying("macs", gostMacs)],
		["MAC-", ignored],
		["CIPHER-ALL", emptying("ciphers", normalCiphers)],
		["CIPHER-GOST-ALL", emptying("ciphers", gostCiphers)],
		["CIPHER-", ignored],
		["KX-ALL", emptying("keyExchanges", normalKeyExchanges)],
		["KX-GOST-ALL", emptying("keyExchanges", gostKeyExchanges)],
		["KX-", ignored],
		["GOST", { changes: [
			{
				list: "groups",
				add: gost,
				remove: gost
			},
			{
				list: "signatures",
				add: gostSignatures,
				remove: "everything"
			},
			{
				list: "macs",
				add: gostMacs,
				remove: "everything"
			},
			{
				list: "ciphers",
				add: gostCiphers,
				remove: "everything"
			},
			{
				list: "keyExchanges",
				add: gostKeyExchanges,
				remove: "everything"
			}
		] }]
	];
}
function findName(word, known) {
	const match = (names, prefix) => {
		if (!word.startsWith(prefix)) return void 0;
		const upper = word.slice(prefix.length);
		const name = mixedCase[upper] ?? upper;
		return names.includes(name) && known(name) ? name : void 0;
	};
	const { both, pre13, tls13, none } = signatures$1;
	const tables = [
		[
			"macs",
			macs,
			""
		],
		[
			"ciphers",
			ciphers,
			""
		],
		[
			"keyExchanges",
			keyExchanges,
			""
		],
		[
			"versions",
			versions,
			"VERS-"
		],
		[
			"groups",
			groups$1,
			"GROUP-"
		],
		[
			"signatures",
			[
				...both,
				...pre13,
				...tls13,
				...none
			],
			"SIGN-"
		]
	];
	for (const [list, names, prefix] of tables) {
		const name = match(names, prefix);
		if (name !== void 0) return one$2(list, name);
	}
	const curve = match(Object.keys(curves), "CURVE-");
	if (curve !== void 0) return one$2("groups", curves[curve] ?? curve);
	return /^CTYPE-(CLI-|SRV-)?(X\.?509|RAWPK)$/.test(word) || namesWithoutEffect.includes(word) ? nothing : void 0;
}
function createVocabulary(dialect) {
	const since = (first) => isSince(dialect, first);
	const known = (name) => {
		const added = addedIn[name];
		const removed = removedIn[name];
		return (added === void 0 || since(added)) && (removed === void 0 || !since(removed));
	};
	const usesMlDsa = since(mlDsaInUseSince);
	const { both, pre13, tls13 } = signatures$1;
	const signatures = defaultSignatures(since);
	let listed;
	const prefixes = () => listed ??= listPrefixes(signatures);
	return {
		findKeyword: remember((name) => findKeyword(name, since)),
		hasOption: (name) => options$5.includes(name) && known(name),
		defaultSignatures: signatures,
		maxElements: since("3.7.9") ? 128 : 64,
		usableBefore13: [...both, ...pre13],
		usableIn13: [...both, ...tls13.filter((name) => usesMlDsa || !mlDsa.includes(name))],
		find: remember((word) => findName(word, known) ?? prefixes().find(([prefix]) => word.startsWith(prefix))?.[1])
	};
}
function remember(find) {
	const found = /* @__PURE__ */ new Map();
	return (name) => {
		const before = found.get(name);
		if (before !== void 0) return before;
		const meaning = find(name);
		if (meaning !== void 0) found.set(name, meaning);
		return meaning;
	};
}
var nothing, ignored, one$2, some, emptying;
var init_vocabulary = __esmMin((() => {
	init_algorithms();
	init_dialects();
	init_keywords();
	nothing = { changes: [] };
	ignored = {
		changes: [],
		ignored: true
	};
	one$2 = (list, name) => ({ changes: [{
		list,
		add: [name],
		remove: [name]
	}] });
	some = (list, names) => ({ changes: [{
		list,
		add: names,
		remove: names
	}] });
	emptying = (list, add) => ({ changes: [{
		list,
		add,
		remove: "everything"
	}] });
}));

// src/core/gnutls/evaluate.ts
function createEvaluator(dialect) {
	const vocabulary = createVocabulary(dialect);
	const findSuites = createSuiteIndex();
	return (priority) => {
		const elements = splitElements(endAtNul(priority));
		const read = readElements(elements, vocabulary);
		if (read.error !== null) return failed(read.error, read.warnings);
		const { lists, emptiedAt, extensions, warnings } = read;
		const missing = makeConsistent(lists, extensions, vocabulary, findSuites);
		if (missing.list === void 0) return describe$7(lists, missing.suites, vocabulary, warnings);
		return failed({
			kind: "no-priorities",
			offset: 0,
			trueOffset: emptiedAt.get(missing.list) ?? 0
		}, warnings);
	};
}
function endAtNul(priority) {
	const nul = priority.indexOf("\0");
	return nul < 0 ? priority : priority.slice(0, nul);
}
function failed(error, warnings) {
	return {
		ok: false,
		error,
		protocols: [],
		ciphers: [],
		macs: [],
		kx: [],
		groups: [],
		signatures: [],
		suites: [],
		effective: {},
		possible: {},
		warnings
	};
}
function describe$7(lists, all, vocabulary, warnings) {
	const maxTls = highest(lists.versions, "TLS");
	const maxDtls = highest(lists.versions, "DTLS");
	const suites = all.filter(({ minTls, minDtls }) => maxTls >= minTls || minDtls !== void 0 && maxDtls >= minDtls);
	const enabled = {
		...lists,
		usableBefore13: vocabulary.usableBefore13,
		suites
	};
	return {
		ok: true,
		error: null,
		protocols: lists.versions,
		ciphers: lists.ciphers,
		macs: lists.macs,
		kx: lists.keyExchanges,
		groups: lists.groups.map((name) => name.startsWith("-") ? "(null)" : name),
		signatures: lists.signatures,
		suites: suites.map(({ name }) => name),
		effective: listEffective(enabled),
		possible: listPossible(enabled),
		warnings
	};
}
function highest(versions, transport) {
	const numbers = versions.filter((name) => name.startsWith(transport)).map((name) => Number(name.slice(transport.length)));
	return Math.max(0, ...numbers);
}
var init_evaluate = __esmMin((() => {
	init_consistency();
	init_effective();
	init_elements();
	init_read_elements();
	init_suites();
	init_vocabulary();
}));

// src/core/gnutls/policy.ts
function recommend(profile) {
	return profile === "strict" ? `${vendorPriority}:-RSA:-SHA1` : vendorPriority;
}
function judgeEvaluation({ possible, effective }) {
	const parts = new Set(Object.values(possible).flatMap((suites) => suites.flatMap(({ cipher, mac, keyExchange }) => [
		cipher,
		mac,
		keyExchange
	])));
	return {
		modern: modernVersions$1.some((version) => effective[version]?.some(({ keyExchange }) => certificateKeyExchanges.includes(keyExchange))),
		legacy: legacyVersions.filter((version) => (possible[version]?.length ?? 0) > 0),
		weak: Object.keys(weakParts).filter((part) => parts.has(part)),
		noSecrecy: staticKeyExchanges.filter((part) => parts.has(part)),
		noAead: macs.filter((part) => part !== "AEAD" && parts.has(part))
	};
}
function dialectsWhere(readings, holds) {
	return readings.flatMap((reading) => holds(reading) ? reading.dialects : []);
}
function nameWeak(part) {
	return weakParts[part] ?? part;
}
var vendorPriority, legacyVersions, modernVersions$1, certificateKeyExchanges, staticKeyExchanges, weakParts;
var init_policy = __esmMin((() => {
	init_algorithms();
	vendorPriority = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-SSL3.0:-3DES-CBC:-DES-CBC:%SERVER_PRECEDENCE";
	legacyVersions = [
		"SSL3.0",
		"TLS1.0",
		"TLS1.1"
	];
	modernVersions$1 = ["TLS1.2", "TLS1.3"];
	certificateKeyExchanges = [
		void 0,
		"RSA",
		"DHE-RSA",
		"ECDHE-RSA",
		"ECDHE-ECDSA"
	];
	staticKeyExchanges = [
		"RSA",
		"PSK",
		"RSA-PSK"
	];
	weakParts = {
		"3DES-CBC": "3DES",
		"DES-CBC": "DES",
		"ARCFOUR-128": "RC4",
		"RC2-40": "RC2",
		NULL: "NULL",
		"ANON-DH": "anonymous DH",
		"ANON-ECDH": "anonymous ECDH",
		MD5: "MD5"
	};
}));

// src/core/gnutls/readings.ts
function createPriorityReader(allowed) {
	const evaluators = /* @__PURE__ */ new Map();
	const known = /* @__PURE__ */ new Map();
	const read = (dialect, priority, dialects) => {
		const evaluator = evaluators.get(dialect) ?? createEvaluator(dialect);
		evaluators.set(dialect, evaluator);
		const evaluation = evaluator(priority);
		return {
			dialects,
			evaluation,
			enables: describeEnabled(evaluation),
			ordered: splitElements(priority).some(({ text }) => text === "%SERVER_PRECEDENCE"),
			...judgeEvaluation(evaluation)
		};
	};
	const first = allowed.includes("3.7.9") ? defaultDialect : allowed[0] ?? "3.7.9";
	return (priority) => {
		const before = known.get(priority);
		if (before !== void 0) return before;
		const readings = couldDiffer(priority) ? allowed.map((dialect) => read(dialect, priority, [dialect])) : [read(first, priority, allowed)];
		known.set(priority, readings);
		return readings;
	};
}
function describeEnabled({ ok, effective }) {
	if (!ok) return "invalid";
	return Object.entries(effective).map(([version, suites]) => [version, ...suites.map(({ id }) => id)].join(" ")).join(" ");
}
var init_readings = __esmMin((() => {
	init_differences();
	init_dialects();
	init_elements();
	init_evaluate();
	init_policy();
}));

// src/core/fleet/stpd-file.ts
function createStpdParser({ dialects, absentPort }) {
	const readPriority = createPriorityReader(dialects);
	return (bytes) => findGarbled(bytes) ?? readFile(parseIni(bytes));
	function readFile(document) {
		const { entries, serverEntries, sectionLine } = readEntries(document);
		return {
			kind: "file",
			document,
			sectionLine,
			entries,
			serverEntries,
			priorityLines: entriesOf({ serverEntries }, priorityKey).map((entry) => ({
				entry,
				readings: readPriority(entry.value)
			})),
			absentPort,
			readPriority
		};
	}
}
function findGarbled(bytes) {
	if (/^(\xff\xfe|\xfe\xff)/.test(bytes)) return {
		kind: "garbled",
		cause: "UTF-16",
		line: 0,
		column: 0
	};
	const nul = bytes.indexOf("\0");
	if (nul < 0) return void 0;
	const { lines } = parseIni(bytes.slice(0, nul));
	const last = lines.at(-1)?.raw ?? "";
	const atStart = last === "" || last.endsWith("\n") || last.endsWith("\r");
	return {
		kind: "garbled",
		cause: "NUL",
		line: atStart ? lines.length : lines.length - 1,
		column: atStart ? 0 : last.length
	};
}
function readEntries({ lines }) {
	const entries = [];
	const serverEntries = /* @__PURE__ */ new Map();
	let section = "";
	let sectionLine;
	for (const [line, content] of lines.entries()) {
		if (content.kind === "section") {
			section = content.name;
			if (section === "STPD_Server") sectionLine ??= line;
		}
		if (content.kind === "entry") {
			const { key, keySpan, value, valueSpan } = content;
			const entry = {
				line,
				section,
				key,
				keySpan,
				value,
				valueSpan
			};
			entries.push(entry);
			if (section !== "STPD_Server") continue;
			const others = serverEntries.get(key.toUpperCase());
			if (others === void 0) serverEntries.set(key.toUpperCase(), [entry]);
			else others.push(entry);
		}
	}
	return {
		entries,
		serverEntries,
		sectionLine
	};
}
function entriesOf({ serverEntries }, key) {
	return (serverEntries.get(key) ?? []).filter((entry) => entry.key === key);
}
function plainPortEntries({ serverEntries }, key) {
	return (serverEntries.get(key) ?? []).filter((entry) => entry.value !== "");
}
function isLeftOpen(file, key) {
	return file.absentPort === "open" && plainPortEntries(file, key).length === 0 && commentedEntries(file, key).length === 0;
}
function commentedEntries({ document }, key) {
	return document.lines.flatMap((line, index) => readCommented(line)?.key === key ? [index] : []);
}
function commentedInServer(file, key) {
	let section = "";
	const inServer = file.document.lines.map((line) => {
		if (line.kind === "section") section = line.name;
		return section === serverSection;
	});
	return commentedEntries(file, key).filter((line) => inServer[line] === true);
}
function readPort(value) {
	if (!/^[1-9][0-9]{0,4}$/.test(value)) return void 0;
	const port = Number(value);
	return port <= 65535 ? port : void 0;
}
var serverSection, portKeys, priorityKey, serverKeys;
var init_stpd_file = __esmMin((() => {
	init_document$1();
	init_edit();
	init_readings();
	serverSection = "STPD_Server";
	portKeys = [
		"STPD_PORT",
		"STPD_HTTP_PORT",
		"STPD_HTTPS_PORT"
	];
	priorityKey = "STPD_HTTPS_PRIORITY_STRING";
	serverKeys = [...portKeys, priorityKey];
}));

// src/core/rules/rule.ts
function ofFile(check) {
	return (folder) => folder.stpd.kind === "file" ? check(folder.stpd, folder) : [];
}
var init_rule = __esmMin((() => {}));

// src/core/rules/duplicate-key.ts
function removeAgain({ line, key }) {
	return {
		kind: "edit",
		edit: {
			op: "commentOut",
			line
		},
		key: {
			section: serverSection,
			key
		}
	};
}
var httpsPort$1, duplicateKey;
var init_duplicate_key = __esmMin((() => {
	init_stpd_file();
	init_rule();
	httpsPort$1 = "STPD_HTTPS_PORT";
	duplicateKey = {
		id: "duplicate-key",
		title: "Each key is set once",
		severity: "warning",
		explanation: {
			triggers: "A key that is set a second time in `[STPD_Server]`. Commented-out lines do not count.",
			fix: "Keep the line that is meant, and remove the others or comment them out.",
			rationale: "Which of two lines STPD obeys is not documented. All other rules judge every one of them, so nothing hides behind a duplicate.",
			source: "A safeguard of this tool; SEP does not document how duplicates are read."
		},
		check: ofFile((file) => {
			const first = /* @__PURE__ */ new Map();
			const saysOne = new Set(entriesOf(file, httpsPort$1).map(({ value }) => value)).size === 1;
			return file.entries.flatMap((entry) => {
				if (entry.section !== "STPD_Server") return [];
				const earlier = first.get(entry.key);
				if (earlier === void 0) {
					first.set(entry.key, entry);
					return [];
				}
				return [{
					place: {
						line: entry.line,
						span: entry.keySpan
					},
					message: `${entry.key} is already set on line ${earlier.line + 1}`,
					help: "Keep one of the lines; which one STPD obeys is not documented.",
					...saysOne && entry.key === httpsPort$1 ? { mend: removeAgain(entry) } : {}
				}];
			});
		})
	};
}));

// src/core/rules/encoding.ts
var encoding;
var init_encoding = __esmMin((() => {
	encoding = {
		id: "encoding",
		title: "Every stpd.ini is text in ASCII, UTF-8 or latin1",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "A byte order mark of UTF-16 at the start of the file, or a NUL byte anywhere. latin1 and a byte order mark of UTF-8 are fine.",
			fix: "Save the file as UTF-8 or ASCII. On Windows, Notepad offers this under Save as, Encoding.",
			rationale: "Nothing is known of how STPD reads such a file; most readers stop at the first NUL and would see no setting at all. No other rule is applied to it.",
			source: "A safeguard of this tool; SEP does not document the encoding of stpd.ini."
		},
		check: ({ stpd }) => {
			if (stpd.kind !== "garbled") return [];
			const { cause, line, column } = stpd;
			return [{
				place: {
					line,
					span: [column, column + (cause === "NUL" ? 1 : 2)]
				},
				message: cause === "NUL" ? "this file holds a NUL byte, so it is not text that STPD can be trusted to read" : "this file is UTF-16, which STPD can't be trusted to read",
				help: "Save the file as UTF-8 or ASCII."
			}];
		}
	};
}));

// src/core/rules/fleet-disagreement.ts
var fleetDisagreement;
var init_fleet_disagreement = __esmMin((() => {
	fleetDisagreement = {
		id: "fleet-disagreement",
		title: "The hosts of an environment are set alike",
		severity: "warning",
		explanation: {
			triggers: "Hosts of the same environment (`environment` in host.ini; hosts without one are one group) differ in which ports are open, or in what their priority strings enable. One finding an environment, at the first host that differs from most.",
			fix: "Bring the hosts that are named to what the others have, or give them an environment of their own.",
			rationale: "The procedure is for the Server and each RDS: data flows between them, and one host that was left out keeps the old door open for all.",
			source: "SEP, Disabling unsecure transport modes (5.1.0): on the SEP sesam Server and all RDS."
		}
	};
}));

// src/core/rules/open-port.ts
function findOpenPort(key, protocol) {
	return ofFile((file, folder) => {
		if (isLeftOpen(file, key)) return [{
			message: `${key} is absent, and an absent port counts as open here (absent_port)`,
			help: `Add # ${key} below [STPD_Server], if it is closed.`
		}];
		return plainPortEntries(file, key).map(({ line, key: written, keySpan, value, valueSpan }) => {
			const port = readPort(value) === void 0 ? "port" : `port ${value}`;
			return {
				place: {
					line,
					span: [keySpan[0], valueSpan[1]]
				},
				message: `${written} opens the unencrypted ${protocol} ${port}`,
				help: lacksHttps(folder) ? "Keep it until this host has HTTPS: avx-lockout says why." : `Comment the line out: # ${written}=${value}`,
				mend: {
					kind: "edit",
					edit: {
						op: "commentOut",
						line
					},
					key: {
						section: serverSection,
						key: written
					},
					closes: key
				}
			};
		});
	});
}
var init_open_port = __esmMin((() => {
	init_host_folder();
	init_stpd_file();
	init_rule();
}));

// src/core/rules/ftp-port-open.ts
var ftpPortOpen;
var init_ftp_port_open = __esmMin((() => {
	init_open_port();
	ftpPortOpen = {
		id: "ftp-port-open",
		title: "The FTP port is closed",
		severity: "error",
		explanation: {
			triggers: "`STPD_PORT` is set in `[STPD_Server]`. Every duplicate counts.",
			fix: "Comment the line out: `# STPD_PORT=11001`. Before that, on the host: HTTPS must be proven to work, and `gv_conf_use_com_stpd_kill` must be `https`, since aborting a transfer uses FTP until then.",
			rationale: "FTP carries backup data and commands unencrypted, and its data connections need a range of further ports.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports."
		},
		check: findOpenPort("STPD_PORT", "FTP")
	};
}));

// src/core/fleet/globals.ts
function readGlobals(path, bytes) {
	const file = readSettingsFile(path, bytes);
	for (const [section, line] of file.sections) {
		if (section === "sesam") continue;
		report$1(file, line, 0, `[${section}] is no section of globals.ini`, `Expected [${globalsSection}].`);
	}
	for (const { line, section, key } of file.settings) {
		if (section !== "") continue;
		report$1(file, line, 0, `${key} stands before the section`, `Put it below [${globalsSection}].`);
	}
	const shape = Object.fromEntries(globalKeys.map((key) => [key, textField]));
	readSection(file, globalsSection, shape);
	return {
		file,
		problems: file.problems
	};
}
function findGlobal({ file }, key) {
	const setting = settingsOf(file, globalsSection).find((candidate) => candidate.key === key);
	if (setting !== void 0) {
		const { line, value, valueSpan } = setting;
		return {
			value,
			place: {
				line,
				span: valueSpan
			}
		};
	}
	const line = file.sections.get("sesam") ?? 0;
	return {
		value: void 0,
		place: {
			line,
			span: [0, (file.document.lines[line]?.raw ?? "").trimEnd().length]
		}
	};
}
var globalKeys, globalsSection;
var init_globals = __esmMin((() => {
	init_fields();
	init_ini_settings();
	globalKeys = [
		"gv_default_interface_prefix",
		"gv_default_interface_prefix_ext",
		"gv_conf_use_com_stpd_kill"
	];
	globalsSection = "sesam";
}));

// src/core/rules/global-setting.ts
function findGlobalSetting(key, what) {
	return (folder) => {
		const { globals } = folder;
		if (globals === void 0) {
			if (factsOf(folder).role !== "server") return [];
			return [{
				message: `the Server has no globals.ini, so ${key} is not asked for: ${what}`,
				help: `Add globals.ini beside stpd.ini, with ${key} = https below [sesam].`,
				mend: {
					kind: "global",
					key
				}
			}];
		}
		const { value, place } = findGlobal(globals, key);
		if (value === "https") return [];
		return [{
			file: "globals.ini",
			place,
			message: `${value === void 0 ? `${key} is not set` : `${key} is ${value}`}: ${what}`,
			help: `Write ${key} = https below [sesam].`,
			mend: {
				kind: "global",
				key
			}
		}];
	};
}
var init_global_setting = __esmMin((() => {
	init_globals();
	init_host_folder();
}));

// src/core/rules/globals-abort-over-https.ts
var globalsAbortOverHttps;
var init_globals_abort_over_https = __esmMin((() => {
	init_global_setting();
	globalsAbortOverHttps = {
		id: "globals-abort-over-https",
		title: "Active transfers are aborted over HTTPS",
		severity: "error",
		explanation: {
			triggers: "A globals.ini in which `gv_conf_use_com_stpd_kill` in `[sesam]` is not `https`, or a Server (`role = server` in host.ini) without a globals.ini.",
			fix: "Write `gv_conf_use_com_stpd_kill = https` below `[sesam]` in globals.ini. On the Server itself: `sm_glbv w gv_conf_use_com_stpd_kill https`, or System Settings in the Web UI.",
			rationale: "SEP sesam aborts a transfer over FTP by default; once port 11001 is closed, nothing can be aborted any more. So it comes before the port.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS as default when aborting active data transfer."
		},
		check: findGlobalSetting("gv_conf_use_com_stpd_kill", "aborting a transfer goes over FTP, and stops working with it")
	};
}));

// src/core/rules/globals-migration-prefix.ts
var globalsMigrationPrefix;
var init_globals_migration_prefix = __esmMin((() => {
	init_global_setting();
	globalsMigrationPrefix = {
		id: "globals-migration-prefix",
		title: "Migrations use HTTPS at their source",
		severity: "error",
		explanation: {
			triggers: "A globals.ini in which `gv_default_interface_prefix` in `[sesam]` is not `https`, or a Server (`role = server` in host.ini) without a globals.ini.",
			fix: "Write `gv_default_interface_prefix = https` below `[sesam]` in globals.ini. On the Server itself: `sm_glbv w gv_default_interface_prefix https`, or System Settings in the Web UI.",
			rationale: "Migrations keep their old prefix until this is set, and fail once the plain ports are closed.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS interfaces for migrations."
		},
		check: findGlobalSetting("gv_default_interface_prefix", "migrations go on over HTTP or FTP")
	};
}));

// src/core/rules/globals-migration-prefix-ext.ts
var globalsMigrationPrefixExt;
var init_globals_migration_prefix_ext = __esmMin((() => {
	init_global_setting();
	globalsMigrationPrefixExt = {
		id: "globals-migration-prefix-ext",
		title: "Migrations use HTTPS at their destination",
		severity: "error",
		explanation: {
			triggers: "A globals.ini in which `gv_default_interface_prefix_ext` in `[sesam]` is not `https`, or a Server (`role = server` in host.ini) without a globals.ini.",
			fix: "Write `gv_default_interface_prefix_ext = https` below `[sesam]` in globals.ini. On the Server itself: `sm_glbv w gv_default_interface_prefix_ext https`, or System Settings in the Web UI.",
			rationale: "Migrations keep their old prefix until this is set, and fail once the plain ports are closed.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Setting HTTPS interfaces for migrations."
		},
		check: findGlobalSetting("gv_default_interface_prefix_ext", "migrations go on over HTTP or FTP")
	};
}));

// src/core/rules/host-file-drift.ts
var hostFileDrift;
var init_host_file_drift = __esmMin((() => {
	hostFileDrift = {
		id: "host-file-drift",
		title: "The file on a host is that of the config repo",
		severity: "error",
		lasting: true,
		foundBy: "verify",
		explanation: {
			triggers: "Found by `verify` alone, where it runs on the host itself: its stpd.ini cannot be read, or is not byte for byte that of the config repo. With `--expect-phase open` it may differ in the lines of the plain ports.",
			fix: "See which is right. Roll the config repo's file out again, or bring what was changed on the host into the config repo by a pull request.",
			rationale: "A change by hand, an update or a disaster recovery can bring an old file back; then what was reviewed is not what runs.",
			source: "SEP, Configuration Files: restoring STPD's settings in disaster recovery is optional."
		}
	};
}));

// src/core/rules/http-port-open.ts
var httpPortOpen;
var init_http_port_open = __esmMin((() => {
	init_open_port();
	httpPortOpen = {
		id: "http-port-open",
		title: "The HTTP port is closed",
		severity: "error",
		explanation: {
			triggers: "`STPD_HTTP_PORT` is set in `[STPD_Server]`. Every duplicate counts.",
			fix: "Comment the line out: `# STPD_HTTP_PORT=11000`. Before that, on the host: HTTPS must be proven to work, and no task or event may use an `http://` interface.",
			rationale: "HTTP carries backup data unencrypted, and it is SEP sesam's default where nothing is set.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports."
		},
		check: findOpenPort("STPD_HTTP_PORT", "HTTP")
	};
}));

// src/core/rules/https-port-missing.ts
function openHttps({ sectionLine, entries }, commented) {
	if (entries.some((entry) => entry.key === key)) return {};
	const named = {
		section: serverSection,
		key
	};
	if (commented !== void 0) return { mend: {
		kind: "edit",
		edit: {
			op: "uncomment",
			line: commented
		},
		key: named
	} };
	if (sectionLine === void 0) return {};
	return { mend: {
		kind: "edit",
		edit: {
			op: "insertAfter",
			line: sectionLine,
			text: defaultLine
		},
		key: named
	} };
}
var key, defaultLine, httpsPortMissing;
var init_https_port_missing = __esmMin((() => {
	init_stpd_file();
	init_rule();
	key = "STPD_HTTPS_PORT";
	defaultLine = "STPD_HTTPS_PORT=11443";
	httpsPortMissing = {
		id: "https-port-missing",
		title: "The HTTPS port is open",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "`STPD_HTTPS_PORT` is not set in `[STPD_Server]`, or it is commented out.",
			fix: "Add `STPD_HTTPS_PORT=11443`, or take the comment mark from the line that is there.",
			rationale: "Without HTTPS the host has no data port that may stay open: closing HTTP and FTP would lock every backup out. Whether STPD has a built-in default is not documented. This rule cannot be suppressed.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the HTTP and FTP ports."
		},
		check: ofFile((file) => {
			if (entriesOf(file, key).length > 0) return [];
			const [commented] = commentedInServer(file, key);
			return [{
				message: `${key} is not set, so no port with TLS is sure to be open`,
				help: commented === void 0 ? `Add ${defaultLine} below [STPD_Server].` : `Take the # from line ${commented + 1}.`,
				...openHttps(file, commented)
			}];
		})
	};
}));

// src/core/fleet/interface-use.ts
function isInsecure(url) {
	return url.trim() !== "" && !url.toLowerCase().startsWith("https://");
}
function createUseIndex({ usage }) {
	const named = new Set(usage.map((used) => keyOf$1(used.client, used.interface.url)));
	return (client, url) => named.has(keyOf$1(client, url));
}
function keyOf$1(client, url) {
	return JSON.stringify([client, url]);
}
var init_interface_use = __esmMin((() => {}));

// src/core/rules/insecure-interface.ts
var insecureInterface;
var init_insecure_interface = __esmMin((() => {
	init_interface_use();
	insecureInterface = {
		id: "insecure-interface",
		title: "No client offers an interface without HTTPS",
		severity: "warning",
		explanation: {
			triggers: "interfaces.json lists an interface of a client that does not start with `https://`, and no task or event names it.",
			fix: "In the GUI: Main selection, Components, Clients, the client's Properties; delete the interface, and apply. Export interfaces.json again.",
			rationale: "A new task can choose it, and then fails, since its port is closed.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Remove the HTTP and FTP interfaces."
		},
		check: ({ interfaces }) => {
			if (interfaces === void 0) return [];
			const isNamed = createUseIndex(interfaces);
			return interfaces.clients.flatMap((client) => client.interfaces.filter(({ url }) => isInsecure(url) && !isNamed(client.name, url)).map(({ url, place }) => ({
				file: "interfaces.json",
				place,
				message: `${url} of client ${client.name} is not HTTPS, and nothing uses it`,
				help: "Delete the interface in the client's properties, and export the file again."
			})));
		}
	};
}));

// src/core/rules/insecure-interface-in-use.ts
var insecureInterfaceInUse;
var init_insecure_interface_in_use = __esmMin((() => {
	init_interface_use();
	insecureInterfaceInUse = {
		id: "insecure-interface-in-use",
		title: "No task or event uses an interface without HTTPS",
		severity: "error",
		explanation: {
			triggers: "interfaces.json names a task or event whose interface does not start with `https://`. The finding stands at the task or event.",
			fix: "Move the task or event to an `https://` interface, and export interfaces.json again. Only then can the interface be deleted, and the port be closed.",
			rationale: "It fails as soon as the port is closed. SEP sesam does not delete an interface that is in use.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Overview and Remove the HTTP and FTP interfaces."
		},
		check: ({ interfaces }) => (interfaces?.usage ?? []).filter((usage) => isInsecure(usage.interface.url)).map(({ kind, name, client, interface: { url, place } }) => ({
			file: "interfaces.json",
			place,
			message: `${kind} ${name} of client ${client} uses ${url}, which is not HTTPS`,
			help: "Move it to an https:// interface, and export the file again."
		}))
	};
}));

// src/core/rules/misplaced-key.ts
var misplacedKey;
var init_misplaced_key = __esmMin((() => {
	init_stpd_file();
	init_rule();
	misplacedKey = {
		id: "misplaced-key",
		title: "STPD's keys stand in [STPD_Server]",
		severity: "error",
		explanation: {
			triggers: "One of the four known keys before the first section, or in a section other than `[STPD_Server]`. The name must be written exactly so: `[STPD Server]` and `[stpd_server]` are other sections.",
			fix: "Move the line below `[STPD_Server]`, or mend the name of the section.",
			rationale: "STPD may not see the key at all: a priority string in the wrong section leaves TLS 1.0 and 1.1 on, and nobody notices.",
			source: "SEP, Disabling unsecure transport modes (5.1.0): the sample text of the file."
		},
		check: ofFile(({ entries }) => entries.filter(({ section, key }) => section !== "STPD_Server" && serverKeys.includes(key)).map(({ line, section, key, keySpan }) => ({
			place: {
				line,
				span: keySpan
			},
			message: section === "" ? `${key} stands before the first section, where STPD may not see it` : `${key} stands in [${section}], where STPD may not see it`,
			help: `Move the line below [${serverSection}].`
		})))
	};
}));

// src/core/rules/missing-file.ts
var missingFile;
var init_missing_file = __esmMin((() => {
	missingFile = {
		id: "missing-file",
		title: "Every host folder has its stpd.ini",
		severity: "error",
		explanation: {
			triggers: "A folder with a host.ini, globals.ini or interfaces.json, and without an stpd.ini.",
			fix: "Copy `<sesam_var>/ini/stpd.ini` of the host into the folder, or remove the folder if the host is gone.",
			rationale: "A host that is not in the fleet's files is neither checked nor hardened, and looks as if it were.",
			source: "SEP, Disabling unsecure transport modes (5.1.0): the file is edited on the Server and on each RDS."
		},
		check: ({ stpd }) => stpd.kind === "missing" ? [{
			message: "this host has no stpd.ini, so nothing was checked",
			help: "Copy <sesam_var>/ini/stpd.ini of the host into its folder."
		}] : []
	};
}));

// src/core/rules/port-collision.ts
var portCollision;
var init_port_collision = __esmMin((() => {
	init_stpd_file();
	init_rule();
	portCollision = {
		id: "port-collision",
		title: "No two services share a port",
		severity: "error",
		explanation: {
			triggers: "Two of `STPD_PORT`, `STPD_HTTP_PORT` and `STPD_HTTPS_PORT` are set to the same number.",
			fix: "Comment the plain port out, or give HTTPS its own number.",
			rationale: "Only one of them can listen. If it is the plain one, HTTPS is gone.",
			source: "A TCP port takes one listener for an address (RFC 9293)."
		},
		check: ofFile((file) => {
			const taken = /* @__PURE__ */ new Map();
			const findings = [];
			const active = portKeys.flatMap((key) => entriesOf(file, key)).toSorted((left, right) => left.line - right.line);
			for (const entry of active) {
				const port = readPort(entry.value);
				if (port === void 0) continue;
				const other = taken.get(port);
				if (other === void 0) taken.set(port, entry);
				else if (other.key !== entry.key) findings.push({
					place: {
						line: entry.line,
						span: entry.valueSpan
					},
					message: `port ${port} is also that of ${other.key} on line ${other.line + 1}`,
					help: "Comment the plain port out, or give HTTPS a number of its own."
				});
			}
			return findings;
		})
	};
}));

// src/core/rules/port-invalid.ts
function closePort(key, line) {
	if (key !== "STPD_PORT" && key !== "STPD_HTTP_PORT") return {};
	return { mend: {
		kind: "edit",
		edit: {
			op: "commentOut",
			line
		},
		key: {
			section: serverSection,
			key
		},
		closes: key
	} };
}
var portInvalid;
var init_port_invalid = __esmMin((() => {
	init_stpd_file();
	init_rule();
	portInvalid = {
		id: "port-invalid",
		title: "Every port is a number from 1 to 65535",
		severity: "error",
		explanation: {
			triggers: "The value of a port key is no decimal number from 1 to 65535: empty, text, a sign, a leading zero, a comment behind the number.",
			fix: "Write the number alone, or comment the line out where the port shall be closed.",
			rationale: "What STPD does with such a value is not documented: it may fall back to a default, or not start. A comment behind a value is not documented either.",
			source: "RFC 6335, section 6 (port numbers); SEP's sample shows plain numbers."
		},
		check: ofFile((file) => portKeys.flatMap((key) => entriesOf(file, key)).filter(({ value }) => readPort(value) === void 0).map(({ line, key, keySpan, value, valueSpan }) => ({
			place: {
				line,
				span: value === "" ? keySpan : valueSpan
			},
			message: value === "" ? `${key} has no value` : `${key} is no port: expected a number from 1 to 65535`,
			help: key === "STPD_HTTPS_PORT" ? "Write the number of the HTTPS port alone, by default 11443." : `Comment the line out: # ${key}=${value}`,
			...closePort(key, line)
		})))
	};
}));

// src/core/rules/suppression.ts
var suppression;
var init_suppression = __esmMin((() => {
	suppression = {
		id: "suppression",
		title: "Every suppression says why and until when, and is needed",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "A comment `# sesam-harden: allow RULE until YYYY-MM-DD because TEXT` that is malformed, lacks its date or reason, names a rule that does not exist or cannot be suppressed, or is past its date; as a warning, one that suppresses nothing. An `[allow.NAME]` in sesam-harden.ini that is past its date or suppresses nothing counts too.",
			fix: "Mend what the finding is about, then remove the suppression; or write it anew, with a reason and a date. A suppression covers the next line that is neither blank nor comment; above `[STPD_Server]` it covers findings about the whole section. `check --as-of DATE` shows what a day will bring.",
			rationale: "An exception without an end is a hole that everybody has forgotten. This rule cannot be suppressed.",
			source: "A safeguard of this tool."
		}
	};
}));

// src/core/rules/tls-aead-only.ts
var tlsAeadOnly;
var init_tls_aead_only = __esmMin((() => {
	init_dialects();
	init_policy();
	init_rule();
	tlsAeadOnly = {
		id: "tls-aead-only",
		title: "Every cipher authenticates what it encrypts (AEAD)",
		severity: "error",
		profiles: ["strict"],
		explanation: {
			triggers: "Profile `strict`: with the priority string, at least one GnuTLS release that the host may run could negotiate a suite with a MAC of its own, in practice CBC with HMAC. The vendor's string allows CBC with SHA1.",
			fix: "Add `:-SHA1` to the string, and whatever other MAC the finding names. This takes HMAC-SHA1 away, not the signatures.",
			rationale: "CBC with a separate MAC is what Lucky Thirteen and its kin attack.",
			source: "RFC 9325, section 4.2."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			const dialects = dialectsWhere(readings, ({ noAead }) => noAead.length > 0);
			if (dialects.length === 0) return [];
			const names = [...new Set(readings.flatMap(({ noAead }) => noAead))];
			return [{
				place: {
					line: entry.line,
					span: entry.valueSpan
				},
				message: `the priority string allows suites that are not AEAD, with ${names.join(", ")} (${nameDialects(dialects)})`,
				help: `Add ${names.map((name) => `:-${name}`).join("")} to the string.`,
				mend: {
					kind: "priority",
					line: entry.line,
					fault: "aead"
				}
			}];
		}))
	};
}));

// src/core/rules/tls-client-order.ts
var option$1, tlsClientOrder;
var init_tls_client_order = __esmMin((() => {
	init_rule();
	option$1 = "%SERVER_PRECEDENCE";
	tlsClientOrder = {
		id: "tls-client-order",
		title: "The server's order of suites decides",
		severity: "warning",
		explanation: {
			triggers: "The priority string is valid and has no `%SERVER_PRECEDENCE` (in capitals).",
			fix: "Add `:%SERVER_PRECEDENCE` to the string.",
			rationale: "Without it the client's order decides, and an old client may choose the weaker suite.",
			source: "SEP, Disabling unsecure transport modes (5.1.0): its string ends with the option."
		},
		check: ofFile((file) => file.priorityLines.filter(({ readings }) => readings.every(({ evaluation, ordered }) => evaluation.ok && !ordered)).map(({ entry }) => ({
			place: {
				line: entry.line,
				span: entry.valueSpan
			},
			message: "the client's order of suites decides, not the server's",
			help: `Add :${option$1} to the string.`,
			mend: {
				kind: "priority",
				line: entry.line,
				fault: "order"
			}
		})))
	};
}));

// src/core/rules/tls-forward-secrecy.ts
var tlsForwardSecrecy;
var init_tls_forward_secrecy = __esmMin((() => {
	init_dialects();
	init_policy();
	init_rule();
	tlsForwardSecrecy = {
		id: "tls-forward-secrecy",
		title: "Every key exchange has forward secrecy",
		severity: "error",
		profiles: ["strict"],
		explanation: {
			triggers: "Profile `strict`: with the priority string, at least one GnuTLS release that the host may run could negotiate a suite whose key exchange is RSA, PSK or RSA-PSK. The vendor's string allows RSA.",
			fix: "Add `:-RSA` to the string.",
			rationale: "Whoever records the traffic and later gets the server's key can read all of it. RSA key exchange is also what Bleichenbacher's attacks are about.",
			source: "RFC 9325, section 4.1; RFC 7525."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			const dialects = dialectsWhere(readings, ({ noSecrecy }) => noSecrecy.length > 0);
			if (dialects.length === 0) return [];
			const names = [...new Set(readings.flatMap(({ noSecrecy }) => noSecrecy))];
			return [{
				place: {
					line: entry.line,
					span: entry.valueSpan
				},
				message: `the priority string allows key exchange without forward secrecy: ${names.join(", ")} (${nameDialects(dialects)})`,
				help: `Add ${names.map((name) => `:-${name}`).join("")} to the string.`,
				mend: {
					kind: "priority",
					line: entry.line,
					fault: "secrecy"
				}
			}];
		}))
	};
}));

// src/core/rules/tls-ineffective-token.ts
var tlsIneffectiveToken;
var init_tls_ineffective_token = __esmMin((() => {
	init_rule();
	tlsIneffectiveToken = {
		id: "tls-ineffective-token",
		title: "Every element of the priority string does something",
		severity: "warning",
		explanation: {
			triggers: "An element that GnuTLS accepts and ignores by its form: an unknown name behind `MAC-`, `CIPHER-`, `KX-` or `COMP-`, or an element past the last one that a release reads (64 before GnuTLS 3.7.4, 128 since). Removing what is not there anyway, as three elements of the vendor's string do, is not reported.",
			fix: "Write the name that was meant, without the prefix (`-3DES-CBC`, not `-CIPHER-3DES`), or remove the element.",
			rationale: "It looks like protection and is none.",
			source: "Measured with GnuTLS 3.6.13 to 3.8.13."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			return [...new Map(readings.flatMap(({ evaluation }) => evaluation.warnings).filter(({ kind }) => kind === "ignored" || kind === "past-limit").map((warning) => [warning.offset, warning])).values()].map(({ kind, offset, token, message }) => {
				const start = entry.valueSpan[0] + offset;
				return {
					place: {
						line: entry.line,
						span: [start, start + token.length]
					},
					message: `${token} ${message}`,
					help: "Write the name that was meant, or remove the element.",
					...kind === "ignored" ? { mend: {
						kind: "priority",
						line: entry.line,
						fault: "ineffective"
					} } : {}
				};
			});
		}))
	};
}));

// src/core/rules/tls-legacy-protocol.ts
var tlsLegacyProtocol;
var init_tls_legacy_protocol = __esmMin((() => {
	init_dialects();
	init_policy();
	init_rule();
	tlsLegacyProtocol = {
		id: "tls-legacy-protocol",
		title: "TLS 1.1 and older are off",
		severity: "error",
		explanation: {
			triggers: "With the priority string, at least one GnuTLS release that the host may run could negotiate SSL 3.0, TLS 1.0 or TLS 1.1.",
			fix: "Add what is missing to the string: `:-VERS-TLS1.0:-VERS-TLS1.1`. Every keyword but SUITEB128 and SUITEB192 enables both, up to GnuTLS 3.8.13.",
			rationale: "These versions are deprecated, and their handshakes rest on MD5 and SHA-1.",
			source: "RFC 8996; SEP, Disabling unsecure transport modes (5.1.0), Disable the TLS 1.1."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			const dialects = dialectsWhere(readings, ({ legacy }) => legacy.length > 0);
			if (dialects.length === 0) return [];
			const found = new Set(readings.flatMap(({ legacy }) => legacy));
			const versions = legacyVersions.filter((version) => found.has(version));
			return [{
				place: {
					line: entry.line,
					span: entry.valueSpan
				},
				message: `the priority string allows ${versions.join(", ")} (${nameDialects(dialects)})`,
				help: `Add ${versions.map((version) => `:-VERS-${version}`).join("")} to the string.`,
				mend: {
					kind: "priority",
					line: entry.line,
					fault: "legacy"
				}
			}];
		}))
	};
}));

// src/core/rules/tls-no-modern-protocol.ts
var tlsNoModernProtocol;
var init_tls_no_modern_protocol = __esmMin((() => {
	init_dialects();
	init_policy();
	init_rule();
	tlsNoModernProtocol = {
		id: "tls-no-modern-protocol",
		title: "TLS 1.2 or TLS 1.3 works",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "A GnuTLS release that the host may run takes the string, and then has no suite of TLS 1.2 or 1.3 that a server with a certificate could use: the versions are off, or no cipher, key exchange, group or signature is left for them.",
			fix: "Take the restriction out again, or write the vendor's string. `sesam-harden priority STRING` lists what is left in each version.",
			rationale: "Such a host answers nobody over HTTPS: once HTTP and FTP are closed, it is locked out. GnuTLS accepts such strings without an error. This rule cannot be suppressed.",
			source: "Measured with gnutls-serv 3.7.9."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			const dialects = dialectsWhere(readings, ({ evaluation, modern }) => evaluation.ok && !modern);
			if (dialects.length === 0) return [];
			return [{
				place: {
					line: entry.line,
					span: entry.valueSpan
				},
				message: `the priority string leaves no usable suite of TLS 1.2 or 1.3 (${nameDialects(dialects)})`,
				help: "Use the vendor's string, or take out what removes the versions or their suites.",
				mend: {
					kind: "priority",
					line: entry.line,
					fault: "invalid"
				}
			}];
		}))
	};
}));

// src/core/rules/tls-priority-invalid.ts
function elementAt(value, { trueOffset }) {
	return splitElements(value).find((element) => element.trueOffset === trueOffset)?.text ?? "";
}
function placeOf({ line, value, valueSpan }, error) {
	const element = error.kind === "syntax" ? elementAt(value, error) : "";
	const start = valueSpan[0] + (element === "" ? 0 : error.trueOffset);
	return {
		line,
		span: [start, element === "" ? valueSpan[1] : start + element.length]
	};
}
function describe$6(value, error) {
	if (error.kind === "no-priorities") return "finds nothing left to negotiate with, so HTTPS may not start";
	const element = elementAt(value, error);
	if (element === "") return "stops at an empty element, so HTTPS may not start";
	return element.startsWith("@") ? `needs the host's own file to know ${element}, so HTTPS may not start` : `does not know ${element}, so HTTPS may not start`;
}
var tlsPriorityInvalid;
var init_tls_priority_invalid = __esmMin((() => {
	init_dialects();
	init_elements();
	init_policy();
	init_rule();
	tlsPriorityInvalid = {
		id: "tls-priority-invalid",
		title: "Every allowed GnuTLS release takes the priority string",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "A GnuTLS release that the host may run stops at the string with an error: an unknown word, a wrong separator, an empty element, quotes inside, or nothing left to negotiate with. `@KEYWORD` counts too, since its meaning lies in a file of the host. The finding names the releases.",
			fix: "Mend the element that is marked, or write the vendor's string. `sesam-harden priority STRING` shows what each release makes of it.",
			rationale: "One wrong word makes the whole string invalid, and a server on libmicrohttpd then does not open its HTTPS port at all. This rule cannot be suppressed.",
			source: "GnuTLS manual, Priority strings; behaviour measured with GnuTLS 3.6.13 to 3.8.13 and libmicrohttpd 0.9.75."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			const error = readings.find(({ evaluation }) => !evaluation.ok)?.evaluation.error;
			if (!error) return [];
			const dialects = dialectsWhere(readings, ({ evaluation }) => !evaluation.ok);
			return [{
				place: placeOf(entry, error),
				message: `${nameDialects(dialects)} ${describe$6(entry.value, error)}`,
				help: "Mend the element that is marked, or use the vendor's string.",
				mend: {
					kind: "priority",
					line: entry.line,
					fault: "invalid"
				}
			}];
		}))
	};
}));

// src/core/rules/tls-priority-missing.ts
var line, tlsPriorityMissing;
var init_tls_priority_missing = __esmMin((() => {
	init_stpd_file();
	init_policy();
	init_rule();
	line = `${priorityKey}="${vendorPriority}"`;
	tlsPriorityMissing = {
		id: "tls-priority-missing",
		title: "The TLS versions are chosen by a priority string",
		severity: "error",
		explanation: {
			triggers: "`STPD_HTTPS_PRIORITY_STRING` is not set in `[STPD_Server]`.",
			fix: `Add the vendor's line: \`${line}\``,
			rationale: "Without it STPD still accepts TLS 1.1, as its vendor says; GnuTLS's own default accepts TLS 1.0 too.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), Disable the TLS 1.1."
		},
		check: ofFile((file, { policy }) => {
			if (entriesOf(file, "STPD_HTTPS_PRIORITY_STRING").length > 0) return [];
			const text = `${priorityKey}="${recommend(policy.profile)}"`;
			const { sectionLine } = file;
			return [{
				message: `${priorityKey} is not set, so STPD accepts TLS 1.1 and older`,
				help: `Add ${text} below [${serverSection}].`,
				...sectionLine === void 0 ? {} : { mend: {
					kind: "edit",
					edit: {
						op: "insertAfter",
						line: sectionLine,
						text
					},
					key: {
						section: serverSection,
						key: priorityKey
					}
				} }
			}];
		})
	};
}));

// src/core/rules/tls-weak-cipher.ts
var tlsWeakCipher;
var init_tls_weak_cipher = __esmMin((() => {
	init_dialects();
	init_policy();
	init_rule();
	tlsWeakCipher = {
		id: "tls-weak-cipher",
		title: "No broken cipher, MAC or anonymous key exchange is enabled",
		severity: "error",
		explanation: {
			triggers: "With the priority string, at least one GnuTLS release that the host may run could negotiate a suite with 3DES, DES, RC4, RC2, NULL or MD5, or one without a certificate (anonymous DH or ECDH).",
			fix: "Take the element out that adds it, such as `+3DES-CBC`. No keyword enables any of these since GnuTLS 3.6.0.",
			rationale: "NULL suites encrypt nothing, anonymous ones prove nothing about the server, the others can be broken.",
			source: "RFC 9325, section 4.1; SEP, Disabling unsecure transport modes (5.1.0), which removes 3DES and DES."
		},
		check: ofFile((file) => file.priorityLines.flatMap(({ entry, readings }) => {
			const dialects = dialectsWhere(readings, ({ weak }) => weak.length > 0);
			if (dialects.length === 0) return [];
			const found = new Set(readings.flatMap(({ weak }) => weak));
			return [{
				place: {
					line: entry.line,
					span: entry.valueSpan
				},
				message: `the priority string allows ${[...found].map(nameWeak).join(", ")} (${nameDialects(dialects)})`,
				help: "Take the elements out that add these algorithms.",
				mend: {
					kind: "priority",
					line: entry.line,
					fault: "weak"
				}
			}];
		}))
	};
}));

// src/core/rules/unknown-key.ts
function isUnknown(section, key) {
	if (serverKeys.includes(key)) return false;
	return section === "STPD_Server" || key.toUpperCase().startsWith("STPD_");
}
function advise(key) {
	if (key.startsWith(";")) return "Start comments with #, the only mark that is documented.";
	const nearest = findNearest(key, serverKeys);
	return nearest === void 0 ? "Leave it if STPD knows it; nothing is removed for being unknown." : `Did you mean ${nearest}?`;
}
var unknownKey;
var init_unknown_key = __esmMin((() => {
	init_stpd_file();
	init_nearest();
	init_rule();
	unknownKey = {
		id: "unknown-key",
		title: "Every key of STPD is one that is documented",
		severity: "notice",
		explanation: {
			triggers: "A key in `[STPD_Server]` that SEP's pages do not name, a key that starts with `STPD_` in another section, or a line that starts with `STPD_` and holds no `=`. Keys are compared with their case.",
			fix: "Mend the spelling if it is a typing error. If STPD knows the key, leave it: nothing is ever removed for being unknown.",
			rationale: "`STPD_HTTPS_PRIORTY_STRING` is no error for STPD, it is nothing: the setting does not exist, and the file looks as if it did.",
			source: "SEP, Disabling unsecure transport modes (5.1.0), which names four keys; there may be more."
		},
		check: ofFile(({ document, entries }) => [...entries.filter(({ section, key }) => isUnknown(section, key)).map(({ line, key, keySpan }) => ({
			place: {
				line,
				span: keySpan
			},
			message: `${key} is no key of STPD that SEP documents`,
			help: advise(key)
		})), ...document.lines.flatMap((content, line) => {
			const word = content.kind === "unparsed" ? /STPD_\w*/i.exec(content.raw) : null;
			if (word === null || content.raw.slice(0, word.index).trim() !== "") return [];
			const end = word.index + word[0].length;
			return [{
				place: {
					line,
					span: [word.index, end]
				},
				message: `${word[0]} stands on a line without =, which sets nothing`,
				help: "Write it as KEY=value, or start the line with # if it is a comment."
			}];
		})])
	};
}));

// src/core/rules/unreadable.ts
var unreadable;
var init_unreadable = __esmMin((() => {
	unreadable = {
		id: "unreadable",
		title: "Every stpd.ini can be read",
		severity: "error",
		lasting: true,
		explanation: {
			triggers: "An stpd.ini that is a directory, that the process may not read, that is larger than 1 MiB, or that is a symbolic link to a place outside the config repo.",
			fix: "Put a regular file of the host's own in its place, and make it readable for the user who runs the check.",
			rationale: "A file that was not read proves nothing about its host. Links out of the repository are not followed: what lies there is not under review.",
			source: "A safeguard of this tool; real files have a few dozen lines."
		},
		check: ({ stpd }) => stpd.kind === "unreadable" ? [{
			message: `this file was not checked: ${stpd.reason}`,
			help: "Replace it by a regular, readable file below 1 MiB."
		}] : []
	};
}));

// src/core/rules/version-too-old.ts
function isOlder(version) {
	const parts = version.split(".").map(Number);
	for (const [index, first] of firstVersion.entries()) {
		const part = parts[index] ?? 0;
		if (part < first) return true;
		if (part > first) return false;
	}
	return false;
}
var firstVersion, versionTooOld;
var init_version_too_old = __esmMin((() => {
	init_facts();
	firstVersion = [
		5,
		1,
		0
	];
	versionTooOld = {
		id: "version-too-old",
		title: "The host runs SEP sesam 5.1.0 or newer",
		severity: "error",
		explanation: {
			triggers: "`host.ini` names a `version` below 5.1.0.",
			fix: "Update SEP sesam on this host, the Server first, before its plain ports are closed; then mend the fact.",
			rationale: "Before 5.1.0 the HTTP and FTP interfaces cannot be switched off.",
			source: "SEP, Securing SEP sesam network traffic (5.2.0)."
		},
		check: ({ facts }) => {
			const version = findFact(facts, "version");
			if (version === void 0 || !isOlder(version.value)) return [];
			return [{
				file: "host.ini",
				place: version.place,
				message: `version ${version.value} is older than 5.1.0, which cannot do without HTTP and FTP`,
				help: "Update SEP sesam before the plain ports are closed."
			}];
		}
	};
}));

// src/core/rules/wire-certificate.ts
var wireCertificate;
var init_wire_certificate = __esmMin((() => {
	wireCertificate = {
		id: "wire-certificate",
		title: "The certificate on the HTTPS port is valid for 14 days and more",
		severity: "error",
		lasting: true,
		foundBy: "verify",
		explanation: {
			triggers: "Found by `verify` alone: the certificate has ended, ends within 14 days, or has not begun.",
			fix: "Renew the certificate of STPD on the host.",
			rationale: "Whether clients of SEP sesam verify the certificate is not documented. Where they do, its end is a night without backups.",
			source: "A safeguard of this tool."
		}
	};
}));

// src/core/rules/wire-port-open.ts
var wirePortOpen;
var init_wire_port_open = __esmMin((() => {
	wirePortOpen = {
		id: "wire-port-open",
		title: "A port that the file closes is closed",
		severity: "error",
		lasting: true,
		foundBy: "verify",
		explanation: {
			triggers: "Found by `verify` alone: a plain port takes connections, though the file that is in place (the host's own, where it is known, else that of the config repo) has it commented out. With `--expect-phase open` plain ports may be open.",
			fix: "Restart STPD, which reads its file when it starts. If the port stays open, see which process listens on it.",
			rationale: "A file says what shall be; backups go over what is. STPD may not have been restarted, or something else listens.",
			source: "SEP, Disabling unsecure transport modes (5.1.0): the port is closed after a restart."
		}
	};
}));

// src/core/rules/wire-tls.ts
var wireTls;
var init_wire_tls = __esmMin((() => {
	wireTls = {
		id: "wire-tls",
		title: "The wire accepts no TLS that the file turns off",
		severity: "error",
		lasting: true,
		foundBy: "verify",
		explanation: {
			triggers: "Found by `verify` alone: a TLS version or cipher suite is accepted that the priority string of the file in place does not enable under any GnuTLS release that the host may run.",
			fix: "Restart STPD, which reads its file when it starts. If it stays, the version of STPD may not know the key: see whether it is spelled as SEP spells it, and which build is installed.",
			rationale: "The minimum build of SEP sesam that honours the priority string is not documented, so only the wire tells whether it does.",
			source: "GnuTLS 3.6.13 to 3.8.13, measured; SEP, Disabling unsecure transport modes (5.1.0)."
		}
	};
}));

// src/core/rules/wire-unknown.ts
var wireUnknown;
var init_wire_unknown = __esmMin((() => {
	wireUnknown = {
		id: "wire-unknown",
		title: "The wire gives an answer",
		severity: "error",
		lasting: true,
		foundBy: "verify",
		explanation: {
			triggers: "Found by `verify` alone: something that the verdict rests on could not be seen. A name gives no address, a port is filtered, an answer did not come in time or was none. Exit code 4.",
			fix: "See that the machine that verifies can reach the host's ports. Where a firewall drops what comes to closed plain ports, and stands before everybody, set `filtered_port = closed`.",
			rationale: "What is unknown is never good: a firewall on the way from here says nothing of the way that others have.",
			source: "A safeguard of this tool."
		}
	};
}));

// src/core/rules/wire-unreachable.ts
var wireUnreachable;
var init_wire_unreachable = __esmMin((() => {
	wireUnreachable = {
		id: "wire-unreachable",
		title: "A data port that the file opens answers",
		severity: "error",
		lasting: true,
		foundBy: "verify",
		explanation: {
			triggers: "Found by `verify` alone: the file that is in place opens HTTPS, and the port refuses connections, talks neither TLS 1.2 nor 1.3, or something that is not HTTP answers; or the file opens plain ports alone, and none of them takes connections.",
			fix: "Look at the host now: is STPD running, and did it take its file? An invalid priority string may keep HTTPS from starting. Until it answers, backups to this host fail.",
			rationale: "This is the lock-out that hardening must never cause.",
			source: "A safeguard of this tool; libmicrohttpd 0.9.75 does not start with an invalid priority string (measured)."
		}
	};
}));

// src/core/rules/index.ts
var rules;
var init_rules = __esmMin((() => {
	init_avx_lockout();
	init_blank_interface();
	init_duplicate_key();
	init_encoding();
	init_fleet_disagreement();
	init_ftp_port_open();
	init_globals_abort_over_https();
	init_globals_migration_prefix();
	init_globals_migration_prefix_ext();
	init_host_file_drift();
	init_http_port_open();
	init_https_port_missing();
	init_insecure_interface();
	init_insecure_interface_in_use();
	init_misplaced_key();
	init_missing_file();
	init_port_collision();
	init_port_invalid();
	init_suppression();
	init_tls_aead_only();
	init_tls_client_order();
	init_tls_forward_secrecy();
	init_tls_ineffective_token();
	init_tls_legacy_protocol();
	init_tls_no_modern_protocol();
	init_tls_priority_invalid();
	init_tls_priority_missing();
	init_tls_weak_cipher();
	init_unknown_key();
	init_unreadable();
	init_version_too_old();
	init_wire_certificate();
	init_wire_port_open();
	init_wire_tls();
	init_wire_unknown();
	init_wire_unreachable();
	rules = [
		unreadable,
		encoding,
		missingFile,
		suppression,
		avxLockout,
		versionTooOld,
		misplacedKey,
		duplicateKey,
		unknownKey,
		ftpPortOpen,
		httpPortOpen,
		httpsPortMissing,
		portInvalid,
		portCollision,
		tlsPriorityMissing,
		tlsPriorityInvalid,
		tlsNoModernProtocol,
		tlsLegacyProtocol,
		tlsWeakCipher,
		tlsForwardSecrecy,
		tlsAeadOnly,
		tlsIneffectiveToken,
		tlsClientOrder,
		globalsMigrationPrefix,
		globalsMigrationPrefixExt,
		globalsAbortOverHttps,
		insecureInterfaceInUse,
		insecureInterface,
		blankInterface,
		fleetDisagreement,
		hostFileDrift,
		wirePortOpen,
		wireUnreachable,
		wireTls,
		wireCertificate,
		wireUnknown
	];
}));

// src/core/report/github.ts
function renderGithub({ findings }, prefix, where) {
	const kinds = severities.map((severity) => findings.filter(({ finding }) => finding.severity === severity && finding.suppressed === null).map(({ finding }) => finding));
	const shown = kinds.flatMap((kind) => kind.slice(0, shownOfEach));
	const left = kinds.flatMap((kind) => kind.slice(shownOfEach)).length;
	const lines = shown.map((finding) => annotate(finding, prefix));
	if (left > 0) lines.push(`${countOf(left, "more finding")} not shown as annotations, of which GitHub takes ${shownOfEach} a kind: ${where}`);
	return lines.map((line) => `${line}\n`).join("");
}
function annotate(finding, prefix) {
	const { severity, rule, file, line, column, endColumn, message, help } = finding;
	const properties = {
		title: `sesam-harden ${rule}`,
		file: prefix + file,
		line,
		endLine: line,
		col: column,
		endColumn: Math.max(endColumn, column)
	};
	return `::${severity} ${Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty$1(String(value))}`).join(",")}::${escapeData$1(makeVisible(`${message}`))}%0A${escapeData$1(makeVisible(help))}`;
}
function escapeData$1(text) {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
function escapeProperty$1(text) {
	return escapeData$1(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
var shownOfEach;
var init_github$1 = __esmMin((() => {
	init_text$1();
	init_count();
	shownOfEach = 10;
}));

// src/core/report/json.ts
function renderJson({ findings, hosts }) {
	return printJson({
		schemaVersion: 1,
		findings: findings.map(({ finding }) => finding),
		hosts
	}, 2);
}
function printJson(value, indent) {
	return `${JSON.stringify(value, null, indent).replaceAll("##[", "\\u0023#[")}\n`;
}
var init_json$1 = __esmMin((() => {}));

// src/core/report/junit.ts
function renderJunit(checked) {
	const fails = createFailTest(checked);
	const byHost = /* @__PURE__ */ new Map();
	for (const { name } of checked.hosts) byHost.set(name, []);
	for (const located of checked.findings) {
		const { host } = located.finding;
		const group = byHost.get(host);
		if (group === void 0) byHost.set(host, [located]);
		else group.push(located);
	}
	const suites = [...byHost].map(([host, findings]) => renderSuite(host, findings, fails));
	const failures = checked.findings.filter(fails).length;
	return [
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
		`<testsuites name="sesam-harden" tests="${suites.reduce((sum, suite) => sum + suite.tests, 0)}" failures="${failures}">`,
		...suites.map(({ text }) => text),
		"</testsuites>",
		""
	].join("\n");
}
function renderSuite(host, findings, fails) {
	const name = escapeXml(host ?? "fleet");
	const cases = findings.map((located) => renderCase(name, located, fails(located)));
	if (cases.length === 0) cases.push(`    <testcase classname="${name}" name="no findings"/>`);
	const failures = findings.filter(fails).length;
	const skipped = findings.filter(({ finding }) => finding.suppressed !== null).length;
	const text = [
		`  <testsuite name="${name}" ${`tests="${cases.length}" failures="${failures}" skipped="${skipped}"`}>`,
		...cases,
		"  </testsuite>"
	].join("\n");
	return {
		tests: cases.length,
		text
	};
}
function renderCase(host, { finding }, fails) {
	const { rule, severity, file, line, column, message, help, suppressed } = finding;
	const place = `${file}:${line}:${column}`;
	const open = `    <testcase classname="${host}" name="${escapeXml(`${rule} ${place}`)}" file="${escapeXml(file)}" line="${line}">`;
	const text = escapeXml(`${place}: ${severity}: ${message} ${help}`);
	return `${open}${suppressed === null ? fails ? `<failure type="${rule}" message="${escapeXml(message)}">${text}</failure>` : `<system-out>${text}</system-out>` : `<skipped message="${escapeXml(`allowed until ${suppressed.until}: ${suppressed.reason}`)}"/>`}</testcase>`;
}
function escapeXml(text) {
	return makeVisible(text.toWellFormed()).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\"", "&quot;").replaceAll(/[\ufffe\uffff]/g, "�");
}
var init_junit = __esmMin((() => {
	init_text$1();
	init_count();
}));

// src/core/report/markdown.ts
function renderMarkdown(checked, limit = Infinity) {
	const counts = countResults(checked);
	const writer = createWriter(limit);
	writer.add(`## sesam-harden\n\n${summarize(counts)}\n\n`);
	writer.addAll("| host | environment | verdict | errors | warnings | notices |\n| --- | --- | --- | ---: | ---: | ---: |\n", rankHosts(checked).map(renderHost), "host");
	const rows = severities.flatMap((severity) => checked.findings.filter(({ finding }) => finding.severity === severity && finding.suppressed === null).map(renderFinding));
	if (rows.length > 0) writer.addAll(`### Findings\n\n| | place | what | what to do | rule |
| --- | --- | --- | --- | --- |
`, rows, "finding");
	const suppressed = checked.findings.filter(({ finding }) => finding.suppressed !== null);
	if (suppressed.length > 0) writer.addAll(`### Suppressed\n\n| place | rule | until | reason |
| --- | --- | --- | --- |
`, suppressed.map(renderSuppressed), "finding");
	return writer.text();
}
function createWriter(limit) {
	const parts = [];
	let length = 0;
	const add = (text) => {
		parts.push(text);
		length += text.length;
	};
	return {
		add,
		addAll: (heading, rows, noun) => {
			add(heading);
			let shown = 0;
			for (const row of rows) {
				if (length + row.length > limit) break;
				add(row);
				shown++;
			}
			const left = rows.length - shown;
			add(left > 0 ? `\n${countOf(left, noun)} more left out; the JSON report has all.\n\n` : "\n");
		},
		text: () => parts.join("")
	};
}
function renderHost({ host, count }) {
	const { name, environment, verdict } = host;
	return `| ${[
		...[
			escapeMarkdown(name),
			escapeMarkdown(environment ?? ""),
			verdict
		],
		count.error,
		count.warning,
		count.notice
	].join(" | ")} |\n`;
}
function renderFinding({ finding }) {
	const { severity, file, line, message, help, rule } = finding;
	return `| ${severity} | ${escapeMarkdown(`${file}:${line}`)} | ${escapeMarkdown(message)} | ${escapeMarkdown(help)} | ${rule} |\n`;
}
function renderSuppressed({ finding }) {
	const { file, line, rule, suppressed } = finding;
	const place = escapeMarkdown(`${file}:${line}`);
	const reason = escapeMarkdown(suppressed?.reason ?? "");
	return `| ${place} | ${rule} | ${suppressed?.until ?? ""} | ${reason} |\n`;
}
function escapeMarkdown(text) {
	return makeVisible(text).replaceAll(/[@#](?=\w)/g, "$&​").replaceAll(/\b(?=www\.)/gi, "​").replaceAll(/[&<>"'`*_{}[\]()|~\\^$!:]/g, (char) => `&#${char.charCodeAt(0)};`);
}
var init_markdown = __esmMin((() => {
	init_text$1();
	init_count();
}));

// src/core/report/sarif.ts
function renderSarif({ findings }, rules, version) {
	const ranked = severities.flatMap((severity) => findings.filter(({ finding }) => finding.severity === severity));
	const shown = ranked.slice(0, mostResults);
	const left = ranked.length - shown.length;
	const run = {
		tool: { driver: {
			name: "sesam-harden",
			version,
			rules: rules.map(describeRule)
		} },
		columnKind: "utf16CodeUnits",
		originalUriBaseIds: { ROOT: { description: { text: "The root of the config repo." } } },
		results: describeResults(shown, rules),
		...left > 0 ? { invocations: [noteLeftOut(left)] } : {}
	};
	return printJson({
		$schema: schema,
		version: "2.1.0",
		runs: [run]
	}, 1);
}
function describeRule({ id, title, severity, explanation }) {
	const { triggers, fix, rationale, source } = explanation;
	const text = `${triggers}\n\nFix: ${fix}\n\nRationale: ${rationale}\n\nSource: ${source}`;
	return {
		id,
		shortDescription: { text: `${title}.` },
		fullDescription: { text: rationale.slice(0, longestDescription) },
		help: {
			text,
			markdown: text
		},
		defaultConfiguration: { level: levels[severity] },
		properties: {
			tags: ["security", "sep-sesam"],
			precision: "high",
			...severity === "error" ? { "security-severity": "7.5" } : {},
			"problem.severity": severity === "notice" ? "recommendation" : severity
		}
	};
}
function describeResults(findings, rules) {
	const seen = /* @__PURE__ */ new Map();
	return findings.map((located) => {
		const print = fingerprint(located);
		const count = (seen.get(print) ?? 0) + 1;
		seen.set(print, count);
		return describeResult(located, rules, `${print}:${count}`);
	});
}
function describeResult({ finding, source }, rules, primaryLocationLineHash) {
	const { rule, severity, file, line, message, help, suppressed } = finding;
	const column = (byteColumn) => decodeBytes(source.slice(0, byteColumn - 1)).length + 1;
	const startColumn = column(finding.column);
	const region = {
		startLine: line,
		startColumn,
		endLine: line,
		endColumn: Math.max(column(finding.endColumn), startColumn + 1)
	};
	const artifactLocation = {
		uri: encodePath(file),
		uriBaseId: "ROOT"
	};
	return {
		ruleId: rule,
		ruleIndex: rules.findIndex(({ id }) => id === rule),
		level: levels[severity],
		message: { text: `${message}. ${help}`.toWellFormed() },
		locations: [{ physicalLocation: {
			artifactLocation,
			region
		} }],
		partialFingerprints: { primaryLocationLineHash },
		...suppressed === null ? {} : { suppressions: [{
			kind: "inSource",
			justification: `${suppressed.reason} (until ${suppressed.until})`
		}] }
	};
}
function fingerprint({ finding, subject }) {
	const { host, file, rule } = finding;
	const { section, key, value } = subject;
	let hash = 14695981039346656037n;
	for (const char of JSON.stringify([
		host,
		file,
		rule,
		section,
		key,
		value
	])) hash = BigInt.asUintN(64, (hash ^ BigInt(char.codePointAt(0) ?? 0)) * 1099511628211n);
	return hash.toString(16).padStart(16, "0");
}
function encodePath(path) {
	return path.split("/").map((part) => encodeURIComponent(part.toWellFormed())).join("/");
}
function noteLeftOut(left) {
	return {
		executionSuccessful: true,
		toolExecutionNotifications: [{
			level: "warning",
			message: { text: `${left} more results are left out: code scanning takes ${mostResults} a run.` }
		}]
	};
}
var mostResults, longestDescription, levels, schema;
var init_sarif = __esmMin((() => {
	init_text$1();
	init_count();
	init_json$1();
	mostResults = 25e3;
	longestDescription = 1024;
	levels = {
		error: "error",
		warning: "warning",
		notice: "note"
	};
	schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
}));

// src/core/report/text.ts
function renderText(checked, paint) {
	const parts = [];
	const hosts = new Map(checked.hosts.map((host) => [host.name, host]));
	let last;
	for (const located of checked.findings) {
		const { host } = located.finding;
		if (host !== last) parts.push(headline(hosts.get(host ?? ""), paint));
		last = host;
		parts.push(describe$5(located, paint));
	}
	const counts = countResults(checked);
	const next = adviseNext(counts, checked);
	parts.push(`${summarize(counts)}\n${next === "" ? "" : `${next}\n`}`);
	return parts.join("\n");
}
function headline(host, paint) {
	if (host === void 0) return `${paint("strong", "the fleet")}\n`;
	const { name, verdict } = host;
	const tone = verdict === "hardened" ? "good" : verdict === "half" ? "warning" : "error";
	return `host ${paint("strong", makeVisible(name))}: ${paint(tone, verdict)}\n`;
}
function adviseNext({ findings }, checked) {
	if (findings === 0) return "";
	const open = checked.findings.filter(({ finding }) => finding.suppressed === null);
	return `Next: mend what is marked; sesam-harden explain ${(open.find(({ finding }) => finding.severity === "error") ?? open[0])?.finding.rule ?? "RULE"} says why, and how.`;
}
function describe$5({ finding, source }, paint) {
	const { severity, rule, file, line, column, message, help, suppressed } = finding;
	const path = file.startsWith(":") ? `./${file}` : file;
	const place = makeVisible(`${path}:${line}:${column}`);
	if (suppressed !== null) {
		const allowed = `allowed until ${suppressed.until}: ${makeVisible(suppressed.reason)}`;
		return `  ${paint("faint", `${place}: ${makeVisible(message)} [${rule}]`)}\n    ${allowed}\n`;
	}
	return [
		`  ${place}: ${paint(severity, severity)}: ${makeVisible(message)} [${rule}]`,
		...drawFrame({
			finding,
			source
		}, paint),
		`    ${paint("faint", "help:")} ${makeVisible(help)}`,
		""
	].join("\n");
}
function drawFrame({ finding, source }, paint) {
	const { severity, line, column, endColumn } = finding;
	if (source === "" || endColumn <= column) return [];
	const from = column - 1 > frameWidth / 2 ? column - 1 - frameWidth / 4 : 0;
	const to = Math.min(source.length, from + frameWidth);
	const show = (start, end) => makeVisible(decodeBytes(source.slice(start, end)));
	const before = (from > 0 ? "..." : "") + show(from, column - 1);
	const marked = show(column - 1, Math.min(endColumn - 1, to));
	const after = show(endColumn - 1, to) + (to < source.length ? "..." : "");
	const number = String(line);
	const gutter = " ".repeat(number.length);
	const marks = "^".repeat(Math.max(1, [...marked].length));
	return [`    ${paint("faint", `${number} |`)} ${makeVisible(before + marked + after)}`, `    ${paint("faint", `${gutter} |`)} ${" ".repeat([...before].length)}${paint(severity, marks)}`];
}
var plain, codes, coloured, frameWidth;
var init_text = __esmMin((() => {
	init_text$1();
	init_count();
	plain = (_, text) => text;
	codes = {
		error: 31,
		warning: 33,
		notice: 36,
		good: 32,
		faint: 2,
		strong: 1
	};
	coloured = (tone, text) => `\u001b[${codes[tone]}m${text}\u001b[0m`;
	frameWidth = 120;
}));

// src/core/report/render.ts
function renderReport(format, checked, colour = false) {
	switch (format) {
		case "text": return renderText(checked, colour ? coloured : plain);
		case "json": return renderJson(checked);
		case "github": return renderGithub(checked, "", "see --format text.");
		case "sarif": return renderSarif(checked, rules, version);
		case "junit": return renderJunit(checked);
		case "markdown": return renderMarkdown(checked);
	}
}
var formats;
var init_render = __esmMin((() => {
	init_rules();
	init_version$1();
	init_github$1();
	init_json$1();
	init_junit();
	init_markdown();
	init_sarif();
	init_text();
	formats = [
		"text",
		"json",
		"github",
		"sarif",
		"junit",
		"markdown"
	];
}));

// src/core/fleet/verdict.ts
function judge(folder) {
	const { stpd } = folder;
	if (stpd.kind !== "file") return "closed";
	const plain = hasPlainPort(stpd);
	if (lacksHttps(folder) || !worksOverHttps(stpd)) return plain ? "open" : "closed";
	return plain || allowsOld(stpd) ? "half" : "hardened";
}
function hasPlainPort(file) {
	return plainKeys.some((key) => plainPortEntries(file, key).length > 0 || isLeftOpen(file, key));
}
function httpsPort(file) {
	const ports = new Set(entriesOf(file, "STPD_HTTPS_PORT").map(({ value }) => readPort(value)));
	const [port] = ports;
	if (ports.size !== 1 || port === void 0) return void 0;
	return plainKeys.flatMap((key) => plainPortEntries(file, key)).some(({ value }) => readPort(value) === port) ? void 0 : port;
}
function worksOverHttps(file) {
	return httpsPort(file) !== void 0 && file.priorityLines.every(({ readings }) => readings.every(({ modern }) => modern));
}
function allowsOld(file) {
	const lines = file.priorityLines;
	return lines.length === 0 || lines.some(({ readings }) => readings.some(({ legacy, weak }) => legacy.length > 0 || weak.length > 0));
}
var plainKeys;
var init_verdict = __esmMin((() => {
	init_host_folder();
	init_stpd_file();
	plainKeys = ["STPD_PORT", "STPD_HTTP_PORT"];
}));

// src/core/ini/second-reading.ts
function differsOnlyIn(before, after, named) {
	const allowed = new Set(named.map(({ section, key }) => pathOf([...section.split("."), key])));
	const [old, fresh] = [flatten(before), flatten(after)];
	return [.../* @__PURE__ */ new Set([...old.keys(), ...fresh.keys()])].every((path) => allowed.has(path) || old.get(path) === fresh.get(path));
}
function createReader(text) {
	const values = flatten(text);
	return ({ section, key }) => values.get(pathOf([...section.split("."), key]));
}
function pathOf(names) {
	return names.filter((name) => name !== "").join("\0");
}
function flatten(text) {
	const values = /* @__PURE__ */ new Map();
	const start = text.startsWith("ï»¿") ? byteOrderMark.length : 0;
	collect$1((0, import_ini.parse)(text.slice(start)), [], values);
	return values;
}
function collect$1(node, path, values) {
	if (typeof node !== "object" || node === null || Array.isArray(node)) {
		values.set(pathOf(path), typeof node === "string" ? node : JSON.stringify(node));
		return;
	}
	for (const [name, child] of Object.entries(node)) collect$1(child, [...path, name], values);
}
var import_ini;
var init_second_reading = __esmMin((() => {
	import_ini = require_ini();
	init_document$1();
}));

// src/core/fix/repair-priority.ts
function repairPriority(priority, faults, profile, read) {
	const repaired = faults.invalid ? recommend(profile) : extend(priority, faults, profile, read);
	return repaired === priority ? void 0 : repaired;
}
function extend(priority, faults, profile, read) {
	const before = read(priority);
	let mended = faults.ineffective ? dropIgnored(priority, before) : priority;
	for (let round = 0; round < rounds; round++) {
		const readings = read(mended);
		const missing = [...listVersions(readings, faults), ...findRemovals(readings, before, faults)];
		if (missing.length === 0) break;
		mended = [mended, ...missing].join(":");
	}
	const elements = splitElements(mended);
	if (faults.order && !elements.some(({ text }) => text === option)) mended += `:${option}`;
	return splitElements(mended).length <= elementLimit(before) && read(mended).every((reading) => isMended(reading, faults)) && losesNothing(read(mended), before, faults) ? mended : recommend(profile);
}
function dropIgnored(priority, readings) {
	const ignored = new Set(readings.flatMap(({ evaluation }) => evaluation.warnings).filter(({ kind }) => kind === "ignored").map(({ offset }) => offset));
	return splitElements(priority).filter(({ trueOffset }) => !ignored.has(trueOffset)).map(({ text }) => text).join(":");
}
function elementLimit(readings) {
	return readings.flatMap((reading) => reading.dialects).every((dialect) => isSince(dialect, "3.7.9")) ? 128 : 64;
}
function listVersions(readings, { legacy }) {
	if (!legacy) return [];
	return [...new Set(readings.flatMap((reading) => reading.legacy))].map((version) => `-VERS-${version}`);
}
function partsOf$1({ keyExchange, cipher, mac }) {
	return [
		...keyExchange === void 0 ? [] : [keyExchange],
		cipher,
		mac
	];
}
function isForbidden(suite, reading, faults) {
	const { weak, noSecrecy, noAead } = reading;
	const parts = partsOf$1(suite);
	return faults.weak && weak.some((part) => parts.includes(part)) || faults.secrecy && noSecrecy.includes(suite.keyExchange ?? "") || faults.aead && noAead.includes(suite.mac);
}
function findRemovals(readings, before, faults) {
	const forbidden = readings.flatMap((reading) => suitesOf(reading.evaluation.possible).filter((suite) => isForbidden(suite, reading, faults)));
	if (forbidden.length === 0) return [];
	const needed = new Set(listAllowed(before, faults).flatMap(({ suite }) => partsOf$1(suite)));
	return (hit(forbidden.map((suite) => partsOf$1(suite).filter((part) => !needed.has(part)))) ?? []).map((part) => `-${part}`);
}
function suitesOf(byVersion) {
	return Object.values(byVersion).flat();
}
function hit(sets) {
	if (sets.some(({ length }) => length === 0)) return void 0;
	const candidates = [...new Set(sets.flat())];
	for (let size = 1; size <= largestChoice; size++) {
		const found = choose(sets, candidates, size);
		if (found !== void 0) return found;
	}
	return candidates;
}
function choose(sets, candidates, size) {
	const [first] = sets;
	if (first === void 0) return [];
	if (size === 0) return void 0;
	for (const candidate of candidates) {
		if (!first.includes(candidate)) continue;
		const more = choose(sets.filter((set) => !set.includes(candidate)), candidates, size - 1);
		if (more !== void 0) return [candidate, ...more];
	}
}
function listAllowed(readings, faults) {
	return readings.flatMap((reading) => Object.entries(reading.evaluation.effective).flatMap(([version, suites]) => faults.legacy && reading.legacy.includes(version) ? [] : suites.filter((suite) => !isForbidden(suite, reading, faults)).map((suite) => ({
		version,
		suite
	}))));
}
function losesNothing(after, before, faults) {
	return after.every(({ dialects, evaluation }) => {
		return listAllowed(before.filter((reading) => reading.dialects.some((dialect) => dialects.includes(dialect))), faults).every(({ version, suite }) => evaluation.effective[version]?.some(({ name }) => name === suite.name));
	});
}
function isMended(reading, faults) {
	const { modern, legacy, weak, noSecrecy, noAead } = reading;
	return modern && !(faults.legacy && legacy.length > 0) && !(faults.weak && weak.length > 0) && !(faults.secrecy && noSecrecy.length > 0) && !(faults.aead && noAead.length > 0);
}
var option, rounds, largestChoice;
var init_repair_priority = __esmMin((() => {
	init_elements();
	init_dialects();
	init_policy();
	option = "%SERVER_PRECEDENCE";
	rounds = 4;
	largestChoice = 5;
}));

// src/core/fix/changes.ts
function collectChanges(folder, stpd, wishes) {
	const edits = /* @__PURE__ */ new Map();
	const lines = /* @__PURE__ */ new Map();
	for (const wish of wishes) if (wish?.kind === "edit") {
		const { edit, key, closes } = wish;
		const known = edits.get(JSON.stringify(edit));
		if (known === void 0) edits.set(JSON.stringify(edit), {
			edit,
			key,
			...closes && { closes },
			wishes: [wish]
		});
		else {
			known.wishes.push(wish);
			if (closes !== void 0) known.closes = closes;
		}
	} else if (wish?.kind === "priority") {
		const known = lines.get(wish.line);
		if (known === void 0) lines.set(wish.line, [wish]);
		else known.push(wish);
	}
	const touched = new Set([...edits.values()].map(({ edit }) => edit.op === "insertAfter" ? -1 : edit.line));
	const repairs = [...lines].flatMap(([line, own]) => {
		const entry = stpd.entries.find((candidate) => candidate.line === line);
		if (entry === void 0 || touched.has(line)) return [];
		const faults = faultsOf(own);
		const value = repairPriority(entry.value, faults, folder.policy.profile, stpd.readPriority);
		if (value === void 0) return [];
		const { section, key } = entry;
		return [{
			edit: {
				op: "set",
				line,
				value
			},
			key: {
				section,
				key
			},
			wishes: own
		}];
	});
	const changes = [...edits.values(), ...repairs].map((change) => ({
		...change,
		closes: "closes" in change ? change.closes : void 0
	}));
	const refuse = createVerifier(stpd, changes);
	return changes.map((change) => ({
		...change,
		refused: refuse(change.edit, change.key)
	}));
}
function createVerifier(stpd, changes) {
	const before = printIni(stpd.document);
	const ours = new Map(stpd.entries.map(({ section, key, value }) => [`${section}\0${key}`, value]));
	const theirs = createReader(before);
	const isSeen = (some) => {
		const outcome = applyEdits(stpd.document, some.map(({ edit }) => edit));
		if (outcome.kind === "refused") return false;
		return differsOnlyIn(before, printIni(outcome.document), some.map(({ key }) => key));
	};
	const areAllSeen = isSeen(changes);
	let verified = 0;
	return (edit, key) => {
		if (theirs(key) !== ours.get(`${key.section}\0${key.key}`)) return "another reader of INI files takes this line for something else";
		if (areAllSeen) return void 0;
		return ++verified <= mostVerified && isSeen([{
			edit,
			key
		}]) ? void 0 : disagreeing;
	};
}
function faultsOf(wishes) {
	const has = (fault) => wishes.some((wish) => wish.kind === "priority" && wish.fault === fault);
	return {
		invalid: has("invalid"),
		legacy: has("legacy"),
		weak: has("weak"),
		secrecy: has("secrecy"),
		aead: has("aead"),
		order: has("order"),
		ineffective: has("ineffective")
	};
}
var disagreeing, mostVerified;
var init_changes = __esmMin((() => {
	init_document$1();
	init_edit();
	init_second_reading();
	init_repair_priority();
	disagreeing = "other readers of INI files would see more change than this";
	mostVerified = 100;
}));

// src/core/fix/globals-plan.ts
function planGlobals(folder, wishes) {
	const wanted = new Set(wishes.flatMap((wish) => wish?.kind === "global" ? [wish.key] : []));
	const keys = globalKeys.filter((key) => wanted.has(key));
	const { globals, path } = folder;
	const before = globals && printIni(globals.file.document);
	if (keys.length === 0) return {
		before,
		text: void 0,
		after: void 0,
		refused: void 0
	};
	const text = globals === void 0 ? [
		`[${globalsSection}]`,
		...keys.map(lineOf),
		""
	].join("\n") : editGlobals(globals.file.document, keys);
	const named = keys.map((key) => ({
		section: globalsSection,
		key
	}));
	if (text === void 0 || before !== void 0 && !differsOnlyIn(before, text, named)) return {
		before,
		text: void 0,
		after: void 0,
		refused: disagreeing
	};
	return {
		before,
		text,
		after: readGlobals(`${path}globals.ini`, text),
		refused: void 0
	};
}
function lineOf(key) {
	return `${key} = https`;
}
function editGlobals(document, keys) {
	const { lines } = document;
	const section = lines.findIndex((line) => line.kind === "section" && line.name === "sesam");
	const edits = keys.map((key) => {
		const line = lines.findIndex((other) => other.kind === "entry" && other.key === key);
		if (line >= 0) return {
			op: "set",
			line,
			value: "https"
		};
		return {
			op: "insertAfter",
			line: section,
			text: lineOf(key)
		};
	});
	const header = section < 0 ? [{
		op: "insertAfter",
		line: -1,
		text: `[${globalsSection}]`
	}] : [];
	const outcome = applyEdits(document, [...header, ...edits]);
	return outcome.kind === "edited" ? printIni(outcome.document) : void 0;
}
var init_globals_plan = __esmMin((() => {
	init_globals();
	init_document$1();
	init_edit();
	init_second_reading();
	init_changes();
}));

// src/core/fix/guard.ts
function refuseForHttps({ folder, before, after }) {
	if (lacksHttps(folder)) return "STPD has no HTTPS on Windows without AVX";
	const [old, port] = [httpsPort(before), httpsPort(after)];
	if (port === void 0) return "no HTTPS port would be sure to be open";
	if (old !== void 0 && old !== port) return "the number of the HTTPS port would change";
	return worksOverHttps(after) ? void 0 : "TLS 1.2 or 1.3 would not be sure to work";
}
function refuseClosing(outcome, key, findUse) {
	const refused = refuseForHttps(outcome);
	if (refused !== void 0) return refused;
	const { folder, globals } = outcome;
	if (globals !== void 0) {
		const pointing = globalsOfPort[key].find((name) => findGlobal(globals, name).value !== "https");
		if (pointing !== void 0) return `globals.ini would leave ${pointing} at the closed port`;
	}
	return findUse(folder, key);
}
function keepsDataPort({ folder, after }) {
	return hasPlainPort(after) || !lacksHttps(folder) && worksOverHttps(after);
}
var globalsOfPort;
var init_guard = __esmMin((() => {
	init_globals();
	init_host_folder();
	init_verdict();
	globalsOfPort = {
		STPD_HTTP_PORT: ["gv_default_interface_prefix", "gv_default_interface_prefix_ext"],
		STPD_PORT: ["gv_conf_use_com_stpd_kill"]
	};
}));

// src/core/fix/plan.ts
function planHost(folder, wishes, context) {
	const { stpd } = folder;
	if (stpd.kind !== "file" || wishes.every((wish) => wish === void 0)) return {
		outcomes: wishes.map(() => none),
		files: []
	};
	const changes = collectChanges(folder, stpd, wishes);
	const usable = changes.filter(({ refused }) => refused === void 0);
	const mending = usable.filter(({ closes }) => closes === void 0);
	const globals = planGlobals(folder, wishes);
	const outcomeOf = (closing) => {
		const after = applyChanges(stpd, [...mending, ...closing], context.parse);
		return {
			folder,
			before: stpd,
			after: after ?? stpd,
			globals: globals.after ?? folder.globals
		};
	};
	const closing = usable.filter(({ closes }) => closes !== void 0);
	const reasons = judgeClosing(closing, outcomeOf, context.findUse);
	const safe = outcomeOf(closing.filter(({ closes }) => !reasons.has(closes)));
	const refusedOpening = mending.some(isOpening) && httpsPort(safe.after) === void 0 ? "the port would not be sure to open" : void 0;
	const globalsReason = refuseForHttps(safe);
	const leavesNone = !keepsDataPort(outcomeOf(closing));
	const isApplied = (reason) => reason === void 0 || context.unsafe && !leavesNone;
	const reasonOf = (change) => isOpening(change) ? refusedOpening : reasons.get(change.closes);
	const files = writeFiles(stpd, usable.filter((change) => isApplied(reasonOf(change))), globals, isApplied(globalsReason));
	const changeOf = new Map(changes.flatMap((change) => change.wishes.map((wish) => [wish, change])));
	return {
		outcomes: wishes.map((wish) => {
			if (wish === void 0) return none;
			if (wish.kind === "global") return describe$4(globals.refused ?? globalsReason, isApplied(globals.refused ?? globalsReason));
			const change = changeOf.get(wish);
			if (change === void 0) return none;
			if (change.refused !== void 0) return describe$4(change.refused, false);
			const reason = reasonOf(change);
			return describe$4(reason, isApplied(reason));
		}),
		files
	};
}
function isOpening({ edit, key }) {
	return key.key === "STPD_HTTPS_PORT" && edit.op !== "commentOut";
}
function judgeClosing(closing, outcomeOf, findUse) {
	const reasons = /* @__PURE__ */ new Map();
	for (;;) {
		const left = closing.filter(({ closes }) => !reasons.has(closes));
		const outcome = outcomeOf(left);
		const before = reasons.size;
		for (const { closes } of left) {
			const reason = closes && refuseClosing(outcome, closes, findUse);
			if (reason !== void 0) reasons.set(closes, reason);
		}
		if (reasons.size === before) return reasons;
	}
}
function describe$4(reason, applied) {
	return {
		fixable: reason === void 0 ? "safe" : "unsafe",
		reason,
		applied
	};
}
function applyChanges(stpd, changes, parse) {
	const outcome = applyEdits(stpd.document, changes.map(({ edit }) => edit));
	if (outcome.kind === "refused") return void 0;
	const after = parse(printIni(outcome.document));
	return after.kind === "file" ? after : void 0;
}
function writeFiles(stpd, changes, globals, writesGlobals) {
	const before = printIni(stpd.document);
	const outcome = applyEdits(stpd.document, changes.map(({ edit }) => edit));
	const after = outcome.kind === "edited" ? printIni(outcome.document) : before;
	const files = [];
	if (globals.text !== void 0 && writesGlobals && globals.text !== globals.before) files.push({
		name: "globals.ini",
		before: globals.before,
		after: globals.text
	});
	if (after !== before) files.push({
		name: "stpd.ini",
		before,
		after
	});
	return files;
}
var none;
var init_plan = __esmMin((() => {
	init_verdict();
	init_document$1();
	init_edit();
	init_changes();
	init_globals_plan();
	init_guard();
	none = {
		fixable: "no",
		reason: void 0,
		applied: false
	};
}));

// src/core/rules/finding.ts
function stampFinding(rule, { message, help }, { line, span }, { host, file, severity, fixable, suppressed }) {
	return {
		rule: rule.id,
		severity,
		host,
		file,
		line: line + 1,
		column: span[0] + 1,
		endColumn: span[1] + 1,
		message: shorten(decodeBytes(message), longestText),
		help: shorten(decodeBytes(help), longestText),
		fixable,
		suppressed: suppressed === null ? null : {
			...suppressed,
			reason: decodeBytes(suppressed.reason)
		}
	};
}
function locateFinding(folder, { file = "stpd.ini", place, message }) {
	const found = place ?? sectionPlace(folder);
	return {
		place: found,
		source: sourceLine(folder, file, found.line),
		subject: subjectOf(folder, file, found, message)
	};
}
function sectionPlace({ stpd }) {
	const line = stpd.kind === "file" ? stpd.sectionLine ?? -1 : -1;
	const header = stpd.kind === "file" ? stpd.document.lines[line] : void 0;
	if (header === void 0) return {
		line: 0,
		span: [0, 0]
	};
	return {
		line,
		span: [header.raw.indexOf("["), header.raw.indexOf("]") + 1]
	};
}
function subjectOf(folder, file, { line }, message) {
	const lines = documentOf(folder, file)?.lines;
	if (lines === void 0) return {
		section: "",
		key: "",
		value: message
	};
	const content = lines[line];
	let name = "";
	for (let above = line; above >= 0 && name === ""; above--) {
		const other = lines[above];
		if (other?.kind === "section") name = other.name;
	}
	if (content?.kind !== "entry") return {
		section: name,
		key: "",
		value: ""
	};
	return {
		section: name,
		key: content.key,
		value: content.value
	};
}
function compareFindings(left, right) {
	return compareText(left.file, right.file) || left.line - right.line || left.column - right.column || compareText(left.rule, right.rule);
}
function compareText(left, right) {
	return Number(left > right) - Number(left < right);
}
var longestText;
var init_finding = __esmMin((() => {
	init_host_folder();
	init_text$1();
	longestText = 500;
}));

// src/core/fleet/disagreement.ts
function readTraits(folder, verdict) {
	const { name, path, stpd } = folder;
	if (stpd.kind !== "file") return void 0;
	const place = sectionPlace(folder);
	const isOpen = (key) => plainPortEntries(stpd, key).length > 0 || isLeftOpen(stpd, key) ? "open" : "closed";
	return {
		name,
		file: `${path}stpd.ini`,
		environment: factsOf(folder).environment ?? null,
		place,
		source: sourceLine(folder, "stpd.ini", place.line),
		traits: {
			"FTP port": isOpen("STPD_PORT"),
			"HTTP port": isOpen("STPD_HTTP_PORT"),
			HTTPS: verdict === "hardened" || verdict === "half" ? "working" : "not working",
			TLS: describeTls(stpd)
		}
	};
}
function describeTls(file) {
	return file.priorityLines.map(({ readings }) => readings[0]?.enables ?? "").join(" ");
}
function findDisagreements(hosts) {
	const groups = /* @__PURE__ */ new Map();
	for (const host of hosts) {
		const group = groups.get(host.environment);
		if (group === void 0) groups.set(host.environment, [host]);
		else group.push(host);
	}
	return [...groups].flatMap(([environment, group]) => {
		const sorted = group.toSorted((left, right) => compareText(left.file, right.file));
		const differences = traitNames.flatMap((trait) => findDifference$1(sorted, trait));
		const odd = new Set(differences.flatMap((difference) => difference.hosts));
		const at = sorted.find((host) => odd.has(host));
		if (at === void 0) return [];
		return [{
			environment,
			at,
			message: `the hosts ${environment === null ? "without an environment" : `of environment ${environment}`} are not set alike: ${differences.map(({ text }) => text).join("; ")}`
		}];
	});
}
function findDifference$1(hosts, trait) {
	const counts = /* @__PURE__ */ new Map();
	for (const { traits } of hosts) counts.set(traits[trait], (counts.get(traits[trait]) ?? 0) + 1);
	if (counts.size < 2) return [];
	const wrong = wrongStates[trait];
	if (wrong !== void 0) {
		const odd = hosts.filter(({ traits }) => traits[trait] === wrong);
		return [{
			hosts: odd,
			text: `${trait} is ${wrong} on ${nameSome$1(odd)}`
		}];
	}
	const most = [...counts].find(([, count]) => count * 2 > hosts.length)?.[0];
	if (most === void 0) return [{
		hosts,
		text: `${trait} is set in ${counts.size} ways`
	}];
	const odd = hosts.filter(({ traits }) => traits[trait] !== most);
	return [{
		hosts: odd,
		text: `${trait} is set otherwise on ${nameSome$1(odd)}`
	}];
}
function nameSome$1(hosts) {
	const names = hosts.slice(0, namedHosts).map(({ name }) => name);
	const more = hosts.length - names.length;
	return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
var traitNames, wrongStates, namedHosts;
var init_disagreement = __esmMin((() => {
	init_finding();
	init_host_folder();
	init_stpd_file();
	traitNames = [
		"FTP port",
		"HTTP port",
		"HTTPS",
		"TLS"
	];
	wrongStates = {
		"FTP port": "open",
		"HTTP port": "open",
		HTTPS: "not working"
	};
	namedHosts = 5;
}));

// src/core/policy/suppressions.ts
function readSuppressions({ lines }, asOf, rules) {
	const valid = [];
	const findings = [];
	let nextContent;
	for (const [line, { kind, raw }] of lines.entries()) {
		if (kind !== "comment" || !raw.includes("sesam-harden")) continue;
		const text = raw.replace(/^[^#;]*[#;]\s*/, "").trimEnd();
		if (!/^sesam-harden\b/.test(text)) continue;
		const read = readSuppression(text, asOf, rules);
		if (read.kind === "wrong") {
			const place = placeOfComment(raw, line);
			findings.push({
				place,
				message: read.message,
				help: read.help
			});
			continue;
		}
		const { rule, until, reason } = read;
		nextContent ??= findNextContent(lines);
		valid.push({
			line,
			covers: nextContent[line] ?? -1,
			rule,
			until,
			reason
		});
	}
	return {
		valid,
		findings
	};
}
function findNextContent(lines) {
	const next = Array.from(lines, () => -1);
	let content = -1;
	for (let line = lines.length - 1; line >= 0; line--) {
		const kind = lines[line]?.kind;
		if (kind !== "blank" && kind !== "comment") content = line;
		next[line] = content;
	}
	return next;
}
function placeOfComment(raw, line) {
	return {
		line,
		span: [raw.search(/[#;]/), raw.trimEnd().length]
	};
}
function wrong(message, help = `Write ${form}.`) {
	return {
		kind: "wrong",
		message,
		help
	};
}
function readSuppression(text, asOf, rules) {
	const [mark, allow, rule = "", until, date = "", because, ...reason] = text.split(/\s+/);
	if (mark !== "sesam-harden:" || allow !== "allow") return wrong("this suppression is malformed");
	if (!rules.ids.includes(rule)) {
		const nearest = findNearest(rule, rules.ids);
		const help = nearest === void 0 ? "See sesam-harden rules." : `Did you mean ${nearest}?`;
		return wrong(`there is no rule ${rule} to allow`, help);
	}
	if (!rules.isSuppressible(rule)) return wrong(`${rule} cannot be suppressed`, "Mend what it is about, and remove the comment.");
	if (until !== "until") return wrong("this suppression lacks its date: until YYYY-MM-DD");
	if (!isDate(date)) return wrong(`${date} is no date that exists, as YYYY-MM-DD`);
	if (because !== "because" || reason.length === 0) return wrong("this suppression lacks its reason: because TEXT");
	if (date < asOf) return wrong(`this suppression of ${rule} ended on ${date}`, "Mend what it is about, or write it anew with a reason and a date.");
	return {
		kind: "right",
		rule,
		until: date,
		reason: reason.join(" ")
	};
}
var form;
var init_suppressions = __esmMin((() => {
	init_nearest();
	init_dates();
	form = "# sesam-harden: allow RULE until YYYY-MM-DD because TEXT";
}));

// src/core/check-host.ts
function knowRules(rules) {
	const lasting = new Set(rules.flatMap(({ id, lasting: stays }) => stays ? [id] : []));
	return {
		ids: rules.map(({ id }) => id),
		isSuppressible: (id) => !lasting.has(id)
	};
}
function createHostCheck(context) {
	const { rules, settings, book, asOf, findUse, fix } = context;
	const known = knowRules(rules);
	return ({ folder, parse }) => {
		const { name, path, policy } = folder;
		const suppressing = openSuppressions(folder, asOf, known);
		const found = [];
		for (const rule of rules) {
			if (rule.check === void 0 || rule.profiles?.includes(policy.profile) === false) continue;
			const level = settings.levels.get(rule.id) ?? rule.severity;
			if (level === "off") continue;
			for (const finding of rule.check(folder)) {
				const inline = suppressing.apply(rule.id, finding);
				const allowed = rule.lasting ? null : book.apply(rule.id, name);
				found.push({
					...finding,
					rule,
					severity: level,
					suppressed: inline ?? allowed
				});
			}
		}
		for (const finding of suppressing.close()) {
			const severity = finding.severity ?? suppression.severity;
			found.push({
				...finding,
				rule: suppression,
				severity,
				suppressed: null
			});
		}
		const wishes = found.map(({ mend, rule, suppressed }) => suppressed === null && (fix.rules?.includes(rule.id) ?? true) ? mend : void 0);
		const plan = planHost(folder, wishes, {
			parse,
			findUse,
			unsafe: fix.unsafe
		});
		const { role, environment = null } = factsOf(folder);
		const findings = found.map((finding, index) => {
			const { rule, severity, suppressed, file = "stpd.ini" } = finding;
			const { place, source, subject } = locateFinding(folder, finding);
			const fixable = plan.outcomes[index]?.fixable ?? "no";
			const stamp = {
				host: name,
				file: path + file,
				severity,
				suppressed,
				fixable
			};
			return {
				finding: stampFinding(rule, finding, place, stamp),
				source,
				subject
			};
		});
		const verdict = judge(folder);
		return {
			host: {
				name,
				role,
				environment,
				verdict
			},
			traits: readTraits(folder, verdict),
			findings,
			fixes: listFixes(findings, plan)
		};
	};
}
function listFixes(findings, { files, outcomes }) {
	const withheld = findings.flatMap((located, index) => {
		const outcome = outcomes[index];
		const reason = outcome?.applied === false ? outcome.reason : void 0;
		return reason === void 0 ? [] : [{
			located,
			reason
		}];
	});
	return {
		files,
		applied: findings.filter((_, index) => outcomes[index]?.applied),
		withheld
	};
}
function openSuppressions(folder, asOf, known) {
	const byFile = /* @__PURE__ */ new Map();
	const byPlace = /* @__PURE__ */ new Map();
	const used = /* @__PURE__ */ new Set();
	const wrong = [];
	for (const file of hostFiles) {
		const document = documentOf(folder, file);
		if (document === void 0) continue;
		const { valid, findings } = readSuppressions(document, asOf, known);
		byFile.set(file, valid);
		for (const suppression of valid) {
			const place = `${file} ${suppression.covers} ${suppression.rule}`;
			const others = byPlace.get(place);
			if (others === void 0) byPlace.set(place, [suppression]);
			else others.push(suppression);
		}
		wrong.push(...findings.map((finding) => ({
			...finding,
			file
		})));
	}
	return {
		apply: (rule, finding) => {
			const { file = "stpd.ini" } = finding;
			if (byPlace.size === 0) return null;
			const { line } = finding.place ?? sectionPlace(folder);
			const fitting = byPlace.get(`${file} ${line} ${rule}`) ?? [];
			for (const suppression of fitting) used.add(suppression);
			const [first] = fitting;
			return first === void 0 ? null : {
				reason: first.reason,
				until: first.until
			};
		},
		close: () => [...wrong, ...[...byFile].flatMap(([file, suppressions]) => suppressions.filter((suppression) => !used.has(suppression)).map(({ line, rule }) => ({
			file,
			severity: "warning",
			place: placeOfComment(documentOf(folder, file)?.lines[line]?.raw ?? "", line),
			message: `this suppression is not needed: ${rule} does not fire on the next line`,
			help: "Remove the comment."
		})))]
	};
}
var init_check_host = __esmMin((() => {
	init_plan();
	init_host_folder();
	init_disagreement();
	init_verdict();
	init_suppressions();
	init_finding();
	init_suppression();
}));

// src/core/json/document.ts
function parseJson(text) {
	const reader = new Reader(text);
	if (text.startsWith("ï»¿")) reader.at = byteOrderMark.length;
	try {
		const node = reader.readValue(0);
		reader.skipBlanks();
		if (reader.at < text.length) reader.fail("expected nothing behind the value");
		return {
			kind: "node",
			node
		};
	} catch (error) {
		if (error instanceof JsonProblem) return {
			kind: "error",
			offset: error.offset,
			message: error.message
		};
		throw error;
	}
}
function createPlaceFinder(text) {
	const starts = [0];
	for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
	return (offset) => {
		let low = 0;
		let high = starts.length;
		while (high - low > 1) {
			const middle = low + high >> 1;
			if ((starts[middle] ?? 0) <= offset) low = middle;
			else high = middle;
		}
		return {
			line: low + 1,
			column: offset - (starts[low] ?? 0) + 1
		};
	};
}
var deepest$1, JsonProblem, Reader;
var init_document = __esmMin((() => {
	init_document$1();
	deepest$1 = 32;
	JsonProblem = class extends Error {
		offset;
		constructor(offset, message) {
			super(message);
			this.offset = offset;
		}
	};
	Reader = class {
		text;
		at = 0;
		constructor(text) {
			this.text = text;
		}
		fail(message) {
			throw new JsonProblem(this.at, message);
		}
		skipBlanks() {
			while (" 	\r\n".includes(this.text[this.at] ?? "x")) this.at++;
		}
		take(char) {
			this.skipBlanks();
			if (this.text[this.at] !== char) return false;
			this.at++;
			return true;
		}
		readValue(depth) {
			if (depth > deepest$1) this.fail(`nested more than ${deepest$1} deep`);
			this.skipBlanks();
			const start = this.at;
			const char = this.text[start];
			if (char === "{") return {
				kind: "object",
				members: this.readMembers(depth),
				start,
				end: this.at
			};
			if (char === "[") return {
				kind: "array",
				items: this.readItems(depth),
				start,
				end: this.at
			};
			return this.readScalar();
		}
		readMembers(depth) {
			this.at++;
			const members = [];
			const keys = /* @__PURE__ */ new Set();
			if (this.take("}")) return members;
			do {
				this.skipBlanks();
				if (this.text[this.at] !== "\"") this.fail("expected a key in double quotes");
				const key = this.readScalar();
				if (keys.has(key.value)) throw new JsonProblem(key.start, `the key ${JSON.stringify(key.value)} stands twice`);
				keys.add(key.value);
				if (!this.take(":")) this.fail("expected : behind the key");
				members.push({
					key,
					value: this.readValue(depth + 1)
				});
			} while (this.take(","));
			if (!this.take("}")) this.fail("expected , or }");
			return members;
		}
		readItems(depth) {
			this.at++;
			const items = [];
			if (this.take("]")) return items;
			do
				items.push(this.readValue(depth + 1));
			while (this.take(","));
			if (!this.take("]")) this.fail("expected , or ]");
			return items;
		}
		readScalar() {
			const start = this.at;
			const end = this.text[start] === "\"" ? this.findStringEnd() : this.findWordEnd();
			const token = this.text.slice(start, end);
			try {
				const value = JSON.parse(token);
				if (typeof value === "object" && value !== null) this.fail("expected a value");
				this.at = end;
				return {
					kind: "value",
					value,
					start,
					end
				};
			} catch (error) {
				if (error instanceof JsonProblem) throw error;
				return this.fail(token === "" ? "expected a value" : "this is no value of JSON");
			}
		}
		findStringEnd() {
			let end = this.at + 1;
			while (end < this.text.length && this.text[end] !== "\"") end += this.text[end] === "\\" ? 2 : 1;
			if (end >= this.text.length) this.fail("this string has no end");
			return end + 1;
		}
		findWordEnd() {
			let end = this.at;
			while (end < this.text.length && !" 	\r\n,:]}[{\"".includes(this.text[end] ?? "")) end++;
			return end;
		}
	};
}));

// src/core/fleet/interfaces.ts
function readInterfaces(path, bytes) {
	const problems = [];
	const placeOf = createPlaceFinder(bytes);
	const complain = (offset, message, next) => {
		problems.push({
			file: path,
			...placeOf(offset),
			message,
			next
		});
	};
	const reading = parseJson(bytes);
	const empty = {
		clients: [],
		usage: [],
		lines: bytes.split(/\r?\n/),
		problems
	};
	if (reading.kind === "error") {
		complain(reading.offset, `this is no JSON: ${reading.message}`, "Export the file again.");
		return empty;
	}
	const shape = new ShapeReader(complain);
	const top = shape.object(reading.node, "the file", [
		"schemaVersion",
		"exportedAt",
		"server",
		"clients",
		"usage"
	]);
	if (shape.value(top["schemaVersion"], "schemaVersion") !== 1) complain(top["schemaVersion"]?.start ?? reading.node.start, "expected schemaVersion 1", "Export the file with this version of the tool.");
	shape.time(top["exportedAt"], "exportedAt");
	shape.text(top["server"], "server");
	const placed = (node, what) => {
		const url = shape.text(node, what);
		const { line, column } = placeOf(node?.start ?? 0);
		const width = (node?.end ?? 0) - (node?.start ?? 0);
		const span = url === "" ? [column - 1, column - 1 + width] : [column, column + width - 2];
		return {
			url,
			place: {
				line: line - 1,
				span
			}
		};
	};
	const clients = shape.array(top["clients"], "clients").map((node) => {
		const client = shape.object(node, "a client", ["name", "interfaces"]);
		return {
			name: shape.text(client["name"], "name"),
			interfaces: shape.array(client["interfaces"], "interfaces").map((item) => placed(item, "an interface"))
		};
	});
	const usage = shape.array(top["usage"], "usage").map((node) => {
		const used = shape.object(node, "a usage", [
			"kind",
			"name",
			"client",
			"interface"
		]);
		const kind = shape.text(used["kind"], "kind");
		if (kind !== "" && !usageKinds.some((known) => known === kind)) complain(used["kind"]?.start ?? 0, `${kind} is no kind of usage`, `Expected ${usageKinds.join(", ")}.`);
		return {
			kind,
			name: shape.text(used["name"], "name"),
			client: shape.text(used["client"], "client"),
			interface: placed(used["interface"], "interface")
		};
	});
	return problems.length > 0 ? empty : {
		...empty,
		clients,
		usage
	};
}
var mostInventoryBytes, works, usageKinds, ShapeReader;
var init_interfaces = __esmMin((() => {
	init_document();
	mostInventoryBytes = 16777216;
	works = [
		"backup",
		"restore",
		"migration",
		"replication"
	];
	usageKinds = works.flatMap((work) => [`${work}-task`, `${work}-event`]);
	ShapeReader = class {
		complain;
		constructor(complain) {
			this.complain = complain;
		}
		object(node, what, keys) {
			if (node?.kind !== "object") {
				this.expect(node, `${what} to be an object`);
				return {};
			}
			const members = {};
			for (const { key, value } of node.members) {
				const name = String(key.value);
				if (keys.includes(name)) members[name] = value;
				else this.complain(key.start, `${name} is no key of ${what}`, `Known are ${keys.join(", ")}.`);
			}
			for (const key of keys) {
				if (members[key] !== void 0) continue;
				this.complain(node.start, `${what} lacks ${key}`, "Export the file again.");
			}
			return members;
		}
		array(node, what) {
			if (node?.kind === "array") return node.items;
			this.expect(node, `${what} to be a list`);
			return [];
		}
		text(node, what) {
			const value = this.value(node, what);
			if (typeof value === "string") return value;
			this.expect(node, `${what} to be text`);
			return "";
		}
		time(node, what) {
			const text = this.text(node, what);
			if (text !== "" && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text)) this.expect(node, `${what} to be a time in UTC, as 2026-11-20T08:00:00Z`);
		}
		value(node, what) {
			if (node === void 0 || node.kind === "value") return node?.value;
			this.expect(node, `${what} to be a plain value`);
		}
		expect(node, what) {
			if (node !== void 0) this.complain(node.start, `expected ${what}`, "Export the file again.");
		}
	};
}));

// src/core/fleet/used-ports.ts
function createUseFinder(inventories) {
	const uses = inventories.flatMap((inventory) => inventory.usage.filter((usage) => isInsecure(usage.interface.url)).map((usage) => {
		const { url } = usage.interface;
		const by = `${usage.kind} ${usage.name} uses ${url}`;
		return {
			hosts: spellings(hostOf(url)),
			keys: keysOf(url),
			by,
			inventory
		};
	}));
	return (folder, key) => {
		if (uses.length === 0) return void 0;
		const { address } = factsOf(folder);
		const names = new Set([folder.name, address ?? folder.name].flatMap(spellings));
		return uses.find(({ hosts, keys, inventory }) => keys.includes(key) && (inventory === folder.interfaces || hosts.some((host) => names.has(host))))?.by;
	};
}
function hostOf(url) {
	const rest = url.toLowerCase().replace(/^[a-z]+:\/\//, "");
	return /^\[([^\]]*)\]/.exec(rest)?.[1] ?? rest.split(/[:/]/)[0] ?? rest;
}
function spellings(name) {
	const lower = name.toLowerCase().replace(/^\[(.*)\]$/, "$1");
	return /^[\d.]+$/.test(lower) || lower.includes(":") ? [lower] : [lower, lower.split(".")[0] ?? lower];
}
function keysOf(url) {
	if (/^http:/i.test(url)) return ["STPD_HTTP_PORT"];
	if (/^ftp:/i.test(url)) return ["STPD_PORT"];
	return ["STPD_PORT", "STPD_HTTP_PORT"];
}
var init_used_ports = __esmMin((() => {
	init_host_folder();
	init_interface_use();
}));

// src/core/fleet/read-host.ts
function createHostReader(settings) {
	const parsers = /* @__PURE__ */ new Map();
	const policies = /* @__PURE__ */ new Map();
	const policyOf = ({ environment, gnutls }) => {
		const key = `${environment ?? ""} ${gnutls?.join(" ") ?? ""}`;
		const known = policies.get(key);
		if (known !== void 0) return known;
		const asked = settings.policyOf(environment ?? null);
		const policy = {
			...asked,
			dialects: gnutls ?? asked.dialects
		};
		policies.set(key, policy);
		return policy;
	};
	const parserOf = ({ dialects, absentPort }) => {
		const key = `${absentPort} ${dialects.join(" ")}`;
		const parser = parsers.get(key) ?? createStpdParser({
			dialects,
			absentPort
		});
		parsers.set(key, parser);
		return parser;
	};
	return ({ name, path, files }, inventory) => {
		const problems = [];
		const read = (file, parse) => {
			const reading = files[file];
			if (reading === void 0 || reading.kind === "missing") return void 0;
			if (reading.kind === "unreadable") {
				const message = `this file was not read: ${reading.reason}`;
				problems.push({
					file: path + file,
					line: 1,
					column: 1,
					message,
					next: "Replace it."
				});
				return;
			}
			const result = parse(path + file, reading.bytes);
			problems.push(...result.problems);
			return result;
		};
		const facts = read("host.ini", readFacts);
		const globals = read("globals.ini", readGlobals);
		const interfaces = read("interfaces.json", inventory ? () => inventory : readInterfaces);
		const policy = policyOf(facts?.facts ?? defaultFacts);
		const parse = parserOf(policy);
		const reading = files["stpd.ini"] ?? { kind: "missing" };
		return {
			folder: {
				name,
				path,
				stpd: reading.kind === "bytes" ? parse(reading.bytes) : reading,
				facts,
				globals,
				interfaces,
				policy
			},
			parse,
			problems
		};
	};
}
var init_read_host = __esmMin((() => {
	init_facts();
	init_globals();
	init_interfaces();
	init_stpd_file();
}));

// src/core/policy/allows.ts
function openAllowBook({ allows, file }, asOf) {
	const used = /* @__PURE__ */ new Set();
	const current = allows.filter(({ until }) => until >= asOf);
	const placed = ({ line }) => {
		const raw = file?.document.lines[line]?.raw ?? "";
		return { place: {
			line,
			span: [raw.indexOf("["), raw.indexOf("]") + 1]
		} };
	};
	return {
		apply: (rule, host) => {
			const fitting = current.filter((allow) => allow.rule === rule && allow.covers(host));
			for (const allow of fitting) used.add(allow);
			const [first] = fitting;
			return first === void 0 ? null : {
				reason: first.reason,
				until: first.until
			};
		},
		close: () => [...allows.filter(({ until }) => until < asOf).map((allow) => ({
			...placed(allow),
			message: `[allow.${allow.name}] ended on ${allow.until}`,
			help: "Mend what it is about, or write it anew with a reason and a date."
		})), ...current.filter((allow) => !used.has(allow)).map((allow) => ({
			...placed(allow),
			severity: "warning",
			message: `[allow.${allow.name}] suppresses nothing: ${allow.rule} does not fire there`,
			help: "Remove the section."
		}))]
	};
}
var init_allows = __esmMin((() => {}));

// src/usecases/find-hosts.ts
function findRoot(typed, files) {
	const starts = typed.map((path) => files.absolute(path));
	const folders = starts.map((start, index) => {
		const name = makeVisible(typed[index] ?? start);
		const found = files.kindOf(start);
		switch (found.kind) {
			case "folder": return start;
			case "missing": throw new HardenError("usage", `${name}: no such file or folder`, "Check the path.");
			case "unreadable": throw new HardenError("broke", `${name}: ${found.reason}`, "Give the user access to it.");
			default:
				if (baseName(start) === stpdFile) return parentOf(start);
				throw new HardenError("usage", `${name} is no ${stpdFile}`, `Name a folder or a ${stpdFile}.`);
		}
	});
	const roots = new Set(folders.map((folder) => findAbove(folder, settingsFile, files)));
	const [settingsFolder] = roots;
	if (roots.size > 1) throw new HardenError("usage", `the paths belong to different fleets: ${settingsFile} lies above some of them only, or in different folders`, "Check one fleet at a time.");
	return {
		root: settingsFolder ?? commonFolder(folders),
		starts
	};
}
function findAbove(folder, name, files) {
	let current = folder;
	for (;;) {
		if (files.kindOf(joinPath(current, name)).kind !== "missing") return current;
		const parent = parentOf(current);
		if (parent === current) return void 0;
		current = parent;
	}
}
function* findHosts({ root, starts }, files) {
	const seen = /* @__PURE__ */ new Set();
	const pending = [];
	for (const start of starts) if (files.kindOf(start).kind === "folder") pending.push(start);
	else {
		const folder = parentOf(start);
		if (seen.has(folder)) continue;
		seen.add(folder);
		yield describeHost(folder, root, listOneHost(folder, files));
	}
	for (let folder = pending.pop(); folder !== void 0; folder = pending.pop()) {
		if (seen.has(folder)) continue;
		seen.add(folder);
		const listing = files.list(folder);
		if (listing.kind === "unreadable") {
			const reason = `its folder cannot be listed: ${listing.reason}`;
			yield unreadableHost(folder, root, reason);
			continue;
		}
		const own = [];
		for (const { name, kind } of listing.entries) if (isHostFile(name)) own.push({
			name,
			kind
		});
		else if (kind === "folder" && !skippedFolders.includes(name)) pending.push(joinPath(folder, name));
		else if (kind === "link" && leadsOut(joinPath(folder, name), root, files)) yield unreadableHost(joinPath(folder, name), root, outOfTree);
		if (own.length > 0) yield describeHost(folder, root, own);
	}
}
function describeHost(folder, root, entries) {
	const below = relativePath(root, folder) ?? folder;
	return {
		name: baseName(folder),
		path: below === "" ? "" : `${below}/`,
		folder,
		entries
	};
}
function isHostFile(name) {
	return hostFiles.includes(name);
}
function unreadableHost(folder, root, reason) {
	return describeHost(folder, root, [{
		name: stpdFile,
		kind: "unreadable",
		reason
	}]);
}
function listOneHost(folder, files) {
	return hostFiles.filter((name) => files.kindOf(joinPath(folder, name)).kind !== "missing").map((name) => ({
		name,
		kind: "link"
	}));
}
function leadsOut(link, root, files) {
	const target = files.kindOf(link);
	if (target.kind !== "folder" || isBelow(root, target.realPath, files)) return false;
	return files.kindOf(joinPath(link, stpdFile)).kind !== "missing";
}
function isBelow(root, realPath, files) {
	const real = files.kindOf(root);
	return ("realPath" in real ? [root, real.realPath] : [root]).some((folder) => relativePath(folder, realPath) !== void 0);
}
function readHostFile({ folder }, { name, kind, reason = "" }, root, files) {
	const path = joinPath(folder, name);
	switch (kind) {
		case "file": return files.read(path, largest$1[name]);
		case "link": return readLink(path, largest$1[name], root, files);
		case "folder": return {
			kind: "unreadable",
			reason: "it is a directory"
		};
		case "other": return {
			kind: "unreadable",
			reason: "it is not a regular file"
		};
		case "unreadable": return {
			kind: "unreadable",
			reason
		};
	}
}
function readLink(path, limit, root, files) {
	const target = files.kindOf(path);
	switch (target.kind) {
		case "file": return isBelow(root, target.realPath, files) ? files.read(target.realPath, limit) : {
			kind: "unreadable",
			reason: outOfTree
		};
		case "folder": return {
			kind: "unreadable",
			reason: "it is a directory"
		};
		case "missing": return {
			kind: "unreadable",
			reason: "it is a link that leads nowhere"
		};
		case "unreadable": return target;
		case "other": return {
			kind: "unreadable",
			reason: "it is not a regular file"
		};
	}
}
var settingsFile, stpdFile, skippedFolders, outOfTree, largest$1;
var init_find_hosts = __esmMin((() => {
	init_interfaces();
	init_host_folder();
	init_harden_error();
	init_paths();
	init_text$1();
	settingsFile = "sesam-harden.ini";
	stpdFile = "stpd.ini";
	skippedFolders = [
		".git",
		"node_modules",
		"stpd_conf"
	];
	outOfTree = "it lies behind a link that leads out of the config repo";
	largest$1 = {
		"stpd.ini": 1048576,
		"host.ini": 1048576,
		"globals.ini": 1048576,
		"interfaces.json": mostInventoryBytes
	};
}));

// src/core/policy/glob.ts
function createMatcher(pattern) {
	const parts = pattern.split("/");
	return (path) => matchItems(parts, path.split("/"), "**", matchPart);
}
function matchPart(pattern, part) {
	return matchItems([...pattern], [...part], "*", (wanted, char) => wanted === "?" || wanted === char);
}
function matchItems(pattern, items, star, fits) {
	let at = 0;
	let index = 0;
	let lastStar = -1;
	let resume = 0;
	while (index < items.length) {
		const wanted = pattern[at];
		if (wanted === star) {
			lastStar = at++;
			resume = index;
		} else if (wanted !== void 0 && fits(wanted, items[index] ?? "")) {
			at++;
			index++;
		} else if (lastStar >= 0) {
			at = lastStar + 1;
			index = ++resume;
		} else return false;
	}
	while (pattern[at] === star) at++;
	return at === pattern.length;
}
var init_glob = __esmMin((() => {}));

// src/core/policy/settings.ts
function readSettings(path, bytes, overrides, rules) {
	if (bytes === void 0) {
		const policyOf = () => mergePolicy(defaultPolicy, {}, overrides);
		return {
			settings: {
				file: void 0,
				include: defaultInclude,
				levels: /* @__PURE__ */ new Map(),
				allows: [],
				policyOf
			},
			problems: []
		};
	}
	const file = readSettingsFile(path, bytes);
	const top = readSection(file, "", {
		...policyShape,
		include: wordsField
	});
	const environments = /* @__PURE__ */ new Map();
	const allows = [];
	let levels = /* @__PURE__ */ new Map();
	for (const [section, line] of file.sections) {
		const [, kind, name] = /^(environment|allow)\.([a-z0-9_-]+)$/.exec(section) ?? [];
		if (section === "rules") levels = readLevels(file, rules);
		else if (kind === "environment" && name !== void 0) environments.set(name, readSection(file, section, policyShape));
		else if (kind === "allow" && name !== void 0) {
			const allow = readAllow(file, section, line, rules);
			if (allow !== void 0) allows.push({
				name,
				...allow
			});
		} else report$1(file, line, 0, `[${section}] is no section that is known here`, `Known are ${sectionForms}.`);
	}
	const base = mergePolicy(defaultPolicy, top, {});
	const policyOf = (environment) => mergePolicy(base, environments.get(environment ?? "") ?? {}, overrides);
	return {
		settings: {
			file,
			include: top.include ?? defaultInclude,
			levels,
			allows,
			policyOf
		},
		problems: file.problems
	};
}
function mergePolicy(base, keys, overrides) {
	return {
		profile: overrides.profile ?? keys.profile ?? base.profile,
		failOn: overrides.failOn ?? keys.fail_on ?? base.failOn,
		dialects: keys.gnutls ?? base.dialects,
		absentPort: keys.absent_port ?? base.absentPort,
		filteredPort: keys.filtered_port ?? base.filteredPort
	};
}
function readLevels(file, rules) {
	const levels = /* @__PURE__ */ new Map();
	const field = wordField(...ruleLevels);
	for (const { line, key, keySpan, value, valueSpan } of settingsOf(file, "rules")) {
		const level = field(value);
		if (!rules.ids.includes(key)) reportUnknown(file, {
			line,
			column: keySpan[0],
			what: `${key} is no rule`,
			word: key,
			known: rules.ids
		});
		else if (!level.ok) {
			const { expected, nearest } = level;
			const next = nearest === void 0 ? `Expected ${expected}.` : `Did you mean ${nearest}?`;
			report$1(file, line, valueSpan[0], `${key} = ${value}: expected ${expected}`, next);
		} else if (!rules.isSuppressible(key) && level.value !== "error") {
			const message = `${key} guards against what must not be overlooked, and stays an error`;
			report$1(file, line, valueSpan[0], message, "Remove the line.");
		} else levels.set(key, level.value);
	}
	return levels;
}
function readAllow(file, section, line, rules) {
	const before = file.problems.length;
	const { rule, host, until, reason } = readSection(file, section, allowShape);
	const at = settingsOf(file, section).find(({ key }) => key === "rule");
	if (rule !== void 0 && at !== void 0 && !rules.ids.includes(rule)) {
		const column = at.valueSpan[0];
		reportUnknown(file, {
			line: at.line,
			column,
			what: `${rule} is no rule`,
			word: rule,
			known: rules.ids
		});
	} else if (rule !== void 0 && at !== void 0 && !rules.isSuppressible(rule)) report$1(file, at.line, at.valueSpan[0], `${rule} cannot be suppressed`, `Remove [${section}].`);
	if (file.problems.length > before) return void 0;
	if (rule === void 0 || until === void 0 || reason === void 0) {
		const missing = Object.entries({
			rule,
			until,
			reason
		}).flatMap(([key, value]) => value === void 0 ? [key] : []);
		report$1(file, line, 0, `[${section}] lacks ${missing.join(" and ")}`, "Say which rule, until when, and why.");
		return;
	}
	const matches = createMatcher(host ?? "*");
	const covers = (name) => name === null ? host === void 0 || host === "*" : matches(name);
	return {
		line,
		rule,
		covers,
		until,
		reason
	};
}
var policyShape, allowShape, sectionForms, defaultInclude;
var init_settings = __esmMin((() => {
	init_fields();
	init_glob();
	init_ini_settings();
	init_policy$1();
	policyShape = {
		profile: wordField(...profiles),
		fail_on: wordField(...failLimits),
		gnutls: gnutlsField,
		absent_port: wordField("closed", "open"),
		filtered_port: wordField("unknown", "closed")
	};
	allowShape = {
		rule: textField,
		host: textField,
		until: dateField,
		reason: textField
	};
	sectionForms = "[rules], [environment.NAME] and [allow.NAME], with small letters";
	defaultInclude = ["**/stpd.ini"];
}));

// src/usecases/open-fleet.ts
function openFleet({ paths, overrides }, files) {
	const fleet = findRoot(paths, files);
	const { root } = fleet;
	const { settings, problems } = loadSettings(root, overrides, files);
	const isIncluded = createIncludeFilter(settings, root, fleet.starts, files);
	const folders = [...findHosts(fleet, files)].filter(isIncluded);
	const read = (host, entry) => readHostFile(host, entry, root, files);
	return {
		root,
		settings,
		problems,
		folders,
		read
	};
}
function readAll(host, read) {
	const readings = {};
	for (const entry of host.entries) readings[entry.name] = read(host, entry);
	return readings;
}
function hasStpd({ entries }) {
	return entries.some(({ name }) => name === "stpd.ini");
}
function refuseEmpty() {
	return new HardenError("nothing-found", "there is no stpd.ini here, so nothing was checked", "Name the folder that holds the hosts' folders, each with its stpd.ini.");
}
function loadSettings(root, overrides, files) {
	const path = joinPath(root, settingsFile);
	const { kind } = files.kindOf(path);
	const reading = kind === "missing" ? { kind: "missing" } : files.read(path, largestSettings);
	const bytes = reading.kind === "bytes" ? reading.bytes : void 0;
	const read = readSettings(settingsFile, bytes, overrides, knowRules(rules));
	if (reading.kind !== "unreadable") return read;
	const message = `this file was not read: ${reading.reason}`;
	const next = "Put a file of settings there, or remove it.";
	return {
		...read,
		problems: [{
			file: settingsFile,
			line: 1,
			column: 1,
			message,
			next
		}]
	};
}
function createIncludeFilter({ include }, root, starts, files) {
	const all = include.includes("**/stpd.ini");
	const matchers = include.map((pattern) => createMatcher(pattern));
	const named = new Set(starts.filter((start) => files.kindOf(start).kind !== "folder"));
	return ({ path }) => {
		const file = `${path}stpd.ini`;
		return all || named.has(joinPath(root, file)) || matchers.some((matches) => matches(file));
	};
}
function refuseSettings(problems, root) {
	const sorted = problems.toSorted((left, right) => compareText(left.file, right.file) || left.line - right.line || left.column - right.column);
	const count = `${sorted.length} ${sorted.length === 1 ? "thing is" : "things are"}`;
	return new HardenError("settings", `${count} wrong in the settings, so nothing was checked`, "Mend the settings and check again.", {
		problems: sorted,
		root
	});
}
var largestSettings;
var init_open_fleet = __esmMin((() => {
	init_check_host();
	init_harden_error();
	init_paths();
	init_glob();
	init_settings();
	init_finding();
	init_rules();
	init_find_hosts();
	largestSettings = 1048576;
}));

// src/usecases/check-fleet.ts
function checkFleet(request, files) {
	const { paths, overrides, asOf, progress, fix = {
		unsafe: false,
		rules: void 0
	} } = request;
	const { root, settings, problems, folders, read } = openFleet({
		paths,
		overrides
	}, files);
	const book = openAllowBook(settings, asOf);
	const readHost = createHostReader(settings);
	const inventories = readInventories(folders, read);
	const findUse = createUseFinder([...inventories.values()]);
	const checkHost = createHostCheck({
		rules,
		settings,
		book,
		asOf,
		findUse,
		fix
	});
	const found = [];
	const hosts = [];
	const traits = [];
	const fixes = [];
	const wrong = [...problems];
	for (const host of folders) {
		const { name, path } = host;
		const hostRead = readHost({
			name,
			path,
			files: readAll(host, read)
		}, inventories.get(path));
		wrong.push(...hostRead.problems);
		const checked = checkHost(hostRead);
		hosts.push(checked.host);
		for (const finding of checked.findings) found.push(finding);
		if (checked.traits !== void 0) traits.push(checked.traits);
		const { files: changed, withheld } = checked.fixes;
		if (changed.length > 0 || withheld.length > 0) fixes.push({
			name,
			path,
			...checked.fixes
		});
		progress?.(hosts.length);
	}
	if (wrong.length > 0) throw refuseSettings(wrong, root);
	if (!folders.some(hasStpd)) throw refuseEmpty();
	found.push(...findInFleet(traits, settings, book));
	return {
		root,
		findings: found.toSorted((left, right) => compareFindings(left.finding, right.finding)),
		hosts: hosts.toSorted((left, right) => compareText(left.name, right.name)),
		failOn: (environment) => settings.policyOf(environment).failOn,
		fixes: fixes.toSorted((left, right) => compareText(left.path, right.path))
	};
}
function readInventories(folders, read) {
	const inventories = /* @__PURE__ */ new Map();
	for (const host of folders) {
		const entry = host.entries.find(({ name }) => name === "interfaces.json");
		const reading = entry && read(host, entry);
		if (reading?.kind !== "bytes") continue;
		const path = `${host.path}interfaces.json`;
		inventories.set(host.path, readInterfaces(path, reading.bytes));
	}
	return inventories;
}
function findInFleet(traits, settings, book) {
	const level = settings.levels.get(fleetDisagreement.id) ?? fleetDisagreement.severity;
	const found = (level === "off" ? [] : findDisagreements(traits)).map(({ at, message }) => {
		const help = "Set these hosts like the others, or give them an environment of their own.";
		const suppressed = book.apply(fleetDisagreement.id, null);
		return stampFleet(fleetDisagreement, {
			message,
			help
		}, at.place, {
			file: at.file,
			severity: level === "off" ? "notice" : level,
			suppressed,
			source: at.source
		});
	});
	const lines = settings.file?.document.lines;
	const suppressions = book.close().map((finding) => {
		const place = finding.place ?? {
			line: 0,
			span: [0, 0]
		};
		return stampFleet(suppression, finding, place, {
			file: settingsFile,
			severity: finding.severity ?? suppression.severity,
			suppressed: null,
			source: lines?.[place.line]?.raw.trimEnd() ?? ""
		});
	});
	return [...found, ...suppressions];
}
function stampFleet(rule, finding, place, stamp) {
	const { source, ...rest } = stamp;
	return {
		finding: stampFinding(rule, finding, place, {
			...rest,
			host: null,
			fixable: "no"
		}),
		source,
		subject: {
			section: "",
			key: "",
			value: finding.message
		}
	};
}
var init_check_fleet = __esmMin((() => {
	init_check_host();
	init_disagreement();
	init_interfaces();
	init_used_ports();
	init_read_host();
	init_allows();
	init_finding();
	init_fleet_disagreement();
	init_rules();
	init_suppression();
	init_find_hosts();
	init_open_fleet();
}));

// src/core/policy/baseline.ts
function describe$3({ finding, subject }, hash) {
	const { host, file, rule } = finding;
	const { section, key, value } = subject;
	return {
		host,
		file,
		section,
		key,
		rule,
		value: hash(value)
	};
}
function keyOf({ host, file, section, key, rule, value }) {
	return JSON.stringify([
		host,
		file,
		section,
		key,
		rule,
		value
	]);
}
function matchBaseline(findings, baseline, isSuppressible, hash) {
	const left = new Map(baseline.map((entry) => [keyOf(entry), entry.count]));
	const fresh = findings.filter((located) => {
		const { rule, suppressed } = located.finding;
		if (suppressed !== null || !isSuppressible(rule)) return true;
		const key = keyOf(describe$3(located, hash));
		const count = left.get(key) ?? 0;
		if (count > 0) left.set(key, count - 1);
		return count === 0;
	});
	const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
	return {
		fresh,
		known: findings.length - fresh.length,
		gone
	};
}
function makeBaseline(findings, older, isSuppressible, hash) {
	const allowed = older && new Map(older.map((entry) => [keyOf(entry), entry.count]));
	const entries = /* @__PURE__ */ new Map();
	for (const located of findings) {
		const { rule, suppressed } = located.finding;
		if (suppressed !== null || !isSuppressible(rule)) continue;
		const keyed = describe$3(located, hash);
		const key = keyOf(keyed);
		const count = (entries.get(key)?.count ?? 0) + 1;
		if (allowed === void 0 || count <= (allowed.get(key) ?? 0)) entries.set(key, {
			...keyed,
			count
		});
	}
	return [...entries].toSorted(([left], [right]) => compareText(encodeBytes(left), encodeBytes(right))).map(([, entry]) => entry);
}
var init_baseline$1 = __esmMin((() => {
	init_finding();
	init_text$1();
}));

// src/usecases/baseline.ts
function readBaseline(path, { files }) {
	const reading = files.read(files.absolute(path), largest);
	const name = makeVisible(path);
	if (reading.kind !== "bytes") {
		const reason = reading.kind === "missing" ? "it is gone" : reading.reason;
		throw new HardenError("settings", `the baseline ${name} was not read: ${reason}`, mend);
	}
	const json = parseJson(reading.bytes);
	if (json.kind === "error") throw new HardenError("settings", `the baseline ${name} is no JSON: ${json.message}`, mend);
	const content = JSON.parse(decodeBytes(reading.bytes).replace(/^\ufeff/, ""));
	if (!isBaseline(content)) throw new HardenError("settings", `${name} is no baseline of this version`, mend);
	return content.findings;
}
function isBaseline(content) {
	if (typeof content !== "object" || content === null) return false;
	if (!("schemaVersion" in content) || content.schemaVersion !== 1) return false;
	if (!("findings" in content) || !Array.isArray(content.findings)) return false;
	return content.findings.every((entry) => {
		if (typeof entry !== "object" || entry === null) return false;
		const { host, count, ...texts } = entry;
		return [
			"file",
			"section",
			"key",
			"rule",
			"value"
		].every((name) => typeof texts[name] === "string") && (host === null || typeof host === "string") && Number.isSafeInteger(count);
	});
}
function writeBaseline(path, findings, older, { terminal, hash }) {
	const entries = makeBaseline(findings, older, isSuppressible, hash);
	terminal.write(path, printJson({
		schemaVersion: 1,
		findings: entries
	}, 1));
}
function applyBaseline(findings, baseline, { hash }) {
	if (baseline === void 0) return {
		findings,
		remark: void 0
	};
	const { fresh, known, gone } = matchBaseline(findings, baseline, isSuppressible, hash);
	const stale = gone > 0 ? `; ${gone} of its entries are gone: write it anew` : "";
	return {
		findings: fresh,
		remark: `${countOf(known, "finding")} known from the baseline${stale}`
	};
}
var isSuppressible, largest, mend;
var init_baseline = __esmMin((() => {
	init_check_host();
	init_harden_error();
	init_document();
	init_baseline$1();
	init_count();
	init_json$1();
	init_rules();
	init_text$1();
	({isSuppressible} = knowRules(rules));
	largest = 67108864;
	mend = "Write it anew with --write-baseline.";
}));

// src/cli/check.ts
function runCheck(args, shell) {
	const { positionals, values } = parseArguments(args, options$4);
	const one = (name) => values.get(name)?.[0];
	const format = chooseWord("--format", one("--format"), formats, "text");
	const overrides = {
		profile: chooseOptional("--profile", one("--profile"), profiles),
		failOn: chooseOptional("--fail-on", one("--fail-on"), failLimits)
	};
	const outputs = (values.get("--output") ?? []).map(parseOutput);
	const asOf = one("--as-of") ?? shell.today();
	if (!isDate(asOf)) throw usage("--as-of wants a date that exists, as 2027-03-31");
	const found = checkWatched({
		paths: positionals.length > 0 ? positionals : ["."],
		overrides,
		asOf,
		progress: shell.progress.show
	}, shell);
	const [baseline, written] = [one("--baseline"), one("--write-baseline")];
	const known = baseline === void 0 ? void 0 : readBaseline(baseline, shell);
	if (written !== void 0) writeBaseline(written, found.findings, known, shell);
	const current = written === void 0 ? known : readBaseline(written, shell);
	const { findings, remark } = applyBaseline(found.findings, current, shell);
	const checked = {
		...found,
		findings
	};
	if (remark !== void 0) shell.terminal.err(`${remark}\n`);
	for (const { format: kind, file } of outputs) shell.terminal.write(file, renderReport(kind, checked));
	shell.terminal.out(renderReport(format, checked, shell.colour));
	return failsCheck(checked) ? 1 : 0;
}
function checkWatched(request, { files, progress }) {
	try {
		return checkFleet(request, files);
	} finally {
		progress.clear();
	}
}
function chooseOptional(name, given, words) {
	return given === void 0 ? void 0 : chooseWord(name, given, words, words[0]);
}
function parseOutput(text) {
	const equals = text.indexOf("=");
	const file = text.slice(equals + 1);
	if (equals < 0 || file === "") throw usage("--output wants FORMAT=FILE, as in json=report.json");
	return {
		format: chooseWord("--output", text.slice(0, equals), formats, "json"),
		file
	};
}
var options$4;
var init_check = __esmMin((() => {
	init_dates();
	init_policy$1();
	init_count();
	init_render();
	init_check_fleet();
	init_baseline();
	init_arguments();
	options$4 = {
		"--profile": "once",
		"--fail-on": "once",
		"--format": "once",
		"--output": "many",
		"--as-of": "once",
		"--baseline": "once",
		"--write-baseline": "once"
	};
}));

// src/cli/errors.ts
init_check();
init_harden_error();
init_text$1();
const shownProblems = 20;
function reportError(error, { terminal }) {
	if (error instanceof HardenError) {
		const problems = error.problems.slice(0, shownProblems).map(showProblem);
		const left = error.problems.length - problems.length;
		const more = left > 0 ? [`  and ${left} more`] : [];
		const first = `sesam-harden: ${makeVisible(error.message)}`;
		terminal.err(`${[
			first,
			...problems,
			...more,
			makeVisible(error.next)
		].join("\n")}\n`);
		return exitCodes[error.code];
	}
	const message = error instanceof Error ? error.message : String(error);
	terminal.err(`sesam-harden: this should not have happened: ${makeVisible(message)}\nNothing more was changed. Please report it, with the command line.\n`);
	return exitCodes.broke;
}
function showProblem({ file, line, column, message, next }) {
	const path = file.startsWith(":") ? `./${file}` : file;
	return `  ${makeVisible(`${path}:${line}:${column}: ${decodeBytes(message)}`)} ${makeVisible(decodeBytes(next))}`;
}

// node_modules/diff/libesm/diff/base.js
var Diff;
var init_base = __esmMin((() => {
	Diff = class {
		diff(oldStr, newStr, options = {}) {
			let callback;
			if (typeof options === "function") {
				callback = options;
				options = {};
			} else if ("callback" in options) callback = options.callback;
			const oldString = this.castInput(oldStr, options);
			const newString = this.castInput(newStr, options);
			const oldTokens = this.removeEmpty(this.tokenize(oldString, options));
			const newTokens = this.removeEmpty(this.tokenize(newString, options));
			return this.diffWithOptionsObj(oldTokens, newTokens, options, callback);
		}
		diffWithOptionsObj(oldTokens, newTokens, options, callback) {
			var _a;
			const done = (value) => {
				value = this.postProcess(value, options);
				if (callback) {
					setTimeout(function() {
						callback(value);
					}, 0);
					return;
				} else return value;
			};
			const newLen = newTokens.length, oldLen = oldTokens.length;
			let editLength = 1;
			let maxEditLength = newLen + oldLen;
			if (options.maxEditLength != null) maxEditLength = Math.min(maxEditLength, options.maxEditLength);
			const maxExecutionTime = (_a = options.timeout) !== null && _a !== void 0 ? _a : Infinity;
			const abortAfterTimestamp = Date.now() + maxExecutionTime;
			const bestPath = [{
				oldPos: -1,
				lastComponent: void 0
			}];
			let newPos = this.extractCommon(bestPath[0], newTokens, oldTokens, 0, options);
			if (bestPath[0].oldPos + 1 >= oldLen && newPos + 1 >= newLen) return done(this.buildValues(bestPath[0].lastComponent, newTokens, oldTokens));
			let minDiagonalToConsider = -Infinity, maxDiagonalToConsider = Infinity;
			const execEditLength = () => {
				for (let diagonalPath = Math.max(minDiagonalToConsider, -editLength); diagonalPath <= Math.min(maxDiagonalToConsider, editLength); diagonalPath += 2) {
					let basePath;
					const removePath = bestPath[diagonalPath - 1], addPath = bestPath[diagonalPath + 1];
					if (removePath) bestPath[diagonalPath - 1] = void 0;
					let canAdd = false;
					if (addPath) {
						const addPathNewPos = addPath.oldPos - diagonalPath;
						canAdd = addPath && 0 <= addPathNewPos && addPathNewPos < newLen;
					}
					const canRemove = removePath && removePath.oldPos + 1 < oldLen;
					if (!canAdd && !canRemove) {
						bestPath[diagonalPath] = void 0;
						continue;
					}
					if (!canRemove || canAdd && removePath.oldPos < addPath.oldPos) basePath = this.addToPath(addPath, true, false, 0, options);
					else basePath = this.addToPath(removePath, false, true, 1, options);
					newPos = this.extractCommon(basePath, newTokens, oldTokens, diagonalPath, options);
					if (basePath.oldPos + 1 >= oldLen && newPos + 1 >= newLen) return done(this.buildValues(basePath.lastComponent, newTokens, oldTokens)) || true;
					else {
						bestPath[diagonalPath] = basePath;
						if (basePath.oldPos + 1 >= oldLen) maxDiagonalToConsider = Math.min(maxDiagonalToConsider, diagonalPath - 1);
						if (newPos + 1 >= newLen) minDiagonalToConsider = Math.max(minDiagonalToConsider, diagonalPath + 1);
					}
				}
				editLength++;
			};
			if (callback) (function exec() {
				setTimeout(function() {
					if (editLength > maxEditLength || Date.now() > abortAfterTimestamp) return callback(void 0);
					if (!execEditLength()) exec();
				}, 0);
			})();
			else while (editLength <= maxEditLength && Date.now() <= abortAfterTimestamp) {
				const ret = execEditLength();
				if (ret) return ret;
			}
		}
		addToPath(path, added, removed, oldPosInc, options) {
			const last = path.lastComponent;
			if (last && !options.oneChangePerToken && last.added === added && last.removed === removed) return {
				oldPos: path.oldPos + oldPosInc,
				lastComponent: {
					count: last.count + 1,
					added,
					removed,
					previousComponent: last.previousComponent
				}
			};
			else return {
				oldPos: path.oldPos + oldPosInc,
				lastComponent: {
					count: 1,
					added,
					removed,
					previousComponent: last
				}
			};
		}
		extractCommon(basePath, newTokens, oldTokens, diagonalPath, options) {
			const newLen = newTokens.length, oldLen = oldTokens.length;
			let oldPos = basePath.oldPos, newPos = oldPos - diagonalPath, commonCount = 0;
			while (newPos + 1 < newLen && oldPos + 1 < oldLen && this.equals(oldTokens[oldPos + 1], newTokens[newPos + 1], options)) {
				newPos++;
				oldPos++;
				commonCount++;
				if (options.oneChangePerToken) basePath.lastComponent = {
					count: 1,
					previousComponent: basePath.lastComponent,
					added: false,
					removed: false
				};
			}
			if (commonCount && !options.oneChangePerToken) basePath.lastComponent = {
				count: commonCount,
				previousComponent: basePath.lastComponent,
				added: false,
				removed: false
			};
			basePath.oldPos = oldPos;
			return newPos;
		}
		equals(left, right, options) {
			if (options.comparator) return options.comparator(left, right);
			else return left === right || !!options.ignoreCase && left.toLowerCase() === right.toLowerCase();
		}
		removeEmpty(array) {
			const ret = [];
			for (let i = 0; i < array.length; i++) if (array[i]) ret.push(array[i]);
			return ret;
		}
		castInput(value, options) {
			return value;
		}
		tokenize(value, options) {
			return Array.from(value);
		}
		join(chars) {
			return chars.join("");
		}
		postProcess(changeObjects, options) {
			return changeObjects;
		}
		get useLongestToken() {
			return false;
		}
		buildValues(lastComponent, newTokens, oldTokens) {
			const components = [];
			let nextComponent;
			while (lastComponent) {
				components.push(lastComponent);
				nextComponent = lastComponent.previousComponent;
				delete lastComponent.previousComponent;
				lastComponent = nextComponent;
			}
			components.reverse();
			const componentLen = components.length;
			let componentPos = 0, newPos = 0, oldPos = 0;
			for (; componentPos < componentLen; componentPos++) {
				const component = components[componentPos];
				if (!component.removed) {
					if (!component.added && this.useLongestToken) {
						let value = newTokens.slice(newPos, newPos + component.count);
						value = value.map(function(value, i) {
							const oldValue = oldTokens[oldPos + i];
							return oldValue.length > value.length ? oldValue : value;
						});
						component.value = this.join(value);
					} else component.value = this.join(newTokens.slice(newPos, newPos + component.count));
					newPos += component.count;
					if (!component.added) oldPos += component.count;
				} else {
					component.value = this.join(oldTokens.slice(oldPos, oldPos + component.count));
					oldPos += component.count;
				}
			}
			return components;
		}
	};
}));

// node_modules/diff/libesm/diff/character.js
var CharacterDiff, characterDiff;
var init_character = __esmMin((() => {
	init_base();
	CharacterDiff = class extends Diff {};
	characterDiff = new CharacterDiff();
}));

// node_modules/diff/libesm/util/string.js
function longestCommonPrefix(str1, str2) {
	let i = 0;
	for (; i < str1.length && i < str2.length; i++) if (str1[i] != str2[i]) return str1.slice(0, i);
	return str1.slice(0, i);
}
function longestCommonSuffix(str1, str2) {
	let i;
	if (!str1 || !str2 || str1[str1.length - 1] != str2[str2.length - 1]) return "";
	for (i = 0; i < str1.length && i < str2.length; i++) if (str1[str1.length - (i + 1)] != str2[str2.length - (i + 1)]) return str1.slice(-i);
	return str1.slice(-i);
}
function replacePrefix(string, oldPrefix, newPrefix) {
	if (string.slice(0, oldPrefix.length) != oldPrefix) throw Error(`string ${JSON.stringify(string)} doesn't start with prefix ${JSON.stringify(oldPrefix)}; this is a bug`);
	return newPrefix + string.slice(oldPrefix.length);
}
function replaceSuffix(string, oldSuffix, newSuffix) {
	if (!oldSuffix) return string + newSuffix;
	if (string.slice(-oldSuffix.length) != oldSuffix) throw Error(`string ${JSON.stringify(string)} doesn't end with suffix ${JSON.stringify(oldSuffix)}; this is a bug`);
	return string.slice(0, -oldSuffix.length) + newSuffix;
}
function removePrefix(string, oldPrefix) {
	return replacePrefix(string, oldPrefix, "");
}
function removeSuffix(string, oldSuffix) {
	return replaceSuffix(string, oldSuffix, "");
}
function maximumOverlap(string1, string2) {
	return string2.slice(0, overlapCount(string1, string2));
}
function overlapCount(a, b) {
	let startA = 0;
	if (a.length > b.length) startA = a.length - b.length;
	let endB = b.length;
	if (a.length < b.length) endB = a.length;
	const map = Array(endB);
	let k = 0;
	map[0] = 0;
	for (let j = 1; j < endB; j++) {
		if (b[j] == b[k]) map[j] = map[k];
		else map[j] = k;
		while (k > 0 && b[j] != b[k]) k = map[k];
		if (b[j] == b[k]) k++;
	}
	k = 0;
	for (let i = startA; i < a.length; i++) {
		while (k > 0 && a[i] != b[k]) k = map[k];
		if (a[i] == b[k]) k++;
	}
	return k;
}
function segment(string, segmenter) {
	const parts = [];
	for (const segmentObj of Array.from(segmenter.segment(string))) {
		const segment = segmentObj.segment;
		if (parts.length && /\s/.test(parts[parts.length - 1]) && /\s/.test(segment)) parts[parts.length - 1] += segment;
		else parts.push(segment);
	}
	return parts;
}
function trailingWs(string, segmenter) {
	if (segmenter) return leadingAndTrailingWs(string, segmenter)[1];
	let i;
	for (i = string.length - 1; i >= 0; i--) if (!string[i].match(/\s/)) break;
	return string.substring(i + 1);
}
function leadingWs(string, segmenter) {
	if (segmenter) return leadingAndTrailingWs(string, segmenter)[0];
	const match = string.match(/^\s*/);
	return match ? match[0] : "";
}
function leadingAndTrailingWs(string, segmenter) {
	if (!segmenter) return [leadingWs(string), trailingWs(string)];
	if (segmenter.resolvedOptions().granularity != "word") throw new Error("The segmenter passed must have a granularity of \"word\"");
	const segments = segment(string, segmenter);
	const firstSeg = segments[0];
	const lastSeg = segments[segments.length - 1];
	return [/\s/.test(firstSeg) ? firstSeg : "", /\s/.test(lastSeg) ? lastSeg : ""];
}
var init_string = __esmMin((() => {}));

// node_modules/diff/libesm/diff/word.js
function dedupeWhitespaceInChangeObjects(startKeep, deletion, insertion, endKeep, segmenter) {
	if (deletion && insertion) {
		const [oldWsPrefix, oldWsSuffix] = leadingAndTrailingWs(deletion.value, segmenter);
		const [newWsPrefix, newWsSuffix] = leadingAndTrailingWs(insertion.value, segmenter);
		if (startKeep) {
			const commonWsPrefix = longestCommonPrefix(oldWsPrefix, newWsPrefix);
			startKeep.value = replaceSuffix(startKeep.value, newWsPrefix, commonWsPrefix);
			deletion.value = removePrefix(deletion.value, commonWsPrefix);
			insertion.value = removePrefix(insertion.value, commonWsPrefix);
		}
		if (endKeep) {
			const commonWsSuffix = longestCommonSuffix(oldWsSuffix, newWsSuffix);
			endKeep.value = replacePrefix(endKeep.value, newWsSuffix, commonWsSuffix);
			deletion.value = removeSuffix(deletion.value, commonWsSuffix);
			insertion.value = removeSuffix(insertion.value, commonWsSuffix);
		}
	} else if (insertion) {
		if (startKeep) {
			const ws = leadingWs(insertion.value, segmenter);
			insertion.value = insertion.value.substring(ws.length);
		}
		if (endKeep) {
			const ws = leadingWs(endKeep.value, segmenter);
			endKeep.value = endKeep.value.substring(ws.length);
		}
	} else if (startKeep && endKeep) {
		const newWsFull = leadingWs(endKeep.value, segmenter), [delWsStart, delWsEnd] = leadingAndTrailingWs(deletion.value, segmenter);
		const newWsStart = longestCommonPrefix(newWsFull, delWsStart);
		deletion.value = removePrefix(deletion.value, newWsStart);
		const newWsEnd = longestCommonSuffix(removePrefix(newWsFull, newWsStart), delWsEnd);
		deletion.value = removeSuffix(deletion.value, newWsEnd);
		endKeep.value = replacePrefix(endKeep.value, newWsFull, newWsEnd);
		startKeep.value = replaceSuffix(startKeep.value, newWsFull, newWsFull.slice(0, newWsFull.length - newWsEnd.length));
	} else if (endKeep) {
		const endKeepWsPrefix = leadingWs(endKeep.value, segmenter);
		const deletionWsSuffix = trailingWs(deletion.value, segmenter);
		const overlap = maximumOverlap(deletionWsSuffix, endKeepWsPrefix);
		deletion.value = removeSuffix(deletion.value, overlap);
	} else if (startKeep) {
		const startKeepWsSuffix = trailingWs(startKeep.value, segmenter);
		const deletionWsPrefix = leadingWs(deletion.value, segmenter);
		const overlap = maximumOverlap(startKeepWsSuffix, deletionWsPrefix);
		deletion.value = removePrefix(deletion.value, overlap);
	}
}
var extendedWordChars, tokenizeIncludingWhitespace, WordDiff, wordDiff, WordsWithSpaceDiff, wordsWithSpaceDiff;
var init_word = __esmMin((() => {
	init_base();
	init_string();
	extendedWordChars = "a-zA-Z0-9_\\u{AD}\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2C6}\\u{2C8}-\\u{2D7}\\u{2DE}-\\u{2FF}\\u{1E00}-\\u{1EFF}";
	tokenizeIncludingWhitespace = new RegExp(`[${extendedWordChars}]+|\\s+|[^${extendedWordChars}]`, "ug");
	WordDiff = class extends Diff {
		equals(left, right, options) {
			if (options.ignoreCase) {
				left = left.toLowerCase();
				right = right.toLowerCase();
			}
			return left.trim() === right.trim();
		}
		tokenize(value, options = {}) {
			let parts;
			if (options.intlSegmenter) {
				const segmenter = options.intlSegmenter;
				if (segmenter.resolvedOptions().granularity != "word") throw new Error("The segmenter passed must have a granularity of \"word\"");
				parts = segment(value, segmenter);
			} else parts = value.match(tokenizeIncludingWhitespace) || [];
			const tokens = [];
			let prevPart = null;
			parts.forEach((part) => {
				if (/\s/.test(part)) {
					if (prevPart == null) tokens.push(part);
					else tokens.push(tokens.pop() + part);
				} else if (prevPart != null && /\s/.test(prevPart)) {
					if (tokens[tokens.length - 1] == prevPart) tokens.push(tokens.pop() + part);
					else tokens.push(prevPart + part);
				} else tokens.push(part);
				prevPart = part;
			});
			return tokens;
		}
		join(tokens) {
			return tokens.map((token, i) => {
				if (i == 0) return token;
				else return token.replace(/^\s+/, "");
			}).join("");
		}
		postProcess(changes, options) {
			if (!changes || options.oneChangePerToken) return changes;
			let lastKeep = null;
			let insertion = null;
			let deletion = null;
			changes.forEach((change) => {
				if (change.added) insertion = change;
				else if (change.removed) deletion = change;
				else {
					if (insertion || deletion) dedupeWhitespaceInChangeObjects(lastKeep, deletion, insertion, change, options.intlSegmenter);
					lastKeep = change;
					insertion = null;
					deletion = null;
				}
			});
			if (insertion || deletion) dedupeWhitespaceInChangeObjects(lastKeep, deletion, insertion, null, options.intlSegmenter);
			return changes;
		}
	};
	wordDiff = new WordDiff();
	WordsWithSpaceDiff = class extends Diff {
		tokenize(value) {
			const regex = new RegExp(`(\\r?\\n)|[${extendedWordChars}]+|[^\\S\\n\\r]+|[^${extendedWordChars}]`, "ug");
			return value.match(regex) || [];
		}
	};
	wordsWithSpaceDiff = new WordsWithSpaceDiff();
}));

// node_modules/diff/libesm/diff/line.js
function diffLines(oldStr, newStr, options) {
	return lineDiff.diff(oldStr, newStr, options);
}
function tokenize(value, options) {
	if (options.stripTrailingCr) value = value.replace(/\r\n/g, "\n");
	const retLines = [], linesAndNewlines = value.split(/(\n|\r\n)/);
	if (!linesAndNewlines[linesAndNewlines.length - 1]) linesAndNewlines.pop();
	for (let i = 0; i < linesAndNewlines.length; i++) {
		const line = linesAndNewlines[i];
		if (i % 2 && !options.newlineIsToken) retLines[retLines.length - 1] += line;
		else retLines.push(line);
	}
	return retLines;
}
var LineDiff, lineDiff;
var init_line = __esmMin((() => {
	init_base();
	LineDiff = class extends Diff {
		constructor() {
			super(...arguments);
			this.tokenize = tokenize;
		}
		equals(left, right, options) {
			if (options.ignoreWhitespace) {
				if (!options.newlineIsToken || !left.includes("\n")) left = left.trim();
				if (!options.newlineIsToken || !right.includes("\n")) right = right.trim();
			} else if (options.ignoreNewlineAtEof && !options.newlineIsToken) {
				if (left.endsWith("\n")) left = left.slice(0, -1);
				if (right.endsWith("\n")) right = right.slice(0, -1);
			}
			return super.equals(left, right, options);
		}
	};
	lineDiff = new LineDiff();
}));

// node_modules/diff/libesm/diff/sentence.js
function isSentenceEndPunct(char) {
	return char == "." || char == "!" || char == "?";
}
var SentenceDiff, sentenceDiff;
var init_sentence = __esmMin((() => {
	init_base();
	SentenceDiff = class extends Diff {
		tokenize(value) {
			var _a;
			const result = [];
			let tokenStartI = 0;
			for (let i = 0; i < value.length; i++) {
				if (i == value.length - 1) {
					result.push(value.slice(tokenStartI));
					break;
				}
				if (isSentenceEndPunct(value[i]) && value[i + 1].match(/\s/)) {
					result.push(value.slice(tokenStartI, i + 1));
					i = tokenStartI = i + 1;
					while ((_a = value[i + 1]) === null || _a === void 0 ? void 0 : _a.match(/\s/)) i++;
					result.push(value.slice(tokenStartI, i + 1));
					tokenStartI = i + 1;
				}
			}
			return result;
		}
	};
	sentenceDiff = new SentenceDiff();
}));

// node_modules/diff/libesm/diff/css.js
var CssDiff, cssDiff;
var init_css = __esmMin((() => {
	init_base();
	CssDiff = class extends Diff {
		tokenize(value) {
			return value.split(/([{}:;,]|\s+)/);
		}
	};
	cssDiff = new CssDiff();
}));

// node_modules/diff/libesm/diff/json.js
function canonicalize(obj, stack, replacementStack, replacer, key) {
	stack = stack || [];
	replacementStack = replacementStack || [];
	if (replacer) obj = replacer(key === void 0 ? "" : key, obj);
	let i = 0;
	for (; i < stack.length; i += 1) if (stack[i] === obj) return replacementStack[i];
	let canonicalizedObj;
	if ("[object Array]" === Object.prototype.toString.call(obj)) {
		stack.push(obj);
		canonicalizedObj = new Array(obj.length);
		replacementStack.push(canonicalizedObj);
		for (i = 0; i < obj.length; i += 1) canonicalizedObj[i] = canonicalize(obj[i], stack, replacementStack, replacer, String(i));
		stack.pop();
		replacementStack.pop();
		return canonicalizedObj;
	}
	if (obj && obj.toJSON) obj = obj.toJSON();
	if (typeof obj === "object" && obj !== null) {
		stack.push(obj);
		canonicalizedObj = {};
		replacementStack.push(canonicalizedObj);
		const sortedKeys = [];
		let key;
		for (key in obj)
 /* istanbul ignore else */
		if (Object.prototype.hasOwnProperty.call(obj, key)) sortedKeys.push(key);
		sortedKeys.sort();
		for (i = 0; i < sortedKeys.length; i += 1) {
			key = sortedKeys[i];
			canonicalizedObj[key] = canonicalize(obj[key], stack, replacementStack, replacer, key);
		}
		stack.pop();
		replacementStack.pop();
	} else canonicalizedObj = obj;
	return canonicalizedObj;
}
var JsonDiff, jsonDiff;
var init_json = __esmMin((() => {
	init_base();
	init_line();
	JsonDiff = class extends Diff {
		constructor() {
			super(...arguments);
			this.tokenize = tokenize;
		}
		get useLongestToken() {
			return true;
		}
		castInput(value, options) {
			const { undefinedReplacement, stringifyReplacer = (k, v) => typeof v === "undefined" ? undefinedReplacement : v } = options;
			return typeof value === "string" ? value : JSON.stringify(canonicalize(value, null, null, stringifyReplacer), null, "  ");
		}
		equals(left, right, options) {
			return super.equals(left.replace(/,([\r\n])/g, "$1"), right.replace(/,([\r\n])/g, "$1"), options);
		}
	};
	jsonDiff = new JsonDiff();
}));

// node_modules/diff/libesm/diff/array.js
var ArrayDiff, arrayDiff;
var init_array = __esmMin((() => {
	init_base();
	ArrayDiff = class extends Diff {
		tokenize(value) {
			return value.slice();
		}
		join(value) {
			return value;
		}
		removeEmpty(value) {
			return value;
		}
	};
	arrayDiff = new ArrayDiff();
}));

// node_modules/diff/libesm/patch/create.js
function structuredPatch(oldFileName, newFileName, oldStr, newStr, oldHeader, newHeader, options) {
	let optionsObj;
	if (!options) optionsObj = {};
	else if (typeof options === "function") optionsObj = { callback: options };
	else optionsObj = options;
	if (typeof optionsObj.context === "undefined") optionsObj.context = 4;
	const context = optionsObj.context;
	if (optionsObj.newlineIsToken) throw new Error("newlineIsToken may not be used with patch-generation functions, only with diffing functions");
	if (!optionsObj.callback) return diffLinesResultToPatch(diffLines(oldStr, newStr, optionsObj));
	else {
		const { callback } = optionsObj;
		diffLines(oldStr, newStr, Object.assign(Object.assign({}, optionsObj), { callback: (diff) => {
			const patch = diffLinesResultToPatch(diff);
			callback(patch);
		} }));
	}
	function diffLinesResultToPatch(diff) {
		if (!diff) return;
		diff.push({
			value: "",
			lines: []
		});
		function contextLines(lines) {
			return lines.map(function(entry) {
				return " " + entry;
			});
		}
		const hunks = [];
		let oldRangeStart = 0, newRangeStart = 0, curRange = [], oldLine = 1, newLine = 1;
		for (let i = 0; i < diff.length; i++) {
			const current = diff[i], lines = current.lines || splitLines(current.value);
			current.lines = lines;
			if (current.added || current.removed) {
				if (!oldRangeStart) {
					const prev = diff[i - 1];
					oldRangeStart = oldLine;
					newRangeStart = newLine;
					if (prev) {
						curRange = context > 0 ? contextLines(prev.lines.slice(-context)) : [];
						oldRangeStart -= curRange.length;
						newRangeStart -= curRange.length;
					}
				}
				for (const line of lines) curRange.push((current.added ? "+" : "-") + line);
				if (current.added) newLine += lines.length;
				else oldLine += lines.length;
			} else {
				if (oldRangeStart) {
					if (lines.length <= context * 2 && i < diff.length - 2) for (const line of contextLines(lines)) curRange.push(line);
					else {
						const contextSize = Math.min(lines.length, context);
						for (const line of contextLines(lines.slice(0, contextSize))) curRange.push(line);
						const hunk = {
							oldStart: oldRangeStart,
							oldLines: oldLine - oldRangeStart + contextSize,
							newStart: newRangeStart,
							newLines: newLine - newRangeStart + contextSize,
							lines: curRange
						};
						hunks.push(hunk);
						oldRangeStart = 0;
						newRangeStart = 0;
						curRange = [];
					}
				}
				oldLine += lines.length;
				newLine += lines.length;
			}
		}
		for (const hunk of hunks) for (let i = 0; i < hunk.lines.length; i++) if (hunk.lines[i].endsWith("\n")) hunk.lines[i] = hunk.lines[i].slice(0, -1);
		else {
			hunk.lines.splice(i + 1, 0, "\\ No newline at end of file");
			i++;
		}
		return {
			oldFileName,
			newFileName,
			oldHeader,
			newHeader,
			hunks
		};
	}
}
function splitLines(text) {
	const hasTrailingNl = text.endsWith("\n");
	const result = text.split("\n").map((line) => line + "\n");
	if (hasTrailingNl) result.pop();
	else result.push(result.pop().slice(0, -1));
	return result;
}
var init_create = __esmMin((() => {
	init_line();
}));

// node_modules/diff/libesm/index.js
var init_libesm = __esmMin((() => {
	init_character();
	init_word();
	init_line();
	init_sentence();
	init_css();
	init_json();
	init_array();
	init_create();
}));

// src/adapters/unified-diff.ts
function renderDiff({ path, before, after }) {
	const { hunks } = structuredPatch("", "", before ?? "", after, "", "", { context: 3 });
	const [from, to] = [quotePath(`a/${path}`), quotePath(`b/${path}`)];
	const header = [
		`diff --git ${from} ${to}`,
		...before === void 0 ? ["new file mode 100644"] : [],
		`--- ${before === void 0 ? "/dev/null" : endName(from)}`,
		`+++ ${endName(to)}`
	];
	const body = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...lines]);
	return `${[...header, ...body].join("\n")}\n`;
}
function listLineChanges({ before = "", after }) {
	const { hunks } = structuredPatch("", "", before, after, "", "", { context: 0 });
	return hunks.map(({ oldStart, oldLines, lines }) => ({
		start: oldLines === 0 ? oldStart - 1 : oldStart,
		count: oldLines,
		lines: lines.filter((line) => line.startsWith("+")).map((line) => line.slice(1))
	}));
}
function range(start, count) {
	return count === 1 ? String(start) : `${count === 0 ? Math.max(0, start - 1) : start},${count}`;
}
function quotePath(path) {
	const bytes = encodeBytes(path);
	if (!/[^\x20-\x7e]|["\\]/.test(bytes)) return bytes;
	return `"${Array.from(bytes, (char) => {
		const code = char.charCodeAt(0);
		if (char === "\"" || char === "\\") return `\\${char}`;
		return code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, "0")}` : char;
	}).join("")}"`;
}
function endName(name) {
	return name.includes(" ") && !name.startsWith("\"") ? `${name}\t` : name;
}
var init_unified_diff = __esmMin((() => {
	init_libesm();
	init_text$1();
}));

// src/cli/fix.ts
init_harden_error();
init_paths();
init_policy$1();
init_unified_diff();
init_count();
init_rules();
init_text$1();
init_find_hosts();
init_arguments();
const options$3 = {
	"--diff": "flag",
	"--write": "flag",
	"--unsafe": "flag",
	"--rule": "many",
	"--profile": "once",
	"--fail-on": "once"
};
function runFix(args, shell) {
	const { positionals, flags, values } = parseArguments(args, options$3);
	if (flags.has("--diff") && flags.has("--write")) throw usage("--diff and --write exclude each other");
	const chosen = values.get("--rule");
	const known = rules.map(({ id }) => id);
	const wrong = chosen?.find((id) => !known.includes(id));
	if (wrong !== void 0) throw usage(`--rule: there is no rule ${makeVisible(wrong)}`, wrong, known);
	const request = {
		paths: positionals.length > 0 ? positionals : ["."],
		overrides: {
			profile: chooseOptional("--profile", values.get("--profile")?.[0], profiles),
			failOn: chooseOptional("--fail-on", values.get("--fail-on")?.[0], failLimits)
		},
		asOf: shell.today(),
		fix: {
			unsafe: flags.has("--unsafe"),
			rules: chosen
		},
		progress: shell.progress.show
	};
	const checked = checkWatched(request, shell);
	const changes = checked.fixes.flatMap(listChanges);
	showWithheld(checked, shell);
	if (!flags.has("--write")) {
		for (const change of changes) shell.terminal.outBytes(renderDiff(change));
		if (changes.length > 0) showWhereToApply(checked.root, shell);
		return failsCheck(checked) ? 1 : 0;
	}
	const failures = checked.fixes.flatMap((host) => writeHost(checked.root, host, shell) ?? []);
	if (failures.length > 0) {
		for (const failure of failures) reportError(failure, shell);
		return exitCodes.broke;
	}
	shell.terminal.err(`${countOf(changes.length, "file")} written\n`);
	return failsCheck(checkWatched(request, shell)) ? 1 : 0;
}
function showWhereToApply(root, { terminal, files }) {
	const folder = relativePath(findAbove(root, ".git", files) ?? root, root);
	if (folder) terminal.err(`to apply this: git apply --directory="${makeVisible(folder)}"\n`);
}
function listChanges({ path, files }) {
	return files.map(({ name, before, after }) => ({
		path: path + name,
		before,
		after
	}));
}
function writeHost(root, host, { files }) {
	for (const { path, before, after } of listChanges(host)) {
		const outcome = files.replace(joinPath(root, path), before, after);
		if (outcome.kind === "replaced") continue;
		return new HardenError("broke", `${path} was not changed: ${outcome.reason}`, "Nothing of this file was written, nor of those of this host that rest on it. Look at it, and run the command again.");
	}
}
function showWithheld({ fixes }, { terminal }) {
	for (const { withheld } of fixes) for (const { located, reason } of withheld) {
		const { file, line, rule } = located.finding;
		const place = makeVisible(`${file.startsWith(":") ? "./" : ""}${file}:${line}`);
		terminal.err(`withheld: ${place} ${rule}: ${makeVisible(reason)}\n`);
	}
}

// src/cli/help.ts
const help = `sesam-harden: checks the transport security of SEP sesam Servers and Remote Device Servers

  sesam-harden check [PATH...]       judge every stpd.ini below PATH (default: this folder)
      --profile vendor|strict        what to ask for, whatever the settings say
      --fail-on error|warning|notice|never
                                     the least severity that ends in exit code 1, likewise
      --format FORMAT                what to print: text, json, github, sarif, junit or markdown
      --output FORMAT=FILE           write a report beside it; may be given several times
      --as-of YYYY-MM-DD             as on that day: shows which suppressions will have ended
      --write-baseline FILE          take all findings for known
      --baseline FILE                show new findings alone; with both, known ones that are gone
                                     leave the file and new ones stay out of it
  sesam-harden fix [PATH...]         what would mend the files, as a diff that git apply takes
      --write                        mend them in place
      --unsafe                       also what might lock a host out, unless no data port is left
      --rule RULE                    of this rule alone; may be given several times
      --profile and --fail-on        as for check
  sesam-harden priority STRING|-     what GnuTLS makes of a priority string; - reads lines
      --gnutls VERSION               one build (3.7.9) or line (3.7) instead of all
      --format text|json
  sesam-harden probe HOST            ask a host itself: ports, TLS versions, certificate
      --https-port N --http-port N --ftp-port N
      --full                         every suite of every version
      --profile vendor|strict        what to ask for; default vendor
      --filtered-port unknown|closed what a plain port counts as that does not answer; default unknown
      --format text|json
  sesam-harden probe --fleet [PATH...]
                                     every host of the config repo, by its own files
      --timeout SECONDS --sockets N  for each step, default 5; at the same time, default 64
  sesam-harden verify [PATH...]      hold config repo, file on the host and wire together
      --host NAME                    this host alone, may be given several times; default --fleet
      --expect-phase open|close      open: old ports may still be open; default close
      --stpd-ini FILE                the host's own file, where it is not found by itself
      --full, --timeout, --sockets, --profile, --fail-on, --format, --output as above
  sesam-harden inventory --url https://SERVER:11401 --user NAME [--out FILE]
                                     export a Server's interfaces and who uses them, by its REST API
      --password-file FILE           where the password is; else in the variable SESAM_PASSWORD
      --ca-file FILE                 trust these certificates instead of the usual ones
      --endpoint KIND=METHOD:PATH    where a kind is listed; --skip KIND where it is not in use
      --login-type, --name, --timeout, --details, --absent, --interface-key, --ignore-key,
      --client-key, --paging, --page-size: see docs/inventory.md
  sesam-harden rules [--format json] list the rules
  sesam-harden explain RULE          what a rule asks for, and why
  sesam-harden --help | --version

Exit codes: 0 clean; 1 findings; 2 usage or settings wrong; 3 no stpd.ini found; 4 something broke,
or could not be known.
With no arguments, on a GitHub runner, it runs as the Action.
`;

// src/cli/priority.ts
init_dialects();
init_evaluate();
init_json$1();
init_text$1();
init_arguments();
const options$2 = {
	"--gnutls": "once",
	"--format": "once"
};
function runPriority(args, { terminal }) {
	const { positionals, values } = parseArguments(args, options$2);
	const format = chooseWord("--format", values.get("--format")?.[0], ["text", "json"], "text");
	const [given, ...more] = positionals;
	if (given === void 0 || more.length > 0) throw usage("priority wants one priority string in quotes, or - to read lines");
	const ask = createAnswers(values.get("--gnutls")?.[0]);
	const strings = given === "-" ? readLines$1(terminal.input()) : [given];
	const lines = [];
	let ok = true;
	for (const priority of strings) {
		const answer = ask(priority);
		ok &&= answer.evaluation.ok;
		lines.push(format === "json" ? printJson(describe$2(priority, answer)) : draw(priority, answer));
	}
	terminal.out(lines.join(format === "json" ? "" : "\n"));
	return ok ? 0 : 1;
}
function createAnswers(version) {
	const asked = version === void 0 ? dialects : dialectsOf(version);
	const dialect = version === void 0 ? defaultDialect : asked.at(-1);
	if (dialect === void 0) {
		const known = [...releaseLines, ...dialects];
		throw usage(`--gnutls: ${makeVisible(version ?? "")} is none of ${known.join(", ")}`);
	}
	const evaluators = new Map(asked.map((name) => [name, createEvaluator(name)]));
	return (priority) => {
		const bytes = encodeBytes(priority);
		const evaluations = new Map(asked.map((name) => [name, evaluators.get(name)?.(bytes)]));
		const evaluation = evaluations.get(dialect);
		if (evaluation === void 0) throw usage(`--gnutls: ${dialect} is not known`);
		const same = JSON.stringify(answerOf$1(evaluation));
		const others = asked.filter((name) => {
			const other = evaluations.get(name);
			return other !== void 0 && JSON.stringify(answerOf$1(other)) !== same;
		});
		return {
			evaluation,
			dialect,
			differs: asked.length === 1 ? void 0 : others
		};
	};
}
function answerOf$1(evaluation) {
	const { warnings: _, possible: __, ...answer } = evaluation;
	return answer;
}
function readLines$1(bytes) {
	const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\n");
	if (lines.at(-1) === "") lines.pop();
	return lines.map((line, index) => {
		if (!line.startsWith("\"")) return line;
		try {
			return String(JSON.parse(line));
		} catch (error) {
			throw usage(`line ${index + 1} starts with a double quote and is no JSON string: ${String(error)}`);
		}
	});
}
function describe$2(priority, { evaluation, differs }) {
	const { ok, error, protocols, ciphers, macs, kx, groups, signatures, suites } = evaluation;
	const { effective, warnings } = evaluation;
	const answer = {
		priority,
		ok,
		error,
		protocols,
		ciphers,
		macs,
		kx,
		groups,
		signatures,
		suites
	};
	const shown = warnings.map((warning) => ({
		...warning,
		token: decodeBytes(warning.token)
	}));
	return {
		...answer,
		effective: namesOf(effective),
		warnings: shown,
		...differs === void 0 ? {} : { differs }
	};
}
function namesOf(suites) {
	return Object.fromEntries(Object.entries(suites).map(([version, list]) => [version, list.map(({ name }) => name)]));
}
function draw(priority, { evaluation, dialect, differs }) {
	const { ok, error, effective, warnings } = evaluation;
	const lines = [makeVisible(priority)];
	if (error !== null) {
		const bytes = encodeBytes(priority);
		const rest = makeVisible(decodeBytes(bytes.slice(error.trueOffset)));
		lines.push(error.kind === "syntax" ? `GnuTLS ${dialect}: syntax error at byte ${error.trueOffset}: ${rest === "" ? "(end)" : rest}` : `GnuTLS ${dialect}: nothing is left to negotiate with`);
	}
	if (ok) {
		lines.push(`GnuTLS ${dialect}: valid`);
		for (const [version, suites] of Object.entries(effective)) {
			lines.push(`  ${version}: ${suites.length === 0 ? "no usable suite" : ""}`.trimEnd());
			lines.push(...suites.map(({ name }) => `    ${name}`));
		}
		if (Object.keys(effective).length === 0) lines.push("  no TLS version is enabled");
	}
	for (const { token, message } of warnings) lines.push(`  note: ${makeVisible(decodeBytes(token))} ${message}`);
	if (differs !== void 0 && differs.length > 0) lines.push(`  answers otherwise: GnuTLS ${differs.join(", ")} (see --gnutls)`);
	return `${lines.join("\n")}\n`;
}

// src/cli/rules.ts
init_check_host();
init_policy$1();
init_rules();
init_json$1();
init_arguments();
function runRules(args, { terminal }) {
	const { positionals, values } = parseArguments(args, { "--format": "once" });
	if (positionals.length > 0) throw usage("rules takes no argument; see explain RULE");
	if (chooseWord("--format", values.get("--format")?.[0], ["text", "json"], "text") === "json") {
		const { isSuppressible } = knowRules(rules);
		const list = rules.map(({ id, title, severity, profiles: only = profiles }) => ({
			id,
			title,
			severity,
			profiles: only,
			suppressible: isSuppressible(id)
		}));
		terminal.out(printJson({
			schemaVersion: 1,
			rules: list
		}, 2));
		return 0;
	}
	const width = Math.max(...rules.map(({ id }) => id.length));
	for (const { id, severity, title } of rules) terminal.out(`${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`);
	return 0;
}
function runExplain(args, { terminal }) {
	const { positionals } = parseArguments(args, {});
	const [id, ...more] = positionals;
	const ids = rules.map((rule) => rule.id);
	if (id === void 0 || more.length > 0) throw usage("explain wants the name of one rule");
	const rule = rules.find((candidate) => candidate.id === id);
	if (rule === void 0) throw usage(`there is no rule ${id}`, id, ids);
	const { triggers, fix, rationale, source } = rule.explanation;
	terminal.out(`${rule.id} (${rule.severity})\n${rule.title}.\n`);
	const parts = {
		Triggers: triggers,
		Fix: fix,
		Rationale: rationale,
		Source: source
	};
	for (const [heading, text] of Object.entries(parts)) terminal.out(`\n${heading}\n${wrap(text, 76, "  ")}\n`);
	return 0;
}
function wrap(text, width, indent) {
	const lines = [indent];
	for (const word of text.split(" ")) {
		const line = lines.at(-1) ?? "";
		if (line === indent || line.length + 1 + word.length <= width) lines[lines.length - 1] = line === indent ? line + word : `${line} ${word}`;
		else lines.push(indent + word);
	}
	return lines.join("\n");
}

// \0builtin:dns
var require__builtin_dns = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:dns");
}));

// src/adapters/names.ts
function createNames(timeout) {
	return { resolve: (name) => new Promise((resolve) => {
		const timer = setTimeout(() => resolve({
			kind: "failed",
			reason: "the name server did not answer in time"
		}), timeout);
		(0, import__builtin_dns.lookup)(name, {
			all: true,
			order: "verbatim"
		}, (error, addresses) => {
			clearTimeout(timer);
			if (error === null) return resolve({
				kind: "addresses",
				addresses: [...new Set(addresses.map(({ address }) => address))]
			});
			const code = error.code ?? error.message;
			return resolve({
				kind: "failed",
				reason: reasons$1[code] ?? code
			});
		});
	}) };
}
var import__builtin_dns, reasons$1;
var init_names = __esmMin((() => {
	import__builtin_dns = require__builtin_dns();
	reasons$1 = {
		ENOTFOUND: "no such name is known",
		ENODATA: "it has no address",
		EAI_AGAIN: "the name server did not answer"
	};
}));

// src/adapters/socket-limit.ts
function createSocketLimit(most) {
	const waiting = [];
	let busy = 0;
	return async (task) => {
		if (busy >= most) await new Promise((resolve) => void waiting.push(resolve));
		else busy += 1;
		try {
			return await task();
		} finally {
			const next = waiting.shift();
			if (next === void 0) busy -= 1;
			else next();
		}
	};
}
var init_socket_limit = __esmMin((() => {}));

// \0builtin:net
var require__builtin_net = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:net");
}));

// src/adapters/tcp.ts
function createTcp(limits, limit) {
	const connect = (endpoint) => {
		return limit(async () => {
			const opened = await open(endpoint, limits.connect);
			if (opened.state === "open") opened.socket?.destroy();
			return {
				state: opened.state,
				note: opened.note
			};
		});
	};
	const exchange = (endpoint, bytes, isComplete) => {
		return limit(async () => {
			const opened = await open(endpoint, limits.connect);
			const { state, note } = opened;
			if (state !== "open") return {
				kind: "unconnected",
				state,
				note
			};
			if (opened.socket === void 0) return {
				kind: "closed",
				bytes: /* @__PURE__ */ new Uint8Array(0)
			};
			return talk(opened.socket, {
				bytes,
				isComplete,
				limits
			});
		});
	};
	return {
		connect,
		exchange
	};
}
function open({ address, port }, timeout) {
	return new Promise((resolve) => {
		const socket = (0, import__builtin_net.connect)({
			host: address,
			port
		});
		const timer = setTimeout(() => {
			socket.destroy();
			resolve({
				state: "filtered",
				note: "nothing came back"
			});
		}, timeout);
		socket.once("connect", () => {
			clearTimeout(timer);
			resolve({
				state: "open",
				note: "",
				socket
			});
		});
		socket.on("error", (error) => {
			clearTimeout(timer);
			const code = "code" in error ? String(error.code) : error.message;
			if (code === "ECONNREFUSED") resolve({
				state: "closed",
				note: ""
			});
			else if (code === "ECONNRESET") resolve({
				state: "open",
				note: "",
				socket: void 0
			});
			else resolve({
				state: "filtered",
				note: notes[code] ?? code
			});
		});
	});
}
function talk(socket, { bytes, isComplete, limits }) {
	return new Promise((resolve) => {
		const buffer = new Uint8Array(limits.bytes);
		let length = 0;
		const finish = (kind) => {
			clearTimeout(timer);
			socket.destroy();
			resolve({
				kind,
				bytes: buffer.subarray(0, length)
			});
		};
		const timer = setTimeout(() => finish("silent"), limits.answer);
		socket.on("data", (chunk) => {
			const part = chunk.subarray(0, buffer.length - length);
			buffer.set(part, length);
			length += part.length;
			if (length === buffer.length || isComplete(buffer.subarray(0, length))) finish("received");
		});
		socket.on("end", () => finish("closed"));
		socket.on("close", () => finish("closed"));
		socket.write(bytes);
	});
}
var import__builtin_net, notes;
var init_tcp = __esmMin((() => {
	import__builtin_net = require__builtin_net();
	notes = {
		EHOSTUNREACH: "no way to the host",
		ENETUNREACH: "no way to its network from here",
		EADDRNOTAVAIL: "this machine has no address of that kind",
		EACCES: "a firewall of this machine or on the way forbids it",
		EPERM: "a firewall of this machine or on the way forbids it",
		EMFILE: "this process has too many files open",
		ETIMEDOUT: "nothing came back"
	};
}));

// \0builtin:tls
var require__builtin_tls = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:tls");
}));

// src/adapters/tls-client.ts
function createTlsClient(timeout, limit) {
	return { handshake: (endpoint, serverName) => limit(() => new Promise((resolve) => {
		watch((0, import__builtin_tls.connect)({
			host: endpoint.address,
			port: endpoint.port,
			rejectUnauthorized: false,
			minVersion: "TLSv1.2",
			ciphers: "DEFAULT:@SECLEVEL=0",
			...serverName === void 0 ? {} : { servername: serverName }
		}), {
			timeout,
			host: serverName ?? endpoint.address,
			resolve
		});
	})) };
}
function watch(socket, { timeout, host, resolve }) {
	let certificate;
	let text = "";
	const finish = (reason) => {
		clearTimeout(timer);
		socket.destroy();
		if (certificate === void 0) resolve({
			kind: "failed",
			reason
		});
		else if (text.startsWith("HTTP/1.")) resolve({
			kind: "answered",
			certificate
		});
		else if (text !== "") resolve({
			kind: "other",
			certificate
		});
		else resolve({
			kind: "silent",
			certificate,
			reason
		});
	};
	const timer = setTimeout(() => finish("the time ran out"), timeout);
	socket.once("secureConnect", () => {
		certificate = readCertificate(socket);
		if (certificate === void 0) return finish("the server showed no certificate");
		const name = host.includes(":") ? `[${host}]` : host;
		socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
	});
	socket.on("data", (chunk) => {
		text += String.fromCharCode(...chunk.subarray(0, longest - text.length));
		if (text.length >= 12) finish("");
	});
	socket.on("error", (error) => finish(error.message));
	socket.on("close", () => finish("the connection was closed"));
}
function readCertificate(socket) {
	const found = socket.getPeerX509Certificate();
	if (found === void 0) return void 0;
	const key = found.publicKey.export({
		type: "spki",
		format: "der"
	});
	return {
		subject: found.subject?.split("\n").join(", ") ?? "",
		names: readNames(found.subjectAltName ?? ""),
		notBefore: printTime(found.validFromDate),
		notAfter: printTime(found.validToDate),
		spkiSha256: hashSha256(key.toString("latin1"))
	};
}
function readNames(text) {
	const names = text.matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
	return Array.from(names, ([, name = ""]) => shortenAddress(name));
}
function shortenAddress(name) {
	if (!/^[0-9A-Fa-f]*:[0-9A-Fa-f:.]+$/.test(name)) return name;
	const { hostname } = new URL(`http://[${name}]/`);
	return hostname.slice(1, -1);
}
function printTime(date) {
	return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19)}Z`;
}
var import__builtin_tls, longest;
var init_tls_client = __esmMin((() => {
	import__builtin_tls = require__builtin_tls();
	longest = 4096;
}));

// src/adapters/wire.ts
function createWire({ sockets, timeout }) {
	const limit = createSocketLimit(sockets);
	return {
		...createTcp({
			connect: timeout,
			answer: timeout,
			bytes: mostBytes$1
		}, limit),
		...createTlsClient(timeout, limit),
		...createNames(timeout)
	};
}
var mostBytes$1;
var init_wire = __esmMin((() => {
	init_names();
	init_socket_limit();
	init_tcp();
	init_tls_client();
	mostBytes$1 = 2e4;
}));

// \0builtin:crypto
var require__builtin_crypto = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:crypto");
}));

// src/adapters/random.ts
function randomHello() {
	return (0, import__builtin_crypto$1.randomBytes)(32);
}
var import__builtin_crypto$1;
var init_random = __esmMin((() => {
	import__builtin_crypto$1 = /* @__PURE__ */ __toESM(require__builtin_crypto(), 1);
}));

// src/core/probe/observation.ts
var probedPorts, defaultPorts;
var init_observation = __esmMin((() => {
	probedPorts = [
		"https",
		"http",
		"ftp"
	];
	defaultPorts = {
		https: 11443,
		http: 11e3,
		ftp: 11001
	};
}));

// src/core/fleet/wire-ports.ts
function listWirePorts(folder) {
	const file = folder.stpd.kind === "file" ? folder.stpd : void 0;
	const find = (name) => file && findNumber(file, keyOfPort[name]);
	return {
		https: find("https") ?? factsOf(folder).https_port ?? defaultPorts.https,
		http: find("http") ?? defaultPorts.http,
		ftp: find("ftp") ?? defaultPorts.ftp
	};
}
function findNumber(file, key) {
	const active = entriesOf(file, key).map(({ value }) => value);
	const commented = commentedEntries(file, key).map((line) => {
		const content = file.document.lines[line];
		return content === void 0 ? "" : readCommented(content)?.value ?? "";
	});
	return [...active, ...commented].map(readPort).find((port) => port !== void 0);
}
var keyOfPort;
var init_wire_ports = __esmMin((() => {
	init_observation();
	init_host_folder();
	init_stpd_file();
	init_edit();
	keyOfPort = {
		https: "STPD_HTTPS_PORT",
		http: "STPD_HTTP_PORT",
		ftp: "STPD_PORT"
	};
}));

// src/core/tls/versions.ts
function numberOfVersion(version) {
	return 768 + tlsVersions.indexOf(version);
}
var tlsVersions, modernVersions;
var init_versions = __esmMin((() => {
	tlsVersions = [
		"SSL3.0",
		"TLS1.0",
		"TLS1.1",
		"TLS1.2",
		"TLS1.3"
	];
	modernVersions = ["TLS1.2", "TLS1.3"];
}));

// src/core/probe/certificate.ts
function judgeCertificate({ notBefore, notAfter }, now) {
	const start = Date.parse(notBefore);
	const end = Date.parse(notAfter);
	if (Number.isNaN(start) || Number.isNaN(end)) return [{
		answer: "unknown",
		code: "certificate-unreadable",
		message: "the dates of the certificate cannot be read"
	}];
	if (now > end) return [{
		answer: "bad",
		code: "certificate-expired",
		message: `the certificate ended on ${notAfter}`
	}];
	if (now < start) return [{
		answer: "bad",
		code: "certificate-not-yet-valid",
		message: `the certificate begins on ${notBefore} only`
	}];
	if (end - now < 14 * day) return [{
		answer: "bad",
		code: "certificate-expires-soon",
		message: `the certificate ends on ${notAfter}, in less than ${14} days`
	}];
	return [];
}
var day, leastDays;
var init_certificate = __esmMin((() => {
	day = 864e5;
	leastDays = 14;
}));

// src/core/probe/address-probe.ts
function judgeAddress(observation, demands) {
	const { address, ports, tls, handshake } = observation;
	const certificate = handshake === void 0 || handshake.kind === "failed" ? null : handshake.certificate;
	const reach = judgeReach(observation);
	const reasons = [
		...reach,
		...judgePlainPorts(observation, demands),
		...tls === void 0 ? [] : judgeTls(tls, demands.profile),
		...certificate === null ? [] : judgeCertificate(certificate, demands.now)
	];
	return {
		address,
		verdict: worstOf(reasons),
		ports,
		protocols: tls === void 0 ? {} : showProtocols(tls),
		reachable: worstOf(reach),
		certificate,
		reasons
	};
}
function worstOf(reasons) {
	if (reasons.some(({ answer }) => answer === "bad")) return "bad";
	return reasons.some(({ answer }) => answer === "unknown") ? "unknown" : "good";
}
function judgeReach({ ports, portNotes, handshake }) {
	const { port, state } = ports.https;
	if (state === "closed") return [bad("https-closed", `port ${port} refuses connections: HTTPS is not there`)];
	if (state === "filtered") return [unknown$1("https-filtered", `port ${port} was not reached from here: ${portNotes.https ?? "nothing came back"}`)];
	switch (handshake?.kind) {
		case "answered": return [];
		case "other": return [bad("not-http", `what answers on port ${port} after a TLS handshake is not HTTP`)];
		case "silent": return [unknown$1("no-http-answer", `port ${port} completes a TLS handshake, but no HTTP answer came: ${handshake.reason}`)];
		default: return [unknown$1("handshake-failed", `no TLS handshake could be completed on port ${port}: ${handshake?.reason ?? "none was tried"}`)];
	}
}
function judgePlainPorts({ ports, portNotes }, { filteredPort }) {
	return ["http", "ftp"].flatMap((name) => {
		const { port, state } = ports[name];
		const label = name.toUpperCase();
		if (state === "open") return [bad(`${name}-open`, `port ${port} (${label}) takes connections without encryption`)];
		if (state === "closed" || filteredPort === "closed") return [];
		const note = portNotes[name] ?? "nothing came back";
		return [unknown$1(`${name}-filtered`, `whether port ${port} (${label}) is closed is not known: ${note}`)];
	});
}
function judgeTls(tls, profile) {
	const reasons = [];
	for (const version of tlsVersions) {
		const { answer, suites, weak, notStrict, doubt } = tls[version];
		const isModern = modernVersions.includes(version);
		if (!isModern && answer === "accepted") reasons.push(bad("legacy-protocol", `${version} is accepted, with ${suites[0] ?? "a suite"}`));
		if (weak.length > 0) reasons.push(bad("weak-suite", `${version} accepts weak suites: ${nameSome(weak)}`));
		const others = notStrict.filter((name) => !weak.includes(name));
		if (profile === "strict" && isModern && others.length > 0) reasons.push(bad("suite-not-strict", `${version} accepts suites that are not forward secret and AEAD: ${nameSome(others)}`));
		if (doubt !== void 0) reasons.push(unknown$1("tls-unknown", `what ${version} accepts is not known: ${doubt}`));
	}
	if (modernVersions.every((version) => tls[version].answer === "refused")) reasons.push(bad("no-modern-protocol", "neither TLS 1.2 nor TLS 1.3 is accepted"));
	return reasons;
}
function nameSome(names) {
	const shown = names.slice(0, 4).join(", ");
	return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
function showProtocols(tls) {
	return Object.fromEntries(tlsVersions.map((version) => {
		const { answer, suites } = tls[version];
		return [version, {
			answer,
			suites
		}];
	}));
}
function bad(code, message) {
	return {
		answer: "bad",
		code,
		message
	};
}
function unknown$1(code, message) {
	return {
		answer: "unknown",
		code,
		message
	};
}
var init_address_probe = __esmMin((() => {
	init_versions();
	init_certificate();
}));

// src/core/report/probe.ts
function renderProbeJson(probe, full) {
	return printJson({
		schemaVersion: 1,
		...describe$1(probe, full)
	}, 2);
}
function renderFleetProbeJson(probes, full) {
	return printJson({
		schemaVersion: 1,
		hosts: probes.map((probe) => describe$1(probe, full))
	}, 2);
}
function describe$1({ host, verdict, addresses, reasons }, full) {
	const [only, ...more] = addresses;
	if (more.length > 0) {
		const byAddress = addresses.map(({ address, ...seen }) => [address, seen]);
		return {
			host,
			verdict,
			full,
			addresses: Object.fromEntries(byAddress),
			reasons
		};
	}
	if (only === void 0) return {
		host,
		verdict,
		full,
		address: null,
		reachable: "unknown",
		ports: {},
		protocols: {},
		certificate: null,
		reasons
	};
	const { address, reachable, ports, protocols, certificate } = only;
	return {
		host,
		verdict,
		full,
		address,
		reachable,
		ports,
		protocols,
		certificate,
		reasons: only.reasons
	};
}
function renderProbeText({ host, addresses, reasons }, paint) {
	const name = makeVisible(host);
	const parts = addresses.map((probe) => {
		const place = probe.address === host ? name : `${name} (${makeVisible(probe.address)})`;
		const verdict = paint(tones[probe.verdict], probe.verdict);
		return [`host ${paint("strong", place)}: ${verdict}`, ...drawAddress(probe, paint)];
	});
	if (addresses.length === 0) parts.push([`host ${paint("strong", name)}: unknown`]);
	return `${[...parts.flat(), ...drawReasons(reasons, paint)].join("\n")}\n`;
}
function drawAddress(probe, paint) {
	const lines = [`  ports: ${probedPorts.map((name) => {
		const { port, state } = probe.ports[name];
		return `${name} ${port} ${state}`;
	}).join(", ")}`];
	for (const [version, { answer, suites }] of Object.entries(probe.protocols)) lines.push(`  ${version}: ${answer}${suites.length > 0 ? `: ${suites.join(" ")}` : ""}`);
	if (probe.certificate !== null) {
		const { subject, names, notAfter, spkiSha256 } = probe.certificate;
		const list = names.length > 0 ? ` (${names.join(", ")})` : "";
		lines.push(`  certificate: ${makeVisible(shorten(subject + list, 300))}, until ${notAfter}`);
		lines.push(`  key: SHA-256 ${spkiSha256}`);
	}
	return [...lines, ...drawReasons(probe.reasons, paint)];
}
function drawReasons(reasons, paint) {
	return reasons.map(({ answer, code, message }) => `  ${paint(tones[answer], answer)}: ${makeVisible(shorten(message, 500))} [${code}]`);
}
var tones;
var init_probe$1 = __esmMin((() => {
	init_observation();
	init_text$1();
	init_json$1();
	tones = {
		good: "good",
		bad: "error",
		unknown: "warning"
	};
}));

// src/usecases/fleet-targets.ts
function loadTargets(request, files) {
	const { root, settings, problems, folders, read } = openFleet(request, files);
	const readHost = createHostReader(settings);
	const all = folders.filter(hasStpd).map((host) => readHost({
		name: host.name,
		path: host.path,
		files: readAll(host, read)
	}));
	const wrong = [...problems, ...all.flatMap((host) => host.problems)];
	if (wrong.length > 0) throw refuseSettings(wrong, root);
	if (all.length === 0) throw refuseEmpty();
	const known = all.map(({ folder }) => folder.name);
	for (const name of request.names) {
		if (known.includes(name)) continue;
		const nearest = findNearest(name, known);
		throw new HardenError("usage", `there is no host ${makeVisible(name)} in the config repo`, nearest === void 0 ? "Name the folder of a host." : `Did you mean ${nearest}?`);
	}
	const { names } = request;
	return {
		root,
		settings,
		hosts: all.filter(({ folder }) => names.length === 0 || names.includes(folder.name)).toSorted((a, b) => compareText(a.folder.path, b.folder.path))
	};
}
function addressOf({ folder }) {
	return factsOf(folder).address ?? folder.name;
}
var init_fleet_targets = __esmMin((() => {
	init_host_folder();
	init_read_host();
	init_harden_error();
	init_nearest();
	init_finding();
	init_text$1();
	init_open_fleet();
}));

// src/core/probe/host-probe.ts
function combineAddresses(host, addresses) {
	if (addresses.length === 0) return unresolvedHost(host, "it has none");
	const answers = addresses.map(({ verdict }) => ({ answer: verdict }));
	return {
		host,
		verdict: worstOf(answers),
		addresses,
		reasons: []
	};
}
function unresolvedHost(host, reason) {
	return {
		host,
		verdict: "unknown",
		addresses: [],
		reasons: [{
			answer: "unknown",
			code: "name-not-resolved",
			message: `the name gives no address: ${reason}`
		}]
	};
}
var init_host_probe = __esmMin((() => {
	init_address_probe();
}));

// src/core/tls/client-hello.ts
function printClientHello({ version, suites }, random, serverName) {
	const body = [
		...u16(Math.min(numberOfVersion(version), 771)),
		...random,
		...vector(1, []),
		...vector(2, suites.flatMap(u16)),
		...vector(1, [0]),
		...version === "SSL3.0" ? [] : vector(2, printExtensions(version, serverName))
	];
	const record = version === "SSL3.0" ? 768 : 769;
	return Uint8Array.from([
		22,
		...u16(record),
		...vector(2, [1, ...vector(3, body)])
	]);
}
function printExtensions(version, serverName) {
	const all = [
		...serverName === void 0 ? [] : printServerName(serverName),
		...extension("groups", vector(2, groups.flatMap(u16))),
		...extension("signatures", vector(2, signatures.flatMap(u16)))
	];
	if (version === "TLS1.3") {
		all.push(...extension("versions", vector(1, u16(772))));
		all.push(...extension("keyShare", vector(2, [])));
		return all;
	}
	all.push(...extension("pointFormats", vector(1, [0])));
	all.push(...extension("encryptThenMac", []));
	all.push(...extension("extendedMasterSecret", []));
	all.push(...extension("renegotiation", vector(1, [])));
	return all;
}
function printServerName(name) {
	return extension("serverName", vector(2, [0, ...vector(2, Array.from(name, (char) => char.charCodeAt(0) & 255))]));
}
function extension(name, content) {
	return [...u16(extensionTypes[name]), ...vector(2, content)];
}
function u16(number) {
	return [number >> 8, number & 255];
}
function vector(lengthBytes, content) {
	const { length } = content;
	return [...[
		length >> 16,
		length >> 8 & 255,
		length & 255
	].slice(3 - lengthBytes), ...content];
}
var groups, signatures, extensionTypes;
var init_client_hello = __esmMin((() => {
	init_versions();
	groups = [
		29,
		23,
		24,
		25,
		30,
		4588,
		4587,
		4589,
		256,
		257,
		258,
		259,
		260,
		21,
		19,
		26,
		27,
		28,
		31,
		32,
		33,
		22,
		34,
		35,
		36,
		37,
		38,
		39,
		40,
		41
	];
	signatures = [
		2052,
		2053,
		2054,
		2057,
		2058,
		2059,
		1027,
		1283,
		1539,
		2055,
		2056,
		1025,
		1281,
		1537,
		2074,
		2075,
		2076,
		2308,
		2309,
		2310,
		1026,
		1282,
		1538,
		771,
		769,
		770,
		2112,
		2113,
		2114,
		61166,
		61423,
		515,
		513,
		514,
		257
	];
	extensionTypes = {
		serverName: 0,
		groups: 10,
		pointFormats: 11,
		signatures: 13,
		encryptThenMac: 22,
		extendedMasterSecret: 23,
		versions: 43,
		keyShare: 51,
		renegotiation: 65281
	};
}));

// src/core/tls/server-answer.ts
function readServerAnswer(bytes, offer) {
	const handshake = [];
	let warnings = 0;
	let at = 0;
	while (at < bytes.length) {
		const [type = 0, major = 3, , high = 0, low] = bytes.subarray(at, at + 5);
		if (type !== recordTypes.alert && type !== recordTypes.handshake || major !== 3) return {
			kind: "garbage",
			reason: "what answers does not talk TLS"
		};
		if (low === void 0) return { kind: "incomplete" };
		const length = high * 256 + low;
		if (length === 0 || length > longestRecord) return {
			kind: "garbage",
			reason: "a TLS record has a length that none can have"
		};
		const content = bytes.subarray(at + 5, at + 5 + length);
		if (type === recordTypes.alert) {
			const [level, description] = content;
			if (level === void 0 || description === void 0) return { kind: "incomplete" };
			if (level !== 1 && level !== 2) return {
				kind: "garbage",
				reason: "an alert has no level"
			};
			if (level === 2) return {
				kind: "alert",
				description
			};
			if (++warnings > mostWarnings) return {
				kind: "garbage",
				reason: "it warns without an end"
			};
		} else {
			for (const byte of content) handshake.push(byte);
			const answer = readServerHello(handshake, offer);
			if (answer.kind !== "incomplete") return answer;
		}
		if (content.length < length) return { kind: "incomplete" };
		at += 5 + length;
	}
	return { kind: "incomplete" };
}
function readServerHello(bytes, offer) {
	const [type, long = 0, high = 0, low] = bytes;
	if (type === void 0) return { kind: "incomplete" };
	if (type !== 2) return {
		kind: "garbage",
		reason: "it answers a hello with something else"
	};
	if (low === void 0) return { kind: "incomplete" };
	const length = long * 65536 + high * 256 + low;
	if (length > longestHello) return {
		kind: "garbage",
		reason: "its hello is too long to be one"
	};
	if (bytes.length < 4 + length) return { kind: "incomplete" };
	const hello = bytes.slice(4, 4 + length);
	const session = hello[34] ?? 0;
	const [suiteHigh = 0, suiteLow = 0, compression] = hello.slice(35 + session);
	if (compression === void 0) return {
		kind: "garbage",
		reason: "its hello ends too early"
	};
	const version = readVersion(hello, 38 + session);
	const offered = numberOfVersion(offer.version);
	if (version < offered && version >= 768) return { kind: "older" };
	const suite = suiteHigh * 256 + suiteLow;
	if (version !== offered || !offer.suites.includes(suite)) return {
		kind: "garbage",
		reason: "it chooses what was not offered"
	};
	return {
		kind: "accepted",
		suite
	};
}
function readVersion(hello, start) {
	for (let at = start + 2; at + 4 <= hello.length;) {
		const [typeHigh = 0, typeLow = 0, high = 0, low = 0, major = 0, minor = 0] = hello.slice(at);
		if (typeHigh * 256 + typeLow === 43) return major * 256 + minor;
		at += 4 + high * 256 + low;
	}
	return (hello[0] ?? 0) * 256 + (hello[1] ?? 0);
}
var alerts, recordTypes, longestRecord, longestHello, mostWarnings;
var init_server_answer = __esmMin((() => {
	init_versions();
	alerts = {
		protocolVersion: 70,
		internalError: 80
	};
	recordTypes = {
		alert: 21,
		handshake: 22
	};
	longestRecord = 18432;
	longestHello = 8192;
	mostWarnings = 4;
}));

// src/usecases/hello-asker.ts
function createHelloAsker(wire, endpoint, hello) {
	let sent = 0;
	let answered;
	const send = async (offer) => {
		if (++sent > mostHellos) return unknown(`it takes more than ${mostHellos} hellos`);
		const bytes = printClientHello(offer, hello.random(), hello.serverName);
		const reply = readReply(await wire.exchange(endpoint, bytes, (received) => readServerAnswer(received, offer).kind !== "incomplete"), offer);
		if ([
			"accepted",
			"refused",
			"broken"
		].includes(reply.kind) && answered?.accepted !== true) answered = {
			offer,
			accepted: reply.kind === "accepted"
		};
		return reply;
	};
	return {
		ask: async (offer) => {
			const first = await send(offer);
			if (first.kind !== "closed") return first;
			return answered === void 0 ? { kind: "unheard" } : send(offer);
		},
		confirm: async () => {
			if (answered === void 0) return false;
			const { kind } = await send(answered.offer);
			return answered.accepted ? kind === "accepted" : kind === "refused" || kind === "broken";
		}
	};
}
function readReply(exchange, offer) {
	if (exchange.kind === "unconnected") return unknown(`it was not reached: ${exchange.note}`);
	const answer = readServerAnswer(exchange.bytes, offer);
	switch (answer.kind) {
		case "accepted": return answer;
		case "older": return {
			kind: "refused",
			what: "suites"
		};
		case "alert":
			if (answer.description === alerts.internalError) return { kind: "broken" };
			return {
				kind: "refused",
				what: answer.description === alerts.protocolVersion ? "version" : "suites"
			};
		case "garbage": return unknown(answer.reason);
	}
	if (exchange.kind === "silent") return unknown("no whole answer came in time");
	if (exchange.kind === "received") return unknown("it sends without an end, and no answer");
	return exchange.bytes.length === 0 ? { kind: "closed" } : unknown("it closes in the middle of an answer");
}
function unknown(reason) {
	return {
		kind: "unknown",
		reason
	};
}
var mostHellos;
var init_hello_asker = __esmMin((() => {
	init_client_hello();
	init_server_answer();
	mostHellos = 1e3;
}));

// src/core/tls/suite-numbers.ts
function listSuites$1(version, kind) {
	if (version === "TLS1.3") return kind === "certificate" ? expand$1(in13) : [];
	if (kind !== "certificate") return expand$1(kinds[kind]);
	const others = new Set(Object.values(kinds).flatMap(expand$1));
	return expand$1(before13).filter((number) => !others.has(number));
}
function openSuiteBook() {
	const weakNumbers = /* @__PURE__ */ new Set([...expand$1(weak), ...expand$1(kinds.anonymous)]);
	const strictNumbers = /* @__PURE__ */ new Set([...expand$1(otherStrict), ...expand$1(in13)]);
	const names = /* @__PURE__ */ new Map();
	const suitesOf = createSuiteIndex();
	for (const keyExchange of Object.keys(suiteTable)) for (const suites of suitesOf(keyExchange === "-" ? void 0 : keyExchange).values()) for (const { id, name, mac } of suites) {
		const number = Number.parseInt(id, 16);
		names.set(number, name);
		if (mac === "AEAD" && /^(ECDHE|DHE)-(RSA|DSS|ECDSA|PSK)$/.test(keyExchange)) strictNumbers.add(number);
	}
	return {
		nameOf: (number) => names.get(number) ?? `0x${number.toString(16).padStart(4, "0")}`,
		isWeak: (number) => weakNumbers.has(number),
		isStrict: (number) => strictNumbers.has(number) && !weakNumbers.has(number)
	};
}
function expand$1(ranges) {
	return ranges.split(" ").flatMap((range) => {
		const [first = 0, last = first] = range.split("-").map((text) => Number.parseInt(text, 16));
		return Array.from({ length: last - first + 1 }, (_, index) => first + index);
	});
}
var before13, in13, kinds, weak, otherStrict;
var init_suite_numbers = __esmMin((() => {
	init_suites();
	init_suite_table();
	before13 = "0001-00fe c001-c0b3 c100-c102 cc13-cc15 cca8-ccae d001-d005";
	in13 = "1301-1307 00c6-00c7 c0b4-c0b5 c103-c106";
	kinds = {
		anonymous: "0017-001b 0034 003a 0046 006c-006d 0089 009b 00a6-00a7 00bf 00c5 c015-c019 c046-c047 c05a-c05b c084-c085",
		psk: "002c-002e 008a-0095 00a8-00b9 c033-c03b c064-c071 c08e-c09b c0a4-c0ab ccab-ccae d001-d005",
		password: "001e-002b c01a-c022 c0b0-c0b3"
	};
	weak = "0001-0006 0008-0016 002c-002e 003b 0060-0066 008a-008b 008e-008f 0092-0093 00b0-00b1 00b4-00b5 00b8-00b9 c001-c003 c006-c008 c00b-c00d c010-c012 c01a-c01c c033-c034 c039-c03b c0b4-c0b5";
	otherStrict = "c052-c053 c056-c057 c05c-c05d c060-c061";
}));

// src/core/tls/suite-sets.ts
function planSuiteSets(version, { profile, full }, book) {
	const certificate = listSuites$1(version, "certificate");
	const anonymous = listSuites$1(version, "anonymous");
	const psk = listSuites$1(version, "psk");
	const password = listSuites$1(version, "password");
	if (version === "TLS1.3") return {
		main: certificate,
		others: []
	};
	if (full || version !== "TLS1.2") return {
		main: certificate,
		others: sets(full, anonymous, psk, password)
	};
	const isAllowed = profile === "strict" ? book.isStrict : isNotWeak;
	const forbidden = certificate.filter((suite) => !isAllowed(suite));
	const main = certificate.filter(isAllowed);
	const needed = sets(true, forbidden, anonymous);
	if (profile === "vendor") return {
		main,
		others: [...needed, ...sets(false, psk, password)]
	};
	const strictPsk = sets(false, psk.filter(isAllowed));
	const others = sets(true, psk.filter((suite) => !isAllowed(suite)), password);
	return {
		main,
		others: [
			...needed,
			...others,
			...strictPsk
		]
	};
	function isNotWeak(suite) {
		return !book.isWeak(suite);
	}
}
function sets(always, ...lists) {
	return lists.map((suites) => ({
		suites,
		always
	}));
}
var init_suite_sets = __esmMin((() => {
	init_suite_numbers();
}));

// src/usecases/suite-search.ts
async function searchSuites({ version, suites, all }, asker, first) {
	const accepted = [];
	const open = [suites];
	let closed = false;
	let known = first;
	for (let offered = open.pop(); offered !== void 0; offered = open.pop()) {
		const reply = known ?? await asker.ask({
			version,
			suites: offered
		});
		known = void 0;
		if (reply.kind === "accepted") {
			accepted.push(reply.suite);
			const rest = offered.filter((suite) => suite !== reply.suite);
			if (!all) return {
				accepted,
				end: { kind: "done" }
			};
			if (rest.length > 0) open.push(rest);
		} else if (reply.kind === "broken" && offered.length > 1) {
			const half = offered.length >> 1;
			open.push(offered.slice(half), offered.slice(0, half));
		} else if (reply.kind === "unknown" || reply.kind === "unheard") return {
			accepted,
			end: reply
		};
		else if (reply.kind === "refused" && reply.what === "version") return {
			accepted,
			end: { kind: "version-refused" }
		};
		else if (reply.kind === "closed") closed = true;
	}
	return {
		accepted,
		end: { kind: closed ? "closed" : "done" }
	};
}
var init_suite_search = __esmMin((() => {}));

// src/usecases/probe-tls.ts
async function probeTls(request, asker) {
	const book = openSuiteBook();
	const early = await Promise.all(modernVersions.map(async (version) => {
		const { main } = planSuiteSets(version, request, book);
		return [version, await asker.ask({
			version,
			suites: main
		})];
	}));
	const known = new Map(early.filter(([, { kind }]) => kind !== "unheard"));
	const tools = {
		request,
		asker,
		book
	};
	const searched = await Promise.all(tlsVersions.map(async (version) => {
		return [version, await searchVersion(version, tools, known.get(version))];
	}));
	const found = await Promise.all(searched.map(async ([version, parts]) => {
		return [version, parts[0]?.end.kind === "unheard" ? await searchVersion(version, tools, void 0) : parts];
	}));
	const confirmed = found.some(([, parts]) => parts.some(({ end }) => end.kind === "closed")) && await asker.confirm();
	const seen = found.map(([version, parts]) => [version, describe(parts, confirmed, book)]);
	return Object.fromEntries(seen);
}
async function searchVersion(version, tools, known) {
	const { request, asker, book } = tools;
	const { main, others } = planSuiteSets(version, request, book);
	const reply = known ?? await asker.ask({
		version,
		suites: main
	});
	const search = (suites, first) => searchSuites({
		version,
		suites,
		all: request.full
	}, asker, first);
	const rest = reply.kind === "refused" && reply.what === "version" || reply.kind === "unknown" || reply.kind === "unheard" ? [] : others.filter(({ always }) => always || reply.kind !== "accepted");
	return Promise.all([search(main, reply), ...rest.map(({ suites }) => search(suites))]);
}
function describe(parts, confirmed, book) {
	const numbers = parts.flatMap(({ accepted }) => accepted);
	const namesOf = (list) => list.map(book.nameOf);
	return {
		answer: answerOf(parts, confirmed),
		suites: namesOf(numbers),
		weak: namesOf(numbers.filter(book.isWeak)),
		notStrict: namesOf(numbers.filter((number) => !book.isStrict(number))),
		doubt: findDoubt(parts, confirmed)
	};
}
function answerOf(parts, confirmed) {
	if (parts.some(({ accepted }) => accepted.length > 0)) return "accepted";
	return parts.some(({ end }) => end.kind === "version-refused") || findDoubt(parts, confirmed) === void 0 ? "refused" : "unknown";
}
function findDoubt(parts, confirmed) {
	for (const { end } of parts) {
		if (end.kind === "unknown") return end.reason;
		if (end.kind === "unheard") return "it closes without an alert, and answered nothing before";
		if (end.kind === "closed" && !confirmed) return "it closes without an alert, and later did not answer what it had answered before";
	}
}
var init_probe_tls = __esmMin((() => {
	init_suite_numbers();
	init_suite_sets();
	init_versions();
	init_suite_search();
}));

// src/usecases/probe-address.ts
async function probeAddress(request, tools) {
	const { wire, random } = tools;
	const { address, serverName, ports, demands, full } = request;
	const connect = (name) => wire.connect({
		address,
		port: ports[name]
	});
	const [https, http, ftp] = await Promise.all([
		connect("https"),
		connect("http"),
		connect("ftp")
	]);
	const endpoint = {
		address,
		port: ports.https
	};
	const isOpen = https.state === "open";
	const asker = createHelloAsker(wire, endpoint, {
		random,
		serverName
	});
	const [tls, handshake] = await Promise.all([isOpen ? probeTls({
		profile: demands.profile,
		full
	}, asker) : void 0, isOpen ? wire.handshake(endpoint, serverName) : void 0]);
	const observation = {
		address,
		ports: {
			https: {
				port: ports.https,
				state: https.state
			},
			http: {
				port: ports.http,
				state: http.state
			},
			ftp: {
				port: ports.ftp,
				state: ftp.state
			}
		},
		portNotes: {
			https: https.note,
			http: http.note,
			ftp: ftp.note
		},
		tls,
		handshake
	};
	return judgeAddress(observation, demands);
}
var init_probe_address = __esmMin((() => {
	init_address_probe();
	init_hello_asker();
	init_probe_tls();
}));

// src/usecases/probe-host.ts
async function probeHost({ host, target = host, ports, demands, full }, tools) {
	const resolution = await tools.wire.resolve(target);
	if (resolution.kind === "failed") return unresolvedHost(host, resolution.reason);
	const { addresses } = resolution;
	const serverName = addresses.includes(target) ? void 0 : target;
	const probes = addresses.map((address) => probeAddress({
		address,
		serverName,
		ports,
		demands,
		full
	}, tools));
	return combineAddresses(host, await Promise.all(probes));
}
var init_probe_host = __esmMin((() => {
	init_host_probe();
	init_probe_address();
}));

// src/usecases/probe-fleet.ts
async function probeFleet(requests, tools, tell) {
	const probes = /* @__PURE__ */ new Map();
	const queue = requests.entries();
	const work = async () => {
		for (const [index, request] of queue) {
			probes.set(index, await probeHost(request, tools));
			tell(probes.size);
		}
	};
	await Promise.all(Array.from({ length: mostHosts }, work));
	return requests.flatMap((_, index) => probes.get(index) ?? []);
}
var mostHosts;
var init_probe_fleet = __esmMin((() => {
	init_probe_host();
	mostHosts = 32;
}));

// src/cli/probe.ts
var probe_exports = /* @__PURE__ */ __exportAll({
	createProbeTools: () => createProbeTools,
	readNumber: () => readNumber$1,
	runProbe: () => runProbe
});
async function runProbe(args, shell) {
	const parsed = parseArguments(args, options$1);
	const format = chooseWord("--format", one$1(parsed, "--format"), ["text", "json"], "text");
	const tools = createProbeTools({
		timeout: one$1(parsed, "--timeout"),
		sockets: one$1(parsed, "--sockets")
	});
	const full = parsed.flags.has("--full");
	const paint = shell.colour ? coloured : plain;
	if (parsed.flags.has("--fleet")) {
		const probes = await probeConfigRepo(parsed, tools, shell);
		const text = () => probes.map((probe) => renderProbeText(probe, paint)).join("\n");
		shell.terminal.out(format === "json" ? renderFleetProbeJson(probes, full) : text());
		if (probes.some(({ verdict }) => verdict === "unknown")) return exitOf$1.unknown;
		return exitOf$1[worstOf(probes.map(({ verdict }) => ({ answer: verdict })))];
	}
	const [typed, ...more] = parsed.positionals;
	const host = typed?.replace(/^\[(.*:.*)\]$/, "$1");
	if (host === void 0 || host === "" || more.length > 0) throw usage("probe wants the name or address of one host, or --fleet");
	const probe = await probeHost(readRequest(host, parsed, shell), tools);
	shell.terminal.out(format === "json" ? renderProbeJson(probe, full) : renderProbeText(probe, paint));
	return exitOf$1[probe.verdict];
}
function createProbeTools(given) {
	const seconds = readNumber$1("--timeout", given.timeout, [1, 300]) ?? 5;
	const sockets = readNumber$1("--sockets", given.sockets, [1, 1e3]) ?? 64;
	return {
		wire: createWire({
			sockets,
			timeout: seconds * 1e3
		}),
		random: randomHello
	};
}
function readRequest(host, parsed, { now }) {
	const port = (name) => readNumber$1(`--${name}-port`, one$1(parsed, `--${name}-port`), [1, 65535]) ?? defaultPorts[name];
	const demands = {
		profile: chooseWord("--profile", one$1(parsed, "--profile"), profiles, "vendor"),
		filteredPort: chooseWord("--filtered-port", one$1(parsed, "--filtered-port"), ["unknown", "closed"], "unknown"),
		now: now().getTime()
	};
	return {
		host,
		ports: {
			https: port("https"),
			http: port("http"),
			ftp: port("ftp")
		},
		demands,
		full: parsed.flags.has("--full")
	};
}
async function probeConfigRepo(parsed, tools, { files, now, progress }) {
	for (const name of [
		"--https-port",
		"--http-port",
		"--ftp-port",
		"--filtered-port"
	]) if (one$1(parsed, name) !== void 0) throw usage(`${name} is for one host; with --fleet the config repo tells`);
	const paths = parsed.positionals.length > 0 ? parsed.positionals : ["."];
	const profile = chooseOptional("--profile", one$1(parsed, "--profile"), profiles);
	const { hosts } = loadTargets({
		paths,
		overrides: { profile },
		names: []
	}, files);
	const requests = hosts.map((read) => {
		const { name, policy } = read.folder;
		const { filteredPort } = policy;
		const demands = {
			profile: policy.profile,
			filteredPort,
			now: now().getTime()
		};
		const ports = listWirePorts(read.folder);
		const full = parsed.flags.has("--full");
		return {
			host: name,
			target: addressOf(read),
			ports,
			demands,
			full
		};
	});
	const tell = (done) => progress.tell(`${done} of ${requests.length} hosts probed`);
	try {
		return await probeFleet(requests, tools, tell);
	} finally {
		progress.clear();
	}
}
function one$1(parsed, name) {
	return parsed.values.get(name)?.[0];
}
function readNumber$1(name, given, [least, most]) {
	if (given === void 0) return void 0;
	const number = /^[0-9]{1,6}$/.test(given) ? Number(given) : NaN;
	if (number >= least && number <= most) return number;
	throw usage(`${name}: expected a number from ${least} to ${most}, not ${makeVisible(given)}`);
}
var options$1, exitOf$1;
var init_probe = __esmMin((() => {
	init_wire();
	init_random();
	init_wire_ports();
	init_policy$1();
	init_address_probe();
	init_observation();
	init_probe$1();
	init_text();
	init_text$1();
	init_fleet_targets();
	init_probe_fleet();
	init_probe_host();
	init_arguments();
	init_check();
	options$1 = {
		"--https-port": "once",
		"--http-port": "once",
		"--ftp-port": "once",
		"--full": "flag",
		"--fleet": "flag",
		"--profile": "once",
		"--filtered-port": "once",
		"--timeout": "once",
		"--sockets": "once",
		"--format": "once"
	};
	exitOf$1 = {
		good: 0,
		bad: 1,
		unknown: 4
	};
}));

// \0builtin:https
var require__builtin_https = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:https");
}));

// src/adapters/sesam-rest.ts
function createSesamRest(options) {
	return { ask: (question) => new Promise((resolve) => send(question, options, resolve)) };
}
function send({ method, path, session, body }, { url, ca, timeout, bytes }, resolve) {
	const content = body === void 0 ? void 0 : JSON.stringify(body);
	const sent = (0, import__builtin_https.request)(new URL(url + path), {
		method,
		agent: false,
		rejectUnauthorized: true,
		minVersion: "TLSv1.2",
		...ca === void 0 ? {} : { ca },
		headers: {
			Accept: "application/json",
			"Accept-Encoding": "identity",
			"User-Agent": "sesam-harden",
			...session === void 0 ? {} : { "X-SEP-Session": session },
			...content === void 0 ? {} : {
				"Content-Type": "application/json",
				"Content-Length": Buffer.byteLength(content)
			}
		}
	});
	const finish = (reply) => {
		clearTimeout(timer);
		sent.destroy();
		resolve(reply);
	};
	const fail = (reason) => finish({
		kind: "failed",
		reason
	});
	const timer = setTimeout(() => fail(`no whole answer within ${timeout / 1e3} s`), timeout);
	sent.on("error", (error) => fail(explain$1(error)));
	sent.on("close", () => fail(cutOff));
	sent.on("response", (response) => receive(response, {
		bytes,
		finish,
		fail
	}));
	sent.end(content);
}
function receive(response, { bytes, finish, fail }) {
	const chunks = [];
	let size = 0;
	response.on("data", (chunk) => {
		size += chunk.length;
		if (size > bytes) fail(`the answer is larger than ${bytes / 1024 / 1024} MiB`);
		else chunks.push(chunk);
	});
	response.on("error", (error) => fail(explain$1(error)));
	response.on("end", () => {
		if (!response.complete) return fail(cutOff);
		const { headers, statusCode: status = 0 } = response;
		const mediaType = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
		const header = {
			total: textOf(headers["x-total-count"]),
			link: textOf(headers["link"])
		};
		finish({
			kind: "answer",
			status,
			content: readJson(chunks),
			mediaType,
			size,
			header
		});
	});
}
function textOf(value) {
	return typeof value === "string" ? value : value?.join(", ");
}
function readJson(chunks) {
	try {
		const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
		return { json: JSON.parse(text) };
	} catch {
		return;
	}
}
function explain$1(error) {
	const code = "code" in error ? String(error.code) : "";
	const wording = wordings.find(([pattern]) => pattern.test(error.message));
	return reasons[code] ?? wording?.[1] ?? (code || error.message);
}
var import__builtin_https, cutOff, reasons, wordings;
var init_sesam_rest = __esmMin((() => {
	import__builtin_https = require__builtin_https();
	cutOff = "the connection was closed before the answer was whole";
	reasons = {
		ECONNREFUSED: "nothing listens there",
		ECONNRESET: cutOff,
		EPIPE: cutOff,
		ENOTFOUND: "no such name is known",
		EAI_AGAIN: "the name server did not answer",
		EHOSTUNREACH: "no way to the host",
		ENETUNREACH: "no way to its network from here",
		ETIMEDOUT: "nothing came back",
		EPERM: "this process may not connect there; Deno needs --allow-net",
		CERT_HAS_EXPIRED: "its certificate has expired",
		CERT_NOT_YET_VALID: "its certificate is not valid yet",
		HPE_HEADER_OVERFLOW: "its headers are too large",
		ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name"
	};
	wordings = [
		[/NotValidForName|altnames/i, "its certificate is for another name"],
		[/CertExpired|certificate has expired|: Expired/i, "its certificate has expired"],
		[/NotValidYet|not yet valid/i, "its certificate is not valid yet"],
		[/UnknownIssuer|self.signed|unable to (?:get|verify)|CaUsedAsEndEntity/i, "its certificate is of no authority that is trusted here; name the file of its own with --ca-file"],
		[/wrong version number|InvalidContentType|corrupt message/i, "it does not answer in TLS"]
	];
}));

// src/core/inventory/print.ts
function printInventory({ server, exportedAt, clients, usage }, gaps = []) {
	return `{\n${[
		`"schemaVersion": 1`,
		...gaps.length > 0 ? [`"incomplete": ${printList(gaps.map(printText))}`] : [],
		`"exportedAt": ${printText(exportedAt)}`,
		`"server": ${printText(server)}`,
		`"clients": ${printList(clients.map(printClient))}`,
		`"usage": ${printList(usage.map(printUsage))}`
	].map((member) => `  ${member}`).join(",\n")}\n}\n`;
}
function printList(lines) {
	if (lines.length === 0) return "[]";
	return `[\n${lines.map((line) => `    ${line}`).join(",\n")}\n  ]`;
}
function printClient({ name, interfaces }) {
	return `{ "name": ${printText(name)}, "interfaces": [${interfaces.map(printText).join(", ")}] }`;
}
function printUsage({ kind, name, client, interface: url }) {
	return `{ ${Object.entries({
		kind,
		name,
		client,
		interface: url
	}).map(([key, value]) => `"${key}": ${printText(value)}`).join(", ")} }`;
}
function printText(text) {
	return JSON.stringify(text).replaceAll("##[", "\\u0023#[");
}
var init_print = __esmMin((() => {}));

// src/core/inventory/interface-text.ts
function splitInterfaces(text) {
	return text.split(separators).filter((word) => word !== "");
}
function findInterfaces(text) {
	return splitInterfaces(text).flatMap((word) => {
		const start = word.search(/(?:https?|ftp):\/\//i);
		if (start < 0) return /:1100[01](?!\d)/.test(word) ? [word] : [];
		const address = word.slice(start, word.endsWith(".") ? -1 : void 0);
		return /^https:/i.test(address) && !/^https:\/\/[^/?#]+\/?$/i.test(address) ? [] : [address];
	});
}
function createUseTest(used) {
	const byHost = /* @__PURE__ */ new Map();
	for (const parts of used.map(partsOf)) for (const host of new Set(parts.hosts)) {
		const others = byHost.get(host);
		if (others === void 0) byHost.set(host, [parts]);
		else others.push(parts);
	}
	return (offered) => {
		const parts = partsOf(offered);
		return [...parts.hosts, ""].flatMap((host) => byHost.get(host) ?? []).some(({ scheme, port }) => isSame$1(scheme, parts.scheme) && isSame$1(port, parts.port));
	};
}
function isSame$1(left, right) {
	return left === "" || right === "" || left === right;
}
function partsOf(text) {
	const lower = text.toLowerCase();
	return {
		scheme: /^([a-z]+):\/\//.exec(lower)?.[1] ?? "",
		port: /^(?:[a-z]+:\/\/)?(?:\[[^\]]*\]|[^:/]*):(\d+)/.exec(lower)?.[1] ?? "",
		hosts: spellings(hostOf(lower))
	};
}
var separators;
var init_interface_text = __esmMin((() => {
	init_used_ports();
	separators = /[\s,;|"'<>(){}\\=]+/;
}));

// src/core/inventory/review.ts
function renderReview(clients, usage) {
	const insecure = usage.filter((used) => isInsecure(used.interface));
	const blank = usage.filter((used) => used.interface === "");
	const unused = listUnused(clients, insecure);
	const lines = [
		...drawUsage(insecure, "with an interface without HTTPS; move them to an https:// one first:"),
		...drawUsage(blank, "with no interface, which may fall back to HTTP; choose an https:// one:"),
		...drawSteps(unused)
	];
	if (lines.length === 0) lines.push("Every interface is HTTPS, and every task and event names one.");
	return `${lines.join("\n")}\n`;
}
function listUnused(clients, usage) {
	const isUsed = createUseTest([...new Set(usage.map((used) => used.interface))]);
	return clients.map(({ name, interfaces }) => ({
		name,
		interfaces: interfaces.filter((url) => isInsecure(url) && !isUsed(url))
	})).filter(({ interfaces }) => interfaces.length > 0);
}
function drawUsage(usage, what) {
	if (usage.length === 0) return [];
	const rows = usage.slice(0, shown).map(({ kind, name, client, interface: url }) => {
		return `  ${showText(`${kind} ${name}${client === "" ? "" : ` of client ${client}`}${url === "" ? "" : `: ${url}`}`)}`;
	});
	const left = usage.length - rows.length;
	const more = left > 0 ? [`  and ${left} more, in the inventory`] : [];
	return [
		`${usage.length === 1 ? "1 task or event" : `${usage.length} tasks or events`} ${what}`,
		...rows,
		...more
	];
}
function drawSteps(unused) {
	if (unused.length === 0) return [];
	const count = unused.reduce((sum, { interfaces }) => sum + interfaces.length, 0);
	return [
		`${countOf(count, "interface")} without HTTPS that no task or event names. To delete in SEP sesam:`,
		"  1. Main selection, Components, Clients: right-click the client, Properties.",
		"  2. Delete these in the list of its interfaces, and click Apply.",
		"  3. If SEP sesam warns that one is in use, leave it, and move the task or event that it names.",
		"  4. Run this inventory again.",
		...unused.flatMap(({ name, interfaces }) => interfaces.map((url) => `  client ${showText(name)}: ${showText(url)}`))
	];
}
function showText(text) {
	return makeVisible(shorten(text, 500));
}
var shown;
var init_review = __esmMin((() => {
	init_interface_use();
	init_count();
	init_text$1();
	init_interface_text();
	shown = 20;
}));

// src/core/inventory/endpoints.ts
function setEndpoint(all, name, endpoint) {
	if (name === "login" || name === "logout" || name === "server") return {
		...all,
		[name]: endpoint
	};
	return {
		...all,
		lists: new Map([...all.lists, [name, endpoint]])
	};
}
function parseEndpoint(text) {
	const parts = /^([a-z-]+)=(GET|POST):(.*)$/s.exec(text);
	const name = endpointNames.find((known) => known === parts?.[1]);
	if (parts === null || name === void 0) return {
		kind: "problem",
		message: `expected NAME=METHOD:PATH, where NAME is one of ${endpointNames.join(", ")} and METHOD is GET or POST`
	};
	const method = parts[2] === "GET" ? "GET" : "POST";
	const path = parts[3] ?? "";
	const message = findPathProblem(path) ?? findMethodProblem(name, method, path);
	return message === void 0 ? {
		kind: "endpoint",
		name,
		endpoint: {
			method,
			path
		}
	} : {
		kind: "problem",
		message
	};
}
function findPathProblem(path) {
	if (!/^\/[\x21-\x7e]+$/.test(path)) return "a path starts with / and has no blanks";
	if (path.includes("#") || path.includes("\\")) return "a path has no # and no backslash";
	const names = path.split(/[/?]/).map((name) => name.replaceAll(/%2e/gi, "."));
	return names.includes("..") || names.includes(".") ? "a path has no . and .." : void 0;
}
function findMethodProblem(name, method, path) {
	if (name === "login") return method === "GET" ? "a login is sent by POST" : void 0;
	if (method === "GET") return void 0;
	const last = path.replace(/\?.*$/, "").split("/").at(-1) ?? "";
	if (name === "logout" && last.startsWith("log")) return void 0;
	return /^(find|filter|list|search)/.test(last) ? void 0 : "by POST only a path is asked whose last name starts with find, filter, list or search, since others may change something";
}
var listKinds, endpointNames, apiPath, defaultEndpoints;
var init_endpoints = __esmMin((() => {
	init_interfaces();
	listKinds = ["client", ...usageKinds];
	endpointNames = [
		...listKinds,
		"login",
		"logout",
		"server"
	];
	apiPath = "/sep/api/v2";
	defaultEndpoints = {
		login: {
			method: "POST",
			path: "/auth/login"
		},
		logout: {
			method: "GET",
			path: "/auth/logout"
		},
		server: {
			method: "GET",
			path: "/server/info"
		},
		lists: /* @__PURE__ */ new Map([
			["client", {
				method: "GET",
				path: "/clients"
			}],
			["backup-task", {
				method: "POST",
				path: "/backups/findTasks"
			}],
			["backup-event", {
				method: "POST",
				path: "/backupevents/find"
			}]
		])
	};
}));

// src/core/inventory/search.ts
function searchInterfaces(item, terms) {
	const search = {
		terms,
		interfaces: /* @__PURE__ */ new Set(),
		unread: /* @__PURE__ */ new Set(),
		hasBlank: false,
		isShown: false,
		finds: 0
	};
	visit(item, {
		key: "",
		host: "",
		isField: false,
		depth: 0
	}, search);
	return search;
}
function visit(value, place, search) {
	if (place.depth > deepest) search.unread.add(place.key);
	else if (Array.isArray(value)) visitList(value, place, search);
	else if (typeof value === "object" && value !== null) visitMembers({ ...value }, place, search);
	else if (typeof value === "string") readText(value, place, search);
	else if (typeof value === "number") readNumber(value, place, search);
	else if (value === null && place.isField) addBlank(search);
}
function visitList(list, place, search) {
	if (place.isField && list.length === 0) addBlank(search);
	for (const value of list) visit(value, {
		...place,
		depth: place.depth + 1
	}, search);
}
function visitMembers(members, place, search) {
	const { interfaceKeys, ignoredKeys } = search.terms;
	const before = search.finds;
	const host = hostIn(members);
	const keys = Object.keys(members);
	if (place.isField && keys.length === 0) addBlank(search);
	for (const key of keys) {
		const lower = key.toLowerCase();
		if (ignoredKeys.includes(lower)) continue;
		const isField = place.isField && labels.has(lower) || interfaceKeys.some((word) => lower.includes(word));
		visit(members[key], {
			key,
			host,
			isField,
			depth: place.depth + 1
		}, search);
	}
	if (place.isField && search.finds === before) search.unread.add(place.key);
}
function readText(text, place, search) {
	if (place.isField && text.trim() === "") addBlank(search);
	else if (isPlainPort$1(text, place)) add(`${place.host}:${text}`, place, search);
	else {
		const found = place.isField ? splitInterfaces(text) : findInterfaces(text);
		for (const name of found) add(name, place, search);
		if (found.length === 1 && found[0] === text.trim() && /:\d+\/?$/.test(text.trim())) search.isShown = true;
	}
}
function readNumber(value, place, search) {
	if (isPlainPort$1(String(value), place)) add(`${place.host}:${value}`, place, search);
	else if (place.isField) search.unread.add(place.key);
}
function add(found, { isField }, search) {
	search.interfaces.add(found);
	search.finds++;
	if (isField) search.isShown = true;
}
function addBlank(search) {
	search.hasBlank = true;
	search.isShown = true;
	search.finds++;
}
function isPlainPort$1(text, { key }) {
	return /^1100[01]$/.test(text) && key.toLowerCase().includes("port");
}
function hostIn(members) {
	const host = [
		"host",
		"hostname",
		"address",
		"server",
		"name"
	].map((key) => members[key]).find((value) => typeof value === "string") ?? "";
	return /^[\w.-]+$/.test(host) ? host : "";
}
var deepest, labels;
var init_search = __esmMin((() => {
	init_interface_text();
	deepest = 64;
	labels = /* @__PURE__ */ new Set([
		"name",
		"url",
		"uri",
		"address",
		"host",
		"hostname",
		"value"
	]);
}));

// src/core/inventory/digest.ts
function digestItem(item, terms) {
	const members = membersOf(item);
	const { name, id } = typeof item === "object" ? readSelf(members) : readReference(item);
	if (name === "" && id === "") return void 0;
	return {
		name,
		id,
		client: readFirst(members, terms.clientKeys),
		task: readFirst(members, taskKeys).name,
		found: searchInterfaces(item, terms)
	};
}
function mergeDigests(listed, detail) {
	const [one, other] = [listed.found, detail.found];
	const found = {
		interfaces: /* @__PURE__ */ new Set([...one.interfaces, ...other.interfaces]),
		unread: /* @__PURE__ */ new Set([...one.unread, ...other.unread]),
		hasBlank: one.hasBlank || other.hasBlank,
		isShown: one.isShown || other.isShown
	};
	const client = detail.client.name !== "" || detail.client.id !== "" ? detail.client : listed.client;
	const { name, id, task } = listed;
	return {
		name: name || detail.name,
		id: id || detail.id,
		client,
		task: task || detail.task,
		found
	};
}
function titleOf({ name, task, id }) {
	return name || task || `#${id}`;
}
function readSelf(members) {
	return {
		name: readReference(members.get("name")).name,
		id: readPlain(members.get("id"))
	};
}
function readFirst(members, keys) {
	return keys.map((key) => readReference(members.get(key))).find(({ name, id }) => name !== "" || id !== "") ?? {
		name: "",
		id: ""
	};
}
function readReference(value) {
	if (typeof value === "string") return {
		name: value.trim() === "" ? "" : value,
		id: ""
	};
	if (typeof value === "number") return {
		name: "",
		id: String(value)
	};
	const members = membersOf(value);
	const name = members.get("name");
	return {
		name: typeof name === "string" ? name : "",
		id: readPlain(members.get("id"))
	};
}
function readPlain(value) {
	return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
function membersOf(value) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return /* @__PURE__ */ new Map();
	return new Map(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
}
var defaultClientKeys, taskKeys;
var init_digest = __esmMin((() => {
	init_search();
	defaultClientKeys = [
		"client",
		"clientname",
		"clientid"
	];
	taskKeys = [
		"object",
		"taskname",
		"task"
	];
}));

// src/core/inventory/inventory.ts
function collectClients(clients) {
	const byName = /* @__PURE__ */ new Map();
	for (const client of clients) {
		const name = titleOf(client);
		const known = byName.get(name) ?? /* @__PURE__ */ new Set();
		for (const found of client.found.interfaces) known.add(found);
		byName.set(name, known);
	}
	return [...byName].map(([name, interfaces]) => ({
		name,
		interfaces: [...interfaces].toSorted(compareText)
	})).toSorted((left, right) => compareText(left.name, right.name));
}
function collectUsage({ clients, usage }, absent) {
	const nameClient = createClientNames(clients);
	const rows = [...usage].flatMap(([kind, digests]) => {
		const isBlank = (absent.get(kind) ?? "blank") === "blank" && knowsField(kind, digests, absent);
		const tasks = new Map(listTasks(kind, usage).map((task) => [task.name, task]));
		return digests.flatMap((digest) => {
			const { found, client, task } = digest;
			const named = nameClient(client) || nameClient(tasks.get(task)?.client ?? noReference);
			const blanks = found.hasBlank || !found.isShown && isBlank ? [""] : [];
			const row = {
				kind,
				name: titleOf(digest),
				client: named
			};
			return [...found.interfaces, ...blanks].map((name) => ({
				...row,
				interface: name
			}));
		});
	});
	return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()].toSorted((left, right) => compareText(left.kind, right.kind) || compareText(left.name, right.name) || compareText(left.client, right.client) || compareText(left.interface, right.interface));
}
function findGaps(kind, digests, absent) {
	const gaps = [];
	if (digests.length === 0 && (kind === "client" || kind === "backup-task")) {
		const next = "Take a user who may see all of them.";
		const skip = kind === "client" ? "" : ` If there are none, say --skip ${kind}.`;
		gaps.push({
			about: kind,
			reason: "the Server lists none at all",
			next: next + skip
		});
	}
	if (digests.length > 0 && !knowsField(kind, digests, absent)) gaps.push({
		about: kind,
		reason: `none of ${digests.length} shows an interface field, so what they use is not known`,
		next: `Name the field with --interface-key KEY, or ask for each one with --details ${kind}=PATH; if there is no such field, say --absent ${kind}=none, and if it is left out where it is empty, --absent ${kind}=blank.`
	});
	const unread = [...new Set(digests.flatMap(({ found }) => [...found.unread]))].toSorted();
	if (unread.length > 0) gaps.push({
		about: kind,
		reason: `${unread.map((key) => JSON.stringify(key)).join(", ")} may name an interface, and holds no text`,
		next: "If it names none, say --ignore-key KEY."
	});
	return gaps;
}
function knowsField(kind, digests, absent) {
	return absent.has(kind) || digests.some(({ found }) => found.isShown);
}
function listTasks(kind, usage) {
	if (kind.endsWith("-task")) return [];
	const name = kind.replace(/event$/, "task");
	return [...usage].find(([other]) => other === name)?.[1] ?? [];
}
function createClientNames(clients) {
	const byId = new Map(clients.map((client) => [client.id, titleOf(client)]));
	return ({ name, id }) => name || (id === "" ? "" : byId.get(id) ?? `#${id}`);
}
var noReference;
var init_inventory$1 = __esmMin((() => {
	init_finding();
	init_digest();
	noReference = {
		name: "",
		id: ""
	};
}));

// src/core/inventory/listing.ts
function createWholeListing() {
	return {
		first: {},
		add: ({ keys, total, hasMore }) => {
			if (hasMore || total !== void 0 && total !== keys.length) {
				const all = total === void 0 ? "there are more" : `there are ${total}`;
				return gap(`the answer has ${keys.length} of them, and says that ${all}`);
			}
			return done(roundSizes.has(keys.length) ? `exactly ${keys.length}: if that is a limit of the Server and not the truth, use --paging` : void 0);
		}
	};
}
function createListing(paging) {
	if (paging === void 0) return createWholeListing();
	const { start, size } = paging;
	const seen = /* @__PURE__ */ new Set();
	let before;
	let count = 0;
	let pages = 0;
	const ask = () => ({
		[start.name]: start.first + (start.unit === "items" ? count : pages),
		[size.name]: size.value
	});
	return {
		first: ask(),
		add: ({ keys, total, hasMore }) => {
			if (before !== void 0 && keys.length > 0 && isSame(keys, before)) return judgeRepetition({
				length: keys.length,
				pages,
				size: size.value,
				total
			});
			const known = keys.filter((key) => seen.has(key)).length;
			if (known > 0) return gap(`${known} of them came twice, on different pages`);
			for (const key of keys) seen.add(key);
			count += keys.length;
			pages++;
			before = keys;
			if (count === total) return done(void 0);
			if (keys.length > 0) return {
				kind: "ask",
				parameters: ask()
			};
			if (total !== void 0 || hasMore) return gap(`the pages have ${count} of them, and say that there are more`);
			return done(void 0);
		}
	};
}
function judgeRepetition({ length, pages, size, total }) {
	if (pages === 1 && length > size && total === void 0) return {
		kind: "done",
		isRepeated: true,
		note: "the Server ignores --paging, and lists all at once"
	};
	return gap("the Server gives the same page again: it does not know these parameters");
}
function isSame(keys, others) {
	return keys.length === others.length && keys.every((key, index) => key === others[index]);
}
function done(note) {
	return {
		kind: "done",
		isRepeated: false,
		note
	};
}
function gap(reason) {
	return {
		kind: "gap",
		reason
	};
}
var roundSizes;
var init_listing = __esmMin((() => {
	roundSizes = /* @__PURE__ */ new Set([
		50,
		100,
		200,
		250,
		500,
		1e3,
		2e3,
		5e3,
		1e4
	]);
}));

// src/core/inventory/page.ts
function readPage(json, header) {
	if (Array.isArray(json)) return {
		kind: "page",
		items: json,
		total: readTotal(header.total),
		hasMore: hasNext(header)
	};
	if (typeof json !== "object" || json === null) return {
		kind: "problem",
		reason: "the answer is no list"
	};
	const members = Object.entries(json).map(([key, value]) => [key.toLowerCase(), value]);
	const lists = members.flatMap(([, value]) => Array.isArray(value) ? [value] : []);
	const [items, ...others] = lists;
	if (items === void 0 || others.length > 0) return {
		kind: "problem",
		reason: `the answer is an object with ${lists.length === 0 ? "no list" : "more than one list"} in it`
	};
	const named = new Map(members);
	const total = totals.map((key) => named.get(key)).find((value) => typeof value === "number");
	const isLast = named.get("last") !== false;
	const hasMore = named.get("hasmore") === true || named.get("hasnext") === true || !isLast || hasNext(header);
	return {
		kind: "page",
		items,
		total: total ?? readTotal(header.total),
		hasMore
	};
}
function readTotal(text) {
	return text !== void 0 && /^[0-9]{1,15}$/.test(text) ? Number(text) : void 0;
}
function hasNext({ link }) {
	return /\brel="?next\b/i.test(link ?? "");
}
var totals;
var init_page = __esmMin((() => {
	totals = [
		"total",
		"totalcount",
		"totalelements",
		"totalitems",
		"totalsize"
	];
}));

// src/usecases/sesam-session.ts
async function withSession(options, work) {
	const session = await logIn(options);
	try {
		return await work(createAsk$1(options.rest, session));
	} finally {
		await logOut(session, options);
	}
}
async function logIn({ credentials, endpoints, rest }) {
	const { user, password, type } = credentials;
	const { method, path } = endpoints.login;
	const body = {
		username: user,
		secret: password,
		type
	};
	const reply = await rest.ask({
		method,
		path,
		session: void 0,
		body
	});
	if (reply.kind === "failed") throw new HardenError("broke", `the Server could not be asked: ${reply.reason}`, "Look at the address, the port and the certificate of the Server.");
	if (!isSuccess(reply.status)) throw new HardenError("broke", `the login was refused (${reply.status})`, "It was not tried again, since accounts get locked. Look at --user, the password, --login-type, and whether the account needs a second factor.");
	const session = readSession(reply.content?.json);
	if (session !== void 0) return session;
	throw new HardenError("broke", "the answer to the login has no session in it", "Look at --url, and at --endpoint login=POST:PATH.");
}
function readSession(json) {
	const session = typeof json === "object" && json !== null && "sessionId" in json ? json.sessionId : json;
	return typeof session === "string" && /^[\x21-\x7e]{1,1024}$/.test(session) ? session : void 0;
}
function createAsk$1(rest, session) {
	let requests = 0;
	let bytes = 0;
	return async ({ method, path }, body) => {
		requests++;
		if (requests > 1e5) throw tooMuch(`${mostRequests} questions`);
		const sent = method === "POST" ? body ?? {} : void 0;
		const reply = await rest.ask({
			method,
			path,
			session,
			body: sent
		});
		if (reply.kind === "failed") throw new HardenError("broke", `${method} ${path}: ${reply.reason}`, "Nothing was written. Run the command again, perhaps with --timeout or --paging.");
		bytes += reply.size;
		if (bytes > 268435456) throw tooMuch(`${mostBytes / 1024 / 1024} MiB of answers`);
		if (reply.status === 401) throw new HardenError("broke", `${method} ${path}: the session has ended (401)`, "Nothing was written. Run the command again.");
		return reply;
	};
}
async function logOut(session, { endpoints, rest, note }) {
	const { method, path } = endpoints.logout;
	const body = method === "POST" ? {} : void 0;
	const reply = await rest.ask({
		method,
		path,
		session,
		body
	});
	if (reply.kind === "failed") note(`the session could not be ended: ${reply.reason}`);
	else if (!isSuccess(reply.status)) note(`the session could not be ended (${reply.status})`);
}
function isSuccess(status) {
	return status === 200 || status === 201 || status === 204;
}
function tooMuch(limit) {
	return new HardenError("broke", `this takes more than ${limit}`, "Nothing was written. Look at --paging, --details and --endpoint.");
}
var mostBytes, mostRequests;
var init_sesam_session = __esmMin((() => {
	init_harden_error();
	mostBytes = 268435456;
	mostRequests = 1e5;
}));

// src/usecases/list-items.ts
async function listItems(request, tools) {
	const listed = await listPages(request, tools);
	if (listed.kind === "gap" || request.details === void 0) return listed;
	const digests = [];
	for (const digest of listed.digests) {
		const detail = await askDetail(request, request.details, digest, tools.ask);
		if ("gap" in detail) return detail;
		digests.push(detail);
		tools.tell(`${request.kind}: ${digests.length} of ${listed.digests.length} looked at`);
	}
	return {
		kind: "items",
		digests
	};
}
async function listPages(request, tools) {
	const { kind, paging, terms } = request;
	const listing = createListing(paging);
	const digests = [];
	let parameters = listing.first;
	for (;;) {
		const page = await askPage(request, parameters, tools.ask);
		if (page.kind === "gap") return page;
		const found = page.items.map((item) => digestItem(item, terms));
		const named = found.filter((digest) => digest !== void 0);
		if (named.length < found.length) return stop(request, "some items have neither name nor id", lookAtEndpoint(kind));
		const keys = named.map(({ id, name }) => JSON.stringify([id, name]));
		const step = listing.add({
			keys,
			total: page.total,
			hasMore: page.hasMore
		});
		if (step.kind === "gap") return stop(request, step.reason, "Look at --paging, and run the command again.");
		if (step.kind === "ask" || !step.isRepeated) digests.push(...named);
		tools.tell(`${kind}: ${digests.length}`);
		if (step.kind === "done") {
			if (step.note !== void 0) tools.note(`${kind}: ${step.note}`);
			return {
				kind: "items",
				digests
			};
		}
		parameters = step.parameters;
	}
}
async function askPage(request, parameters, ask) {
	const { kind, endpoint } = request;
	const { method } = endpoint;
	const isRead = method === "GET";
	const reply = await ask({
		method,
		path: isRead ? addQuery(endpoint.path, parameters) : endpoint.path
	}, isRead ? void 0 : parameters);
	const problem = findProblem(reply);
	if (problem !== void 0) return stop(request, problem, lookAtEndpoint(kind));
	const page = readPage(reply.content?.json, reply.header);
	return page.kind === "page" ? page : stop(request, page.reason, lookAtEndpoint(kind));
}
function addQuery(path, parameters) {
	const query = Object.entries(parameters).map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join("&");
	return query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`;
}
async function askDetail(request, template, listed, ask) {
	const { kind, terms } = request;
	const next = `Look at --details ${kind}=PATH, and run the command again.`;
	const lacks = ["id", "name"].find((key) => template.includes(`{${key}}`) && listed[key] === "");
	if (lacks !== void 0) return stop(request, `${titleOf(listed)} has no ${lacks}`, next);
	const reply = await ask({
		method: "GET",
		path: template.replaceAll("{id}", () => encodeURIComponent(listed.id)).replaceAll("{name}", () => encodeURIComponent(listed.name))
	});
	const json = reply.content?.json;
	const problem = findProblem(reply);
	if (problem !== void 0) return stop(request, `${titleOf(listed)}: ${problem}`, next);
	if (typeof json !== "object" || json === null || Array.isArray(json)) return stop(request, `${titleOf(listed)}: the answer is no object`, next);
	const detail = digestItem({
		name: listed.name,
		id: listed.id,
		...json
	}, terms);
	return detail === void 0 ? listed : mergeDigests(listed, detail);
}
function findProblem({ status, content, mediaType }) {
	if (status === 404 || status === 405) return `the Server knows no such path (${status})`;
	if (status === 403) return "the user may not read this (403)";
	if (status >= 300 && status < 400) return `the Server leads elsewhere (${status})`;
	if (!isSuccess(status)) return `the Server answered ${status}`;
	if (!(mediaType === "application/json" || mediaType.endsWith("+json"))) return `the answer is ${mediaType || "of no kind"}, and not application/json`;
	return content === void 0 ? "the answer is no JSON in UTF-8" : void 0;
}
function lookAtEndpoint(kind) {
	return `Name the path with --endpoint ${kind}=METHOD:PATH${kind === "client" ? "" : `, or say --skip ${kind}`}.`;
}
function stop({ kind, endpoint }, problem, next) {
	return {
		kind: "gap",
		gap: {
			about: kind,
			reason: `${endpoint.method} ${endpoint.path}: ${problem}`,
			next
		}
	};
}
var init_list_items = __esmMin((() => {
	init_digest();
	init_listing();
	init_page();
	init_sesam_session();
}));

// src/usecases/take-inventory.ts
async function takeInventory(request, { rest, note, tell }) {
	const { credentials, endpoints } = request;
	return withSession({
		credentials,
		endpoints,
		rest,
		note
	}, (ask) => listAll(request, {
		ask,
		note,
		tell
	}));
}
async function listAll(request, tools) {
	const gaps = [];
	const lists = /* @__PURE__ */ new Map();
	const server = request.serverName ?? await askName(request.endpoints, tools, gaps);
	for (const kind of listKinds) {
		if (request.skipped.has(kind)) continue;
		const endpoint = request.endpoints.lists.get(kind);
		if (endpoint === void 0) {
			const next = `Name one with --endpoint ${kind}=METHOD:PATH, or look at them by hand and say --skip ${kind}, or --skip undocumented.`;
			gaps.push({
				about: kind,
				reason: "no path is known for these",
				next
			});
			continue;
		}
		const { details, paging, terms } = request;
		const listed = await listItems({
			kind,
			endpoint,
			details: details.get(kind),
			paging,
			terms
		}, tools);
		if (listed.kind === "gap") gaps.push(listed.gap);
		else lists.set(kind, listed.digests);
	}
	for (const [kind, digests] of lists) gaps.push(...findGaps(kind, digests, request.absent));
	return {
		server,
		...collect(lists, request.absent),
		gaps
	};
}
function collect(lists, absent) {
	const clients = lists.get("client") ?? [];
	const usage = /* @__PURE__ */ new Map();
	for (const [kind, digests] of lists) if (kind !== "client") usage.set(kind, digests);
	return {
		clients: collectClients(clients),
		usage: collectUsage({
			clients,
			usage
		}, absent),
		counts: new Map([...lists].map(([kind, digests]) => [kind, digests.length]))
	};
}
async function askName({ server }, { ask }, gaps) {
	const { status, content } = await ask(server);
	const json = content?.json;
	const name = typeof json === "object" && json !== null && "name" in json ? json.name : void 0;
	if (isSuccess(status) && typeof name === "string" && name.trim() !== "") return name;
	const reason = `${server.method} ${server.path}: the Server says no name (${status})`;
	gaps.push({
		about: "server",
		reason,
		next: "Give it with --name NAME."
	});
	return "";
}
var init_take_inventory = __esmMin((() => {
	init_endpoints();
	init_inventory$1();
	init_list_items();
	init_sesam_session();
}));

// src/cli/inventory-options.ts
function one({ values }, name) {
	return values.get(name)?.[0];
}
function many({ values }, name) {
	return values.get(name) ?? [];
}
function readQuestions(parsed) {
	const endpoints = readEndpoints(parsed);
	const skipped = readSkipped(parsed, endpoints);
	const asked = many(parsed, "--endpoint").map((text) => text.split("=")[0]);
	const both = [...skipped].find((kind) => asked.includes(kind));
	if (both !== void 0) throw usage(`${both} has an --endpoint, and is to be skipped`);
	return {
		endpoints,
		skipped,
		absent: readAbsent(parsed),
		details: readDetails(parsed),
		paging: readPaging(parsed),
		terms: {
			interfaceKeys: ["interface", ...readKeys(parsed, "--interface-key")],
			ignoredKeys: readKeys(parsed, "--ignore-key"),
			clientKeys: [...readKeys(parsed, "--client-key"), ...defaultClientKeys]
		},
		serverName: one(parsed, "--name")
	};
}
function readEndpoints(parsed) {
	const given = /* @__PURE__ */ new Set();
	let endpoints = defaultEndpoints;
	for (const text of many(parsed, "--endpoint")) {
		const reading = parseEndpoint(text);
		if (reading.kind === "problem") throw usage(`--endpoint ${makeVisible(text)}: ${reading.message}`);
		if (given.has(reading.name)) throw usage(`--endpoint ${reading.name} is given twice`);
		given.add(reading.name);
		endpoints = setEndpoint(endpoints, reading.name, reading.endpoint);
	}
	return endpoints;
}
function readSkipped(parsed, { lists }) {
	const kinds = listKinds.filter((kind) => kind !== "client");
	return new Set(many(parsed, "--skip").flatMap((text) => text === "undocumented" ? kinds.filter((kind) => !lists.has(kind)) : [chooseKind("--skip", text, kinds)]));
}
function readAbsent(parsed) {
	return readPairs(parsed, "--absent", (kind, text) => {
		const words = kind === "client" ? ["none"] : ["blank", "none"];
		return chooseWord(`--absent ${kind}`, text, words, "blank");
	});
}
function readDetails(parsed) {
	return readPairs(parsed, "--details", (kind, path) => {
		const problem = findPathProblem(path);
		if (problem !== void 0) throw usage(`--details ${kind}: ${problem}`);
		if (/\{(?:id|name)\}/.test(path)) return path;
		throw usage(`--details ${kind}: the path needs {id} or {name} in it`);
	});
}
function readPairs(parsed, name, read) {
	const pairs = /* @__PURE__ */ new Map();
	for (const text of many(parsed, name)) {
		const equals = text.indexOf("=");
		if (equals < 0) throw usage(`${name} wants KIND=VALUE, not ${makeVisible(text)}`);
		const kind = chooseKind(name, text.slice(0, equals), listKinds);
		if (pairs.has(kind)) throw usage(`${name} ${kind} is given twice`);
		pairs.set(kind, read(kind, text.slice(equals + 1)));
	}
	return pairs;
}
function chooseKind(name, text, kinds) {
	const kind = kinds.find((known) => known === text);
	if (kind !== void 0) return kind;
	throw usage(`${name}: ${makeVisible(text)} is none of ${kinds.join(", ")}`, text, kinds);
}
function readKeys(parsed, name) {
	return many(parsed, name).map((key) => {
		if (key.trim() !== "") return key.toLowerCase();
		throw usage(`${name} wants the name of a key`);
	});
}
function readPaging(parsed) {
	const size = readNumber$1("--page-size", one(parsed, "--page-size"), [1, 1e5]);
	const text = one(parsed, "--paging");
	if (text === void 0) {
		if (size !== void 0) throw usage("--page-size goes with --paging");
		return;
	}
	const [, unit, start, limit, first] = /^(offset|page)=([\w.-]+),limit=([\w.-]+)(?:,first=([01]))?$/.exec(text) ?? [];
	if (start === void 0 || limit === void 0 || start === limit) throw usage("--paging wants offset=NAME,limit=NAME or page=NAME,limit=NAME, with ,first=1 where pages count from 1");
	if (unit === "offset" && first !== void 0) throw usage("--paging: first goes with page");
	return {
		start: {
			name: start,
			unit: unit === "page" ? "pages" : "items",
			first: Number(first ?? 0)
		},
		size: {
			name: limit,
			value: size ?? 500
		}
	};
}
var inventoryOptions;
var init_inventory_options = __esmMin((() => {
	init_digest();
	init_endpoints();
	init_text$1();
	init_arguments();
	init_probe();
	inventoryOptions = {
		"--url": "once",
		"--out": "once",
		"--name": "once",
		"--user": "once",
		"--password-file": "once",
		"--login-type": "once",
		"--ca-file": "once",
		"--timeout": "once",
		"--endpoint": "many",
		"--details": "many",
		"--skip": "many",
		"--absent": "many",
		"--interface-key": "many",
		"--ignore-key": "many",
		"--client-key": "many",
		"--paging": "once",
		"--page-size": "once"
	};
}));

// src/cli/inventory-access.ts
function readUrl(parsed) {
	const text = one(parsed, "--url") ?? "";
	const url = URL.canParse(text) ? new URL(text) : void 0;
	if (url === void 0 || url.protocol !== "https:") throw usage("--url wants the https:// address of the Server, as https://sesam1:11401");
	if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") throw usage("--url takes scheme, name, port and perhaps a path, and nothing else");
	const path = url.pathname.replace(/\/$/, "");
	return url.origin + (path === "" ? apiPath : path);
}
function readCredentials(parsed, shell) {
	const user = one(parsed, "--user") ?? "";
	if (user === "") throw usage("--user wants the name to log in with");
	const type = one(parsed, "--login-type") ?? "CLASSIC";
	if (!/^\w{1,64}$/.test(type)) throw usage("--login-type wants a word, as CLASSIC or DEFAULT");
	return {
		user,
		password: readPassword(parsed, shell),
		type
	};
}
function readPassword(parsed, shell) {
	const file = one(parsed, "--password-file");
	const password = file === void 0 ? readVariable(shell) : decodeBytes(readFile("--password-file", file, shell)).replace(/\r?\n$/, "");
	if (password === "") throw usage(`the password is empty: name a --password-file, or set ${passwordVariable}`);
	if (/[\r\n]/.test(password)) throw usage("the password has more than one line");
	return password;
}
function readVariable(shell) {
	try {
		return shell.environment("SESAM_PASSWORD") ?? "";
	} catch {
		throw usage(`Deno needs --allow-env=${passwordVariable}, or name a --password-file`);
	}
}
function readAuthorities(parsed, shell) {
	const file = one(parsed, "--ca-file");
	if (file === void 0) return void 0;
	const text = readFile("--ca-file", file, shell);
	if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
	throw usage(`--ca-file: there is no certificate in PEM in ${makeVisible(file)}`);
}
function readFile(option, path, { files }) {
	const absolute = files.absolute(path);
	const reading = files.read(absolute, 1048576);
	if (reading.kind === "bytes") return reading.bytes;
	const isThere = reading.kind === "unreadable" && files.kindOf(absolute).kind !== "missing";
	throw usage(`${option}: ${makeVisible(path)}: ${isThere ? reading.reason : "there is no such file"}`);
}
var passwordVariable;
var init_inventory_access = __esmMin((() => {
	init_endpoints();
	init_text$1();
	init_arguments();
	init_inventory_options();
	passwordVariable = "SESAM_PASSWORD";
}));

// src/cli/inventory.ts
var inventory_exports = /* @__PURE__ */ __exportAll({ runInventory: () => runInventory });
async function runInventory(args, shell) {
	const parsed = parseArguments(args, inventoryOptions);
	if (parsed.positionals.length > 0) throw usage("inventory takes options alone, as --url");
	const url = readUrl(parsed);
	const questions = readQuestions(parsed);
	const ca = readAuthorities(parsed, shell);
	const seconds = readNumber$1("--timeout", one(parsed, "--timeout"), [1, 3600]) ?? 60;
	const out = readOut(one(parsed, "--out"), shell);
	const credentials = readCredentials(parsed, shell);
	const { terminal, progress } = shell;
	const note = (text) => {
		progress.clear();
		terminal.err(`note: ${makeVisible(text)}\n`);
	};
	const exportedAt = `${shell.now().toISOString().slice(0, 19)}Z`;
	const limits = {
		timeout: seconds * 1e3,
		bytes: mostAnswerBytes
	};
	const tools = {
		rest: createSesamRest({
			url,
			ca,
			...limits
		}),
		note,
		tell: progress.tell
	};
	const taken = await takeInventory({
		...questions,
		credentials
	}, tools).finally(progress.clear);
	showCounts(taken, questions.skipped, shell);
	const inventory = {
		...taken,
		exportedAt
	};
	return taken.gaps.length > 0 ? showIncomplete(inventory, out, shell) : writeComplete(inventory, out, shell);
}
function readOut(typed, { files }) {
	if (typed === void 0 || typed === "-") return void 0;
	const path = files.absolute(typed);
	const { kind } = files.kindOf(path);
	if (kind !== "file" && kind !== "missing") throw usage(`--out ${makeVisible(typed)} is no file`);
	if (files.kindOf(parentOf(path)).kind === "folder") return path;
	throw usage(`--out ${makeVisible(typed)}: there is no such folder`);
}
function showCounts({ counts }, skipped, { terminal }) {
	const found = [...counts].map(([kind, count]) => `${kind} ${count}`);
	terminal.err(`listed: ${found.length > 0 ? found.join(", ") : "nothing"}\n`);
	if (skipped.size > 0) terminal.err(`not asked, on your word that they use no plain port: ${[...skipped].join(", ")}\n`);
}
function showIncomplete(taken, out, { terminal }) {
	for (const { about, reason, next } of taken.gaps) terminal.err(`unknown: ${about}: ${makeVisible(reason)}\n  ${makeVisible(next)}\n`);
	const gaps = taken.gaps.map(({ about, reason }) => `${about}: ${reason}`);
	if (out === void 0) terminal.out(printInventory(taken, gaps));
	const fate = out === void 0 ? "marked as such" : "not written";
	terminal.err(`sesam-harden: the inventory is incomplete, and ${fate}\n`);
	return exitCodes.broke;
}
function writeComplete(taken, out, { terminal, files }) {
	const text = printInventory(taken);
	const bytes = encodeBytes(text);
	if (bytes.length > 16777216) {
		const limit = mostInventoryBytes / 1024 / 1024;
		throw new HardenError("broke", `the inventory is larger than ${limit} MiB, which no check would read`, "Nothing was written. Look at --ignore-key: something that is no interface may be taken for one.");
	}
	if (out === void 0) terminal.out(text);
	else replaceFile(out, bytes, files);
	terminal.err(renderReview(taken.clients, taken.usage));
	return 0;
}
function replaceFile(path, bytes, files) {
	const before = files.kindOf(path).kind === "missing" ? { kind: "missing" } : files.read(path, mostOldBytes);
	const outcome = before.kind === "unreadable" ? {
		kind: "refused",
		reason: before.reason
	} : files.replace(path, before.kind === "bytes" ? before.bytes : void 0, bytes);
	if (outcome.kind === "replaced") return;
	throw new HardenError("broke", `the inventory could not be written: ${outcome.reason}`, "The file that was there is as it was. Look at it, and run the command again.");
}
var mostAnswerBytes, mostOldBytes;
var init_inventory = __esmMin((() => {
	init_sesam_rest();
	init_interfaces();
	init_harden_error();
	init_print();
	init_review();
	init_paths();
	init_text$1();
	init_take_inventory();
	init_arguments();
	init_inventory_access();
	init_inventory_options();
	init_probe();
	mostAnswerBytes = 33554432;
	mostOldBytes = 268435456;
}));

// \0builtin:os
var require__builtin_os = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:os");
}));

// src/adapters/local-host.ts
function findLocalFile(names, files) {
	const own = readHostName();
	if (own === void 0 || !names.some((name) => isSameHost(name, own))) return void 0;
	const reading = files.read(installation, 65536);
	if (reading.kind === "bytes") {
		for (const line of parseIni(reading.bytes).lines) {
			if (line.kind !== "entry" || line.key !== "SM_INI" || !line.value.startsWith("/")) continue;
			return joinPath(parentOf(line.value), "stpd.ini");
		}
		return defaultFile;
	}
	return files.kindOf(defaultFile).kind === "missing" ? void 0 : defaultFile;
}
function readHostName() {
	try {
		return (0, import__builtin_os$5.hostname)();
	} catch {
		return;
	}
}
function isSameHost(left, right) {
	const [one, other] = [left.toLowerCase(), right.toLowerCase()];
	const isShort = !one.includes(".") || !other.includes(".");
	return one === other || isShort && one.split(".")[0] === other.split(".")[0];
}
var import__builtin_os$5, installation, defaultFile;
var init_local_host = __esmMin((() => {
	import__builtin_os$5 = /* @__PURE__ */ __toESM(require__builtin_os(), 1);
	init_document$1();
	init_paths();
	installation = "/etc/sesam2000.ini";
	defaultFile = "/var/opt/sesam/var/ini/stpd.ini";
}));

// src/core/verify/expectation.ts
function readExpectation(file) {
	const opens = (key) => plainPortEntries(file, key).length > 0 || isLeftOpen(file, key);
	return {
		opensHttps: httpsPort(file) !== void 0,
		opensPlain: {
			STPD_PORT: opens("STPD_PORT"),
			STPD_HTTP_PORT: opens("STPD_HTTP_PORT")
		},
		suites: file.priorityLines.length === 0 ? void 0 : listSuites(file)
	};
}
function listSuites({ priorityLines }) {
	const suites = /* @__PURE__ */ new Map();
	for (const { evaluation } of priorityLines.flatMap(({ readings }) => readings)) for (const [version, list] of Object.entries(evaluation.possible)) {
		const names = suites.get(version) ?? /* @__PURE__ */ new Set();
		for (const { name } of list) names.add(name);
		suites.set(version, names);
	}
	return suites;
}
function placeOfPort(file, key) {
	const [entry] = plainPortEntries(file, key);
	if (entry !== void 0) return {
		line: entry.line,
		span: [entry.keySpan[0], entry.valueSpan[1]]
	};
	const [line] = commentedEntries(file, key);
	if (line === void 0) return void 0;
	return {
		line,
		span: [0, (file.document.lines[line]?.raw ?? "").trimEnd().length]
	};
}
function placeOfPriority({ priorityLines }) {
	const entry = priorityLines[0]?.entry;
	if (entry === void 0) return void 0;
	return {
		line: entry.line,
		span: [entry.keySpan[0], entry.valueSpan[1]]
	};
}
var phases;
var init_expectation = __esmMin((() => {
	init_stpd_file();
	init_verdict();
	phases = ["open", "close"];
}));

// src/core/verify/judge-wire.ts
function judgeWire(probe, view) {
	const { expectation, who, several } = view;
	const at = several ? ` at ${probe.address}` : "";
	const found = [];
	const add = (rule, message, help, place) => {
		found.push({
			rule,
			message: message + at,
			help,
			...place === void 0 ? {} : { place }
		});
	};
	for (const name of ["ftp", "http"]) {
		const key = keyOfPort[name];
		if (!mustBeClosed(name, view) || probe.ports[name].state !== "open") continue;
		const message = `port ${probe.ports[name].port} takes connections, though ${key} is closed: ${who}`;
		const place = view.desired && placeOfPort(view.desired, key);
		add(wirePortOpen, message, "Restart STPD, and see what listens on the port.", place);
	}
	const unreachable = findUnreachable(probe, expectation);
	if (unreachable !== void 0) add(wireUnreachable, `${unreachable}: ${who}`, "See to it now: backups to this host fail.");
	const strangers = listStrangers(probe, expectation);
	if (strangers.length > 0) {
		const message = `the wire accepts what the file does not enable: ${nameSome(strangers)}: ${who}`;
		add(wireTls, message, "Restart STPD.", view.desired && placeOfPriority(view.desired));
	}
	for (const { code, message } of probe.reasons) if (certificateCodes.includes(code)) add(wireCertificate, message, "Renew the certificate.");
	const unknown = probe.reasons.filter(({ answer, code }) => answer === "unknown" && isExpected(code, view));
	if (unknown.length > 0) {
		const message = unknown.map((reason) => reason.message).join("; ");
		add(wireUnknown, message, "See that the ports of the host can be reached from here.");
	}
	return found;
}
function mustBeClosed(name, { expectation, phase }) {
	const key = name === "http" ? "STPD_HTTP_PORT" : "STPD_PORT";
	return phase === "close" && !expectation.opensPlain[key];
}
function isExpected(code, view) {
	const { opensHttps } = view.expectation;
	if (code === "http-filtered") return mustBeClosed("http", view) || !opensHttps;
	if (code === "ftp-filtered") return mustBeClosed("ftp", view) || !opensHttps;
	return opensHttps;
}
function findUnreachable(probe, { opensHttps }) {
	if (opensHttps) return probe.reasons.find(({ code }) => unreachableCodes.includes(code))?.message;
	const { http, ftp } = probe.ports;
	return http.state === "closed" && ftp.state === "closed" ? "no data port takes connections" : void 0;
}
function listStrangers(probe, { suites }) {
	if (suites === void 0) return [];
	return Object.entries(probe.protocols).flatMap(([version, seen]) => {
		const enabled = suites.get(version);
		if (seen.answer !== "accepted") return [];
		if (enabled === void 0 || enabled.size === 0) return [version];
		return seen.suites.filter((name) => !enabled.has(name)).map((name) => `${version} ${name}`);
	});
}
var certificateCodes, unreachableCodes;
var init_judge_wire = __esmMin((() => {
	init_wire_ports();
	init_address_probe();
	init_wire_certificate();
	init_wire_port_open();
	init_wire_tls();
	init_wire_unknown();
	init_wire_unreachable();
	init_expectation();
	certificateCodes = [
		"certificate-expired",
		"certificate-expires-soon",
		"certificate-not-yet-valid"
	];
	unreachableCodes = [
		"https-closed",
		"no-modern-protocol",
		"not-http"
	];
}));

// src/core/verify/local-file.ts
function findDifference(desired, actual, phase) {
	if (printIni(desired.document) === printIni(actual.document)) return void 0;
	const keep = (line) => phase === "close" || !isPlainPort(line);
	const found = listRaw(actual.document, keep);
	const wanted = listRaw(desired.document, keep);
	for (const [index, { raw }] of wanted.entries()) if (raw !== found[index]?.raw) return describeLine(found[index]);
	const more = found[wanted.length];
	return more && describeLine(more);
}
function describeLine(found) {
	return found === void 0 ? "it ends earlier" : `the first other line is its line ${found.line + 1}`;
}
function listRaw({ lines }, keep) {
	return lines.flatMap((content, line) => keep(content) ? [{
		raw: content.raw,
		line
	}] : []);
}
function isPlainPort(line) {
	const entry = line.kind === "entry" ? line : readCommented(line);
	const key = portKeys.find((name) => name === entry?.key.toUpperCase());
	return key === "STPD_PORT" || key === "STPD_HTTP_PORT";
}
var init_local_file = __esmMin((() => {
	init_document$1();
	init_edit();
	init_stpd_file();
}));

// src/core/verify/verify-host.ts
function verifyHost({ folder, local, probe, phase }) {
	const desired = folder.stpd.kind === "file" ? folder.stpd : void 0;
	const onHost = local.kind === "read" && local.stpd.kind === "file" ? local.stpd : void 0;
	const inPlace = onHost ?? desired;
	const drift = desired === void 0 ? [noDesire] : findDrift(desired, local, phase);
	const findings = [...drift];
	if (inPlace !== void 0) {
		const view = {
			expectation: readExpectation(inPlace),
			desired,
			phase,
			who: nameWitnesses(onHost !== void 0, drift.length > 0),
			several: probe.addresses.length > 1
		};
		findings.push(...probe.addresses.flatMap((address) => judgeWire(address, view)));
	}
	findings.push(...probe.reasons.map(({ message }) => ({
		rule: wireUnknown,
		message,
		help: "Mend the name, or write the host's address into its host.ini."
	})));
	return {
		verdict: judgeByWire(probe),
		findings
	};
}
function findDrift(desired, local, phase) {
	if (local.kind === "elsewhere") return [];
	const { path } = local;
	const rule = hostFileDrift;
	if (local.kind === "unreadable" || local.stpd.kind !== "file") return [{
		rule,
		message: `the file on the host, ${path}, cannot be compared: ${local.kind === "unreadable" ? local.reason : "it is no text that STPD could read"}`,
		help: "Look at the file on the host."
	}];
	const difference = findDifference(desired, local.stpd, phase);
	if (difference === void 0) return [];
	return [{
		rule,
		message: `the file on the host, ${path}, is not that of the config repo: ${difference}`,
		help: "See which is right, and bring the other to it."
	}];
}
function nameWitnesses(isLocal, drifted) {
	if (!isLocal) return "the config repo says otherwise; the file on the host was not looked at";
	return drifted ? "the file on the host says otherwise, and so differs from the config repo as well" : "the config repo and the file on the host agree, and the wire does not";
}
function judgeByWire({ addresses, reasons }) {
	const all = [...reasons, ...addresses.flatMap((address) => address.reasons)];
	if (all.some(({ answer }) => answer === "unknown")) return "unknown";
	const isPlain = addresses.some(({ ports }) => [ports.http, ports.ftp].some(({ state }) => state === "open"));
	if (!!all.some(({ code }) => unreachableCodes.includes(code))) return isPlain ? "open" : "closed";
	return isPlain || all.some(({ code }) => oldCodes.includes(code)) ? "half" : "hardened";
}
var noDesire, oldCodes;
var init_verify_host = __esmMin((() => {
	init_host_file_drift();
	init_wire_unknown();
	init_expectation();
	init_judge_wire();
	init_local_file();
	noDesire = {
		rule: wireUnknown,
		message: "what the config repo wants of this host is not known: its stpd.ini cannot be read",
		help: "See what sesam-harden check says of it."
	};
	oldCodes = ["legacy-protocol", "weak-suite"];
}));

// src/usecases/verify-fleet.ts
async function verifyFleet(request, tools) {
	const { root, settings, hosts } = loadTargets(request, tools.files);
	const tell = (done) => tools.tell(done, hosts.length);
	const targets = hosts.map((read) => ({
		read,
		local: readLocal(read, tools)
	}));
	const requests = targets.map((target) => createRequest(target, request));
	const probes = await probeFleet(requests, tools, tell);
	const verified = targets.flatMap((target, index) => {
		const probe = probes[index];
		return probe === void 0 ? [] : [verifyTarget(target, probe, request.phase)];
	});
	return {
		root,
		findings: verified.flatMap(({ findings }) => findings).toSorted((left, right) => compareFindings(left.finding, right.finding)),
		hosts: verified.map(({ host }) => host).toSorted((left, right) => compareText(left.name, right.name)),
		failOn: (environment) => settings.policyOf(environment).failOn,
		isUnknown: verified.some(({ findings }) => findings.some(({ finding }) => finding.rule === "wire-unknown"))
	};
}
function createRequest({ read, local }, request) {
	const { folder } = read;
	const { profile, filteredPort } = folder.policy;
	const inPlace = local.kind === "read" && local.stpd.kind === "file" ? local.stpd : folder.stpd;
	return {
		host: folder.name,
		target: addressOf(read),
		ports: listWirePorts({
			...folder,
			stpd: inPlace
		}),
		demands: {
			profile,
			filteredPort,
			now: request.now
		},
		full: request.full
	};
}
function verifyTarget({ read, local }, probe, phase) {
	const { folder } = read;
	const { verdict, findings } = verifyHost({
		folder,
		local,
		probe,
		phase
	});
	const { role, environment = null } = factsOf(folder);
	return {
		host: {
			name: folder.name,
			role,
			environment,
			verdict
		},
		findings: findings.map((finding) => stamp(read, finding))
	};
}
function readLocal(read, { files, findLocal }) {
	const path = findLocal([read.folder.name, addressOf(read)]);
	if (path === void 0) return { kind: "elsewhere" };
	const reading = files.read(path, largestFile);
	if (reading.kind === "bytes") return {
		kind: "read",
		path,
		stpd: read.parse(reading.bytes)
	};
	return {
		kind: "unreadable",
		path,
		reason: reading.kind === "missing" ? "it is not there" : reading.reason
	};
}
function stamp({ folder }, finding) {
	const { rule } = finding;
	const { place, source, subject } = locateFinding(folder, finding);
	const file = `${folder.path}stpd.ini`;
	const seen = {
		host: folder.name,
		file,
		severity: rule.severity,
		fixable: "no",
		suppressed: null
	};
	return {
		finding: stampFinding(rule, finding, place, seen),
		source,
		subject
	};
}
var largestFile;
var init_verify_fleet = __esmMin((() => {
	init_host_folder();
	init_wire_ports();
	init_finding();
	init_verify_host();
	init_fleet_targets();
	init_probe_fleet();
	largestFile = 1048576;
}));

// src/cli/verify.ts
var verify_exports$1 = /* @__PURE__ */ __exportAll({
	exitOf: () => exitOf,
	runVerify: () => runVerify
});
async function runVerify(args, shell) {
	const parsed = parseArguments(args, options);
	const one = (name) => parsed.values.get(name)?.[0];
	const format = chooseWord("--format", one("--format"), formats, "text");
	const outputs = (parsed.values.get("--output") ?? []).map(parseOutput);
	const names = parsed.values.get("--host") ?? [];
	if (names.length > 0 && parsed.flags.has("--fleet")) throw usage("--host and --fleet exclude each other");
	const stpdIni = one("--stpd-ini");
	if (stpdIni !== void 0 && names.length !== 1) throw usage("--stpd-ini is the file of this machine, so it wants exactly one --host");
	const request = {
		paths: parsed.positionals.length > 0 ? parsed.positionals : ["."],
		overrides: {
			profile: chooseOptional("--profile", one("--profile"), profiles),
			failOn: chooseOptional("--fail-on", one("--fail-on"), failLimits)
		},
		names,
		phase: chooseWord("--expect-phase", one("--expect-phase"), phases, "close"),
		full: parsed.flags.has("--full"),
		now: shell.now().getTime()
	};
	const { files, progress, terminal } = shell;
	const tools = {
		...createProbeTools({
			timeout: one("--timeout"),
			sockets: one("--sockets")
		}),
		files,
		findLocal: (known) => stpdIni === void 0 ? findLocalFile(known, files) : files.absolute(stpdIni),
		tell: (done, all) => progress.tell(`${done} of ${all} hosts verified`)
	};
	const verified = await verifyFleet(request, tools).finally(progress.clear);
	for (const { format: kind, file } of outputs) terminal.write(file, renderReport(kind, verified));
	terminal.out(renderReport(format, verified, shell.colour));
	return exitOf(verified);
}
function exitOf(verified) {
	if (verified.isUnknown) return exitCodes.broke;
	return failsCheck(verified) ? 1 : 0;
}
var options;
var init_verify$1 = __esmMin((() => {
	init_local_host();
	init_policy$1();
	init_count();
	init_render();
	init_harden_error();
	init_expectation();
	init_verify_fleet();
	init_arguments();
	init_check();
	init_probe();
	options = {
		"--host": "many",
		"--fleet": "flag",
		"--expect-phase": "once",
		"--stpd-ini": "once",
		"--full": "flag",
		"--profile": "once",
		"--fail-on": "once",
		"--format": "once",
		"--output": "many",
		"--timeout": "once",
		"--sockets": "once"
	};
}));

// src/cli/main.ts
init_text$1();
init_version$1();
init_arguments();
init_check();
const commands$1 = {
	check: runCheck,
	fix: runFix,
	priority: runPriority,
	rules: runRules,
	explain: runExplain,
	probe: async (args, shell) => (await Promise.resolve().then(() => (init_probe(), probe_exports))).runProbe(args, shell),
	inventory: async (args, shell) => (await Promise.resolve().then(() => (init_inventory(), inventory_exports))).runInventory(args, shell),
	verify: async (args, shell) => (await Promise.resolve().then(() => (init_verify$1(), verify_exports$1))).runVerify(args, shell)
};
function runCli(args, shell) {
	try {
		const code = dispatch(args, shell);
		return typeof code === "number" ? code : code.catch((error) => reportError(error, shell));
	} catch (error) {
		return reportError(error, shell);
	}
}
function dispatch([name, ...args], shell) {
	const before = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
	if (name === "--help" || name === "-h" || name === "help" || before.includes("--help")) {
		shell.terminal.out(help);
		return 0;
	}
	if (name === "--version") {
		shell.terminal.out(`${version}\n`);
		return 0;
	}
	if (name === void 0) throw usage("no command was given");
	const command = Object.hasOwn(commands$1, name) ? commands$1[name] : void 0;
	if (command === void 0) throw usage(`${makeVisible(name)} is no command`, name, Object.keys(commands$1));
	return command(args, shell);
}

// src/cli/progress.ts
const step = 2e3;
function createProgress(isTerminal, write) {
	let shown = false;
	let watching;
	const tell = (text) => {
		watching ??= isTerminal();
		if (!watching) return;
		shown = true;
		write(`\r${text}\u001b[K`);
	};
	return {
		tell,
		show: (hosts) => {
			if (hosts % step === 0) tell(`${hosts} hosts checked`);
		},
		clear: () => {
			if (shown) write("\r\x1B[K");
			shown = false;
		}
	};
}

// node_modules/@actions/core/lib/utils.js
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}
var init_utils = __esmMin((() => {}));

// node_modules/@actions/core/lib/command.js
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + import__builtin_os$4.EOL);
}
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}
var import__builtin_os$4, CMD_STRING, Command;
var init_command = __esmMin((() => {
	import__builtin_os$4 = /* @__PURE__ */ __toESM(require__builtin_os(), 1);
	init_utils();
	CMD_STRING = "::";
	Command = class {
		constructor(command, properties, message) {
			if (!command) command = "missing.command";
			this.command = command;
			this.properties = properties;
			this.message = message;
		}
		toString() {
			let cmdStr = CMD_STRING + this.command;
			if (this.properties && Object.keys(this.properties).length > 0) {
				cmdStr += " ";
				let first = true;
				for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
					const val = this.properties[key];
					if (val) {
						if (first) first = false;
						else cmdStr += ",";
						cmdStr += `${key}=${escapeProperty(val)}`;
					}
				}
			}
			cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
			return cmdStr;
		}
	};
}));

// \0builtin:fs
var require__builtin_fs = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = process.getBuiltinModule("node:fs");
}));

// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!import__builtin_fs$1.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	import__builtin_fs$1.appendFileSync(filePath, `${toCommandValue(message)}${import__builtin_os$3.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${import__builtin_crypto.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${import__builtin_os$3.EOL}${convertedValue}${import__builtin_os$3.EOL}${delimiter}`;
}
var import__builtin_crypto, import__builtin_fs$1, import__builtin_os$3;
var init_file_command = __esmMin((() => {
	import__builtin_crypto = /* @__PURE__ */ __toESM(require__builtin_crypto(), 1);
	import__builtin_fs$1 = /* @__PURE__ */ __toESM(require__builtin_fs(), 1);
	import__builtin_os$3 = /* @__PURE__ */ __toESM(require__builtin_os(), 1);
	init_utils();
}));

// node_modules/@actions/core/lib/oidc-utils.js
var __awaiter$3;
var init_oidc_utils = __esmMin((() => {
	init_core();
	__awaiter$3 = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
		function adopt(value) {
			return value instanceof P ? value : new P(function(resolve) {
				resolve(value);
			});
		}
		return new (P || (P = Promise))(function(resolve, reject) {
			function fulfilled(value) {
				try {
					step(generator.next(value));
				} catch (e) {
					reject(e);
				}
			}
			function rejected(value) {
				try {
					step(generator["throw"](value));
				} catch (e) {
					reject(e);
				}
			}
			function step(result) {
				result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
			}
			step((generator = generator.apply(thisArg, _arguments || [])).next());
		});
	};
}));

// node_modules/@actions/core/lib/summary.js
var import__builtin_os$2, import__builtin_fs, __awaiter$2, access, appendFile, writeFile, SUMMARY_ENV_VAR, Summary, _summary;
var init_summary = __esmMin((() => {
	import__builtin_os$2 = /* @__PURE__ */ __toESM(require__builtin_os(), 1);
	import__builtin_fs = /* @__PURE__ */ __toESM(require__builtin_fs(), 1);
	__awaiter$2 = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
		function adopt(value) {
			return value instanceof P ? value : new P(function(resolve) {
				resolve(value);
			});
		}
		return new (P || (P = Promise))(function(resolve, reject) {
			function fulfilled(value) {
				try {
					step(generator.next(value));
				} catch (e) {
					reject(e);
				}
			}
			function rejected(value) {
				try {
					step(generator["throw"](value));
				} catch (e) {
					reject(e);
				}
			}
			function step(result) {
				result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
			}
			step((generator = generator.apply(thisArg, _arguments || [])).next());
		});
	};
	({access, appendFile, writeFile} = import__builtin_fs.promises);
	SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
	Summary = class {
		constructor() {
			this._buffer = "";
		}
		filePath() {
			return __awaiter$2(this, void 0, void 0, function* () {
				if (this._filePath) return this._filePath;
				const pathFromEnv = process.env[SUMMARY_ENV_VAR];
				if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
				try {
					yield access(pathFromEnv, import__builtin_fs.constants.R_OK | import__builtin_fs.constants.W_OK);
				} catch (_a) {
					throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
				}
				this._filePath = pathFromEnv;
				return this._filePath;
			});
		}
		wrap(tag, content, attrs = {}) {
			const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
			if (!content) return `<${tag}${htmlAttrs}>`;
			return `<${tag}${htmlAttrs}>${content}</${tag}>`;
		}
		write(options) {
			return __awaiter$2(this, void 0, void 0, function* () {
				const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
				const filePath = yield this.filePath();
				yield (overwrite ? writeFile : appendFile)(filePath, this._buffer, { encoding: "utf8" });
				return this.emptyBuffer();
			});
		}
		clear() {
			return __awaiter$2(this, void 0, void 0, function* () {
				return this.emptyBuffer().write({ overwrite: true });
			});
		}
		stringify() {
			return this._buffer;
		}
		isEmptyBuffer() {
			return this._buffer.length === 0;
		}
		emptyBuffer() {
			this._buffer = "";
			return this;
		}
		addRaw(text, addEOL = false) {
			this._buffer += text;
			return addEOL ? this.addEOL() : this;
		}
		addEOL() {
			return this.addRaw(import__builtin_os$2.EOL);
		}
		addCodeBlock(code, lang) {
			const attrs = Object.assign({}, lang && { lang });
			const element = this.wrap("pre", this.wrap("code", code), attrs);
			return this.addRaw(element).addEOL();
		}
		addList(items, ordered = false) {
			const tag = ordered ? "ol" : "ul";
			const listItems = items.map((item) => this.wrap("li", item)).join("");
			const element = this.wrap(tag, listItems);
			return this.addRaw(element).addEOL();
		}
		addTable(rows) {
			const tableBody = rows.map((row) => {
				const cells = row.map((cell) => {
					if (typeof cell === "string") return this.wrap("td", cell);
					const { header, data, colspan, rowspan } = cell;
					const tag = header ? "th" : "td";
					const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
					return this.wrap(tag, data, attrs);
				}).join("");
				return this.wrap("tr", cells);
			}).join("");
			const element = this.wrap("table", tableBody);
			return this.addRaw(element).addEOL();
		}
		addDetails(label, content) {
			const element = this.wrap("details", this.wrap("summary", label) + content);
			return this.addRaw(element).addEOL();
		}
		addImage(src, alt, options) {
			const { width, height } = options || {};
			const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
			const element = this.wrap("img", null, Object.assign({
				src,
				alt
			}, attrs));
			return this.addRaw(element).addEOL();
		}
		addHeading(text, level) {
			const tag = `h${level}`;
			const allowedTag = [
				"h1",
				"h2",
				"h3",
				"h4",
				"h5",
				"h6"
			].includes(tag) ? tag : "h1";
			const element = this.wrap(allowedTag, text);
			return this.addRaw(element).addEOL();
		}
		addSeparator() {
			const element = this.wrap("hr", null);
			return this.addRaw(element).addEOL();
		}
		addBreak() {
			const element = this.wrap("br", null);
			return this.addRaw(element).addEOL();
		}
		addQuote(text, cite) {
			const attrs = Object.assign({}, cite && { cite });
			const element = this.wrap("blockquote", text, attrs);
			return this.addRaw(element).addEOL();
		}
		addLink(text, href) {
			const element = this.wrap("a", text, { href });
			return this.addRaw(element).addEOL();
		}
	};
	_summary = new Summary();
}));

// node_modules/@actions/core/lib/platform.js
var import__builtin_os$1, __awaiter$1, platform, arch;
var init_platform = __esmMin((() => {
	import__builtin_os$1 = /* @__PURE__ */ __toESM(require__builtin_os(), 1);
	__awaiter$1 = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
		function adopt(value) {
			return value instanceof P ? value : new P(function(resolve) {
				resolve(value);
			});
		}
		return new (P || (P = Promise))(function(resolve, reject) {
			function fulfilled(value) {
				try {
					step(generator.next(value));
				} catch (e) {
					reject(e);
				}
			}
			function rejected(value) {
				try {
					step(generator["throw"](value));
				} catch (e) {
					reject(e);
				}
			}
			function step(result) {
				result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
			}
			step((generator = generator.apply(thisArg, _arguments || [])).next());
		});
	};
	platform = import__builtin_os$1.default.platform();
	arch = import__builtin_os$1.default.arch();
}));

// node_modules/@actions/core/lib/core.js
function getInput(name, options) {
	const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
	if (options && options.required && !val) throw new Error(`Input required and not supplied: ${name}`);
	if (options && options.trimWhitespace === false) return val;
	return val.trim();
}
function getMultilineInput(name, options) {
	const inputs = getInput(name, options).split("\n").filter((x) => x !== "");
	if (options && options.trimWhitespace === false) return inputs;
	return inputs.map((input) => input.trim());
}
function getBooleanInput(name, options) {
	const trueValue = [
		"true",
		"True",
		"TRUE"
	];
	const falseValue = [
		"false",
		"False",
		"FALSE"
	];
	const val = getInput(name, options);
	if (trueValue.includes(val)) return true;
	if (falseValue.includes(val)) return false;
	throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\nSupport boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
function setOutput(name, value) {
	if (process.env["GITHUB_OUTPUT"] || "") return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
	process.stdout.write(import__builtin_os.EOL);
	issueCommand("set-output", { name }, toCommandValue(value));
}
function setFailed(message) {
	process.exitCode = ExitCode.Failure;
	error(message);
}
function error(message, properties = {}) {
	issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
var import__builtin_os, __awaiter, ExitCode;
var init_core = __esmMin((() => {
	init_command();
	init_file_command();
	init_utils();
	import__builtin_os = /* @__PURE__ */ __toESM(require__builtin_os(), 1);
	init_oidc_utils();
	init_summary();
	init_platform();
	__awaiter = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
		function adopt(value) {
			return value instanceof P ? value : new P(function(resolve) {
				resolve(value);
			});
		}
		return new (P || (P = Promise))(function(resolve, reject) {
			function fulfilled(value) {
				try {
					step(generator.next(value));
				} catch (e) {
					reject(e);
				}
			}
			function rejected(value) {
				try {
					step(generator["throw"](value));
				} catch (e) {
					reject(e);
				}
			}
			function step(result) {
				result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
			}
			step((generator = generator.apply(thisArg, _arguments || [])).next());
		});
	};
	;
	(function(ExitCode) {
		ExitCode[ExitCode["Success"] = 0] = "Success";
		ExitCode[ExitCode["Failure"] = 1] = "Failure";
	})(ExitCode || (ExitCode = {}));
}));

// src/action/contract.ts
var inputs;
var init_contract = __esmMin((() => {
	inputs = {
		command: "check",
		paths: ".",
		profile: "",
		"fail-on": "",
		format: "text",
		output: "",
		baseline: "",
		fix: "none",
		"branch-prefix": "sesam-harden/fix/",
		labels: "",
		reviewers: "",
		draft: "false",
		token: "${{ github.token }}",
		hosts: "",
		"expect-phase": "close"
	};
}));

// node_modules/universal-user-agent/index.js
function getUserAgent() {
	if (typeof navigator === "object" && "userAgent" in navigator) return navigator.userAgent;
	if (typeof process === "object" && process.version !== void 0) return `Node.js/${process.version.substr(1)} (${process.platform}; ${process.arch})`;
	return "<environment undetectable>";
}
var init_universal_user_agent = __esmMin((() => {}));

// node_modules/before-after-hook/lib/register.js
function register(state, name, method, options) {
	if (typeof method !== "function") throw new Error("method for before hook must be a function");
	if (!options) options = {};
	if (Array.isArray(name)) return name.reverse().reduce((callback, name) => {
		return register.bind(null, state, name, callback, options);
	}, method)();
	return Promise.resolve().then(() => {
		if (!state.registry[name]) return method(options);
		return state.registry[name].reduce((method, registered) => {
			return registered.hook.bind(null, method, options);
		}, method)();
	});
}
var init_register = __esmMin((() => {}));

// node_modules/before-after-hook/lib/add.js
function addHook(state, kind, name, hook) {
	const orig = hook;
	if (!state.registry[name]) state.registry[name] = [];
	if (kind === "before") hook = (method, options) => {
		return Promise.resolve().then(orig.bind(null, options)).then(method.bind(null, options));
	};
	if (kind === "after") hook = (method, options) => {
		let result;
		return Promise.resolve().then(method.bind(null, options)).then((result_) => {
			result = result_;
			return orig(result, options);
		}).then(() => {
			return result;
		});
	};
	if (kind === "error") hook = (method, options) => {
		return Promise.resolve().then(method.bind(null, options)).catch((error) => {
			return orig(error, options);
		});
	};
	state.registry[name].push({
		hook,
		orig
	});
}
var init_add = __esmMin((() => {}));

// node_modules/before-after-hook/lib/remove.js
function removeHook(state, name, method) {
	if (!state.registry[name]) return;
	const index = state.registry[name].map((registered) => {
		return registered.orig;
	}).indexOf(method);
	if (index === -1) return;
	state.registry[name].splice(index, 1);
}
var init_remove = __esmMin((() => {}));

// node_modules/before-after-hook/index.js
function bindApi(hook, state, name) {
	const removeHookRef = bindable(removeHook, null).apply(null, name ? [state, name] : [state]);
	hook.api = { remove: removeHookRef };
	hook.remove = removeHookRef;
	[
		"before",
		"error",
		"after",
		"wrap"
	].forEach((kind) => {
		const args = name ? [
			state,
			kind,
			name
		] : [state, kind];
		hook[kind] = hook.api[kind] = bindable(addHook, null).apply(null, args);
	});
}
function Singular() {
	const singularHookName = Symbol("Singular");
	const singularHookState = { registry: {} };
	const singularHook = register.bind(null, singularHookState, singularHookName);
	bindApi(singularHook, singularHookState, singularHookName);
	return singularHook;
}
function Collection() {
	const state = { registry: {} };
	const hook = register.bind(null, state);
	bindApi(hook, state);
	return hook;
}
var bind, bindable, before_after_hook_default;
var init_before_after_hook = __esmMin((() => {
	init_register();
	init_add();
	init_remove();
	bind = Function.bind;
	bindable = bind.bind(bind);
	before_after_hook_default = {
		Singular,
		Collection
	};
}));

// node_modules/@octokit/endpoint/dist-bundle/index.js
function lowercaseKeys(object) {
	if (!object) return {};
	return Object.keys(object).reduce((newObj, key) => {
		newObj[key.toLowerCase()] = object[key];
		return newObj;
	}, {});
}
function isPlainObject$1(value) {
	if (typeof value !== "object" || value === null) return false;
	if (Object.prototype.toString.call(value) !== "[object Object]") return false;
	const proto = Object.getPrototypeOf(value);
	if (proto === null) return true;
	const Ctor = Object.prototype.hasOwnProperty.call(proto, "constructor") && proto.constructor;
	return typeof Ctor === "function" && Ctor instanceof Ctor && Function.prototype.call(Ctor) === Function.prototype.call(value);
}
function mergeDeep(defaults, options) {
	const result = Object.assign({}, defaults);
	Object.keys(options).forEach((key) => {
		if (isPlainObject$1(options[key])) {
			if (!(key in defaults)) Object.assign(result, { [key]: options[key] });
			else result[key] = mergeDeep(defaults[key], options[key]);
		} else Object.assign(result, { [key]: options[key] });
	});
	return result;
}
function removeUndefinedProperties(obj) {
	for (const key in obj) if (obj[key] === void 0) delete obj[key];
	return obj;
}
function merge(defaults, route, options) {
	if (typeof route === "string") {
		let [method, url] = route.split(" ");
		options = Object.assign(url ? {
			method,
			url
		} : { url: method }, options);
	} else options = Object.assign({}, route);
	options.headers = lowercaseKeys(options.headers);
	removeUndefinedProperties(options);
	removeUndefinedProperties(options.headers);
	const mergedOptions = mergeDeep(defaults || {}, options);
	if (options.url === "/graphql") {
		if (defaults && defaults.mediaType.previews?.length) mergedOptions.mediaType.previews = defaults.mediaType.previews.filter((preview) => !mergedOptions.mediaType.previews.includes(preview)).concat(mergedOptions.mediaType.previews);
		mergedOptions.mediaType.previews = (mergedOptions.mediaType.previews || []).map((preview) => preview.replace(/-preview/, ""));
	}
	return mergedOptions;
}
function addQueryParameters(url, parameters) {
	const separator = /\?/.test(url) ? "&" : "?";
	const names = Object.keys(parameters);
	if (names.length === 0) return url;
	return url + separator + names.map((name) => {
		if (name === "q") return "q=" + parameters.q.split("+").map(encodeURIComponent).join("+");
		return `${name}=${encodeURIComponent(parameters[name])}`;
	}).join("&");
}
function removeNonChars(variableName) {
	return variableName.replace(/(?:^\W+)|(?:(?<!\W)\W+$)/g, "").split(/,/);
}
function extractUrlVariableNames(url) {
	const matches = url.match(urlVariableRegex);
	if (!matches) return [];
	return matches.map(removeNonChars).reduce((a, b) => a.concat(b), []);
}
function omit(object, keysToOmit) {
	const result = { __proto__: null };
	for (const key of Object.keys(object)) if (keysToOmit.indexOf(key) === -1) result[key] = object[key];
	return result;
}
function encodeReserved(str) {
	return str.split(/(%[0-9A-Fa-f]{2})/g).map(function(part) {
		if (!/%[0-9A-Fa-f]/.test(part)) part = encodeURI(part).replace(/%5B/g, "[").replace(/%5D/g, "]");
		return part;
	}).join("");
}
function encodeUnreserved(str) {
	return encodeURIComponent(str).replace(/[!'()*]/g, function(c) {
		return "%" + c.charCodeAt(0).toString(16).toUpperCase();
	});
}
function encodeValue(operator, value, key) {
	value = operator === "+" || operator === "#" ? encodeReserved(value) : encodeUnreserved(value);
	if (key) return encodeUnreserved(key) + "=" + value;
	else return value;
}
function isDefined(value) {
	return value !== void 0 && value !== null;
}
function isKeyOperator(operator) {
	return operator === ";" || operator === "&" || operator === "?";
}
function getValues(context, operator, key, modifier) {
	var value = context[key], result = [];
	if (isDefined(value) && value !== "") {
		if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
			value = value.toString();
			if (modifier && modifier !== "*") value = value.substring(0, parseInt(modifier, 10));
			result.push(encodeValue(operator, value, isKeyOperator(operator) ? key : ""));
		} else if (modifier === "*") {
			if (Array.isArray(value)) value.filter(isDefined).forEach(function(value2) {
				result.push(encodeValue(operator, value2, isKeyOperator(operator) ? key : ""));
			});
			else Object.keys(value).forEach(function(k) {
				if (isDefined(value[k])) result.push(encodeValue(operator, value[k], k));
			});
		} else {
			const tmp = [];
			if (Array.isArray(value)) value.filter(isDefined).forEach(function(value2) {
				tmp.push(encodeValue(operator, value2));
			});
			else Object.keys(value).forEach(function(k) {
				if (isDefined(value[k])) {
					tmp.push(encodeUnreserved(k));
					tmp.push(encodeValue(operator, value[k].toString()));
				}
			});
			if (isKeyOperator(operator)) result.push(encodeUnreserved(key) + "=" + tmp.join(","));
			else if (tmp.length !== 0) result.push(tmp.join(","));
		}
	} else if (operator === ";") {
		if (isDefined(value)) result.push(encodeUnreserved(key));
	} else if (value === "" && (operator === "&" || operator === "?")) result.push(encodeUnreserved(key) + "=");
	else if (value === "") result.push("");
	return result;
}
function parseUrl(template) {
	return { expand: expand.bind(null, template) };
}
function expand(template, context) {
	var operators = [
		"+",
		"#",
		".",
		"/",
		";",
		"?",
		"&"
	];
	template = template.replace(/\{([^\{\}]+)\}|([^\{\}]+)/g, function(_, expression, literal) {
		if (expression) {
			let operator = "";
			const values = [];
			if (operators.indexOf(expression.charAt(0)) !== -1) {
				operator = expression.charAt(0);
				expression = expression.substr(1);
			}
			expression.split(/,/g).forEach(function(variable) {
				var tmp = /([^:\*]*)(?::(\d+)|(\*))?/.exec(variable);
				values.push(getValues(context, operator, tmp[1], tmp[2] || tmp[3]));
			});
			if (operator && operator !== "+") {
				var separator = ",";
				if (operator === "?") separator = "&";
				else if (operator !== "#") separator = operator;
				return (values.length !== 0 ? operator : "") + values.join(separator);
			} else return values.join(",");
		} else return encodeReserved(literal);
	});
	if (template === "/") return template;
	else return template.replace(/\/$/, "");
}
function parse$1(options) {
	let method = options.method.toUpperCase();
	let url = (options.url || "/").replace(/:([a-z]\w+)/g, "{$1}");
	let headers = Object.assign({}, options.headers);
	let body;
	let parameters = omit(options, [
		"method",
		"baseUrl",
		"url",
		"headers",
		"request",
		"mediaType"
	]);
	const urlVariableNames = extractUrlVariableNames(url);
	url = parseUrl(url).expand(parameters);
	if (!/^http/.test(url)) url = options.baseUrl + url;
	const remainingParameters = omit(parameters, Object.keys(options).filter((option) => urlVariableNames.includes(option)).concat("baseUrl"));
	if (!/application\/octet-stream/i.test(headers.accept)) {
		if (options.mediaType.format) headers.accept = headers.accept.split(/,/).map((format) => format.replace(/application\/vnd(\.\w+)(\.v3)?(\.\w+)?(\+json)?$/, `application/vnd$1$2.${options.mediaType.format}`)).join(",");
		if (url.endsWith("/graphql")) {
			if (options.mediaType.previews?.length) headers.accept = (headers.accept.match(/(?<![\w-])[\w-]+(?=-preview)/g) || []).concat(options.mediaType.previews).map((preview) => {
				return `application/vnd.github.${preview}-preview${options.mediaType.format ? `.${options.mediaType.format}` : "+json"}`;
			}).join(",");
		}
	}
	if (["GET", "HEAD"].includes(method)) url = addQueryParameters(url, remainingParameters);
	else if ("data" in remainingParameters) body = remainingParameters.data;
	else if (Object.keys(remainingParameters).length) body = remainingParameters;
	if (!headers["content-type"] && typeof body !== "undefined") headers["content-type"] = "application/json; charset=utf-8";
	if (["PATCH", "PUT"].includes(method) && typeof body === "undefined") body = "";
	return Object.assign({
		method,
		url,
		headers
	}, typeof body !== "undefined" ? { body } : null, options.request ? { request: options.request } : null);
}
function endpointWithDefaults(defaults, route, options) {
	return parse$1(merge(defaults, route, options));
}
function withDefaults$2(oldDefaults, newDefaults) {
	const DEFAULTS2 = merge(oldDefaults, newDefaults);
	const endpoint2 = endpointWithDefaults.bind(null, DEFAULTS2);
	return Object.assign(endpoint2, {
		DEFAULTS: DEFAULTS2,
		defaults: withDefaults$2.bind(null, DEFAULTS2),
		merge: merge.bind(null, DEFAULTS2),
		parse: parse$1
	});
}
var DEFAULTS, urlVariableRegex, endpoint;
var init_dist_bundle$3 = __esmMin((() => {
	init_universal_user_agent();
	DEFAULTS = {
		method: "GET",
		baseUrl: "https://api.github.com",
		headers: {
			accept: "application/vnd.github.v3+json",
			"user-agent": `octokit-endpoint.js/0.0.0-development ${getUserAgent()}`
		},
		mediaType: { format: "" }
	};
	urlVariableRegex = /\{[^{}}]+\}/g;
	endpoint = withDefaults$2(null, DEFAULTS);
}));

// node_modules/content-type/dist/index.js
/*!
* content-type
* Copyright(c) 2015 Douglas Christopher Wilson
* MIT Licensed
*/
function parse(header, options) {
	const stopFlags = SEMI_FLAG | (options?.comma === true ? COMMA_FLAG : 0);
	const len = header.length;
	let valueStart = options?.start ?? 0;
	while ((CHAR_MAP[header.charCodeAt(valueStart)] & OWS) !== 0) valueStart++;
	let index = valueStart;
	let typeFlags = 0;
	let whitespace = -1;
	let stop = options?.parameters === false ? COMMA_FLAG : 0;
	while (index < len) {
		const code = header.charCodeAt(index);
		const flags = CHAR_MAP[code];
		if ((flags & stopFlags) !== 0) {
			stop |= flags & COMMA_FLAG;
			break;
		}
		if ((flags & OWS) !== 0) {
			if (whitespace === -1) whitespace = index;
		} else whitespace = -1;
		typeFlags |= code & NON_ASCII | flags;
		index++;
	}
	const valueEnd = whitespace === -1 ? index : whitespace;
	const value = header.slice(valueStart, valueEnd);
	const type = (typeFlags & CASE_FLAGS) === 0 ? value : value.toLowerCase();
	if (index === len || stop !== 0) return {
		type,
		index,
		parameters: new NullObject()
	};
	return parseParameters(header, type, index, len, stopFlags);
}
function parseParameters(header, type, index, len, stopFlags) {
	const parameters = new NullObject();
	parameter: while (index < len) {
		index++;
		while ((CHAR_MAP[header.charCodeAt(index)] & OWS) !== 0) index++;
		const keyStart = index;
		let keyFlags = 0;
		let keyWhitespace = -1;
		while (index < len) {
			const code = header.charCodeAt(index);
			const flags = CHAR_MAP[code];
			if ((flags & stopFlags) !== 0) {
				if ((flags & COMMA_FLAG) !== 0) break parameter;
				continue parameter;
			}
			if (code === EQ) {
				const keyEnd = keyWhitespace === -1 ? index : keyWhitespace;
				const value = header.slice(keyStart, keyEnd);
				const key = (keyFlags & CASE_FLAGS) === 0 ? value : value.toLowerCase();
				index++;
				while ((CHAR_MAP[header.charCodeAt(index)] & OWS) !== 0) index++;
				if (index < len && header.charCodeAt(index) === DQUOTE) {
					const quotedStart = ++index;
					let escaped = false;
					while (index < len) {
						const code = header.charCodeAt(index);
						if (code === DQUOTE) {
							if (parameters[key] === void 0) parameters[key] = escaped ? unescapeQuotedPairs(header, quotedStart, index) : header.slice(quotedStart, index);
							index++;
							let stop = 0;
							while (index < len) {
								const code = header.charCodeAt(index);
								const flags = CHAR_MAP[code];
								if ((flags & stopFlags) !== 0) {
									stop = flags & COMMA_FLAG;
									break;
								}
								index++;
							}
							if (stop !== 0) break parameter;
							continue parameter;
						}
						if (code === BSLASH && index + 1 < len) {
							escaped = true;
							index += 2;
							continue;
						}
						index++;
					}
					continue parameter;
				}
				const valueStart = index;
				let stop = 0;
				let valueWhitespace = -1;
				while (index < len) {
					const code = header.charCodeAt(index);
					const flags = CHAR_MAP[code];
					if ((flags & stopFlags) !== 0) {
						stop = flags & COMMA_FLAG;
						break;
					}
					if ((flags & OWS) !== 0) {
						if (valueWhitespace === -1) valueWhitespace = index;
					} else valueWhitespace = -1;
					index++;
				}
				if (parameters[key] === void 0) {
					const valueEnd = valueWhitespace === -1 ? index : valueWhitespace;
					parameters[key] = header.slice(valueStart, valueEnd);
				}
				if (stop !== 0) break parameter;
				continue parameter;
			}
			if ((flags & OWS) !== 0) {
				if (keyWhitespace === -1) keyWhitespace = index;
			} else keyWhitespace = -1;
			keyFlags |= code & NON_ASCII | flags;
			index++;
		}
	}
	return {
		type,
		index,
		parameters
	};
}
function unescapeQuotedPairs(str, start, end) {
	let result = "";
	for (let index = start; index < end; index++) if (str.charCodeAt(index) === BSLASH) {
		result += str.slice(start, index);
		start = ++index;
	}
	return result + str.slice(start, end);
}
var SP, HTAB, SEMI, EQ, DQUOTE, BSLASH, COMMA, LOWER_CASE, OWS, SEMI_FLAG, COMMA_FLAG, TOKEN_FLAG, NON_ASCII, CASE_FLAGS, CHAR_MAP, NullObject;
var init_dist = __esmMin((() => {
	SP = 32;
	HTAB = 9;
	SEMI = 59;
	EQ = 61;
	DQUOTE = 34;
	BSLASH = 92;
	COMMA = 44;
	LOWER_CASE = 1;
	OWS = 2;
	SEMI_FLAG = 4;
	COMMA_FLAG = 8;
	TOKEN_FLAG = 16;
	NON_ASCII = 65280;
	CASE_FLAGS = 65281;
	CHAR_MAP = /* @__PURE__ */ new Uint8Array(256);
	CHAR_MAP[HTAB] |= OWS;
	CHAR_MAP[SP] |= OWS;
	CHAR_MAP[SEMI] |= SEMI_FLAG;
	CHAR_MAP[COMMA] |= COMMA_FLAG;
	for (let code = 128; code <= 255; code++) CHAR_MAP[code] |= LOWER_CASE;
	for (const char of "!#$%&'*+-.^_`|~") CHAR_MAP[char.charCodeAt(0)] |= TOKEN_FLAG;
	for (let code = 48; code <= 57; code++) CHAR_MAP[code] |= TOKEN_FLAG;
	for (let code = 65; code <= 90; code++) CHAR_MAP[code] |= 17;
	for (let code = 97; code <= 122; code++) CHAR_MAP[code] |= TOKEN_FLAG;
	NullObject = /* @__PURE__ */ (() => {
		const C = function() {};
		C.prototype = Object.create(null);
		return C;
	})();
}));

// node_modules/json-with-bigint/json-with-bigint.js
var intRegex, noiseValue, originalStringify, originalParse, customFormat, bigIntsStringify, noiseStringify, isUnstringifiable, isRawJSON, stringifyIteratively, JSONStringify, featureCache, isContextSourceSupported, convertMarkedBigIntsReviver, JSONParseV2, MAX_INT, MAX_DIGITS, stringsOrLargeNumbers, noiseValueWithQuotes, applyReviverIteratively, serializeBigInts, JSONParse;
var init_json_with_bigint = __esmMin((() => {
	intRegex = /^-?\d+$/;
	noiseValue = /^-?\d+n+$/;
	originalStringify = JSON.stringify;
	originalParse = JSON.parse;
	customFormat = /^-?\d+n$/;
	bigIntsStringify = /([\[:])?"(-?\d+)n"($|\s*[,\}\]])/g;
	noiseStringify = /([\[:])?("-?\d+n+)n("$|"\s*[,\}\]])/g;
	isUnstringifiable = (val) => val === void 0 || typeof val === "function" || typeof val === "symbol";
	isRawJSON = (val) => val !== null && typeof val === "object" && val.constructor && val.constructor.name === "RawJSON";
	stringifyIteratively = (rootValue, replacer, spaceParam) => {
		let space = "";
		if (typeof spaceParam === "number") space = " ".repeat(Math.min(10, Math.max(0, Math.floor(spaceParam))));
		else if (typeof spaceParam === "string") space = spaceParam.slice(0, 10);
		const isFunctionReplacer = typeof replacer === "function";
		const propertyList = Array.isArray(replacer) ? new Set(replacer.map(String)) : null;
		const prepareVal = (parent, key, val) => {
			if (val !== null && typeof val === "object" && typeof val.toJSON === "function") val = val.toJSON(key);
			if (typeof val === "string" && noiseValue.test(val)) return val + "n";
			if (typeof val === "bigint") {
				if ("rawJSON" in JSON) return JSON.rawJSON(val.toString());
				return val.toString() + "n";
			}
			if (isFunctionReplacer) val = replacer.call(parent, key, val);
			if (val !== null && typeof val === "object") {
				if (val instanceof Number || val instanceof String || val instanceof Boolean) val = val.valueOf();
			}
			return val;
		};
		const rootProcessed = prepareVal({ "": rootValue }, "", rootValue);
		if (isUnstringifiable(rootProcessed)) return;
		const isRootPrimitive = rootProcessed === null || typeof rootProcessed !== "object";
		const isRootNativeRawJSON = isRawJSON(rootProcessed);
		if (isRootPrimitive || isRootNativeRawJSON) return originalStringify(rootProcessed);
		const chunks = [];
		let level = 0;
		const stack = [{
			parent: { "": rootProcessed },
			key: "",
			val: rootProcessed,
			isArray: Array.isArray(rootProcessed),
			keys: Array.isArray(rootProcessed) ? null : Object.keys(rootProcessed),
			index: 0,
			first: true
		}];
		const visited = new WeakSet([rootProcessed]);
		while (stack.length > 0) {
			const node = stack[stack.length - 1];
			if (node.index === 0) {
				chunks.push(node.isArray ? "[" : "{");
				level++;
			}
			let isDone = false;
			if (node.isArray) {
				if (node.index < node.val.length) {
					if (!node.first) chunks.push(",");
					if (space) chunks.push("\n" + space.repeat(level));
					const childRaw = node.val[node.index];
					const childVal = prepareVal(node.val, String(node.index), childRaw);
					if (isUnstringifiable(childVal)) {
						chunks.push("null");
						node.first = false;
						node.index++;
					} else {
						const isComplexObject = childVal !== null && typeof childVal === "object";
						const isNativeRaw = isRawJSON(childVal);
						if (isComplexObject && !isNativeRaw) {
							if (visited.has(childVal)) throw new TypeError("Converting circular structure to JSON");
							visited.add(childVal);
							stack.push({
								parent: node.val,
								key: String(node.index),
								val: childVal,
								isArray: Array.isArray(childVal),
								keys: Array.isArray(childVal) ? null : Object.keys(childVal),
								index: 0,
								first: true
							});
							node.first = false;
							node.index++;
						} else {
							chunks.push(originalStringify(childVal));
							node.first = false;
							node.index++;
						}
					}
				} else isDone = true;
			} else {
				while (node.index < node.keys.length) {
					const k = node.keys[node.index++];
					if (propertyList && !propertyList.has(k)) continue;
					const childRaw = node.val[k];
					const childVal = prepareVal(node.val, k, childRaw);
					if (isUnstringifiable(childVal)) continue;
					if (!node.first) chunks.push(",");
					if (space) chunks.push("\n" + space.repeat(level) + originalStringify(k) + ": ");
					else chunks.push(originalStringify(k) + ":");
					const isComplexObject = childVal !== null && typeof childVal === "object";
					const isNativeRaw = isRawJSON(childVal);
					if (isComplexObject && !isNativeRaw) {
						if (visited.has(childVal)) throw new TypeError("Converting circular structure to JSON");
						visited.add(childVal);
						stack.push({
							parent: node.val,
							key: k,
							val: childVal,
							isArray: Array.isArray(childVal),
							keys: Array.isArray(childVal) ? null : Object.keys(childVal),
							index: 0,
							first: true
						});
						node.first = false;
						break;
					} else {
						chunks.push(originalStringify(childVal));
						node.first = false;
					}
				}
				if (node.index >= node.keys.length && stack[stack.length - 1] === node) isDone = true;
			}
			if (isDone) {
				level--;
				if (!node.first && space) chunks.push("\n" + space.repeat(level));
				chunks.push(node.isArray ? "]" : "}");
				visited.delete(node.val);
				stack.pop();
			}
		}
		return chunks.join("");
	};
	JSONStringify = (value, replacer, space) => {
		try {
			if ("rawJSON" in JSON) return originalStringify(value, (key, val) => {
				if (typeof val === "bigint") return JSON.rawJSON(val.toString());
				if (typeof replacer === "function") return replacer(key, val);
				if (Array.isArray(replacer) && replacer.includes(key)) return val;
				return val;
			}, space);
			if (!value) return originalStringify(value, replacer, space);
			return originalStringify(value, (key, val) => {
				if (typeof val === "string" && noiseValue.test(val)) return val.toString() + "n";
				if (typeof val === "bigint") return val.toString() + "n";
				if (typeof replacer === "function") return replacer(key, val);
				if (Array.isArray(replacer) && replacer.includes(key)) return val;
				return val;
			}, space).replace(bigIntsStringify, "$1$2$3").replace(noiseStringify, "$1$2$3");
		} catch (error) {
			if (error instanceof RangeError) {
				const convertedJSON = stringifyIteratively(value, replacer, space);
				if (convertedJSON === void 0) return void 0;
				if ("rawJSON" in JSON) return convertedJSON;
				return convertedJSON.replace(bigIntsStringify, "$1$2$3").replace(noiseStringify, "$1$2$3");
			}
			throw error;
		}
	};
	featureCache = /* @__PURE__ */ new Map();
	isContextSourceSupported = () => {
		const parseFingerprint = JSON.parse.toString();
		if (featureCache.has(parseFingerprint)) return featureCache.get(parseFingerprint);
		try {
			const result = JSON.parse("1", (_, __, context) => !!context?.source && context.source === "1");
			featureCache.set(parseFingerprint, result);
			return result;
		} catch {
			featureCache.set(parseFingerprint, false);
			return false;
		}
	};
	convertMarkedBigIntsReviver = (key, value, context, userReviver) => {
		if (typeof value === "string" && customFormat.test(value)) return BigInt(value.slice(0, -1));
		if (typeof value === "string" && noiseValue.test(value)) return value.slice(0, -1);
		if (!(typeof userReviver === "function")) return value;
		return userReviver(key, value, context);
	};
	JSONParseV2 = (text, reviver) => {
		return JSON.parse(text, (key, value, context) => {
			const isBigNumber = typeof value === "number" && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER);
			const isInt = context && intRegex.test(context.source);
			if (isBigNumber && isInt) return BigInt(context.source);
			if (!(typeof reviver === "function")) return value;
			return reviver(key, value, context);
		});
	};
	MAX_INT = Number.MAX_SAFE_INTEGER.toString();
	MAX_DIGITS = MAX_INT.length;
	stringsOrLargeNumbers = /"(?:[^"\\]|\\.)*"|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/g;
	noiseValueWithQuotes = /^"-?\d+n+"$/;
	applyReviverIteratively = (parsed, userReviver) => {
		const rootHolder = { "": parsed };
		const stack = [{
			parent: rootHolder,
			key: "",
			visited: false
		}];
		while (stack.length > 0) {
			const node = stack[stack.length - 1];
			if (!node.visited) {
				node.visited = true;
				const value = node.parent[node.key];
				if (value !== null && typeof value === "object") {
					const keys = Object.keys(value);
					for (let i = keys.length - 1; i >= 0; i--) stack.push({
						parent: value,
						key: keys[i],
						visited: false
					});
				}
			} else {
				const { parent, key } = node;
				let value = parent[key];
				if (typeof value === "string") {
					if (customFormat.test(value)) value = BigInt(value.slice(0, -1));
					else if (noiseValue.test(value)) value = value.slice(0, -1);
				}
				if (typeof userReviver === "function") value = userReviver.call(parent, key, value);
				if (value === void 0) delete parent[key];
				else parent[key] = value;
				stack.pop();
			}
		}
		return rootHolder[""];
	};
	serializeBigInts = (text) => {
		return text.replace(stringsOrLargeNumbers, (match, digits, fractional, exponential) => {
			const isString = match[0] === "\"";
			if (isString && noiseValueWithQuotes.test(match)) return match.substring(0, match.length - 1) + "n\"";
			const hasFractionalOrExponential = fractional || exponential;
			const isLessThanMaxSafeInt = digits && (digits.length < MAX_DIGITS || digits.length === MAX_DIGITS && digits <= MAX_INT);
			if (isString || hasFractionalOrExponential || isLessThanMaxSafeInt) return match;
			return "\"" + match + "n\"";
		});
	};
	JSONParse = (text, reviver) => {
		if (!text) return originalParse(text, reviver);
		try {
			if (isContextSourceSupported()) return JSONParseV2(text, reviver);
			const serializedData = serializeBigInts(text);
			return originalParse(serializedData, (key, value, context) => convertMarkedBigIntsReviver(key, value, context, reviver));
		} catch (error) {
			if (error instanceof RangeError) {
				const serializedData = serializeBigInts(text);
				const parsed = originalParse(serializedData);
				return applyReviverIteratively(parsed, reviver);
			}
			throw error;
		}
	};
}));

// node_modules/@octokit/request-error/dist-src/index.js
var RequestError;
var init_dist_src$1 = __esmMin((() => {
	RequestError = class extends Error {
		name;
		status;
		request;
		response;
		constructor(message, statusCode, options) {
			super(message, { cause: options.cause });
			this.name = "HttpError";
			this.status = Number.parseInt(statusCode);
			if (Number.isNaN(this.status)) this.status = 0;
			/* v8 ignore else -- @preserve -- Bug with vitest coverage where it sees an else branch that doesn't exist */
			if ("response" in options) this.response = options.response;
			const requestCopy = Object.assign({}, options.request);
			if (options.request.headers.authorization) requestCopy.headers = Object.assign({}, options.request.headers, { authorization: options.request.headers.authorization.replace(/(?<! ) .*$/, " [REDACTED]") });
			requestCopy.url = requestCopy.url.replace(/\bclient_secret=\w+/g, "client_secret=[REDACTED]").replace(/\baccess_token=\w+/g, "access_token=[REDACTED]");
			this.request = requestCopy;
		}
	};
}));

// node_modules/@octokit/request/dist-bundle/index.js
function isPlainObject(value) {
	if (typeof value !== "object" || value === null) return false;
	if (Object.prototype.toString.call(value) !== "[object Object]") return false;
	const proto = Object.getPrototypeOf(value);
	if (proto === null) return true;
	const Ctor = Object.prototype.hasOwnProperty.call(proto, "constructor") && proto.constructor;
	return typeof Ctor === "function" && Ctor instanceof Ctor && Function.prototype.call(Ctor) === Function.prototype.call(value);
}
async function fetchWrapper(requestOptions) {
	const fetch = requestOptions.request?.fetch || globalThis.fetch;
	if (!fetch) throw new Error("fetch is not set. Please pass a fetch implementation as new Octokit({ request: { fetch }}). Learn more at https://github.com/octokit/octokit.js/#fetch-missing");
	const log = requestOptions.request?.log || console;
	const parseSuccessResponseBody = requestOptions.request?.parseSuccessResponseBody !== false;
	const body = isPlainObject(requestOptions.body) || Array.isArray(requestOptions.body) ? JSONStringify(requestOptions.body) : requestOptions.body;
	const requestHeaders = Object.fromEntries(Object.entries(requestOptions.headers).map(([name, value]) => [name, String(value)]));
	let fetchResponse;
	try {
		fetchResponse = await fetch(requestOptions.url, {
			method: requestOptions.method,
			body,
			redirect: requestOptions.request?.redirect,
			headers: requestHeaders,
			signal: requestOptions.request?.signal,
			...requestOptions.body && { duplex: "half" }
		});
	} catch (error) {
		let message = "Unknown Error";
		if (error instanceof Error) {
			if (error.name === "AbortError") {
				error.status = 500;
				throw error;
			}
			message = error.message;
			if (error.name === "TypeError" && "cause" in error) {
				if (error.cause instanceof Error) message = error.cause.message;
				else if (typeof error.cause === "string") message = error.cause;
			}
		}
		const requestError = new RequestError(message, 500, { request: requestOptions });
		requestError.cause = error;
		throw requestError;
	}
	const status = fetchResponse.status;
	const url = fetchResponse.url;
	const responseHeaders = {};
	for (const [key, value] of fetchResponse.headers) responseHeaders[key] = value;
	const octokitResponse = {
		url,
		status,
		headers: responseHeaders,
		data: ""
	};
	if ("deprecation" in responseHeaders) {
		const matches = responseHeaders.link && responseHeaders.link.match(/<([^<>]+)>; rel="deprecation"/);
		const deprecationLink = matches && matches.pop();
		log.warn(`[@octokit/request] "${requestOptions.method} ${requestOptions.url}" is deprecated. It is scheduled to be removed on ${responseHeaders.sunset}${deprecationLink ? `. See ${deprecationLink}` : ""}`);
	}
	if (status === 204 || status === 205) return octokitResponse;
	if (requestOptions.method === "HEAD") {
		if (status < 400) return octokitResponse;
		throw new RequestError(fetchResponse.statusText, status, {
			response: octokitResponse,
			request: requestOptions
		});
	}
	if (status === 304) {
		octokitResponse.data = await getResponseData(fetchResponse);
		throw new RequestError("Not modified", status, {
			response: octokitResponse,
			request: requestOptions
		});
	}
	if (status >= 400) {
		octokitResponse.data = await getResponseData(fetchResponse);
		throw new RequestError(toErrorMessage(octokitResponse.data), status, {
			response: octokitResponse,
			request: requestOptions
		});
	}
	octokitResponse.data = parseSuccessResponseBody ? await getResponseData(fetchResponse) : fetchResponse.body;
	return octokitResponse;
}
async function getResponseData(response) {
	const contentType = response.headers.get("content-type");
	if (!contentType) return response.text().catch(noop$1);
	const mimetype = parse(contentType);
	if (isJSONResponse(mimetype)) {
		let text = "";
		try {
			text = await response.text();
			return JSONParse(text);
		} catch (err) {
			return text;
		}
	} else if (mimetype.type.startsWith("text/") || mimetype.parameters.charset?.toLowerCase() === "utf-8" && mimetype.type !== "application/octet-stream") return response.text().catch(noop$1);
	else return response.arrayBuffer().catch(
		/* v8 ignore next -- @preserve */
		() => /* @__PURE__ */ new ArrayBuffer(0)
	);
}
function isJSONResponse(mimetype) {
	return mimetype.type === "application/json" || mimetype.type === "application/scim+json";
}
function toErrorMessage(data) {
	if (typeof data === "string") return data;
	if (data instanceof ArrayBuffer) return "Unknown error";
	if (typeof data === "object" && data !== null && "message" in data) {
		const objectData = data;
		const suffix = "documentation_url" in objectData ? ` - ${objectData.documentation_url}` : "";
		return Array.isArray(objectData.errors) ? `${objectData.message}: ${objectData.errors.map((v) => JSON.stringify(v)).join(", ")}${suffix}` : `${objectData.message}${suffix}`;
	}
	return `Unknown error: ${JSON.stringify(data)}`;
}
function withDefaults$1(oldEndpoint, newDefaults) {
	const endpoint2 = oldEndpoint.defaults(newDefaults);
	const newApi = function(route, parameters) {
		const endpointOptions = endpoint2.merge(route, parameters);
		if (!endpointOptions.request || !endpointOptions.request.hook) return fetchWrapper(endpoint2.parse(endpointOptions));
		const request2 = (route2, parameters2) => {
			return fetchWrapper(endpoint2.parse(endpoint2.merge(route2, parameters2)));
		};
		Object.assign(request2, {
			endpoint: endpoint2,
			defaults: withDefaults$1.bind(null, endpoint2)
		});
		return endpointOptions.request.hook(request2, endpointOptions);
	};
	return Object.assign(newApi, {
		endpoint: endpoint2,
		defaults: withDefaults$1.bind(null, endpoint2)
	});
}
var defaults_default, noop$1, request;
var init_dist_bundle$2 = __esmMin((() => {
	init_dist_bundle$3();
	init_universal_user_agent();
	init_dist();
	init_json_with_bigint();
	init_dist_src$1();
	defaults_default = { headers: { "user-agent": `octokit-request.js/10.0.16 ${getUserAgent()}` } };
	noop$1 = () => "";
	request = withDefaults$1(endpoint, defaults_default);
}));
/* v8 ignore next -- @preserve */
/* v8 ignore else -- @preserve */

// node_modules/@octokit/graphql/dist-bundle/index.js
function _buildMessageForResponseErrors(data) {
	return `Request failed due to following response errors:
` + data.errors.map((e) => ` - ${e.message}`).join("\n");
}
function graphql(request2, query, options) {
	if (options) {
		if (typeof query === "string" && "query" in options) return Promise.reject(/* @__PURE__ */ new Error(`[@octokit/graphql] "query" cannot be used as variable name`));
		for (const key in options) {
			if (!FORBIDDEN_VARIABLE_OPTIONS.includes(key)) continue;
			return Promise.reject(/* @__PURE__ */ new Error(`[@octokit/graphql] "${key}" cannot be used as variable name`));
		}
	}
	const parsedOptions = typeof query === "string" ? Object.assign({ query }, options) : query;
	const requestOptions = Object.keys(parsedOptions).reduce((result, key) => {
		if (NON_VARIABLE_OPTIONS.includes(key)) {
			result[key] = parsedOptions[key];
			return result;
		}
		if (!result.variables) result.variables = {};
		result.variables[key] = parsedOptions[key];
		return result;
	}, {});
	const baseUrl = parsedOptions.baseUrl || request2.endpoint.DEFAULTS.baseUrl;
	if (GHES_V3_SUFFIX_REGEX.test(baseUrl)) requestOptions.url = baseUrl.replace(GHES_V3_SUFFIX_REGEX, "/api/graphql");
	return request2(requestOptions).then((response) => {
		if (response.data.errors) {
			const headers = {};
			for (const key of Object.keys(response.headers)) headers[key] = response.headers[key];
			throw new GraphqlResponseError(requestOptions, headers, response.data);
		}
		return response.data.data;
	});
}
function withDefaults(request2, newDefaults) {
	const newRequest = request2.defaults(newDefaults);
	const newApi = (query, options) => {
		return graphql(newRequest, query, options);
	};
	return Object.assign(newApi, {
		defaults: withDefaults.bind(null, newRequest),
		endpoint: newRequest.endpoint
	});
}
function withCustomRequest(customRequest) {
	return withDefaults(customRequest, {
		method: "POST",
		url: "/graphql"
	});
}
var VERSION$1, GraphqlResponseError, NON_VARIABLE_OPTIONS, FORBIDDEN_VARIABLE_OPTIONS, GHES_V3_SUFFIX_REGEX, graphql2;
var init_dist_bundle$1 = __esmMin((() => {
	init_dist_bundle$2();
	init_universal_user_agent();
	VERSION$1 = "0.0.0-development";
	GraphqlResponseError = class extends Error {
		constructor(request2, headers, response) {
			super(_buildMessageForResponseErrors(response));
			this.request = request2;
			this.headers = headers;
			this.response = response;
			this.errors = response.errors;
			this.data = response.data;
			if (Error.captureStackTrace) Error.captureStackTrace(this, this.constructor);
		}
		request;
		headers;
		response;
		name = "GraphqlResponseError";
		errors;
		data;
	};
	NON_VARIABLE_OPTIONS = [
		"method",
		"baseUrl",
		"url",
		"headers",
		"request",
		"query",
		"mediaType",
		"operationName"
	];
	FORBIDDEN_VARIABLE_OPTIONS = [
		"query",
		"method",
		"url"
	];
	GHES_V3_SUFFIX_REGEX = /\/api\/v3\/?$/;
	graphql2 = withDefaults(request, {
		headers: { "user-agent": `octokit-graphql.js/${VERSION$1} ${getUserAgent()}` },
		method: "POST",
		url: "/graphql"
	});
}));
/* v8 ignore if -- @preserve */

// node_modules/@octokit/auth-token/dist-bundle/index.js
async function auth(token) {
	const isApp = isJWT(token);
	const isInstallation = token.startsWith("v1.") || token.startsWith("ghs_");
	const isUserToServer = token.startsWith("ghu_");
	return {
		type: "token",
		token,
		tokenType: isApp ? "app" : isInstallation ? "installation" : isUserToServer ? "user-to-server" : "oauth"
	};
}
function withAuthorizationPrefix(token) {
	if (token.split(/\./).length === 3) return `bearer ${token}`;
	return `token ${token}`;
}
async function hook(token, request, route, parameters) {
	const endpoint = request.endpoint.merge(route, parameters);
	endpoint.headers.authorization = withAuthorizationPrefix(token);
	return request(endpoint);
}
var b64url, sep, jwtRE, isJWT, createTokenAuth;
var init_dist_bundle = __esmMin((() => {
	b64url = "(?:[a-zA-Z0-9_-]+)";
	sep = "\\.";
	jwtRE = new RegExp(`^${b64url}${sep}${b64url}${sep}${b64url}$`);
	isJWT = jwtRE.test.bind(jwtRE);
	createTokenAuth = function createTokenAuth2(token) {
		if (!token) throw new Error("[@octokit/auth-token] No token passed to createTokenAuth");
		if (typeof token !== "string") throw new Error("[@octokit/auth-token] Token passed to createTokenAuth is not a string");
		token = token.replace(/^(token|bearer) +/i, "");
		return Object.assign(auth.bind(null, token), { hook: hook.bind(null, token) });
	};
}));

// node_modules/@octokit/core/dist-src/version.js
var VERSION;
var init_version = __esmMin((() => {
	VERSION = "7.0.8";
}));

// node_modules/@octokit/core/dist-src/index.js
function createLogger(logger = {}) {
	if (typeof logger.debug !== "function") logger.debug = noop;
	if (typeof logger.info !== "function") logger.info = noop;
	if (typeof logger.warn !== "function") logger.warn = consoleWarn;
	if (typeof logger.error !== "function") logger.error = consoleError;
	return logger;
}
var noop, consoleWarn, consoleError, userAgentTrail, Octokit;
var init_dist_src = __esmMin((() => {
	init_universal_user_agent();
	init_before_after_hook();
	init_dist_bundle$2();
	init_dist_bundle$1();
	init_dist_bundle();
	init_version();
	noop = () => {};
	consoleWarn = console.warn.bind(console);
	consoleError = console.error.bind(console);
	userAgentTrail = `octokit-core.js/${VERSION} ${getUserAgent()}`;
	Octokit = class {
		static VERSION = VERSION;
		static defaults(defaults) {
			const OctokitWithDefaults = class extends this {
				constructor(...args) {
					const options = args[0] || {};
					if (typeof defaults === "function") {
						super(defaults(options));
						return;
					}
					super(Object.assign({}, defaults, options, options.userAgent && defaults.userAgent ? { userAgent: `${options.userAgent} ${defaults.userAgent}` } : null));
				}
			};
			return OctokitWithDefaults;
		}
		static plugins = [];
		static plugin(...newPlugins) {
			const currentPlugins = this.plugins;
			const NewOctokit = class extends this {
				static plugins = currentPlugins.concat(newPlugins.filter((plugin) => !currentPlugins.includes(plugin)));
			};
			return NewOctokit;
		}
		constructor(options = {}) {
			const hook = new before_after_hook_default.Collection();
			const requestDefaults = {
				baseUrl: request.endpoint.DEFAULTS.baseUrl,
				headers: {},
				request: Object.assign({}, options.request, { hook: hook.bind(null, "request") }),
				mediaType: {
					previews: [],
					format: ""
				}
			};
			requestDefaults.headers["user-agent"] = options.userAgent ? `${options.userAgent} ${userAgentTrail}` : userAgentTrail;
			if (options.baseUrl) requestDefaults.baseUrl = options.baseUrl;
			if (options.previews) requestDefaults.mediaType.previews = options.previews;
			if (options.timeZone) requestDefaults.headers["time-zone"] = options.timeZone;
			this.request = request.defaults(requestDefaults);
			this.graphql = withCustomRequest(this.request).defaults(requestDefaults);
			this.log = createLogger(options.log);
			this.hook = hook;
			if (!options.authStrategy) {
				if (!options.auth) this.auth = async () => ({ type: "unauthenticated" });
				else {
					const auth = createTokenAuth(options.auth);
					hook.wrap("request", auth.hook);
					this.auth = auth;
				}
			} else {
				const { authStrategy, ...otherOptions } = options;
				const auth = authStrategy(Object.assign({
					request: this.request,
					log: this.log,
					octokit: this,
					octokitOptions: otherOptions
				}, options.auth));
				hook.wrap("request", auth.hook);
				this.auth = auth;
			}
			const classConstructor = this.constructor;
			for (let i = 0; i < classConstructor.plugins.length; ++i) Object.assign(this, classConstructor.plugins[i](this, options));
		}
		request;
		graphql;
		log;
		hook;
		auth;
	};
}));

// src/adapters/github-request.ts
function createAsk({ apiUrl, owner, repo, token, fetch, wait, timeout }) {
	const octokit = new Octokit({
		auth: token,
		baseUrl: apiUrl.replace(/\/$/, ""),
		userAgent: "sesam-harden",
		request: { fetch: ((url, init) => fetch(url, {
			...init,
			signal: AbortSignal.timeout(timeout)
		})) },
		log: {
			debug: () => {},
			info: () => {},
			warn: () => {},
			error: () => {}
		}
	});
	return async (route, parameters) => {
		const isRead = route.startsWith("GET ");
		for (let attempt = 1;; attempt++) try {
			const { data } = await octokit.request(route, {
				owner,
				repo,
				...parameters
			});
			return data;
		} catch (error) {
			const pause = pauseBefore(error, isRead);
			if (attempt >= readTries || pause === void 0 || pause > longestWait) throw explain(error, route);
			await wait(pause);
		}
	};
}
function readAnswer(error) {
	const response = typeof error === "object" && error !== null && "response" in error ? error.response : void 0;
	const message = response?.data?.message ?? (error instanceof Error ? error.message : "no answer");
	return {
		status: response?.status,
		message: String(message),
		headers: response?.headers ?? {}
	};
}
function pauseBefore(error, isRead) {
	const { status, headers, message } = readAnswer(error);
	if (status === 429 || status === 403 && isLimit(headers, message)) return Number(headers["retry-after"] ?? 60) * 1e3;
	return isRead && (status === void 0 || status >= 500) ? 1e3 : void 0;
}
function isLimit(headers, message) {
	return headers["retry-after"] !== void 0 || /rate limit/i.test(message);
}
function explain(error, route) {
	const { status, message, headers } = readAnswer(error);
	const what = `GitHub's answer to ${route}`;
	if (status === void 0) return new HardenError("broke", `GitHub did not answer ${route}`, rerun);
	if (status === 429 || status === 403 && isLimit(headers, message)) return new HardenError("broke", `${what}: too many requests`, "Run the workflow again later.");
	if (/not permitted to create or approve pull requests/i.test(message)) return new HardenError("broke", `${what}: GitHub Actions may not create pull requests here`, "Allow it in Settings, Actions, General, Workflow permissions, of the repository and of its organization; or give the input token the token of a GitHub App.");
	if (status === 401) return new HardenError("broke", `${what}: the token is not valid`, "Give the input token a valid one.");
	if (status === 403 || status === 404) {
		const permission = route.includes("/git/") ? "contents: write" : "pull-requests: write";
		return new HardenError("broke", `${what}: ${status}, the token may not do this, or the repository has moved`, `Add \`permissions: { contents: write, pull-requests: write }\` to the job (this needs ${permission}).`);
	}
	if (status >= 500) return new HardenError("broke", `${what}: ${status}, GitHub is in trouble`, rerun);
	return new HardenError("broke", `${what}: ${status}, ${message}`, rerun);
}
function isMissing(error) {
	return error instanceof HardenError && / (404|409), /.test(error.message);
}
function isRefused(error) {
	return error instanceof HardenError && error.message.includes(": 422, ");
}
var longestWait, readTries, rerun;
var init_github_request = __esmMin((() => {
	init_dist_src();
	init_harden_error();
	longestWait = 6e4;
	readTries = 3;
	rerun = "Run the workflow again: it finds what was done, and goes on from there.";
}));

// src/adapters/github.ts
function createGithub(options) {
	const ask = createAsk(options);
	return {
		git: createGitData(ask, options),
		pulls: createPulls(ask, options)
	};
}
function describeCommit(data) {
	const { sha, message, tree, verification } = data;
	return {
		sha,
		message,
		tree: tree.sha,
		isVerified: verification?.verified === true
	};
}
function createGitData(ask, { sha1 }) {
	return {
		findHead: async (branch) => {
			try {
				return (await ask("GET /repos/{owner}/{repo}/git/ref/{ref}", { ref: `heads/${branch}` })).object.sha;
			} catch (error) {
				if (isMissing(error)) return void 0;
				throw error;
			}
		},
		readCommit: async (sha) => describeCommit(await ask("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { commit_sha: sha })),
		writeTree: async ({ tree }, changes) => {
			await compareWithTree(ask, tree, changes, sha1);
			const entries = [];
			for (const change of changes) entries.push(await describeEntry(ask, change));
			return (await ask("POST /repos/{owner}/{repo}/git/trees", {
				base_tree: tree,
				tree: entries
			})).sha;
		},
		commit: async ({ branch, head, tree, parents, message }) => {
			const commit = describeCommit(await ask("POST /repos/{owner}/{repo}/git/commits", {
				message,
				tree,
				parents
			}));
			try {
				if (head === void 0) await ask("POST /repos/{owner}/{repo}/git/refs", {
					ref: `refs/heads/${branch}`,
					sha: commit.sha
				});
				else await ask("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
					ref: `heads/${branch}`,
					sha: commit.sha,
					force: false
				});
			} catch (error) {
				if (!isRefused(error)) throw error;
				const text = `the branch ${branch} changed meanwhile, or is protected`;
				throw new HardenError("broke", text, `Nothing was overwritten. ${rerun}`, { cause: error });
			}
			return commit;
		}
	};
}
async function compareWithTree(ask, tree, changes, sha1) {
	const { tree: entries } = await ask("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
		tree_sha: tree,
		recursive: "1"
	});
	const known = new Map(entries.map(({ path, sha }) => [path, sha]));
	for (const { path, before } of changes) {
		const expected = before === void 0 ? void 0 : sha1(`blob ${before.length}\0${before}`);
		if (known.get(path) === expected) continue;
		throw new HardenError("broke", `${path} is not what was checked out, so no fix was made`, "Check out the commit of the run, and let nothing change the files before this step.");
	}
}
async function describeEntry(ask, { path, after }) {
	const entry = {
		path,
		mode: "100644",
		type: "blob"
	};
	const bytes = Buffer.from(after, "latin1");
	const text = bytes.toString("utf8");
	if (Buffer.from(text, "utf8").equals(bytes)) return {
		...entry,
		content: text
	};
	const made = await ask("POST /repos/{owner}/{repo}/git/blobs", {
		content: bytes.toString("base64"),
		encoding: "base64"
	});
	return {
		...entry,
		sha: made.sha
	};
}
function describePull(data) {
	const { number, html_url: url, state, merged_at: mergedAt, body } = data;
	return {
		number,
		url,
		state: state === "open" ? "open" : mergedAt ? "merged" : "closed",
		body: body ?? ""
	};
}
function createPulls(ask, { owner, draft, labels, reviewers }) {
	const find = async (branch, base) => {
		const found = (await ask("GET /repos/{owner}/{repo}/pulls", {
			head: `${owner}:${branch}`,
			base,
			state: "all",
			sort: "created",
			direction: "desc",
			per_page: 10
		})).map(describePull);
		return found.find(({ state }) => state === "open") ?? found[0];
	};
	return {
		find,
		open: async ({ title, body, branch, base }) => {
			try {
				return describePull(await ask("POST /repos/{owner}/{repo}/pulls", {
					title,
					body,
					head: branch,
					base,
					draft
				}));
			} catch (error) {
				const other = isRefused(error) ? await find(branch, base) : void 0;
				if (other?.state !== "open") throw error;
				return other;
			}
		},
		change: async (number, body, closing) => {
			if (closing !== void 0) await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
				issue_number: number,
				body: closing
			});
			await ask("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
				pull_number: number,
				body,
				...closing === void 0 ? {} : { state: "closed" }
			});
		},
		decorate: async (number) => {
			if (labels.length > 0) await ask("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
				issue_number: number,
				labels
			});
			if (reviewers.length > 0) await ask("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
				pull_number: number,
				reviewers
			});
			return labels.length > 0 || reviewers.length > 0;
		}
	};
}
var init_github = __esmMin((() => {
	init_harden_error();
	init_github_request();
}));

// src/adapters/github-reviews.ts
function createReviews(options) {
	const ask = createAsk(options);
	return {
		listPatches: async (number) => {
			const files = await readPages(ask, "GET /repos/{owner}/{repo}/pulls/{pull_number}/files", number);
			return new Map(files.map(({ filename, patch }) => [filename, patch]));
		},
		listComments: async (number) => {
			return (await readPages(ask, "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", number)).map(({ body }) => body);
		},
		review: async ({ number, sha, body, comments }) => {
			await ask("POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
				pull_number: number,
				commit_id: sha,
				event: "COMMENT",
				body,
				comments: comments.map(({ path, startLine, line, body: text }) => ({
					path,
					line,
					side: "RIGHT",
					body: text,
					...startLine < line ? {
						start_line: startLine,
						start_side: "RIGHT"
					} : {}
				}))
			});
		}
	};
}
async function readPages(ask, route, number) {
	const items = [];
	for (let page = 1; page <= mostPages; page++) {
		const fresh = await ask(route, {
			pull_number: number,
			per_page: pageSize,
			page
		});
		items.push(...fresh);
		if (fresh.length < pageSize) break;
	}
	return items;
}
var pageSize, mostPages;
var init_github_reviews = __esmMin((() => {
	init_github_request();
	pageSize = 100;
	mostPages = 30;
}));

// src/core/fix/pull-request.ts
function decideFix(digest, branch, pull) {
	const isForeign = branch !== void 0 && !branch.isOurs;
	const foreign = "somebody else has pushed to its branch, which is theirs from then on";
	if (digest === void 0) {
		if (pull?.state !== "open") return {
			kind: "unchanged",
			reason: "there is nothing to fix"
		};
		return isForeign ? {
			kind: "skipped",
			reason: foreign
		} : { kind: "close" };
	}
	if (isForeign) return {
		kind: "skipped",
		reason: foreign
	};
	if (pull?.state === "open" && branch !== void 0) return branch.digest === digest ? {
		kind: "unchanged",
		reason: "the pull request carries these fixes already"
	} : { kind: "update" };
	if (pull?.state === "closed" && readMark(pull.body, "closed") === void 0 && readMark(pull.body, "digest") === digest) return {
		kind: "skipped",
		reason: "a person closed the pull request with these fixes"
	};
	return { kind: "create" };
}
function digestChanges(changes, hash) {
	if (changes.length === 0) return void 0;
	return hash(changes.map(({ path, before, after }) => [
		path,
		before ?? null,
		after
	].join("\0")).map(hash).toSorted().join("\n"));
}
function writeMark(name, value) {
	return `<!-- sesam-harden:${name}=${value} -->`;
}
function readMark(text, name) {
	return new RegExp(`<!-- sesam-harden:${name}=([\\w.-]*) -->`).exec(text)?.[1];
}
function readBelowMarks(text) {
	const [last] = [...text.matchAll(/<!-- sesam-harden:[\w.=-]* -->/g)].slice(-1);
	return last === void 0 ? text : text.slice(last.index + last[0].length);
}
function writeCommitMessage(hosts, digest, tree) {
	return [
		`fix: harden the transport security of ${countOf(hosts, "host")}`,
		"",
		"Found by sesam-harden, with the smallest edits that mend it. The hosts change only when these",
		"files are rolled out to them.",
		"",
		`${trailers.digest}: ${digest}`,
		`${trailers.tree}: ${tree}`,
		""
	].join("\n");
}
function readCommitMessage(message) {
	const read = (name) => new RegExp(`^${name}: ([0-9a-f]+)$`, "m").exec(message)?.[1];
	return {
		digest: read(trailers.digest),
		tree: read(trailers.tree)
	};
}
function renderFixBody(report) {
	const { hosts, prefix, leftOut, digest } = report;
	const placeOf = ({ file, line }) => escapeMarkdown(`${prefix}${file}:${line}`);
	const mended = hosts.filter(({ files }) => files.length > 0);
	const withheld = hosts.flatMap((host) => host.withheld);
	const head = [
		`${countOf(mended.length, "host")} would be hardened by these edits of files.`,
		"",
		"**Merging changes no host.** The files have to be rolled out, and STPD must be restarted to read them: restart needed. Before plain ports are closed on a host, its HTTPS must be proven on the wire, global settings be set and interfaces be moved; that is the rollout's, not this pull request's.",
		"",
		"No host loses its way in: after these edits every host that is closed for HTTP or FTP has its HTTPS port open, on the same number, with TLS 1.2 or 1.3 under every GnuTLS release that it may run.",
		"",
		"If it was opened with `GITHUB_TOKEN`, workflow runs on it wait until somebody with write access approves them; with the token of a GitHub App they start by themselves.",
		"",
		...leftOut.length > 0 ? [`Left for the next run, since GitHub takes only so many files that are not UTF-8: ${leftOut.map(escapeMarkdown).join(", ")}.`, ""] : []
	].join("\n");
	const marks = `${writeMark("fix", "v1")}${writeMark("digest", digest)}`;
	const held = withheld.map(({ located, reason }) => {
		const { finding } = located;
		return `- ${placeOf(finding)} ${finding.rule}: ${escapeMarkdown(reason)}\n`;
	});
	const rows = mended.flatMap(({ applied }) => applied.map(({ finding }) => {
		const { host, rule, message } = finding;
		return `| ${escapeMarkdown(host ?? "")} | ${placeOf(finding)} | ${rule} | ${escapeMarkdown(message)} |\n`;
	}));
	const room = longestBody - head.length - marks.length - 400;
	const withheldText = fill("### Withheld\n\nWhat might lock a host out, with the reason:\n\n", held, room / 2, "fix");
	const diffs = fill("### Before and after\n\n", report.diffs.map(fence), room - withheldText.length, "file");
	const left = room - withheldText.length - diffs.length;
	return `${head}${withheldText}${diffs}${left > 152 ? fill("### Why\n\n| host | place | rule | what was wrong |\n| --- | --- | --- | --- |\n", rows, left, "finding") : ""}${marks}\n`;
}
function fill(heading, items, room, noun) {
	if (items.length === 0) return "";
	let text = heading;
	let shown = 0;
	for (const item of items) {
		if (text.length + item.length > room) break;
		text += item;
		shown++;
	}
	const left = items.length - shown;
	return `${text}${left > 0 ? `\n${countOf(left, noun)} more, not shown here.\n` : ""}\n`;
}
function fence(diff) {
	const lines = decodeBytes(diff).split("\n").map(makeVisible);
	const longest = Math.max(2, ...lines.map((line) => /`+/.exec(line)?.[0].length ?? 0));
	const mark = "`".repeat(longest + 1);
	return `${mark}diff\n${lines.join("\n").trimEnd()}\n${mark}\n`;
}
function renderFixTitle(hosts) {
	return `Harden the transport security of ${countOf(hosts, "host")}`;
}
var trailers, longestBody;
var init_pull_request = __esmMin((() => {
	init_markdown();
	init_count();
	init_text$1();
	trailers = {
		digest: "Sesam-Harden-Fixes",
		tree: "Sesam-Harden-Tree"
	};
	longestBody = 58e3;
}));

// src/usecases/fix-pull-request.ts
async function fixByPullRequest(request, ports) {
	const { branch, base, sha } = request;
	const { git, pulls, hash } = ports;
	const { changes, leftOut } = chooseChanges(request);
	const digest = digestChanges(changes, hash);
	const pull = await pulls.find(branch, base);
	const head = await git.findHead(branch);
	const headCommit = head === void 0 ? void 0 : await git.readCommit(head);
	const state = headCommit === void 0 ? void 0 : describeBranch(headCommit);
	const decision = decideFix(digest, state, pull);
	const done = (operation, reason, result = {}) => ({
		operation,
		reason,
		pull,
		head,
		isVerified: headCommit?.isVerified,
		...result
	});
	switch (decision.kind) {
		case "unchanged":
			if (digest !== void 0 && pull !== void 0) await decorateOnce(pull, pulls);
			return done(decision.kind, decision.reason);
		case "skipped": return done(decision.kind, decision.reason);
		case "close":
			if (pull === void 0) throw lost();
			await pulls.change(pull.number, pull.body + writeMark("closed", "tool"), "Nothing is left to fix: the files are as they should be. Closed.");
			return done("closed", "nothing is left to fix");
		case "create":
		case "update": {
			if (digest === void 0) throw lost();
			const hosts = request.fixes.filter(({ files }) => files.length > 0).length;
			const body = renderFixBody({
				hosts: request.fixes,
				prefix: request.prefix,
				diffs: changes.map(ports.renderDiff),
				leftOut,
				digest
			});
			const parent = await git.readCommit(sha);
			const tree = await git.writeTree(parent, changes);
			const parents = head === void 0 ? [sha] : [head, sha];
			const message = writeCommitMessage(hosts, digest, tree);
			const commit = await git.commit({
				branch,
				head,
				tree,
				parents,
				message
			});
			const result = {
				head: commit.sha,
				isVerified: commit.isVerified
			};
			if (decision.kind === "update" && pull !== void 0) {
				await pulls.change(pull.number, keepAdditions(pull.body, body));
				return done("updated", "the fixes changed", result);
			}
			const title = renderFixTitle(hosts);
			const opened = await pulls.open({
				title,
				body,
				branch,
				base
			});
			await decorateOnce(opened, pulls);
			return done("created", "there is something to fix", {
				...result,
				pull: opened
			});
		}
	}
}
async function decorateOnce({ number, body }, pulls) {
	if (readMark(body, "decorated") !== void 0) return;
	if (await pulls.decorate(number)) await pulls.change(number, body + writeMark("decorated", "once"));
}
function lost() {
	return new HardenError("broke", "the pull request is gone", "Run the workflow again.");
}
function describeBranch({ sha, tree, message }) {
	const read = readCommitMessage(message);
	return {
		head: sha,
		isOurs: read.tree === tree,
		digest: read.digest
	};
}
function keepAdditions(old, fresh) {
	const additions = readBelowMarks(old).trim();
	const decorated = readMark(old, "decorated") === void 0 ? "" : writeMark("decorated", "once");
	return `${fresh.trimEnd()}${decorated}\n${additions === "" ? "" : `\n${additions}\n`}`;
}
function chooseChanges({ fixes, prefix }) {
	let room = mostOthers;
	const changes = [];
	const leftOut = [];
	for (const { path, files } of fixes) {
		const others = files.filter(({ after }) => !isUtf8(after)).length;
		const own = files.map(({ name, ...file }) => ({
			...file,
			path: prefix + path + name
		}));
		if (others > room) leftOut.push(...own.map((file) => file.path));
		else {
			room -= others;
			changes.push(...own);
		}
	}
	return {
		changes,
		leftOut
	};
}
function isUtf8(bytes) {
	if (!/[\x80-\xff]/.test(bytes)) return true;
	const decoder = new TextDecoder("utf-8", { fatal: true });
	try {
		decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
		return true;
	} catch {
		return false;
	}
}
var mostOthers;
var init_fix_pull_request = __esmMin((() => {
	init_pull_request();
	init_harden_error();
	mostOthers = 200;
}));

// src/core/fix/suggestions.ts
function readPatch(patch) {
	const shown = /* @__PURE__ */ new Map();
	let line = 0;
	for (const text of patch.split("\n")) {
		const header = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
		if (header !== null) line = Number(header[1]);
		else if (text.startsWith("+") || text.startsWith(" ")) shown.set(line++, text.slice(1));
	}
	return shown;
}
function findSuggestions({ path, before, after }, changes, patch) {
	if (before === void 0 || patch === void 0 || /\r/.test(before)) return void 0;
	if (decodeBytes(before) === before && /[\x80-\xff]/.test(before)) return void 0;
	const shown = readPatch(patch);
	const lines = before.split("\n");
	const complete = changes.map(({ start, count, lines: fresh }) => {
		const [first, last] = count === 0 ? [start, start] : [start, start + count - 1];
		const kept = count === 0 ? [lines[start - 1] ?? ""] : [];
		for (let line = first; line <= last; line++) if (shown.get(line) !== decodeBytes(lines[line - 1] ?? "")) return void 0;
		const text = [...kept, ...fresh].map(decodeBytes).join("\n");
		const mark = "`".repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map(({ length }) => length + 1)));
		return {
			path,
			startLine: first,
			line: last,
			body: `${mark}suggestion\n${text}\n${mark}`
		};
	}).filter((one) => one !== void 0);
	return complete.length === changes.length && after !== before ? complete : void 0;
}
var init_suggestions = __esmMin((() => {
	init_text$1();
}));

// src/usecases/suggest-fixes.ts
function goesTogether({ files, applied }) {
	return files.length > 1 || applied.some(({ finding }) => opening.includes(finding.rule));
}
async function suggestFixes({ fixes, prefix, number, sha }, { reviews, hash, listLineChanges }) {
	const changes = fixes.flatMap((host) => host.files.map(({ name, before, after }) => ({
		host,
		path: prefix + host.path + name,
		before,
		after
	})));
	if (changes.length === 0) return {
		offered: 0,
		known: 0,
		rest: []
	};
	const patches = await reviews.listPatches(number);
	const judged = changes.map(({ host, ...change }) => {
		const found = findSuggestions(change, listLineChanges(change), patches.get(change.path));
		return {
			change,
			suggestions: (host.files.length > 1 || found !== void 0 && found.length > 1) && goesTogether(host) ? void 0 : found
		};
	});
	const rest = judged.flatMap(({ change, suggestions }) => suggestions === void 0 ? [change] : []);
	const marked = judged.flatMap(({ suggestions = [] }) => suggestions).map((suggestion) => {
		const mark = writeMark("suggestion", hash(JSON.stringify([suggestion.path, suggestion.body])));
		return {
			mark,
			suggestion: {
				...suggestion,
				body: `${suggestion.body}\n${mark}`
			}
		};
	});
	if (marked.length === 0) return {
		offered: 0,
		known: 0,
		rest
	};
	const before = (await reviews.listComments(number)).join("\n");
	const comments = marked.filter(({ mark }) => !before.includes(mark)).map(({ suggestion }) => suggestion);
	if (comments.length > 0) await reviews.review({
		number,
		sha,
		body: "These edits would harden the hosts without locking one out. Applying them changes no host: the files have to be rolled out, and STPD be restarted.",
		comments
	});
	return {
		offered: comments.length,
		known: marked.length - comments.length,
		rest
	};
}
var opening;
var init_suggest_fixes = __esmMin((() => {
	init_pull_request();
	init_suggestions();
	opening = [
		"https-port-missing",
		"tls-priority-invalid",
		"tls-no-modern-protocol"
	];
}));

// src/action/fix.ts
var fix_exports = /* @__PURE__ */ __exportAll({ offerFixes: () => offerFixes });
async function offerFixes(mode, { fixes }, prefix, shell) {
	const { environment, terminal, hash } = shell;
	const read = (name) => environment[name] ?? "";
	const event = read("GITHUB_EVENT_NAME");
	if (event === "pull_request_target") throw new HardenError("usage", "no fix is made on pull_request_target, which gives foreign files a token that can write", "Run the fix on push, schedule or by hand, and the check on pull_request.");
	if (mode === "suggest") return suggest(fixes, prefix, shell);
	if (!writingEvents.includes(event) || !read("GITHUB_REF").startsWith("refs/heads/")) {
		terminal.out(`No fix pull request on ${makeVisible(event)}: it is for branches, on push, schedule and manual runs.\n`);
		return;
	}
	const base = read("GITHUB_REF").slice(11);
	const { git, pulls } = createGithub(readOptions(environment));
	const branch = getInput("branch-prefix") + base;
	const request = {
		fixes,
		prefix,
		base,
		sha: read("GITHUB_SHA"),
		branch
	};
	report(await fixByPullRequest(request, {
		git,
		pulls,
		hash,
		renderDiff
	}), terminal.out);
}
async function suggest(fixes, prefix, { environment, terminal, files, hash }) {
	const event = readEvent(environment, files);
	if (event === void 0) {
		terminal.out("No suggestions: they are for pull requests.\n");
		return;
	}
	const tell = (text) => {
		terminal.out(`${text}\n`);
		const summaryFile = environment["GITHUB_STEP_SUMMARY"];
		if (summaryFile) terminal.append(summaryFile, `\n${text}\n`);
	};
	if (event.isFork) {
		tell("No suggestions on a pull request from a fork, whose token can only read. A maintainer can run `sesam-harden fix --diff` on its branch, and push or post what it prints.");
		return;
	}
	const reviews = createReviews(readOptions(environment));
	const request = {
		fixes,
		prefix,
		number: event.number,
		sha: event.sha
	};
	const { offered, known, rest } = await suggestFixes(request, {
		reviews,
		hash,
		listLineChanges
	});
	const places = rest.map(({ path }) => escapeMarkdown(path)).slice(0, 50);
	const more = rest.length > places.length ? ` and ${rest.length - places.length} more` : "";
	const left = rest.length > 0 ? ` \`sesam-harden fix\` mends what cannot be suggested: ${places.join(", ")}${more}.` : "";
	tell(`${countOf(offered, "fix suggestion")} on changed lines, ${known} offered before.${left}`);
}
function readEvent(environment, files) {
	const path = environment["GITHUB_EVENT_PATH"];
	if (environment["GITHUB_EVENT_NAME"] !== "pull_request" || !path) return void 0;
	const reading = files.read(files.absolute(path), largestEvent);
	if (reading.kind !== "bytes") return void 0;
	const event = JSON.parse(decodeBytes(reading.bytes));
	const { number, head } = event.pull_request;
	const isFork = head.repo?.full_name !== event.repository.full_name;
	return {
		number,
		sha: head.sha,
		isFork
	};
}
function readOptions(environment) {
	useProxy(environment);
	const [owner = "", repo = ""] = (environment["GITHUB_REPOSITORY"] ?? "").split("/");
	return {
		apiUrl: environment["GITHUB_API_URL"] || "https://api.github.com",
		owner,
		repo,
		token: getInput("token"),
		draft: getBooleanInput("draft"),
		labels: readList("labels"),
		reviewers: readList("reviewers"),
		fetch: globalThis.fetch,
		wait: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
		timeout: 3e4,
		sha1: hashSha1
	};
}
function readList(name) {
	return getMultilineInput(name).flatMap((line) => line.split(",")).map((word) => word.trim()).filter((word) => word !== "");
}
function useProxy(environment) {
	if (![
		"HTTPS_PROXY",
		"https_proxy",
		"HTTP_PROXY",
		"http_proxy"
	].some((name) => environment[name])) return;
	process.getBuiltinModule("node:http").setGlobalProxyFromEnv();
}
function report(result, out) {
	const { operation, reason, pull, head, isVerified } = result;
	const values = {
		"pull-request-number": pull?.number ?? "",
		"pull-request-url": pull?.url ?? "",
		"pull-request-operation": operation,
		"pull-request-head-sha": head ?? "",
		"pull-request-verified": isVerified === void 0 ? "" : String(isVerified)
	};
	for (const [name, value] of Object.entries(values)) setOutput(name, value);
	out(`Fix pull request ${operation}: ${makeVisible(reason)}. ${pull?.url ?? ""}`.trimEnd() + "\n");
}
var writingEvents, largestEvent;
var init_fix = __esmMin((() => {
	init_core();
	init_github();
	init_hashes();
	init_github_reviews();
	init_unified_diff();
	init_harden_error();
	init_count();
	init_markdown();
	init_text$1();
	init_fix_pull_request();
	init_suggest_fixes();
	writingEvents = [
		"push",
		"schedule",
		"workflow_dispatch",
		"repository_dispatch"
	];
	largestEvent = 67108864;
}));

// src/action/verify.ts
var verify_exports = /* @__PURE__ */ __exportAll({ runVerification: () => runVerification });
function runVerification(request, { files, now }) {
	const tools = {
		wire: createWire(limits),
		random: randomHello,
		files,
		findLocal: (names) => findLocalFile(names, files),
		tell: () => {}
	};
	return verifyFleet({
		...request,
		full: false,
		now: now().getTime()
	}, tools);
}
var limits;
var init_verify = __esmMin((() => {
	init_local_host();
	init_random();
	init_wire();
	init_verify_fleet();
	limits = {
		sockets: 64,
		timeout: 5e3
	};
}));

// src/action/main.ts
var main_exports = /* @__PURE__ */ __exportAll({ runAction: () => runAction });
async function runAction(shell) {
	try {
		return await runCommand(shell);
	} catch (error) {
		if (error instanceof HardenError) {
			reportProblems(error, shell);
			setFailed(`${makeVisible(error.message)}\n${makeVisible(error.next)}`);
			return exitCodes[error.code];
		}
		const message = error instanceof Error ? error.message : String(error);
		setFailed(`this should not have happened: ${makeVisible(message)}\nRun it again; if it stays, report it to the project.`);
		return exitCodes.broke;
	}
}
function reportProblems({ problems, root = "." }, shell) {
	const prefix = findPrefix(root, shell);
	for (const { file, line, column, message, next } of problems.slice(0, 9)) {
		const text = `${makeVisible(decodeBytes(message))}\n${makeVisible(decodeBytes(next))}`;
		error(text, {
			title: "sesam-harden settings",
			file: prefix + file,
			startLine: line,
			startColumn: column
		});
	}
}
function readInput(name) {
	const text = getInput(name);
	return text === "" ? void 0 : text;
}
function readLines(name) {
	const lines = getMultilineInput(name);
	return lines.length > 0 ? lines : void 0;
}
async function runCommand(shell) {
	const command = chooseWord("command", readInput("command"), commands, inputs.command);
	const settings = {
		paths: readLines("paths") ?? [inputs.paths],
		overrides: {
			profile: chooseOptional("profile", readInput("profile"), profiles),
			failOn: chooseOptional("fail-on", readInput("fail-on"), failLimits)
		},
		format: chooseWord("format", readInput("format"), formats, inputs.format),
		reports: getMultilineInput("output").map(parseOutput)
	};
	return command === "verify" ? verify(settings, shell) : check(settings, shell);
}
async function check(settings, shell) {
	const { paths, overrides } = settings;
	const fix = chooseWord("fix", readInput("fix"), fixModes, inputs.fix);
	const found = checkFleet({
		paths,
		overrides,
		asOf: shell.today()
	}, shell.files);
	const baseline = readInput("baseline");
	const known = baseline === void 0 ? void 0 : readBaseline(baseline, shell);
	const { findings, remark } = applyBaseline(found.findings, known, shell);
	const checked = {
		...found,
		findings
	};
	publish(checked, remark, {
		settings,
		shell
	});
	if (fix !== "none") {
		const { offerFixes } = await Promise.resolve().then(() => (init_fix(), fix_exports));
		await offerFixes(fix, found, findPrefix(found.root, shell), shell);
	}
	return failsCheck(checked) ? 1 : 0;
}
async function verify(settings, shell) {
	const { paths, overrides } = settings;
	const phase = chooseWord("expect-phase", readInput("expect-phase"), phases, inputs["expect-phase"]);
	const { runVerification } = await Promise.resolve().then(() => (init_verify(), verify_exports));
	const verified = await runVerification({
		paths,
		overrides,
		names: readLines("hosts") ?? [],
		phase
	}, shell);
	publish(verified, void 0, {
		settings,
		shell
	});
	if (verified.isUnknown) return exitCodes.broke;
	return failsCheck(verified) ? 1 : 0;
}
function publish(checked, remark, { settings, shell }) {
	const { terminal, environment } = shell;
	const { format, reports } = settings;
	for (const { format: kind, file } of reports) terminal.write(file, renderReport(kind, checked));
	if (format !== "github") terminal.out(renderReport(format, checked));
	const where = format === "text" ? "all are listed above." : "set the input format to text to see all.";
	terminal.out(renderGithub(checked, findPrefix(checked.root, shell), where));
	if (remark !== void 0) terminal.out(`${remark}\n`);
	if (format !== "text") terminal.out(`${summarize(countResults(checked))}\n`);
	const summaryFile = environment["GITHUB_STEP_SUMMARY"];
	if (summaryFile) terminal.append(summaryFile, renderMarkdown(checked, longestSummary));
	const report = reports.find(({ format: kind }) => kind === "json")?.file;
	writeOutputs(checked, report ?? writeReport(checked, shell));
}
function findPrefix(root, { environment, files }) {
	const workspace = environment["GITHUB_WORKSPACE"];
	if (!workspace) return "";
	const real = (path) => {
		const kind = files.kindOf(files.absolute(path));
		return "realPath" in kind ? kind.realPath : path;
	};
	const below = relativePath(real(workspace), real(root));
	return below === void 0 || below === "" ? "" : `${below}/`;
}
function writeReport(checked, { environment, terminal, files }) {
	const tempFolder = environment["RUNNER_TEMP"];
	if (!tempFolder) return "";
	const file = joinPath(files.absolute(tempFolder), "sesam-harden.json");
	terminal.write(file, renderReport("json", checked));
	return file;
}
function writeOutputs(checked, report) {
	const { findings, bySeverity, byVerdict, hosts, fixable } = countResults(checked);
	const values = {
		findings,
		errors: bySeverity.error,
		warnings: bySeverity.warning,
		hosts,
		hardened: byVerdict.hardened,
		unknown: byVerdict.unknown,
		fixable,
		report
	};
	for (const [name, value] of Object.entries(values)) setOutput(name, value);
}
var longestSummary, fixModes, commands;
var init_main = __esmMin((() => {
	init_core();
	init_arguments();
	init_check();
	init_harden_error();
	init_paths();
	init_policy$1();
	init_count();
	init_github$1();
	init_markdown();
	init_render();
	init_text$1();
	init_expectation();
	init_baseline();
	init_check_fleet();
	init_contract();
	longestSummary = 3e5;
	fixModes = [
		"none",
		"pull-request",
		"suggest"
	];
	commands = ["check", "verify"];
}));

// src/main.ts
init_hashes();
if (deno === void 0) await runOnNode();
else await runOnDeno(deno);
async function runOnNode() {
	const args = process.argv.slice(2);
	const shell = {
		terminal: createNodeTerminal(),
		files: createNodeFiles(),
		today,
		now,
		hash: hashSha256
	};
	if (args.length === 0 && process.env["INPUT_COMMAND"] !== void 0) {
		const { runAction } = await Promise.resolve().then(() => (init_main(), main_exports));
		process.exitCode = await runAction({
			...shell,
			environment: process.env
		});
		return;
	}
	const colour = (process.env["NO_COLOR"] ?? "") === "" && isTerminal(1);
	const progress = createProgress(() => isTerminal(2), shell.terminal.err);
	process.exit(await runCli(args, {
		...shell,
		colour,
		progress,
		environment: readEnvironment
	}));
}
function readEnvironment(name) {
	return process.env[name];
}
function isTerminal(descriptor) {
	const fs = process.getBuiltinModule("node:fs");
	try {
		const output = fs.fstatSync(descriptor);
		const nowhere = fs.statSync("/dev/null", { throwIfNoEntry: false });
		if (!output.isCharacterDevice() || output.rdev === nowhere?.rdev) return false;
	} catch {
		return false;
	}
	return process.getBuiltinModule("node:tty").isatty(descriptor);
}
async function runOnDeno(namespace) {
	const terminal = createDenoTerminal(namespace);
	const shell = {
		terminal,
		files: createDenoFiles(namespace),
		colour: namespace.stdout.isTerminal() && !namespace.noColor,
		today,
		now,
		hash: hashSha256,
		progress: createProgress(() => namespace.stderr.isTerminal(), terminal.err),
		environment: (name) => namespace.env.get(name)
	};
	namespace.exit(await runCli(namespace.args, shell));
}
function now() {
	return /* @__PURE__ */ new Date();
}
function today() {
	return now().toISOString().slice(0, 10);
}

export {  };