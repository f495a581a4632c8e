/** The style of a report's page: by the reader's own colours, dark or light; on paper light, and every table whole. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --quiet: #59636e; --line: #d1d9e0; --band: #f6f8fa;
  --sound: #1a7f37; --unverified: #8a5a00; --wrong: #c1121f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --quiet: #9aa4af; --line: #30363d;
  --band: #161b22; --sound: #4ac26b; --unverified: #e3b341; --wrong: #ff7b72; } }
@media print { :root { --ink: #000; --paper: #fff; --quiet: #444; --line: #999; --band: #fff; --sound: #1a7f37;
  --unverified: #8a5a00; --wrong: #c1121f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
p { margin: .35rem 0; }
p, li, h1, h2, h3, .check { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
code, .id { font-family: ui-monospace, monospace; font-size: .86em; overflow-wrap: anywhere; }
a { color: inherit; text-underline-offset: 2px; }
nav { margin: .8rem 0; }
nav a { margin-right: 1rem; }
.banner { margin: 1rem 0; padding: .8rem 1rem; border: 2px solid; border-radius: 8px; font-size: 1.1rem; font-weight: 600; }
.sound { color: var(--sound); } .unverified { color: var(--unverified); } .wrong { color: var(--wrong); }
.check { border: 1px solid var(--line); border-left: 6px solid; border-radius: 6px; padding: .5rem .8rem; margin: .5rem 0;
  break-inside: avoid; }
.check > * { color: var(--ink); } .check .word { color: inherit; font-weight: 700; }
.check ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.scroll, pre { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92em; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
td > code:first-child { display: inline-block; min-width: 14em; }
tr:target { background: var(--band); outline: 2px solid var(--line); }
svg { display: block; max-width: none; margin: .4rem 0; }
svg rect { fill: var(--band); stroke: currentColor; stroke-width: 2; }
svg .sound { color: var(--sound); } svg .unverified { color: var(--unverified); } svg .wrong { color: var(--wrong); }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg text.id { font: 11px ui-monospace, monospace; }
svg .unverified rect { stroke-dasharray: 5 3; }
svg text.word { fill: currentColor; font-weight: 700; }
svg .way { fill: none; stroke: var(--quiet); stroke-width: 2; } svg .tip { fill: var(--quiet); }
@media print { body { padding: 0; max-width: none; font-size: 10pt; } nav { display: none; } .scroll { overflow: visible; }
  svg { max-width: 100%; height: auto; } tr, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
