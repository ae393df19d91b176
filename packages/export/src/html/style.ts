/**
 * Light and dark, narrow and wide, screen and paper.
 * A finding is no list item to the layout: hiding ten thousand of those, Chromium counts the rest anew for each (28 s for 2,000).
 */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --raised: #f6f7f9; --line: #d5d9e0; --text: #1b1f27; --soft: #566070; --accent: #0b57a4;
  --critical: #b3261e; --critical-text: #fff; --high: #f08c00; --high-text: #221500; --medium: #f5cf2b; --medium-text: #241d00; --low: #2f74c9; --low-text: #fff;
  --notice: #fff6dc; --notice-line: #d9a400; --good: #e7f5ea; --good-line: #2f8f4e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --raised: #1d2128; --line: #363c47; --text: #e7eaf0; --soft: #a3adbd; --accent: #8dbdff;
  --critical: #c9372c; --high: #f59a23; --medium: #f0d04a; --low: #4d8fe0; --low-text: #04101f;
  --notice: #2e2712; --notice-line: #c79a1d; --good: #14291a; --good-line: #3fa564; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(.9rem, 3vw, 2.5rem) 3rem; background: var(--paper); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin: 0 0 .6rem; } h3 { font-size: .95rem; margin: 1.1rem 0 .3rem; }
section { margin-top: 2rem; } p { margin: .3rem 0; } a { color: var(--accent); }
.asked, .where, .age, footer { color: var(--soft); }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.counts { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; list-style: none; margin: 0; padding: 0; }
.card { padding: .7rem .9rem; border-radius: 8px; border: 1px solid var(--line); border-top: 6px solid; background: var(--raised); }
.card b { display: block; font-size: 1.9rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.card.critical { border-top-color: var(--critical); } .card.high { border-top-color: var(--high); } .card.medium { border-top-color: var(--medium); } .card.low { border-top-color: var(--low); }
.card.none b { color: var(--soft); }
.verdict { margin-top: .6rem; }
.notice, .good { padding: .5rem .8rem; border-left: 4px solid var(--notice-line); background: var(--notice); border-radius: 0 6px 6px 0; margin: .5rem 0; }
.good { border-color: var(--good-line); background: var(--good); }
.gaps { margin: .5rem 0; padding-left: 1.3rem; }
figure { margin: 0; max-width: 54rem; } figure svg { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; }
.on-dark { display: none; } @media screen and (prefers-color-scheme: dark) { .on-light { display: none; } .on-dark { display: block; } }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; } th, td { padding: .2rem .8rem .2rem 0; text-align: right; font-weight: 400; } thead th { border-bottom: 1px solid var(--line); color: var(--soft); } th:first-child { text-align: left; }
form { display: grid; gap: .7rem; padding: .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); } form[hidden] { display: none; }
fieldset { border: 0; padding: 0; margin: 0; display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; align-items: center; } legend { float: left; padding: 0; }
.check { display: inline-flex; align-items: center; gap: .4rem; min-height: 1.9rem; } .check input { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent); }
.choices { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .7rem; } .choices label { display: grid; gap: .15rem; font-size: .9rem; color: var(--soft); min-width: 0; }
select, input[type=search], button { font: inherit; color: var(--text); background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .5rem; min-width: 0; width: 100%; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; } button { width: auto; padding: .35rem .9rem; cursor: pointer; } button:hover { border-color: var(--accent); }
#count { margin: .8rem 0 .4rem; color: var(--soft); min-height: 1.5em; }
.findings { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.item { display: block; border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 3.6rem; } .item[hidden] { display: none; }
.item summary { display: grid; grid-template-columns: 5.2rem minmax(0, 1fr) auto 1rem; gap: .2rem .9rem; align-items: center; padding: .55rem .4rem; cursor: pointer; list-style: none; }
.item summary::-webkit-details-marker { display: none; } .item summary:hover, .item details[open] > summary { background: var(--raised); }
.what b { font-weight: 600; } .where { display: block; font-size: .88rem; } .sep { padding: 0 .15em; }
.state { text-align: right; font-size: .88rem; } .item summary::after { content: "▸"; color: var(--soft); text-align: center; } .item details[open] > summary::after { content: "▾"; } .age { display: block; }
.badge { display: inline-block; padding: .1rem .5rem; border-radius: 5px; font-size: .82rem; font-weight: 600; text-align: center; }
.badge.critical { background: var(--critical); color: var(--critical-text); } .badge.high { background: var(--high); color: var(--high-text); } .badge.medium { background: var(--medium); color: var(--medium-text); } .badge.low { background: var(--low); color: var(--low-text); }
.body { padding: .3rem .4rem 1.3rem 6.5rem; } .message { font-size: 1.05rem; white-space: pre-wrap; } .note { color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: .15rem 1rem; margin: .3rem 0; } dt { color: var(--soft); max-width: 14rem; } dd { margin: 0; }
code, pre { font: .88em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: .3rem 0; padding: .5rem .7rem; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; max-height: 22rem; overflow: auto; }
.body ol { margin: .3rem 0; padding-left: 1.4rem; } .body li { margin: .25rem 0; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .8rem; font-size: .9rem; }
@media (max-width: 42rem) { .counts { grid-template-columns: repeat(2, 1fr); } .item summary { grid-template-columns: minmax(0, 1fr) auto 1rem; } .item .badge { justify-self: start; } .what { grid-row: 2; grid-column: 1 / -1; } .state { grid-row: 1; grid-column: 2; } .item summary::after { grid-row: 1; grid-column: 3; } .age { display: inline; padding-left: .4rem; } .body { padding-left: .4rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .45rem; } legend { float: none; flex-basis: 100%; } }
@media (prefers-reduced-motion: no-preference) { details[open] > .body { animation: appear .15s ease-out; } @keyframes appear { from { opacity: 0; } } }
@media print { :root { color-scheme: light; --paper: #fff; --raised: #fff; --line: #bbb; --text: #000; --soft: #444; --accent: #000; --critical: #b3261e; --high: #f08c00; --medium: #f5cf2b; --low: #2f74c9; --low-text: #fff; --notice: #fff; --good: #fff; }
  body { font-size: 10pt; max-width: none; padding: 0; } form, #count, .skip, .table > summary, .item summary::after { display: none !important; }
  .badge, figure, .card { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .item { content-visibility: visible; } details::details-content { content-visibility: visible; block-size: auto; opacity: 1; } details:not(.table) > summary, h3 { break-after: avoid; } .table { display: none; } pre { max-height: none; overflow: visible; } pre, .body li, summary, .notice { break-inside: avoid; } .body { padding-left: 0; } figure { break-inside: avoid; } a::after { content: " <" attr(href) ">"; } }
`;
