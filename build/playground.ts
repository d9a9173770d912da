import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const pathTo = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const style = `:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#18202c;--faint:#545f70;--line:#dce0e7;--link:#1d4fb8;--good:#1b7f4f;--amber:#7d5200;--bad:#b3261e;--orange:#a93c0b;--locked:#8f1d45}
@media(prefers-color-scheme:dark){:root{--page:#0f1319;--card:#171c25;--text:#e4e8ef;--faint:#9aa5b6;--line:#2b3341;--link:#8db4ff;--good:#3fb27b;--amber:#e6b450;--bad:#f2746b;--orange:#f59a72;--locked:#e0608f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1.5rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}h3{font-size:.9rem;margin:.5rem 0 0}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.5rem;margin-top:1rem}
textarea,pre{width:100%;font:.875rem/1.6 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
textarea{min-height:24rem;resize:vertical}
textarea,pre,select,button{background:var(--card);color:inherit;border:1px solid var(--line);border-radius:.4rem;padding:.5rem .75rem}
select,button{font:inherit;min-height:2.25rem}
button+button{margin-left:.5rem}
.line{min-height:0;padding:0 .35rem;font-size:.875rem}
pre{overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;margin:0 0 .5rem}
ul{margin:0;padding:0;list-style:none}li{padding:.6rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
p{margin:.25rem 0;overflow-wrap:anywhere}a{color:var(--link)}.faint{color:var(--faint)}
.verdict{font-size:1.4rem;font-weight:700;margin:0}.hardened{color:var(--good)}.partial,.warning{color:var(--amber)}.plaintext{color:var(--orange)}.locked-out{color:var(--locked)}.unknown{color:var(--faint)}.error{color:var(--bad)}.notice{color:var(--link)}
.row{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin-bottom:.5rem}
summary{cursor:pointer;padding:.25rem 0}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}`;

const body = `<h1>Check an stpd.ini or a priority string</h1>
<p class="faint">The check of sesam-harden, in your browser: this page makes no requests, so nothing you paste leaves it. It checks the text only. Only <code>sesam-harden verify</code> tells what a live host does.</p>
<main>
<section aria-label="Input">
<div class="row"><label for="profile">Profile</label><select id="profile"><option value="vendor">vendor: SEP's procedure</option><option value="strict">strict: forward secrecy and AEAD</option></select><button id="sample" type="button">Load an example</button></div>
<label for="input">stpd.ini, or one priority string</label>
<textarea id="input" spellcheck="false" autocomplete="off" autocapitalize="off"></textarea>
</section>
<section id="output" aria-label="Result" aria-live="polite"></section>
</main>
<noscript>This page needs JavaScript, which checks the text in your browser.</noscript>`;

/** The page of dist/playground.html: one file that makes no requests. */
export async function buildPlayground(): Promise<string> {
  const bundle = await rolldown({ input: pathTo("playground/main.ts"), platform: "browser" });
  const { output } = await bundle.generate({
    format: "iife",
    minify: true,
    codeSplitting: false,
    comments: { annotation: false, jsdoc: false, legal: false },
  });
  await bundle.close();
  // The text of a script ends at its first closing tag.
  const script = output[0].code.trim().replaceAll("</script", String.raw`<\/script`);
  const policy = `default-src 'none';script-src ${hashOf(script)};style-src ${hashOf(style)};base-uri 'none';form-action 'none'`;
  return `<!doctype html>
<!-- sesam-harden, MIT; contains ini (ISC). Built from playground/ and src/core. -->
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>sesam-harden playground</title><style>${style}</style>
<body>
${body}
<script>${script}</script>
</body></html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

// `npm run build` starts this file.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(pathTo("dist/playground.html"), await buildPlayground());
}
