/** One message, and what the library draws in it. */
export const MESSAGES = `
.message { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 0 8px; padding: 8px 20px; scroll-margin-top: 12px; }
.message:hover { background: var(--hover); }
.message:focus-visible { outline-offset: -2px; }
.message.reply { margin-left: 44px; border-left: 2px solid var(--line); }
.thread { display: flex; align-items: baseline; gap: 8px; width: fit-content; margin: 0 20px 6px 56px; padding: 4px 10px; border: 1px solid transparent; border-radius: 6px; background: transparent; font-size: 13px; text-align: left; cursor: pointer; }
.thread:hover { border-color: var(--line); background: var(--back); }
.thread b { color: var(--link); font-weight: 700; } .thread span { color: var(--quiet); }
.thread::before { content: ""; width: 6px; height: 6px; border: solid var(--quiet); border-width: 0 2px 2px 0; transform: translateY(-1px) rotate(-45deg); }
.thread[aria-expanded=true]::before { transform: translateY(-3px) rotate(45deg); }
.thread.new { animation: news 2s ease-out; }
.message.ephemeral { background: var(--hover); }
.message.new, .message.changed { animation: news 2s ease-out; }
.message.found { animation: found 3s ease-out; }
@keyframes news { from { background: var(--news); } }
@keyframes found { from, 40% { background: var(--found); } }
@media (prefers-reduced-motion: reduce) { .message, .thread { animation: none !important; } }
.message > .only { grid-column: 2; display: flex; align-items: center; gap: 5px; margin: 0 0 2px; color: var(--quiet); font-size: 12px; }
.avatar { width: 36px; height: 36px; border-radius: 8px; display: grid; place-items: center; flex: none; font-size: 17px; font-weight: 700; color: #fff; }
.avatar.app { background: #611f69; } .avatar.slackbot { background: #0b7a75; }
.avatar.ana { background: #1264a3; } .avatar.ben { background: #a33d12; } .avatar.gus { background: #56670a; }
.avatar.cem { background: #0b6b5c; } .avatar.dee { background: #8a2f7b; } .avatar.eva { background: #9a2f3f; }
.avatar.sam { background: #5b4a9c; } .avatar.bot { background: #555b61; }
.said > header { display: flex; align-items: baseline; gap: 6px; line-height: 1.3; }
.said > header strong { font-weight: 800; color: var(--strong); }
.said time, .said .edited { color: var(--quiet); font-size: 12px; }
.said .app { align-self: center; background: light-dark(#e8e8e8, #35373b); color: light-dark(#5c5b5c, #c0c1c3); font-size: 10px; line-height: 1; font-weight: 700; padding: 3px 4px; border-radius: 3px; }
.blocks, .plain { max-width: 700px; }
.said .plain { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.trouble { margin: 6px 0 0; color: var(--wrong); font-size: 13px; font-weight: 600; }
.trouble:empty { display: none; }
.trouble::before { content: "⚠️ "; }

.drawn { overflow-wrap: anywhere; white-space: pre-wrap; }
.drawn, .drawn *, .drawn [class] { color: inherit; }
.drawn .slack_blocks_to_jsx, .drawn .slack_blocks_to_jsx--block_wrapper { max-width: none; background: none; font-size: 15px; }
.drawn p { margin: 0; }
.drawn ol, .drawn ul { list-style: none; margin: 0; padding: 0; }
.drawn strong, .drawn .font-semibold { font-weight: 700; }
.drawn .slack_blocks_to_jsx__section { margin: 4px 0; }
.drawn .slack_blocks_to_jsx__section .grid { gap: 10px 16px; }
.drawn .slack_blocks_to_jsx__rich_text, .drawn .slack_blocks_to_jsx__rich_text > p { display: block; }
.drawn .slack_blocks_to_jsx__header_heading { margin: 2px 0 4px; font-size: 18px; line-height: 1.33; font-weight: 800; color: var(--strong); }
.drawn .slack_blocks_to_jsx__rich_text_list_element span.shrink-0 { font-variant-numeric: tabular-nums; }
.drawn .slack_blocks_to_jsx__context { margin: 4px 0; overflow: visible; }
.drawn .slack_blocks_to_jsx__context, .drawn .slack_blocks_to_jsx__context * { color: var(--quiet); font-size: 13px; line-height: 1.5; }
.drawn .slack_blocks_to_jsx__divider { margin: 10px 0; border-color: var(--line); }
.drawn .slack_blocks_to_jsx__rich_text_quote_element::before { background: var(--line); }
.drawn .slack_blocks_to_jsx__rich_text_preformatted_element pre { margin: 4px 0; background: var(--codeback); border: 1px solid var(--codeline); border-radius: 4px; }
.drawn .slack_blocks_to_jsx__table { max-width: 100%; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
.drawn .slack_blocks_to_jsx__table td { border-color: var(--line); white-space: normal; vertical-align: top; }
.drawn .slack_blocks_to_jsx__table td :is(div, span) { white-space: pre-line; }
.drawn .slack_blocks_to_jsx__table tr { border-color: var(--line); } .drawn .slack_blocks_to_jsx__table tr:first-child { background: var(--hover); }
.drawn .caption { margin: 6px 0 0; font-weight: 700; }
.drawn code.slack_code_inline, .drawn .slack_inline_code { display: inline; padding: 2px 3px 1px; border: 1px solid var(--codeline); border-radius: 3px; background: var(--codeback); color: var(--code); font: 12px/1.5 Monaco, Menlo, Consolas, "Liberation Mono", monospace; }
.drawn .slack_blocks_to_jsx__context code.slack_code_inline { font-size: 12px; color: inherit; }
.drawn a[href], .drawn a[href] * { color: var(--link); text-decoration: none; }
.drawn a[href]:hover { text-decoration: underline; }
.drawn .slack_user, .drawn .slack_channel { padding: 0 2px 1px; border-radius: 3px; background: var(--mention); color: var(--link); }

.controls { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 4px; }
.button { position: relative; display: inline-flex; align-items: center; min-height: 30px; max-width: 100%; padding: 3px 12px; border: 1px solid light-dark(#c4c3c4, #565856); border-radius: 8px; background: light-dark(#fff, transparent); color: var(--strong); font-size: 13px; font-weight: 700; cursor: pointer; text-decoration: none; }
.button:hover:not(.busy) { background: var(--hover); box-shadow: 0 1px 3px #0000001f; }
.button.primary { background: var(--accent); border-color: transparent; color: #fff; }
.button.primary:hover:not(.busy) { background: #148567; }
.button.danger { border-color: var(--wrong); color: var(--wrong); }
.button.busy { cursor: progress; }
.menu > .button { min-width: 190px; justify-content: space-between; gap: 12px; font-weight: 400; color: var(--text); }
.menu > .button::after { content: ""; width: 7px; height: 7px; border: solid var(--quiet); border-width: 0 2px 2px 0; transform: translateY(-2px) rotate(45deg); }
.button.busy { color: transparent !important; }
.button.busy::after { content: ""; position: absolute; inset: 0; margin: auto; width: 14px; height: 14px; border: 2px solid var(--quiet); border-right-color: transparent; border-radius: 50%; transform: none; animation: turn .8s linear infinite; }
.button.primary.busy::after { border-color: #fff; border-right-color: transparent; }
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .button.busy::after { animation: none; } }

@media (max-width: 720px) { .message { padding: 8px 12px; } .message.reply { margin-left: 20px; } .thread { margin-left: 46px; } }
`;
