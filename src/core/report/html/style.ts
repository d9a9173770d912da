/** Compact, because every start parses it; ASCII only, because its hash is computed from its bytes. */
export const style = `:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#18202c;--faint:#545f70;--line:#dce0e7;--soft:#eef0f4;--link:#1d4fb8;--mark:#ffe9a8;
--hardened:#1b7f4f;--partial:#c98300;--plaintext:#d2541b;--locked-out:#8f1d45;--unknown:#6d7788;--error:#b3261e;--on:#fff;--warning:#f0b429;--notice:#2f6fc4;
--amber:#7d5200;--orange:#a93c0b;--added:#dff3e6;--removed:#fbe3e1;--mono:.8125rem/1.6 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--page:#0f1319;--card:#171c25;--text:#e4e8ef;--faint:#9aa5b6;--line:#2b3341;--soft:#202733;--link:#8db4ff;--mark:#5c4a12;
--hardened:#3fb27b;--partial:#e2a33b;--plaintext:#f07f4f;--locked-out:#e0608f;--unknown:#8c97a8;--error:#f2746b;--on:#2a0503;--warning:#dca538;--notice:#7fb0f5;
--amber:#e6b450;--orange:#f59a72;--added:#16352a;--removed:#421f20}}
*{box-sizing:border-box;margin:0;padding:0}
html{scroll-padding-top:5.5rem}
body{margin:0 auto;max-width:88rem;padding:0 1.5rem 4rem;background:var(--page);color:var(--text);font:.9375rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
ul,ol{list-style:none}
h2{margin:2.5rem 0 .75rem;font-size:1.125rem}
h3{display:inline;font-size:1em}
h3,p,code,pre,td,th,dd{overflow-wrap:anywhere}
th[scope=row]{min-width:9rem}
code,pre{font:var(--mono)}
small{color:var(--faint);font-weight:400}
a{color:var(--link);text-underline-offset:.2em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
.faint,em,thead th,dt{color:var(--faint);font-style:normal}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;left:-99rem;padding:.5rem 1rem;background:var(--card)}
.skip:focus{left:1.5rem}
.kind{display:flex;flex-wrap:wrap;gap:0 1.25rem;padding-top:2.25rem;color:var(--faint)}
h1{margin:.35rem 0 1.1rem;font-size:clamp(1.6rem,1.2rem + 2vw,2.35rem);line-height:1.15;letter-spacing:-.025em}
.bar{display:block;width:100%;height:.75rem;border-radius:.375rem}
svg .hardened{fill:var(--hardened)}svg .partial{fill:var(--partial)}svg .plaintext{fill:var(--plaintext)}svg .locked-out{fill:var(--locked-out)}svg .unknown{fill:var(--unknown)}
.legend,.numbers,nav,nav ul,#filter,.key,summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.35rem 1.5rem}
summary{gap:.2rem .9rem}
.numbers{margin:.9rem 0 1.5rem;padding-top:.9rem;border-top:1px solid var(--line)}
.legend{margin-top:.9rem}
.legend,.key,.counts,.where,.verdict,.seen,dt,.kind,small,input,select,button,output{font-size:.8125rem}
.error>b,b.error,.counts .error,.seen.bad{color:var(--error)}
.warning>b,b.warning,.counts .warning,.unsafe,.seen.unsure,.verdict.partial{color:var(--amber)}
.notice>b,b.notice,.counts .notice{color:var(--notice)}
.safe>b,span.safe,.verdict.hardened,.seen.good{color:var(--hardened)}
.verdict{white-space:nowrap;font-weight:600}
.verdict.plaintext{color:var(--orange)}.verdict.locked-out{color:var(--locked-out)}.verdict.unknown{color:var(--faint)}
.verdict::before{content:"";display:inline-block;width:.7em;height:.7em;margin-right:.45em;border:.15em solid;border-radius:50%}
.verdict.hardened::before,.verdict.locked-out::before{background:currentColor}
.verdict.partial::before{background:linear-gradient(90deg,currentColor 50%,transparent 50%)}
.verdict.locked-out::before{border-radius:1px}.verdict.unknown::before{border-style:dotted}
nav{position:sticky;top:0;z-index:5;align-items:center;gap:.5rem 1rem;margin:0 -1.5rem;padding:.6rem 1.5rem;background:var(--page);border-bottom:1px solid var(--line)}
nav ul{gap:.25rem 1rem}
nav a,.cell{color:inherit;text-decoration:none}
#filter{align-items:center;gap:.5rem;width:100%}
.copy+button{min-height:0;padding:0 .5rem}
input,select,button{font-family:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.3rem .6rem;min-height:2rem;max-width:11rem}
select{max-width:16rem}[type=search]{width:9rem}
::placeholder,button:disabled,output{color:var(--faint);opacity:1}
output{min-width:6rem;margin-left:auto;text-align:right}
.scroll{position:relative;overflow:auto;border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
.scroll:has(.matrix,.wire,.rollouts,.suppressed){max-height:80vh}
table{width:100%;border-spacing:0;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.45rem .75rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:baseline;background:var(--card)}
table>:last-child>:last-child>*{border-bottom:0}
thead th{position:sticky;top:0;z-index:2;font-size:.75rem;white-space:nowrap}
.number{text-align:right}
.wide{width:40%;min-width:6rem}
.key{align-items:center;gap:.3rem 1rem;margin-bottom:.6rem}
.key .cell{margin-right:.3rem}
.hint{margin-left:auto}
.matrix tr>:first-child{position:sticky;left:0;z-index:1;max-width:22rem}
.matrix thead tr>*{vertical-align:bottom}.matrix thead tr>:first-child{z-index:3}
th button{min-height:0;max-width:none;padding:0;border:0;background:none;color:inherit;font-size:inherit;font-weight:inherit;text-align:left}
button:enabled,select,summary{cursor:pointer}
[aria-sort] button{color:var(--text)}
[aria-sort] button::after{content:" \\2191"}[aria-sort=descending] button::after{content:" \\2193"}
.matrix .rule{padding:.6rem .2rem;text-align:center}
.rule>*{writing-mode:vertical-rl;transform:rotate(180deg)}
.matrix tbody tr>*{padding-block:.25rem;vertical-align:middle}
.matrix td:nth-child(n+4){width:2.1rem;padding-inline:.2rem;text-align:center}
.matrix tbody tr:hover>*,summary:hover{background:var(--soft)}
tfoot{position:sticky;bottom:0;z-index:2}
tfoot tr>*{border-bottom:0;border-top:1px solid var(--line);color:var(--faint);font-weight:400;font-size:.75rem}
tbody:has(+tfoot)>:last-child>*{border-bottom:0}
.cell{display:inline-block;min-width:1.55rem;padding:0 .25rem;border:1.5px solid;border-radius:.25rem;font-size:.75rem;line-height:1.4rem;font-weight:600;text-align:center}
.cell.error{background:var(--error);border-color:var(--error);color:var(--on)}
.cell.warning{background:var(--warning);border-color:var(--warning);color:#241800}
.cell.notice{color:var(--notice)}.cell.suppressed{border-style:dashed;color:var(--faint)}
.cell.warning,.cell.notice{border-radius:.8rem}
.host,.panel{border:1px solid var(--line);background:var(--card)}
.host{border-bottom-width:0}
.host:first-of-type{border-radius:.6rem .6rem 0 0}.host:last-of-type{border-bottom-width:1px;border-radius:0 0 .6rem .6rem}
.host:only-of-type,.panel{border-radius:.6rem}
.host>summary{padding:.6rem 1rem}
summary::before{content:"\\203A";width:.6rem;color:var(--faint);font-weight:600}
[open]>summary::before{rotate:90deg}
.counts{display:flex;gap:.9rem;margin-left:auto;font-weight:600}
.host ol,.clean,.assumed,.diff,.names{padding:0 1rem .75rem 2.5rem}
.finding{padding:.9rem 0;border-top:1px solid var(--line)}
.finding:focus{outline:0}
:target.finding,tr:target>*{background:color-mix(in srgb,var(--mark) 30%,var(--card))}
.what{font-weight:500}
.what b{margin-right:.35rem;font-size:.75rem;text-transform:uppercase;letter-spacing:.04em}
.where{display:flex;flex-wrap:wrap;gap:0 1rem;color:var(--faint)}
.assumed{color:var(--faint);font-size:.8125rem}
.help{margin-top:.4rem;max-width:80ch}
.safe,.unsafe,.seen{font-weight:500}
pre{margin-top:.5rem;padding:.5rem .75rem;border-radius:.4rem;background:var(--soft);white-space:pre-wrap}
.line{display:inline-block;min-width:2.5rem;margin-right:1rem;color:var(--faint);user-select:none}
mark{background:var(--mark);color:inherit;box-shadow:0 .12em var(--amber)}
.diff pre{padding:.5rem 0}
.diff span{display:block;padding:0 .75rem}
.added{background:var(--added)}.removed{background:var(--removed)}
.seen,.until{white-space:nowrap}
.wire tr>*{padding-inline:.6rem}.wire tr:has(+.more)>*{border:0;padding-bottom:0}
.more td{padding-top:0}.more summary{color:var(--faint);font-size:.8125rem}
.more dl{padding:0 0 .5rem 1rem}
.seen.bad::before{content:"\\2717\\a0"}.seen.good::before{content:"\\2713\\a0"}.seen.unsure::before{content:"?\\a0"}
.reason{min-width:14rem}.suppressed a{white-space:nowrap}
.panel{padding:1rem}
p+dl,.inputs{margin-top:.75rem}
:is(.first,.rules) th{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.5rem;align-items:baseline}
.inputs pre{max-height:24rem;overflow:auto;white-space:pre}
.panel+.scroll{margin-top:.75rem}svg.trend{display:block;width:100%;max-height:12rem}
.empty{padding:1.5rem;color:var(--faint);text-align:center}
.matrix{width:auto}.scroll:has(.matrix){width:fit-content;max-width:100%}
@media(max-width:56rem){.reason{min-width:8rem}.environments .wide{display:none}.environments tr>*{padding-inline:.4rem}}
@media(max-width:44rem){html{scroll-padding-top:1rem}body{padding:0 1rem 3rem}nav{position:static;margin:0 -1rem;padding:.6rem 1rem}#filter{margin:0;width:100%}#filter>*{flex:1 1 8rem;max-width:none}
.hint,.wide,.matrix tr>:nth-child(2){display:none}.matrix tr>:first-child{min-width:7rem;max-width:9.5rem}.host ol,.clean,.assumed,.diff,.names{padding-left:1rem}.environments :is(thead,.wide),.rules thead,.first thead,.assumptions thead,.suppressed thead,.timeline thead{display:none}
:is(.environments,.rules,.first,.assumptions,.suppressed,.timeline) :is(tbody,tr,th,td){display:block;border:0;padding-block:.15rem}:is(.environments,.rules,.first,.assumptions,.suppressed,.timeline) tr{padding:.5rem 0;border-bottom:1px solid var(--line)}:is(.environments,.rules,.first,.assumptions,.suppressed,.timeline) tr:last-child{border:0}
.environments td{display:inline-block;padding-right:0}.environments td::after{content:" " attr(data-l)}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{:root{--page:#fff;--card:#fff;--text:#000;--faint:#444;--line:#bbb;--soft:#f3f3f3}html{font-size:11px}body{max-width:none;padding:0}nav,.skip,.hint,.inputs,.copy+button,.diff:not([open]){display:none}summary::before{content:none}
.scroll{max-height:none;overflow:visible;border:0}tr>*{position:static!important;padding:2pt 4pt}tfoot{display:table-row-group}tr,.finding{break-inside:avoid}h2,summary{break-after:avoid}
.bar,.cell,mark,.verdict::before,.diff span{print-color-adjust:exact}a{color:inherit}}`;
