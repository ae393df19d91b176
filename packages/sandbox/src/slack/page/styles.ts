import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The renderer's own style, then ours. */
export async function styles(): Promise<string> {
  return `${await rendererStyle()}\n${STYLE}`;
}

/** Beside the bundle, where there is one; else in the renderer's package. */
async function rendererStyle(): Promise<string> {
  const beside = fileURLToPath(new URL("./slack-blocks-to-jsx.css", import.meta.url));
  return readFile(beside, "utf8").catch(() => readFile(fileURLToPath(import.meta.resolve("slack-blocks-to-jsx/dist/style.css")), "utf8"));
}

const STYLE = `
:root { color-scheme: light; --back: #fff; --text: #1d1c1d; --quiet: #616061; --line: #dddddd; --side: #4a154b; --sidetext: #f3eaf4; --hover: #f8f8f8;
  --accent: #007a5a; --accenttext: #fff; --wrong: #c01343; --news: #fff8e1; --link: #1264a3; --button: #fff; }
:root[data-theme="dark"] { color-scheme: dark; --back: #1a1d21; --text: #e3e4e6; --quiet: #b0b2b5; --line: #3d4045; --side: #19171d; --sidetext: #d1d2d3; --hover: #222529;
  --accent: #007a5a; --accenttext: #fff; --wrong: #ff7a9c; --news: #33301f; --link: #4cb3ea; --button: #222529; }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: grid; grid-template-columns: 230px minmax(0, 1fr); background: var(--back); color: var(--text);
  font: 15px/1.46 Lato, "Helvetica Neue", "Liberation Sans", Arial, "Noto Color Emoji", sans-serif; }
button, select, input, textarea { font: inherit; color: inherit; }
:focus-visible { outline: 3px solid #1d9bd1; outline-offset: 1px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

nav { background: var(--side); color: var(--sidetext); padding: 14px 12px; display: flex; flex-direction: column; gap: 10px; }
nav .workspace strong { display: block; font-size: 18px; }
nav .workspace span { font-size: 13px; opacity: .85; }
nav h2 { font-size: 13px; font-weight: 600; margin: 12px 0 0; opacity: .85; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 4px 10px; border-radius: 6px; color: #fff; text-decoration: none; background: #1164a3; }
nav .you { margin-top: auto; display: grid; gap: 6px; font-size: 13px; }
nav select, nav button { width: 100%; padding: 6px 8px; border-radius: 6px; border: 1px solid #ffffff55; background: #ffffff1a; color: inherit; }
nav select option { color: #1d1c1d; background: #fff; }

main { display: grid; grid-template-rows: auto minmax(0, 1fr) auto auto; min-width: 0; height: 100vh; }
main > header { display: flex; gap: 12px; align-items: baseline; padding: 10px 20px; border-bottom: 1px solid var(--line); }
main > header h1 { font-size: 18px; margin: 0; }
main > header span { color: var(--quiet); font-size: 13px; }
main > #slack_blocks_to_jsx { min-height: 0; display: block; max-width: none; }
#messages { height: 100%; overflow-y: auto; padding: 12px 0; }
.waiting { color: var(--quiet); padding: 0 20px; }

.message { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 8px; padding: 8px 20px; }
.message:hover { background: var(--hover); }
.message.reply { margin-left: 44px; border-left: 2px solid var(--line); }
.message.ephemeral { background: var(--hover); }
.message.new { animation: news 2.5s ease-out; }
.message.changed { animation: news 1.5s ease-out; }
@keyframes news { from { background: var(--news); } }
@media (prefers-reduced-motion: reduce) { .message { animation: none !important; } }
.avatar { width: 36px; height: 36px; border-radius: 6px; display: grid; place-items: center; font-weight: 700; color: #fff; background: #4a154b; }
.avatar.ana { background: #1264a3; } .avatar.ben { background: #a33d12; } .avatar.gus { background: #5a6b00; }
.said > header { display: flex; align-items: baseline; gap: 6px; }
.said time, .said .edited, .said .only { color: var(--quiet); font-size: 12px; }
.said .only { margin: 0; }
.said .app { background: var(--line); color: var(--text); font-size: 10px; font-weight: 700; padding: 1px 4px; border-radius: 3px; }
.said .plain { margin: 2px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.blocks { max-width: 680px; }
.block { margin: 2px 0; }
.block-header { font-size: 17px; }
.trouble { margin: 4px 0 0; color: var(--wrong); font-size: 13px; font-weight: 600; }
.trouble:empty, .wrong:empty, #notice:empty { display: none; }

#slack_blocks_to_jsx .slack_blocks_to_jsx--block_wrapper, #slack_blocks_to_jsx .slack_blocks_to_jsx { background: transparent !important; max-width: none; color: var(--text); font-size: 15px; }
#slack_blocks_to_jsx .slack_blocks_to_jsx__rich_text { overflow-wrap: anywhere; }
#slack_blocks_to_jsx .slack_blocks_to_jsx__rich_text p { white-space: pre-wrap; margin: 0; }
#slack_blocks_to_jsx .slack_blocks_to_jsx__header_heading { font-size: 17px; line-height: 1.35; margin: 4px 0; font-weight: 800; }
#slack_blocks_to_jsx .slack_blocks_to_jsx__context { overflow: visible; }
#slack_blocks_to_jsx .slack_blocks_to_jsx__context * { color: var(--quiet); font-size: 13px; }

.controls { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 4px; }
.button, .menu { min-height: 30px; padding: 3px 12px; border: 1px solid var(--quiet); border-radius: 6px; background: var(--button); font-size: 13px; font-weight: 700; cursor: pointer; text-decoration: none; color: var(--text); }
.menu { font-weight: 400; max-width: 320px; }
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--accenttext); }
.button.danger { border-color: var(--wrong); color: var(--wrong); }
.button:hover:not(:disabled) { filter: brightness(.95); }
.button:disabled { opacity: .6; cursor: progress; }

#composer { position: relative; display: flex; gap: 8px; margin: 0 20px 14px; padding: 8px; border: 1px solid var(--quiet); border-radius: 8px; }
#composer input { flex: 1; min-width: 0; border: 0; background: transparent; padding: 4px; }
#commands { position: absolute; left: 0; right: 0; bottom: calc(100% + 6px); margin: 0; padding: 6px; list-style: none; background: var(--back); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 4px 16px #0003; }
#commands button { width: 100%; text-align: left; border: 0; background: transparent; padding: 6px 8px; border-radius: 6px; cursor: pointer; }
#commands button:hover, #commands button:focus { background: var(--hover); }
#notice { margin: 0 20px 12px; color: var(--wrong); font-weight: 600; font-size: 13px; }

#window { width: min(520px, 92vw); padding: 0; border: 0; border-radius: 10px; background: var(--back); color: var(--text); box-shadow: 0 18px 48px #0008; }
#window::backdrop { background: #0009; }
#window header, #window footer { display: flex; align-items: center; gap: 10px; padding: 16px 22px; }
#window header h2 { flex: 1; margin: 0; font-size: 20px; }
#window header button { border: 0; background: transparent; font-size: 18px; cursor: pointer; }
#window footer { justify-content: flex-end; border-top: 1px solid var(--line); }
#window .fields { padding: 0 22px 16px; max-height: 60vh; overflow-y: auto; }
.field { margin: 14px 0; }
.field label { display: block; font-weight: 700; margin-bottom: 4px; }
.field .optional { font-weight: 400; color: var(--quiet); }
.field input, .field textarea, .field select { width: 100%; padding: 8px 10px; border: 1px solid var(--quiet); border-radius: 6px; background: var(--back); }
.field.invalid input, .field.invalid textarea, .field.invalid select { border-color: var(--wrong); }
.field .wrong { margin: 4px 0 0; color: var(--wrong); font-size: 13px; font-weight: 600; }
.field .hint { margin: 4px 0 0; color: var(--quiet); font-size: 13px; }

@media (max-width: 720px) {
  body { grid-template-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr); }
  nav { flex-direction: row; align-items: center; padding: 8px 12px; } nav h2, nav ul, nav .workspace span { display: none; }
  nav .you { margin: 0 0 0 auto; grid-auto-flow: column; align-items: center; } main { height: auto; min-height: 0; }
}
`;
